"""Snapshot of an architecture: a small, stable text that a review can read line by line.

Names and seeds of settings, weights' values and how the model is trained are left out; settings
that most layers of a class share stand once. ``reading.snapshot`` reads it back.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from resnet_viz.comparison.traits import architecture_traits, neutral_settings
from resnet_viz.document import Document
from resnet_viz.graph.types import LayerCall, Scope, TensorRef
from resnet_viz.reading.snapshot import DTYPE, KEY, SCHEMA

_Row = dict[str, Any]


def snapshot_text(document: Document) -> str:
    """The snapshot of a model as JSON with a line for each class and each call."""
    graph = document.graph
    classes = _class_names(graph.calls)
    settings = {call.id: neutral_settings(call.config) for call in graph.calls}
    common = _common_settings(graph.calls, classes, settings)
    unknown = {call.layer for call in graph.calls if not call.keras_class}
    head: _Row = {
        KEY: SCHEMA,
        "name": graph.name,
        "inputs": [_ref(ref) for ref in graph.inputs],
        "outputs": [_ref(ref) for ref in graph.outputs],
    }
    weights = {
        layer: {"shapes": own.shapes, "trainable": own.trainable}
        for layer, own in graph.weights.items()
        if layer in unknown
    }
    parts = [f"{_line(name)}: {_line(value)}" for name, value in head.items()]
    parts.append(
        _block("classes", [f"{_line(name)}: {_line(row)}" for name, row in common.items()])
    )
    parts.append(
        _block("weights", [f"{_line(name)}: {_line(row)}" for name, row in weights.items()])
    )
    parts.append(_list("scopes", [_line(_scope(scope)) for scope in graph.scopes]))
    rows = [
        _call(graph.by_id[call], classes, settings, common)
        for call in architecture_traits(document).calls
    ]
    parts.append(_list("calls", [_line(row) for row in rows]))
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _class_names(calls: tuple[LayerCall, ...]) -> dict[tuple[str, str | None, str | None], str]:
    """A name for each class: the class's own, or with a number if another module has one too."""
    names: dict[tuple[str, str | None, str | None], str] = {}
    used: Counter[str] = Counter()
    for call in calls:
        key = _class_key(call)
        if key not in names:
            used[call.type] += 1
            number = used[call.type]
            names[key] = call.type if number == 1 else f"{call.type}#{number}"
    return names


def _class_key(call: LayerCall) -> tuple[str, str | None, str | None]:
    return call.type, call.module, call.registered


def _common_settings(
    calls: tuple[LayerCall, ...],
    classes: dict[tuple[str, str | None, str | None], str],
    settings: dict[str, _Row],
) -> dict[str, _Row]:
    """For each class its module and the settings that most of its calls share."""
    by_class: dict[str, list[LayerCall]] = {}
    for call in calls:
        by_class.setdefault(classes[_class_key(call)], []).append(call)
    rows: dict[str, _Row] = {}
    for name, members in sorted(by_class.items()):
        first = members[0]
        row: _Row = {"type": first.type, "module": first.module, "registered": first.registered}
        votes: dict[str, Counter[str]] = {}
        for call in members:
            for key, value in settings[call.id].items():
                votes.setdefault(key, Counter())[_line(value)] += 1
        row["settings"] = {
            key: json.loads(text)
            for key, counter in sorted(votes.items())
            for text, number in [min(counter.items(), key=lambda item: (-item[1], item[0]))]
            if 2 * number > len(members)
        }
        rows[name] = {key: value for key, value in row.items() if value is not None}
    return rows


def _call(
    call: LayerCall,
    classes: dict[tuple[str, str | None, str | None], str],
    settings: dict[str, _Row],
    common: dict[str, _Row],
) -> _Row:
    name = classes[_class_key(call)]
    own, shared = settings[call.id], common[name]["settings"]
    differing = {key: value for key, value in own.items() if shared.get(key, ...) != value}
    differing |= {key: None for key in shared if key not in own}
    dtypes = [tensor.dtype for tensor in call.outputs]
    row = {
        "id": call.id,
        "layer": call.layer if call.layer != call.id else None,
        "call_index": call.call_index or None,
        "class": name,
        "scope": call.scope or None,
        "inputs": [_ref(ref) for ref in call.inputs] or None,
        "shapes": [tensor.shape for tensor in call.outputs],
        "dtypes": dtypes if any(dtype != DTYPE for dtype in dtypes) else None,
        "settings": differing or None,
        "arguments": neutral_settings(call.arguments) or None,
    }
    return {key: value for key, value in row.items() if value is not None}


def _scope(scope: Scope) -> _Row:
    return {
        "id": scope.id,
        "layer": scope.layer,
        "call_index": scope.call_index,
        "type": scope.type,
        "parent": scope.parent,
        "inputs": [_ref(ref) for ref in scope.inputs],
        "outputs": [_ref(ref) for ref in scope.outputs],
        "is_layer": scope.is_layer,
    }


def _ref(ref: TensorRef) -> str | list[object]:
    return [ref.call, ref.output] if ref.output else ref.call


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=False)


def _block(name: str, lines: list[str]) -> str:
    return f'"{name}": {{\n' + ",\n".join(lines) + "\n}" if lines else f'"{name}": {{}}'


def _list(name: str, lines: list[str]) -> str:
    return f'"{name}": [\n' + ",\n".join(lines) + "\n]" if lines else f'"{name}": []'
