"""How a group's receptive field, its jump and its start follow along the widest way through it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from resnet_viz.analysis.field_text import changed_by, grown_by, moved_by, signed, sources_of
from resnet_viz.analysis.number_values import CallNumbers, Numbers
from resnet_viz.analysis.sum_text import repeated
from resnet_viz.analysis.words import exact
from resnet_viz.graph.values import Graph, LayerCall

_APART = "(apart)"
"""Behind what a join's branches see together more than the widest of them, as they lie apart."""
Step = tuple[LayerCall, CallNumbers, CallNumbers]
"""A call of a way with the numbers before and after it."""


def field_way(graph: Graph, numbers: Numbers, calls: Collection[str], last: str) -> str:
    """The field that enters plus (k - 1)·jump for each window: "59 + 2·4 + 2·8 = 83".

    Where branches that lie apart meet, what they see together more is a term of its own, "+ 8
    (apart)". "" where the field does not grow by such sums: behind up-sampling.
    """
    return _by_axis(numbers.calls[last], lambda axis: _field(graph, numbers, calls, last, axis))


def jump_way(graph: Graph, numbers: Numbers, calls: Collection[str], last: str) -> str:
    """The jump that enters times all strides: "4·2 = 8"; "" where the ways differ."""
    return _by_axis(numbers.calls[last], lambda axis: _jump(graph, numbers, calls, last, axis))


def start_way(graph: Graph, numbers: Numbers, calls: Collection[str], last: str) -> str:
    """The start that enters minus padding·jump: "−26 − 0·4 − 1·8 = −34"; "" if it is no sum."""
    return _by_axis(numbers.calls[last], lambda axis: _start(graph, numbers, calls, last, axis))


def _by_axis(one: CallNumbers, along: Callable[[int], str]) -> str:
    if one.receptive_field is None:
        return ""
    texts = [along(axis) for axis in range(len(one.receptive_field))]
    sides = [text.split(" = ") for text in texts]
    if "" in texts or all(left == right for left, right in sides):
        return ""
    return texts[0] if len(set(texts)) == 1 else ", ".join(texts)


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
        place = best(before)
        steps.append((call, before[place], numbers.calls[name]))
        name = names[place]
    return numbers.calls[name], steps[::-1]


def _field(graph: Graph, numbers: Numbers, calls: Collection[str], last: str, axis: int) -> str:
    def size(one: CallNumbers) -> int:
        return one.receptive_field[axis] if one.receptive_field else 0

    first, steps = _way(
        graph, numbers, calls, last, lambda them: max(range(len(them)), key=lambda n: size(them[n]))
    )
    terms: list[str] = []
    for call, before, after in steps:
        grown = size(after) - size(before)
        if grown:
            term = grown_by(call, before, axis, grown)
            if not term and len(sources_of(numbers, call)) > 1:
                term = f"{grown} {_APART}"
            if not term:
                return ""
            terms.append(term)
    return f"{' + '.join([str(size(first)), *repeated(terms)])} = {size(numbers.calls[last])}"


def _start(graph: Graph, numbers: Numbers, calls: Collection[str], last: str, axis: int) -> str:
    def start(one: CallNumbers) -> int:
        return one.field_start[axis] if one.field_start else 0

    if numbers.calls[last].field_start is None:
        return ""
    first, steps = _way(
        graph, numbers, calls, last,
        lambda them: min(range(len(them)), key=lambda n: start(them[n])),
    )  # fmt: skip
    if first.field_start is None or any(before.field_start is None for _, before, _ in steps):
        return ""
    terms: list[str] = []
    for call, before, after in steps:
        moved = start(after) - start(before)
        term = moved_by(call, before, axis, moved)
        if moved and len(sources_of(numbers, call)) > 1:
            term = f"{'+' if moved > 0 else '−'}{abs(moved)} {_APART}"
        if moved and not term:
            return ""
        if moved:
            terms.append(term)
    text = "".join(f" {'−' if term[0] == '−' else '+'} {term[1:]}" for term in _signs(terms))
    return f"{signed(start(first))}{text} = {signed(start(numbers.calls[last]))}"


def _signs(terms: list[str]) -> list[str]:
    """Equal terms taken together behind their signs."""
    found: list[str] = []
    for term in repeated(terms):
        times, mark, rest = term.rpartition(" × ")
        found.append(f"{rest[0]}{times}{mark}{rest[1:]}")
    return found


def _jump(graph: Graph, numbers: Numbers, calls: Collection[str], last: str, axis: int) -> str:
    def size(one: CallNumbers) -> int:
        return one.receptive_field[axis] if one.receptive_field else 0

    first, steps = _way(
        graph, numbers, calls, last, lambda them: max(range(len(them)), key=lambda n: size(them[n]))
    )
    text = exact(_jump_of(first, axis))
    for call, before, after in steps:
        old, new = _jump_of(before, axis), _jump_of(after, axis)
        if old == new:
            continue
        change = "" if len(sources_of(numbers, call)) > 1 else changed_by(old, new)
        if not change:
            return ""
        text += change
    return f"{text} = {exact(_jump_of(numbers.calls[last], axis))}"


def _jump_of(one: CallNumbers, axis: int) -> float:
    return one.jump[axis] if one.jump else 0.0
