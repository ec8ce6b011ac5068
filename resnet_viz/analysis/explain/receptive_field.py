"""Explanations of receptive field, jump and start, for calls and groups of calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from resnet_viz.analysis.costs.types import CallNumbers, Numbers
from resnet_viz.analysis.explain.explanation import Explanation, explained
from resnet_viz.analysis.explain.field_formula import (
    axes_of,
    field_formula,
    jump_formula,
    sources_of,
    start_formula,
)
from resnet_viz.analysis.explain.field_path_formula import path_formulas
from resnet_viz.analysis.explain.unknown_reasons import no_field_reason
from resnet_viz.analysis.keras_ops.convolution_ops import as_layer
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.analysis.wording.numbers import axes_text
from resnet_viz.graph.shapes import UNKNOWN_TEXT
from resnet_viz.graph.types import LayerCall

AS_INPUT: Final = "same as at its input"
_NO_SUM: Final = "no simple sum: positions repeat after up-sampling, or branches do not overlap"
_OPEN_PADDING: Final = "padding depends on an open size"
_LONGEST_PATH: Final = 4_000
_TOO_LONG: Final = "the path is too long to write out"
_LEFT_OUT: Final = "global paths are left out"
_OF_INPUT: Final = {"jump": "positions are those of the input"}
_SEES_ITSELF: Final = "each position sees itself"


def call_field(structure: Structure, numbers: Numbers, call: LayerCall) -> Iterator[Explanation]:
    """Field, jump and start of a call from those before it, or the reason for no field."""
    after = numbers.calls[call.id]
    if after.receptive_field is None:
        yield _no_field(structure, numbers, call)
        return
    before = [numbers.calls[name] for name in sources_of(numbers, call)]
    call = as_layer(structure.graph, call)
    yield from _explained(after, before, _call_formulas(call, after, before))


def group_field(
    structure: Structure, numbers: Numbers, calls: Sequence[str]
) -> Iterator[Explanation]:
    """Field, jump and start at a group's exit, along the widest path from its entry."""
    graph, last = structure.graph, structure.exit_call(calls)
    after, call = numbers.calls[last], as_layer(graph, graph.by_id[last])
    if after.receptive_field is None:
        yield _no_field(structure, numbers, call)
        return
    if len(calls) > _LONGEST_PATH:
        for name in ("receptive_field", "jump", "field_start"):
            yield explained(name, axes_text(getattr(after, name)), "", _TOO_LONG)
        return
    inside = frozenset(calls)
    sources = [name for call_id in calls for name in sources_of(numbers, graph.by_id[call_id])]
    before = [numbers.calls[name] for name in dict.fromkeys(sources) if name not in inside]
    axes = axes_of((*before, *(numbers.calls[name] for name in calls)))
    formulas = path_formulas(graph, numbers, inside, last, axes)
    if "" in formulas:
        direct = [numbers.calls[name] for name in sources_of(numbers, call)]
        pairs = zip(formulas, _call_formulas(call, after, direct), strict=True)
        formulas = [along_path or own for along_path, own in pairs]
    yield from _explained(after, before, formulas)


def _no_field(structure: Structure, numbers: Numbers, call: LayerCall) -> Explanation:
    reason = no_field_reason(structure, numbers, call)
    return explained("receptive_field", UNKNOWN_TEXT, "", reason)


def _call_formulas(call: LayerCall, after: CallNumbers, before: list[CallNumbers]) -> list[str]:
    axes = axes_of((after, *before))
    return [
        field_formula(call, after, before, axes),
        jump_formula(after, before, axes),
        start_formula(call, after, before, axes),
    ]


def _explained(
    after: CallNumbers, before: list[CallNumbers], formulas: list[str]
) -> Iterator[Explanation]:
    names = ("receptive_field", "jump", "field_start")
    for name, formula in zip(names, formulas, strict=True):
        values = getattr(after, name)
        if formula:
            note = ""
        elif all(getattr(numbers, name) == values for numbers in before):
            note = AS_INPUT if before else _OF_INPUT.get(name, _SEES_ITSELF)
        else:
            note = _OPEN_PADDING if values is None else _NO_SUM
        if after.is_global and name == "receptive_field":
            note = f"{note}; {_LEFT_OUT}" if note else _LEFT_OUT
        yield explained(name, axes_text(values), formula, note)
