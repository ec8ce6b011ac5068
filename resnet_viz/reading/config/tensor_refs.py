"""References to calls: a model's borders, and the two ways in which Keras counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from resnet_viz.reading.config.nodes import origin_of
from resnet_viz.reading.config.records import FUNCTIONAL, LayerRecord, Origin
from resnet_viz.reading.errors import Unreadable


def borders(raw: object, key: str) -> tuple[Origin, ...]:
    """References of ``input_layers`` or ``output_layers``: one, a list, nested lists or a dict.

    A dict counts by its sorted keys, as in Keras's own ``model.inputs`` and ``model.outputs``.

    Raises:
        Unreadable: something in it is no reference, or there is none; ``key`` names the place.
    """
    found: list[Origin] = []
    pending = [raw]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending.extend(value[name] for name in sorted(value, reverse=True))
        elif isinstance(value, list) and not (value and isinstance(value[0], str)):
            pending.extend(reversed(value))
        else:
            found.append(origin_of(value, key))
    if not found:
        raise Unreadable(f"its {key} name nothing")
    return tuple(found)


def input_keys(raw: object) -> tuple[str, ...]:
    """By which name a dict of tensors gives each input: the dict's keys, or the layers' names."""
    if isinstance(raw, dict):
        return tuple(sorted(raw))
    return tuple(layer for layer, _call, _output in borders(raw, "input_layers"))


def renumbered(
    records: Sequence[LayerRecord], outputs: tuple[Origin, ...], *, is_old: bool
) -> tuple[list[LayerRecord], tuple[Origin, ...]]:
    """All references with the first call of every layer as call 0.

    A model in a model has a call of its own (its inputs to its outputs). Keras 3 counts it for
    functional models, but only in ``output_layers``. Keras 2 counts it everywhere, except for
    Sequential models that had not been built. Every call in a file leads to an output, so it was
    counted where a model of n calls has its n-th, counted from 0, referred to.
    """
    models = {record.name: len(record.calls) for record in records if record.nested}
    if not models:
        return list(records), outputs
    if not is_old:
        functional = {r.name for r in records if r.nested and r.nested.kind == FUNCTIONAL}
        return list(records), _shifted(outputs, functional)
    everything = [*outputs, *(o for record in records for c in record.calls for o in c.origins)]
    counted = {layer for layer, call, _output in everything if models.get(layer) == call}
    return [_record(record, counted) for record in records], _shifted(outputs, counted)


def _record(record: LayerRecord, counted: set[str]) -> LayerRecord:
    calls = tuple(
        msgspec.structs.replace(call, origins=_shifted(call.origins, counted))
        for call in record.calls
    )
    return msgspec.structs.replace(record, calls=calls)


def _shifted(origins: Iterable[Origin], counted: set[str]) -> tuple[Origin, ...]:
    return tuple(
        (layer, call - 1 if layer in counted and call > 0 else call, output)
        for layer, call, output in origins
    )
