"""Formulas of a group's receptive field, jump and start along the widest path through it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final, NamedTuple

from resnet_viz.analysis.costs.types import CallNumbers, Numbers
from resnet_viz.analysis.explain.field_formula import (
    Axes,
    field_of,
    growth_term,
    joined,
    jump_factor,
    shift_term,
    sources_of,
    start_of,
)
from resnet_viz.analysis.explain.sum_formula import gathered_runs
from resnet_viz.analysis.keras_ops.convolution_ops import as_layer
from resnet_viz.analysis.wording.numbers import decimal, exact
from resnet_viz.graph.types import Graph, LayerCall

_APART: Final = "(apart)"
"""Mark of what the branches of a join see beyond the widest of them, as they do not overlap."""


class PathStep(NamedTuple):
    """A call of a path with the numbers before and after it."""

    call: LayerCall
    before: CallNumbers
    after: CallNumbers
    is_join: bool


def path_formulas(
    graph: Graph, numbers: Numbers, calls: Collection[str], last: str, axes: Axes
) -> list[str]:
    """Field, jump and start of ``last`` from those that enter; each "" if no such sum gives it.

    The field that enters plus (k - 1)·jump for each window: "59 + 2·4 + 2·8 = 83". Where branches
    that do not overlap meet, what they see beyond the widest is a term of its own, "+ 8 (apart)";
    after up-sampling the field does not grow by such sums. The jump that enters times all strides:
    "4·2 = 8". The start that enters minus padding·jump: "−26 − 0·4 − 1·8 = −34".
    """
    by_axis = [_axis_formulas(graph, numbers, calls, last, axis) for axis in axes]
    return [_joined([texts[index] for texts in by_axis]) for index in range(3)]


def _joined(texts: list[str]) -> str:
    """Formulas of all axes; "" if none has more on its left side than its result."""
    sides = [text.split(" = ") for text in texts if text]
    return joined(texts) if any(left != right for left, right in sides) else ""


def _axis_formulas(
    graph: Graph, numbers: Numbers, calls: Collection[str], last: str, axis: int
) -> tuple[str, str, str]:
    end = numbers.calls[last]
    entry, steps = _path(graph, numbers, calls, last, lambda source: -field_of(source, axis))
    field = _field_sum(entry, steps, end, axis)
    jump = _jump_product(entry, steps, end, axis)
    if end.field_start is None:
        return field, jump, ""
    if any(step.is_join for step in steps):  # else there is only one path
        entry, steps = _path(graph, numbers, calls, last, lambda source: start_of(source, axis))
    return field, jump, _start_sum(entry, steps, end, axis)


def _path(
    graph: Graph,
    numbers: Numbers,
    calls: Collection[str],
    last: str,
    rank: Callable[[CallNumbers], int],
) -> tuple[CallNumbers, list[PathStep]]:
    """Path into ``last`` by the source of lowest rank at each join, and what enters it."""
    steps: list[PathStep] = []
    name = last
    while name in calls:
        call = as_layer(graph, graph.by_id[name])
        sources = sources_of(numbers, call)
        if not sources:
            break
        source = min(sources, key=lambda name: rank(numbers.calls[name]))
        is_join = len(sources) > 1
        steps.append(PathStep(call, numbers.calls[source], numbers.calls[name], is_join))
        name = source
    return numbers.calls[name], steps[::-1]


def _field_sum(entry: CallNumbers, steps: list[PathStep], end: CallNumbers, axis: int) -> str:
    terms: list[str] = []
    for step in steps:
        growth = field_of(step.after, axis) - field_of(step.before, axis)
        if growth:
            term = growth_term(step.call, step.before, axis, growth)
            if not term and step.is_join:
                term = f"{growth} {_APART}"
            if not term:
                return ""
            terms.append(term)
    total = " + ".join([str(field_of(entry, axis)), *gathered_runs(terms)])
    return f"{total} = {field_of(end, axis)}"


def _start_sum(entry: CallNumbers, steps: list[PathStep], end: CallNumbers, axis: int) -> str:
    if entry.field_start is None or any(step.before.field_start is None for step in steps):
        return ""
    terms: list[str] = []
    for step in steps:
        shift = start_of(step.after, axis) - start_of(step.before, axis)
        if not shift:
            continue
        if step.is_join:
            term = f"{'+' if shift > 0 else '−'}{abs(shift)} {_APART}"
        else:
            term = shift_term(step.call, step.before, axis, shift)
        if not term:
            return ""
        terms.append(term)
    total = "".join(_with_sign_first(term) for term in gathered_runs(terms))
    return f"{decimal(start_of(entry, axis))}{total} = {decimal(start_of(end, axis))}"


def _with_sign_first(term: str) -> str:
    """A term of a sum, " − 3 × 1·8", from "3 × −1·8"."""
    count, times, value = term.rpartition(" × ")
    return f" {value[0]} {count}{times}{value[1:]}"


def _jump_product(entry: CallNumbers, steps: list[PathStep], end: CallNumbers, axis: int) -> str:
    text = exact(_jump_of(entry, axis))
    for step in steps:
        before, after = _jump_of(step.before, axis), _jump_of(step.after, axis)
        if before == after:
            continue
        factor = "" if step.is_join else jump_factor(before, after)
        if not factor:
            return ""
        text += factor
    return f"{text} = {exact(_jump_of(end, axis))}"


def _jump_of(numbers: CallNumbers, axis: int) -> float:
    return numbers.jump[axis] if numbers.jump else 0.0
