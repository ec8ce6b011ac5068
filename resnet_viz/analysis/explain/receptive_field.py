"""How the receptive field, its jump and its start follow, of a call and along a group."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from resnet_viz.analysis.costs.types import CallNumbers, Numbers
from resnet_viz.analysis.explain.explanation import Explanation, told
from resnet_viz.analysis.explain.field_formula import (
    axes_of,
    field_formula,
    jump_formula,
    sources_of,
    start_formula,
)
from resnet_viz.analysis.explain.field_path_formula import path_formulas
from resnet_viz.analysis.explain.unknown_reasons import no_field_reason
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.analysis.wording.numbers import axes_text
from resnet_viz.graph.shapes import UNKNOWN_TEXT, size_text
from resnet_viz.graph.types import LayerCall

AS_INPUT: Final = "as at its input"
_NO_SUM: Final = "no plain sum: positions repeat behind up-sampling, or branches lie apart"
_UNPLACED: Final = "padding depends on an open size"
_LONGEST: Final = 4_000
_TOO_LONG: Final = "the way is too long to write out"
_LEFT_OUT: Final = "global ways are left out"
_ITSELF: Final = "each position sees itself"


def field_of_call(structure: Structure, numbers: Numbers, call: LayerCall) -> Iterator[Explanation]:
    """Field, jump and start from those of the calls before; or why there is no field."""
    one = numbers.calls[call.id]
    if one.receptive_field is None:
        yield told("receptive_field", UNKNOWN_TEXT, "", no_field_reason(structure, numbers, call))
        return
    before = [numbers.calls[name] for name in sources_of(numbers, call)]
    yield from _rows(one, before, _texts_of_call(call, one, before))


def _texts_of_call(
    call: LayerCall, one: CallNumbers, before: list[CallNumbers]
) -> tuple[str, str, str]:
    axes = axes_of((one, *before))
    return (
        field_formula(call, one, before, axes),
        jump_formula(one, before, axes),
        start_formula(call, one, before, axes),
    )


def field_of_group(
    structure: Structure, numbers: Numbers, calls: Sequence[str]
) -> Iterator[Explanation]:
    """Those of the tensor that leaves, along the widest way from what enters."""
    graph, last = structure.graph, structure.exit_call(calls)
    one, call = numbers.calls[last], graph.by_id[last]
    if one.receptive_field is None:
        yield told("receptive_field", UNKNOWN_TEXT, "", no_field_reason(structure, numbers, call))
        return
    if len(calls) > _LONGEST:
        yield told("receptive_field", size_text(one.receptive_field), "", _TOO_LONG)
        yield told("jump", axes_text(one.jump), "", _TOO_LONG)
        yield told("field_start", axes_text(one.field_start), "", _TOO_LONG)
        return
    inside = frozenset(calls)
    before = _entering(structure, numbers, inside, calls)
    axes = axes_of((*before, *(numbers.calls[name] for name in calls)))
    field, jump, start = path_formulas(graph, numbers, inside, last, axes)
    if not (field and jump and start):
        alone = [numbers.calls[name] for name in sources_of(numbers, call)]
        texts = _texts_of_call(call, one, alone)
        field, jump, start = field or texts[0], jump or texts[1], start or texts[2]
    yield from _rows(one, before, (field, jump, start))


def _entering(
    structure: Structure, numbers: Numbers, inside: Collection[str], calls: Sequence[str]
) -> list[CallNumbers]:
    found: dict[str, None] = {}
    for name in calls:
        for source in sources_of(numbers, structure.graph.by_id[name]):
            if source not in inside:
                found[source] = None
    return [numbers.calls[name] for name in found]


def _rows(
    one: CallNumbers, before: list[CallNumbers], texts: tuple[str, str, str]
) -> Iterator[Explanation]:
    field, jump, start = texts
    rows = (
        ("receptive_field", size_text(one.receptive_field or ()), field,
         all(each.receptive_field == one.receptive_field for each in before)),
        ("jump", axes_text(one.jump), jump, all(each.jump == one.jump for each in before)),
        ("field_start", axes_text(one.field_start), start,
         all(each.field_start == one.field_start for each in before)),
    )  # fmt: skip
    for name, value, text, is_same in rows:
        unchanged = (
            AS_INPUT if before else "positions are the input's own" if name == "jump" else _ITSELF
        )
        unknown = _UNPLACED if value == UNKNOWN_TEXT else _NO_SUM
        note = "" if text else unchanged if is_same else unknown
        if one.is_global and name == "receptive_field":
            note = f"{note}; {_LEFT_OUT}" if note else _LEFT_OUT
        yield told(name, value, text, note)
