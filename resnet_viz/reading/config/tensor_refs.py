"""References to tensors and their shapes: parsing, and Keras's two numberings of calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from resnet_viz.errors import quoted
from resnet_viz.graph.types import Shape
from resnet_viz.reading.config.records import SEQUENTIAL, LayerRecord, Origin
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_NAME, MAX_OUTPUTS, MAX_RANK, MAX_SIZE


def parse_shape(raw: object, subject: str) -> Shape:
    """``raw`` as a shape: positive integers, null for an open size.

    Raises:
        Unreadable: it is something else.
    """
    if not isinstance(raw, list) or len(raw) > MAX_RANK:
        raise Unreadable(f"{subject} has a tensor without a proper shape")
    for size in raw:
        # type() and not isinstance(): True is not a size.
        if size is not None and (type(size) is not int or not 0 < size <= MAX_SIZE):
            text = quoted(str(size), longest=30)
            raise Unreadable(f"{subject} has a tensor with a size of {text}")
    return tuple(raw)


def parse_origin(raw: object, subject: str) -> Origin:
    """``raw`` as [layer, call index, output index].

    Raises:
        Unreadable: it is something else.
    """
    if isinstance(raw, list) and len(raw) == 3:
        layer, call, output = raw
        if isinstance(layer, str) and type(call) is int and type(output) is int:
            if len(layer) > MAX_NAME:
                raise Unreadable(f"{subject} refers to a layer whose name is too long")
            if call >= 0 and 0 <= output < MAX_OUTPUTS:
                return layer, call, output
    raise Unreadable(f"{subject} has a reference that is not [layer, call, output]")


def parse_refs(raw: object, key: str) -> tuple[Origin, ...]:
    """References in ``input_layers`` or ``output_layers``: one, a list, nested lists or a dict.

    A dict is ordered by its sorted keys, as in Keras's ``model.inputs`` and ``model.outputs``.

    Raises:
        Unreadable: something in it is not a reference, or it is empty; ``key`` is for the message.
    """
    origins: list[Origin] = []
    pending = [raw]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending.extend(value[name] for name in sorted(value, reverse=True))
        elif isinstance(value, list) and not (value and isinstance(value[0], str)):
            pending.extend(reversed(value))
        else:
            origins.append(parse_origin(value, key))
    if not origins:
        raise Unreadable(f"its {key} are empty")
    return tuple(origins)


def input_keys(raw: object) -> tuple[str, ...]:
    """Names of the inputs in a dict of tensors: the keys of ``raw``, or the layers' names."""
    if isinstance(raw, dict):
        return tuple(sorted(raw))
    return tuple(layer for layer, _call, _output in parse_refs(raw, "input_layers"))


def renumber_calls(
    records: Sequence[LayerRecord], outputs: tuple[Origin, ...], *, is_keras2: bool
) -> tuple[list[LayerRecord], tuple[Origin, ...]]:
    """Renumber the calls in all references so that the first call of every layer is call 0.

    A nested model has a call of its own (from its inputs to its outputs). Keras 3 counts it for
    functional models, but only in ``output_layers``. Keras 2 counts it everywhere, except for
    Sequential models that were not built. Every call in a file leads to an output, so a model with
    n calls has been counted so if a reference has the call index n.
    """
    call_counts = {record.name: len(record.calls) for record in records if record.nested}
    if not call_counts:
        return list(records), outputs
    if not is_keras2:
        functional = {r.name for r in records if r.nested and r.nested.kind != SEQUENTIAL}
        return list(records), _renumber(outputs, functional)
    origins = [*outputs, *(o for record in records for c in record.calls for o in c.origins)]
    counted = {layer for layer, call, _output in origins if call_counts.get(layer) == call}
    replace = msgspec.structs.replace
    renumbered = [
        replace(
            record,
            calls=tuple(replace(c, origins=_renumber(c.origins, counted)) for c in record.calls),
        )
        for record in records
    ]
    return renumbered, _renumber(outputs, counted)


def _renumber(origins: Iterable[Origin], counted: set[str]) -> tuple[Origin, ...]:
    return tuple(
        (layer, call - 1 if layer in counted and call > 0 else call, output)
        for layer, call, output in origins
    )
