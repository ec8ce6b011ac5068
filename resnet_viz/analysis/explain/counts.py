"""How weights, MACs, other operations and output values follow: of a call, and as sums of many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import prod
from operator import attrgetter
from typing import Final

from resnet_viz.analysis.costs.macs import mac_terms
from resnet_viz.analysis.costs.other_ops import other_op_terms
from resnet_viz.analysis.costs.parameters import weights_by_rule
from resnet_viz.analysis.costs.types import CallNumbers, GroupNumbers, Numbers
from resnet_viz.analysis.explain.conventions import WEIGHTS
from resnet_viz.analysis.explain.explanation import Explanation, counted, equation
from resnet_viz.analysis.explain.sum_formula import sum_text
from resnet_viz.analysis.explain.unknown_reasons import (
    Rule,
    omission_note,
    open_size_reason,
    unknown_reason,
)
from resnet_viz.analysis.keras_ops.terms import Term, formula, total
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.shapes import spatial
from resnet_viz.graph.types import Graph, LayerCall

_MANY: Final = 1_000
"""Of so many convolutions nobody asks which size they share."""
_NO_WEIGHTS = "no weights"
_NOT_TRAINABLE = "none of the weights is trainable"
_ALL_TRAINABLE = "all weights are trainable"
_NOT_SAID = "the file doesn't say which weights are trainable"
_NO_MACS = "0 by convention"
A_VECTOR: Final = "a vector"
_NO_OTHERS = "none beside MACs, copying and looking up"


# -- a call --------------------------------------------------------------------------------------


def counts_of_call(graph: Graph, one: CallNumbers, call: LayerCall) -> Iterator[Explanation]:
    """Weights with their split, MACs, FLOPs, other operations, output values."""

    def why(value: int | None, rule: Rule, nothing: str) -> str:
        return unknown_reason(graph, call, rule) if value is None else "" if value else nothing

    note = why(one.parameters, weights_by_rule, _NO_WEIGHTS)
    meaning = WEIGHTS[one.weights_from]
    yield counted("parameters", one.parameters, one.parameters_formula, note, meaning=meaning)
    yield from _split(one, note)
    note = why(one.macs, mac_terms, _NO_MACS)
    yield counted("macs", one.macs, one.macs_formula, note)
    yield counted("flops", one.flops, _doubled(one.macs or 0), note)
    others = why(one.other_ops, other_op_terms, _NO_OTHERS)
    yield counted("other_ops", one.other_ops, one.other_ops_formula, others)
    text = values_text(call, one)
    unsaid = A_VECTOR if one.output_elements is not None else open_size_reason(graph, call)
    yield counted("output_elements", one.output_elements, text, "" if text else unsaid)


def _split(one: CallNumbers, note: str) -> Iterator[Explanation]:
    """The trainable terms come first; what is left is not trainable."""
    trainable, fixed = one.trainable_parameters, one.non_trainable_parameters
    first, rest = _parted(one.parameters_terms, trainable)
    if trainable is None:
        note = note or _NOT_SAID
    if note:
        yield counted("trainable_parameters", trainable, "", note)
        yield counted("non_trainable_parameters", fixed, "", note)
        return
    yield counted(
        "trainable_parameters", trainable, first, _NOT_TRAINABLE if trainable == 0 else ""
    )
    yield counted("non_trainable_parameters", fixed, rest, _ALL_TRAINABLE if fixed == 0 else "")


def _parted(terms: Sequence[Term], trainable: int | None) -> tuple[str, str]:
    for place in range(len(terms) + 1):
        if total(terms[:place]) == trainable:
            return formula(terms[:place]), formula(terms[place:])
    return "", ""


def _doubled(macs: int) -> str:
    return f"2·{macs:,} = {2 * macs:,}" if macs else ""


def values_text(call: LayerCall, one: CallNumbers) -> str:
    """The values in all outputs of a call, "28·28·128 = 100,352".

    "" if a size is open, and for a single vector, whose length is all that there is to say.
    """
    is_vector = len(call.outputs) == 1 and len(call.outputs[0].shape or ()) <= 2
    if one.output_elements is None or is_vector:
        return ""
    parts = ["·".join(str(size) for size in (tensor.shape or ())[1:]) for tensor in call.outputs]
    return f"{' + '.join(part or '1' for part in parts)} = {one.output_elements:,}"


# -- groups --------------------------------------------------------------------------------------


def counts_of_group(
    graph: Graph, numbers: Numbers, calls: Sequence[str], sums: GroupNumbers
) -> Iterator[Explanation]:
    """The same as sums over calls; a layer's weights once, however often it is called."""
    yield from _weights(graph, numbers, first_calls(graph, calls), sums)
    note = _missing(graph, numbers, calls, "macs", mac_terms) if sums.macs_at_least else ""
    nothing = "" if sums.macs or note else _NO_MACS
    yield counted("macs", sums.macs, _macs(graph, numbers, calls), note or nothing,
                  at_least=sums.macs_at_least)  # fmt: skip
    yield counted("flops", sums.flops, _doubled(sums.macs), note or nothing,
                  at_least=sums.macs_at_least)  # fmt: skip
    note = ""
    if sums.other_ops_at_least:
        note = _missing(graph, numbers, calls, "other_ops", other_op_terms)
    text = _sum_of(numbers, calls, "other_ops", lambda name: numbers.calls[name].other_ops_formula)
    yield counted("other_ops", sums.other_ops, text, note or ("" if sums.other_ops else _NO_OTHERS),
                  at_least=sums.other_ops_at_least)  # fmt: skip
    note = ""
    if sums.output_elements_at_least:
        unknown = [name for name in calls if numbers.calls[name].output_elements is None]
        note = omission_note(graph, unknown, lambda call: open_size_reason(graph, call))
    text = _sum_of(
        numbers, calls, "output_elements",
        lambda name: values_text(graph.by_id[name], numbers.calls[name]),
    )  # fmt: skip
    yield counted("output_elements", sums.output_elements, text, note or ("" if text else A_VECTOR),
                  at_least=sums.output_elements_at_least)  # fmt: skip


def _sum_of(numbers: Numbers, calls: Sequence[str], field: str, alone: Callable[[str], str]) -> str:
    """The sum over calls; of a single one that counts its own formula, ``alone``."""
    get = attrgetter(field)
    counts = [get(numbers.calls[name]) or 0 for name in calls]
    if len(counts) - counts.count(0) == 1:
        text = alone(next(name for name, count in zip(calls, counts, strict=True) if count))
        return text or equation(counts)
    return equation(counts)


def first_calls(graph: Graph, calls: Sequence[str]) -> list[str]:
    """The first call of each layer among these."""
    found: dict[str, str] = {}
    for name in calls:
        found.setdefault(graph.by_id[name].layer, name)
    return list(found.values())


def _missing(graph: Graph, numbers: Numbers, calls: Sequence[str], name: str, rule: Rule) -> str:
    unknown = [call for call in calls if getattr(numbers.calls[call], name) is None]
    return omission_note(graph, unknown, lambda call: unknown_reason(graph, call, rule))


def _weights(
    graph: Graph, numbers: Numbers, layers: Sequence[str], sums: GroupNumbers
) -> Iterator[Explanation]:
    whole, split = sums.parameters_at_least, sums.split_at_least
    for name, value, nothing, least in (
        ("parameters", sums.parameters, _NO_WEIGHTS, whole),
        ("trainable_parameters", sums.trainable_parameters, _NOT_TRAINABLE, split),
        ("non_trainable_parameters", sums.non_trainable_parameters, _ALL_TRAINABLE, split),
    ):
        text = _sum_of(numbers, layers, name, partial(_own, numbers, name))
        note = "" if value else nothing if sums.parameters else _NO_WEIGHTS
        if least:
            unknown = [call for call in layers if getattr(numbers.calls[call], name) is None]
            note = omission_note(graph, unknown, partial(_why_no_weights, graph, numbers))
        yield counted(name, value, text, note, at_least=least)


def _why_no_weights(graph: Graph, numbers: Numbers, call: LayerCall) -> str:
    known = numbers.calls[call.id].parameters is not None
    return _NOT_SAID if known else unknown_reason(graph, call, weights_by_rule)


def _own(numbers: Numbers, name: str, call: str) -> str:
    """The formula of a layer's weights, or of those of them that are (not) trainable."""
    one = numbers.calls[call]
    if name == "parameters":
        return one.parameters_formula
    first, rest = _parted(one.parameters_terms, one.trainable_parameters)
    return first if name == "trainable_parameters" else rest


def _macs(graph: Graph, numbers: Numbers, calls: Sequence[str]) -> str:
    """The sum of the calls' MACs; convolutions of one output size share its factor."""
    parts = [(name, numbers.calls[name].macs or 0) for name in calls]
    parts = [(name, count) for name, count in parts if count]
    if len(parts) == 1 and numbers.calls[parts[0][0]].macs_formula:
        return numbers.calls[parts[0][0]].macs_formula
    counts = [count for _, count in parts]
    shared = _shared_size(graph, [name for name, _ in parts]) if len(parts) < _MANY else ()
    size = prod(shared)
    if size > 1 and all(count % size == 0 for count in counts):
        factor = "·".join(str(one) for one in shared)
        return f"{factor}·({sum_text([count // size for count in counts])}) = {sum(counts):,}"
    return equation(counts)


def _shared_size(graph: Graph, calls: Sequence[str]) -> tuple[int, ...]:
    found: set[tuple[int | None, ...]] = set()
    channels_first_ranks = graph.channels_first_ranks
    for name in calls:
        call = graph.by_id[name]
        if op_kind(call) != "conv":
            return ()
        found.add(spatial(call.output_shape, channels_first_ranks=channels_first_ranks))
    shared = found.pop() if len(found) == 1 else ()
    known = tuple(size for size in shared if size is not None)
    return known if len(known) == len(shared) else ()
