"""Compare two analysed models: pairs of calls, their differences, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable

from resnet_viz.comparison.matching import match_calls
from resnet_viz.comparison.shortcut_changes import shortcut_changes
from resnet_viz.comparison.totals import change_of, known_sum
from resnet_viz.comparison.traits import ArchitectureTraits, CallTraits, architecture_traits
from resnet_viz.comparison.types import (
    CallPair,
    Change,
    Comparison,
    Difference,
    Fields,
    Level,
)
from resnet_viz.comparison.wiring import Wiring
from resnet_viz.document import Document
from resnet_viz.graph.types import Tensor

_LEVELS: dict[str, Level] = {"stage": "stage", "head": "stage", "block": "block", "unit": "unit"}


def compare(a: Document, b: Document, *, with_trainable: bool = False) -> Comparison:
    """Differences between two models, aligned by structure; names never matter.

    Args:
        a: the model before.
        b: the model after.
        with_trainable: let it matter whether a layer is trained.
    """
    traits_a = architecture_traits(a, with_trainable=with_trainable)
    traits_b = architecture_traits(b, with_trainable=with_trainable)
    matching = match_calls(traits_a, traits_b)
    wiring = Wiring(a.graph, b.graph, matching)
    pairs = tuple(
        _pair(traits_a, traits_b, call.id, wiring, is_moved=call.id in matching.moved)
        for call in a.graph.calls
        if call.id in matching.pairs
    )
    differences = (
        *_lone(a, set(matching.pairs), "removed"),
        *(_paired(a, b, pair) for pair in pairs if pair.fields or pair.is_moved),
        *_lone(b, set(matching.pairs.values()), "added"),
    )
    return Comparison(a, b, pairs, differences, shortcut_changes(a, b, matching.pairs))


def _pair(
    a: ArchitectureTraits, b: ArchitectureTraits, call: str, wiring: Wiring, *, is_moved: bool
) -> CallPair:
    one, other = a.calls[call], b.calls[wiring.partner[call]]
    fields = _settings(one, other)
    consequences: Fields = {}
    inputs, outputs = wiring.inputs(one, other), wiring.outputs(one, other)
    for name, finding in (("inputs", inputs), ("model_output", outputs)):
        if finding.values is not None:
            follows = finding.is_consequence or is_moved
            (consequences if follows else fields)[name] = finding.values
    shared = wiring.sharing(one.call, other.call)
    if shared is not None:
        fields["shares_weights"] = shared
    for name, values in _tensors(a, b, one, other).items():
        follows = bool(fields or consequences) or is_moved or name.startswith("input")
        (consequences if follows else fields)[name] = values
    return CallPair(one.call.id, other.call.id, fields, consequences, is_moved)


def _settings(one: CallTraits, other: CallTraits) -> Fields:
    if one.key == other.key:
        return {}
    fields: Fields = {}
    if one.kind != other.kind:
        fields["class"] = (one.call.type, other.call.type)
    for name in (*one.settings, *(each for each in other.settings if each not in one.settings)):
        values = one.settings.get(name), other.settings.get(name)
        if values[0] != values[1]:
            fields[name] = values
    return fields


def _tensors(
    a: ArchitectureTraits, b: ArchitectureTraits, one: CallTraits, other: CallTraits
) -> Fields:
    """Shapes and dtypes that differ, those of the inputs first."""
    tensors = {
        "input_shapes": (
            [_sizes(shape) for shape in a.document.graph.input_shapes(one.call)],
            [_sizes(shape) for shape in b.document.graph.input_shapes(other.call)],
        ),
        "output_shapes": _each(one, other, lambda tensor: _sizes(tensor.shape)),
        "output_dtypes": _each(one, other, lambda tensor: tensor.dtype),
    }
    return {name: values for name, values in tensors.items() if values[0] != values[1]}


def _each(
    one: CallTraits, other: CallTraits, value: Callable[[Tensor], object]
) -> tuple[list[object], list[object]]:
    return [value(t) for t in one.call.outputs], [value(t) for t in other.call.outputs]


def _sizes(shape: tuple[int | None, ...] | None) -> list[int | None] | None:
    return None if shape is None else list(shape)


def _paired(a: Document, b: Document, pair: CallPair) -> Difference:
    change: Change = "moved" if pair.is_moved and not pair.fields else "changed"
    return Difference(
        change, "call", pair.a, pair.b, pair.fields, pair_delta(a, b, pair), (pair.a,)
    )


def pair_delta(a: Document, b: Document, pair: CallPair) -> dict[str, int | None]:
    """B's numbers less a's for two calls; None where one is unknown."""
    one, other = call_numbers(a, pair.a), call_numbers(b, pair.b)
    return {name: change_of(one[name], other[name]) for name in one}


def call_numbers(document: Document, call: str) -> dict[str, int | None]:
    """Numbers of a call that a comparison shows; memory in bytes, the field's height in pixels."""
    numbers, memory = document.numbers.calls[call], document.numbers.memory.calls[call]
    field = numbers.receptive_field
    return {
        "parameters": numbers.parameters,
        "macs": numbers.macs,
        "memory": memory.output_bytes,
        "receptive_field": max(field) if field else None,
    }


def _lone(document: Document, paired: set[str], change: Change) -> list[Difference]:
    """A difference for each largest group, and each call outside them, that has no partner."""
    lone = {call.id for call in document.graph.calls if call.id not in paired}
    differences = []
    for group in document.structure.groups:  # outer groups come first
        level = _LEVELS.get(group.kind)
        if level is not None and lone.issuperset(group.calls):
            lone.difference_update(group.calls)
            differences.append(_one_sided(document, change, level, group.id, group.calls))
    differences += [
        _one_sided(document, change, "call", call.id, (call.id,))
        for call in document.graph.calls
        if call.id in lone
    ]
    order = {call.id: index for index, call in enumerate(document.graph.calls)}
    return sorted(differences, key=lambda difference: order[difference.calls[0]])


def _sum(document: Document, calls: tuple[str, ...]) -> dict[str, int | None]:
    """Parameters (those of a layer once), MACs and memory of calls; None if one is unknown."""
    by_layer = {document.graph.by_id[call].layer: call for call in calls}
    numbers = {call: call_numbers(document, call) for call in calls}
    counted = {"parameters": tuple(by_layer.values()), "macs": calls, "memory": calls}
    return {name: known_sum([numbers[call][name] for call in of]) for name, of in counted.items()}


def _one_sided(
    document: Document, change: Change, level: Level, id_: str, calls: tuple[str, ...]
) -> Difference:
    numbers = _sum(document, calls)
    if change == "added":
        return Difference(change, level, None, id_, {}, numbers, calls)
    less = {name: change_of(value, 0) for name, value in numbers.items()}
    return Difference(change, level, id_, None, {}, less, calls)
