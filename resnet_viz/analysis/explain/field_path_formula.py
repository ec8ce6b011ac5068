"""How a group's receptive field, its jump and its start follow along the widest way through it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeAlias

from resnet_viz.analysis.costs.types import CallNumbers, Numbers
from resnet_viz.analysis.explain.field_formula import (
    Axes,
    changed_by,
    grown_by,
    joined,
    moved_by,
    sources_of,
)
from resnet_viz.analysis.explain.sum_formula import repeated
from resnet_viz.analysis.wording.numbers import decimal, exact
from resnet_viz.graph.types import Graph, LayerCall

_APART = "(apart)"
"""Behind what a join's branches see together more than the widest of them, as they lie apart."""
Step: TypeAlias = tuple[LayerCall, CallNumbers, CallNumbers, bool]
"""A call of a way, the numbers before and after it, and whether others meet with them in it."""


def path_formulas(
    graph: Graph, numbers: Numbers, calls: Collection[str], last: str, axes: Axes
) -> tuple[str, str, str]:
    """Field, jump and start of ``last`` from those that enter; each "" if it is no such sum.

    The field that enters plus (k - 1)·jump for each window: "59 + 2·4 + 2·8 = 83". Where branches
    that lie apart meet, what they see together more is a term of its own, "+ 8 (apart)"; behind
    up-sampling the field does not grow by such sums. The jump that enters times all strides:
    "4·2 = 8". The start that enters minus padding·jump: "−26 − 0·4 − 1·8 = −34".
    """
    texts = [_texts(graph, numbers, calls, last, axis) for axis in axes]
    field, jump, start = (_by_axis([text[place] for text in texts]) for place in range(3))
    return field, jump, start


def _by_axis(texts: list[str]) -> str:
    text = joined(texts)
    is_said = any(left != right for left, right in (each.split(" = ") for each in texts if each))
    return text if is_said else ""


def _texts(
    graph: Graph, numbers: Numbers, calls: Collection[str], last: str, axis: int
) -> tuple[str, str, str]:
    def widest(them: list[CallNumbers]) -> int:
        return max(range(len(them)), key=lambda place: _size(them[place], axis))

    def earliest(them: list[CallNumbers]) -> int:
        return min(range(len(them)), key=lambda place: _start_of(them[place], axis))

    end = numbers.calls[last]
    first, steps = _way(graph, numbers, calls, last, widest)
    field = _field(first, steps, _size(end, axis), axis)
    jump = _jump(first, steps, _jump_of(end, axis), axis)
    if end.field_start is None:
        return field, jump, ""
    if any(meets for *_, meets in steps):  # else there is but one way
        first, steps = _way(graph, numbers, calls, last, earliest)
    return field, jump, _start(first, steps, end.field_start[axis], axis)


def _way(
    graph: Graph,
    numbers: Numbers,
    calls: Collection[str],
    last: str,
    best: Callable[[list[CallNumbers]], int],
) -> tuple[CallNumbers, list[Step]]:
    """From what enters the group to its last call, against the stream; where it begins."""
    steps: list[Step] = []
    name = last
    while name in calls:
        call = graph.by_id[name]
        names = sources_of(numbers, call)
        if not names:
            break
        before = [numbers.calls[one] for one in names]
        place = best(before) if len(before) > 1 else 0
        steps.append((call, before[place], numbers.calls[name], len(before) > 1))
        name = names[place]
    return numbers.calls[name], steps[::-1]


def _field(first: CallNumbers, steps: list[Step], end: int, axis: int) -> str:
    terms: list[str] = []
    for call, before, after, meets in steps:
        grown = _size(after, axis) - _size(before, axis)
        if grown:
            term = grown_by(call, before, axis, grown)
            if not term and meets:
                term = f"{grown} {_APART}"
            if not term:
                return ""
            terms.append(term)
    return f"{' + '.join([str(_size(first, axis)), *repeated(terms)])} = {end}"


def _start(first: CallNumbers, steps: list[Step], end: int, axis: int) -> str:
    if first.field_start is None or any(step[1].field_start is None for step in steps):
        return ""
    terms: list[str] = []
    for call, before, after, meets in steps:
        moved = _start_of(after, axis) - _start_of(before, axis)
        if not moved:
            continue
        if meets:
            term = f"{'+' if moved > 0 else '−'}{abs(moved)} {_APART}"
        else:
            term = moved_by(call, before, axis, moved)
        if not term:
            return ""
        terms.append(term)
    text = "".join(f" {'−' if term[0] == '−' else '+'} {term[1:]}" for term in _signs(terms))
    return f"{decimal(_start_of(first, axis))}{text} = {decimal(end)}"


def _signs(terms: list[str]) -> list[str]:
    """Equal terms taken together behind their signs."""
    found: list[str] = []
    for term in repeated(terms):
        times, mark, rest = term.rpartition(" × ")
        found.append(f"{rest[0]}{times}{mark}{rest[1:]}")
    return found


def _jump(first: CallNumbers, steps: list[Step], end: float, axis: int) -> str:
    text = exact(_jump_of(first, axis))
    for _, before, after, meets in steps:
        old, new = _jump_of(before, axis), _jump_of(after, axis)
        if old == new:
            continue
        change = "" if meets else changed_by(old, new)
        if not change:
            return ""
        text += change
    return f"{text} = {exact(end)}"


def _size(one: CallNumbers, axis: int) -> int:
    return one.receptive_field[axis] if one.receptive_field else 0


def _start_of(one: CallNumbers, axis: int) -> int:
    return one.field_start[axis] if one.field_start else 0


def _jump_of(one: CallNumbers, axis: int) -> float:
    return one.jump[axis] if one.jump else 0.0
