"""Formulas of weights, MACs, other operations and output values, for calls and groups of calls."""

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
from resnet_viz.analysis.explain.explanation import Explanation, equation, explained_count
from resnet_viz.analysis.explain.sum_formula import sum_text
from resnet_viz.analysis.explain.unknown_reasons import (
    Rule,
    omission_note,
    open_size_reason,
    unknown_reason,
)
from resnet_viz.analysis.keras_ops.terms import Term, equation_of_steps, formula, total
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.shapes import spatial
from resnet_viz.graph.types import Graph, LayerCall

A_VECTOR: Final = "a vector"
_NO_WEIGHTS: Final = "no weights"
_NOT_TRAINABLE: Final = "none of the weights are trainable"
_ALL_TRAINABLE: Final = "all weights are trainable"
_NOT_RECORDED: Final = "the file does not say which weights are trainable"
_NO_MACS: Final = "0 by convention"
_NO_OTHER_OPS: Final = "none besides MACs, copies and lookups"
_MOST_FACTORED: Final = 1_000
"""Sums of more convolutions are not searched for a common output size."""


# -- calls ---------------------------------------------------------------------------------------


def call_counts(graph: Graph, numbers: CallNumbers, call: LayerCall) -> Iterator[Explanation]:
    """Weights with their split, MACs, FLOPs, other operations and output values of a call."""

    def note(value: int | None, rule: Rule, zero_note: str) -> str:
        return unknown_reason(graph, call, rule) if value is None else "" if value else zero_note

    weights_note = note(numbers.parameters, weights_by_rule, _NO_WEIGHTS)
    total, text, origin = numbers.parameters, numbers.parameters_formula, numbers.weights_from
    yield explained_count("parameters", total, text, weights_note, meaning=WEIGHTS[origin])
    yield from _split(numbers, weights_note)
    macs_note = note(numbers.macs, mac_terms, _NO_MACS)
    yield explained_count("macs", numbers.macs, numbers.macs_formula, macs_note)
    yield explained_count("flops", numbers.flops, _doubled(numbers.macs or 0), macs_note)
    ops_note = note(numbers.other_ops, other_op_terms, _NO_OTHER_OPS)
    yield explained_count("other_ops", numbers.other_ops, numbers.other_ops_formula, ops_note)
    text, values = output_values_formula(call, numbers), numbers.output_elements
    values_note = open_size_reason(graph, call) if values is None else "" if text else A_VECTOR
    yield explained_count("output_elements", values, text, values_note)


def _split(numbers: CallNumbers, note: str) -> Iterator[Explanation]:
    """Trainable and other weights; the trainable terms come first."""
    trainable, fixed = numbers.trainable_parameters, numbers.non_trainable_parameters
    trainable_text, fixed_text = _split_formulas(numbers.parameters_terms, trainable)
    if trainable is None:
        note = note or _NOT_RECORDED
    trainable_note = note or (_NOT_TRAINABLE if trainable == 0 else "")
    fixed_note = note or (_ALL_TRAINABLE if fixed == 0 else "")
    if note:
        trainable_text = fixed_text = ""
    yield explained_count("trainable_parameters", trainable, trainable_text, trainable_note)
    yield explained_count("non_trainable_parameters", fixed, fixed_text, fixed_note)


def _split_formulas(terms: Sequence[Term], trainable: int | None) -> tuple[str, str]:
    for count in range(len(terms) + 1):
        if total(terms[:count]) == trainable:
            return formula(terms[:count]), formula(terms[count:])
    return "", ""


def _doubled(macs: int) -> str:
    return f"2·{macs:,} = {2 * macs:,}" if macs else ""


def output_values_formula(call: LayerCall, numbers: CallNumbers) -> str:
    """Number of values in all outputs of a call: "28·28·128 = 100,352".

    "" if a size is open, and for a single vector, whose length is the number itself.
    """
    is_vector = len(call.outputs) == 1 and len(call.outputs[0].shape or ()) <= 2
    if numbers.output_elements is None or (is_vector and not numbers.steps):
        return ""
    sizes = [(tensor.shape or ())[1:] for tensor in call.outputs]
    return equation_of_steps(sizes, numbers.steps, numbers.output_elements)


# -- groups --------------------------------------------------------------------------------------


def group_counts(
    graph: Graph, numbers: Numbers, calls: Sequence[str], sums: GroupNumbers
) -> Iterator[Explanation]:
    """Counts of a group as sums over its calls; a shared layer's weights count once."""
    yield from _group_weights(graph, numbers, first_calls(graph, calls), sums)
    macs_note = _omitted(graph, numbers, calls, "macs", mac_terms)
    macs_note = macs_note or ("" if sums.macs else _NO_MACS)
    for name, value, text in (
        ("macs", sums.macs, _group_macs_formula(graph, numbers, calls)),
        ("flops", sums.flops, _doubled(sums.macs)),
    ):
        yield explained_count(name, value, text, macs_note, at_least=sums.macs_at_least)
    text = _sum_formula(numbers, calls, "other_ops", lambda call: call.other_ops_formula)
    note = _omitted(graph, numbers, calls, "other_ops", other_op_terms)
    note = note or ("" if sums.other_ops else _NO_OTHER_OPS)
    yield explained_count("other_ops", sums.other_ops, text, note, at_least=sums.other_ops_at_least)
    yield _group_values(graph, numbers, calls, sums)


def _group_values(
    graph: Graph, numbers: Numbers, calls: Sequence[str], sums: GroupNumbers
) -> Explanation:
    sizes = [(name, numbers.calls[name].output_elements) for name in calls]
    unknown = [name for name, size in sizes if size is None]
    note = omission_note(graph, unknown, lambda call: open_size_reason(graph, call))
    with_values = [name for name, size in sizes if size]
    text = ""
    if len(with_values) == 1:
        only = with_values[0]
        text = output_values_formula(graph.by_id[only], numbers.calls[only])
    text = text or equation([size or 0 for _, size in sizes])
    note = note or ("" if text else A_VECTOR)
    total, at_least = sums.output_elements, sums.output_elements_at_least
    return explained_count("output_elements", total, text, note, at_least=at_least)


def _sum_formula(
    numbers: Numbers, calls: Sequence[str], name: str, own_formula: Callable[[CallNumbers], str]
) -> str:
    """Sum over calls; ``own_formula`` of the call if only one is not zero."""
    value_of = attrgetter(name)
    values = [(call, value_of(call) or 0) for call in map(numbers.calls.__getitem__, calls)]
    nonzero = [call for call, value in values if value]
    text = own_formula(nonzero[0]) if len(nonzero) == 1 else ""
    return text or equation([value for _, value in values])


def first_calls(graph: Graph, calls: Sequence[str]) -> list[str]:
    """First call of each layer among ``calls``."""
    by_layer: dict[str, str] = {}
    for name in calls:
        by_layer.setdefault(graph.by_id[name].layer, name)
    return list(by_layer.values())


def _omitted(graph: Graph, numbers: Numbers, calls: Sequence[str], name: str, rule: Rule) -> str:
    unknown = [call for call in calls if getattr(numbers.calls[call], name) is None]
    return omission_note(graph, unknown, lambda call: unknown_reason(graph, call, rule))


def _group_weights(
    graph: Graph, numbers: Numbers, layers: Sequence[str], sums: GroupNumbers
) -> Iterator[Explanation]:
    def reason(call: LayerCall) -> str:
        is_known = numbers.calls[call.id].parameters is not None
        return _NOT_RECORDED if is_known else unknown_reason(graph, call, weights_by_rule)

    whole, split = sums.parameters_at_least, sums.split_at_least
    for name, value, zero_note, at_least in (
        ("parameters", sums.parameters, _NO_WEIGHTS, whole),
        ("trainable_parameters", sums.trainable_parameters, _NOT_TRAINABLE, split),
        ("non_trainable_parameters", sums.non_trainable_parameters, _ALL_TRAINABLE, split),
    ):
        text = _sum_formula(numbers, layers, name, partial(_weights_formula, name=name))
        note = "" if value else zero_note if sums.parameters else _NO_WEIGHTS
        if at_least:
            unknown = [call for call in layers if getattr(numbers.calls[call], name) is None]
            note = omission_note(graph, unknown, reason)
        yield explained_count(name, value, text, note, at_least=at_least)


def _weights_formula(numbers: CallNumbers, *, name: str) -> str:
    """All weights of a layer, or the trainable or non-trainable ones."""
    if name == "parameters":
        return numbers.parameters_formula
    texts = _split_formulas(numbers.parameters_terms, numbers.trainable_parameters)
    return texts[name == "non_trainable_parameters"]


def _group_macs_formula(graph: Graph, numbers: Numbers, calls: Sequence[str]) -> str:
    """Sum of the calls' MACs; a common output size of convolutions is factored out."""
    macs = {name: numbers.calls[name].macs or 0 for name in calls}
    nonzero = [name for name in calls if macs[name]]
    size = _common_size(graph, nonzero) if 1 < len(nonzero) < _MOST_FACTORED else ()
    area = prod(size)
    counts = [macs[name] for name in nonzero]
    if area > 1 and all(count % area == 0 for count in counts):
        inner = sum_text([count // area for count in counts])
        return f"{'·'.join(map(str, size))}·({inner}) = {sum(counts):,}"
    return _sum_formula(numbers, calls, "macs", lambda call: call.macs_formula)


def _common_size(graph: Graph, calls: Sequence[str]) -> tuple[int, ...]:
    """Spatial output size that all calls share; () if they differ or one is no convolution."""
    if any(op_kind(graph.by_id[name]) != "conv" for name in calls):
        return ()
    ranks = graph.channels_first_ranks
    sizes = {spatial(graph.by_id[name].output_shape, channels_first_ranks=ranks) for name in calls}
    common = sizes.pop() if len(sizes) == 1 else ()
    known = tuple(size for size in common if size is not None)
    return known if len(known) == len(common) else ()
