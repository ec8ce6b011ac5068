"""Snapshot of an architecture: a small, stable text that a review can read line by line.

Names and seeds of settings, weights' values and how the model is trained are left out; settings
that most layers of a class share stand once. ``reading.snapshot`` reads it back.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from resnet_viz.comparison.traits import architecture_traits, neutral_settings
from resnet_viz.document import Document
from resnet_viz.graph.types import LayerCall, Scope, TensorRef
from resnet_viz.reading.snapshot import DTYPE, KEY, SCHEMA

_Row = dict[str, Any]


def snapshot_text(document: Document) -> str:
    """The snapshot of a model as JSON with a line for each class and each call."""
    graph = document.graph
    names = _class_names(graph.calls)
    settings = {call.id: neutral_settings(call.config) for call in graph.calls}
    by_class: dict[str, list[LayerCall]] = {}
    for call in graph.calls:
        by_class.setdefault(names[call.id], []).append(call)
    classes = {name: _class(calls, settings) for name, calls in sorted(by_class.items())}
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
    rows = []
    for call_id in architecture_traits(document).calls:
        name = names[call_id]
        own = _differing(settings[call_id], classes[name]["settings"])
        rows.append(_call(graph.by_id[call_id], name, own))
    parts = [
        *_members(head),
        f'"classes": {_object(_members(classes))}',
        f'"weights": {_object(_members(weights))}',
        f'"scopes": {_array([_line(_scope(scope)) for scope in graph.scopes])}',
        f'"calls": {_array([_line(row) for row in rows])}',
    ]
    return _object(parts) + "\n"


def _class_names(calls: tuple[LayerCall, ...]) -> dict[str, str]:
    """Name of each call's class; it has a number if another module has a class of that name."""
    names: dict[str, str] = {}
    by_class: dict[tuple[str, str | None, str | None], str] = {}
    used: Counter[str] = Counter()
    for call in calls:
        key = call.type, call.module, call.registered
        if key not in by_class:
            used[call.type] += 1
            number = used[call.type]
            by_class[key] = call.type if number == 1 else f"{call.type}#{number}"
        names[call.id] = by_class[key]
    return names


def _class(calls: list[LayerCall], settings: dict[str, _Row]) -> _Row:
    """A class with its module and the settings that most of its calls share."""
    first = calls[0]
    row = {"type": first.type, "module": first.module, "registered": first.registered}
    votes: dict[str, Counter[str]] = {}
    for call in calls:
        for key, value in settings[call.id].items():
            votes.setdefault(key, Counter())[_line(value)] += 1
    shared: _Row = {}
    for key, counter in sorted(votes.items()):
        ((text, number),) = counter.most_common(1)
        if 2 * number > len(calls):
            shared[key] = json.loads(text)
    return {**_without_none(row), "settings": shared}


def _differing(settings: _Row, shared: _Row) -> _Row:
    """The settings in which a call differs from its class; None for one that it has not."""
    differing = {key: value for key, value in settings.items() if shared.get(key, ...) != value}
    return differing | {key: None for key in shared if key not in settings}


def _call(call: LayerCall, class_name: str, settings: _Row) -> _Row:
    dtypes = [tensor.dtype for tensor in call.outputs]
    row = {
        "id": call.id,
        "layer": call.layer if call.layer != call.id else None,
        "call_index": call.call_index or None,
        "class": class_name,
        "scope": call.scope or None,
        "inputs": [_ref(ref) for ref in call.inputs] or None,
        "shapes": [tensor.shape for tensor in call.outputs],
        "dtypes": dtypes if any(dtype != DTYPE for dtype in dtypes) else None,
        "settings": settings or None,
        "arguments": neutral_settings(call.arguments) or None,
    }
    return _without_none(row)


def _without_none(row: _Row) -> _Row:
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


def _members(row: Mapping[str, object]) -> list[str]:
    return [f"{_line(name)}: {_line(value)}" for name, value in row.items()]


def _object(members: list[str]) -> str:
    return "{\n" + ",\n".join(members) + "\n}" if members else "{}"


def _array(items: list[str]) -> str:
    return "[\n" + ",\n".join(items) + "\n]" if items else "[]"
