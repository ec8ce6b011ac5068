"""Formulas of a sheet's numbers, from the explanations of the analysis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from resnet_viz.analysis.explain.explanation import Explanation
from resnet_viz.analysis.explain.explanations import (
    explain_call,
    explain_group,
    explain_shortcut,
    explain_tensor,
    explain_totals,
)
from resnet_viz.analysis.explain.memory import output_bytes_formula
from resnet_viz.analysis.structure.types import Group, Shortcut
from resnet_viz.analysis.wording.numbers import NOTHING, bytes_text
from resnet_viz.graph.shapes import UNKNOWN_TEXT
from resnet_viz.graph.types import LayerCall, TensorRef
from resnet_viz.gui.inspector.sheets.context import SheetContext
from resnet_viz.gui.inspector.sheets.types import Formula, Sheet

_NAMES: Final = {
    "output_size": "out size",
    "macs_share": "share",
    "parameters": "weights",
    "trainable_parameters": "trainable",
    "non_trainable_parameters": "fixed",
    "macs": "MACs",
    "output_elements": "values",
    "output_bytes": "memory",
    "tensor_elements": "elements",
    "tensor_bytes": "memory",
    "receptive_field": "field",
    "jump": "jump",
    "field_start": "start",
    "flops": "FLOPs",
    "other_ops": "other ops",
    "weight_bytes": "stored",
    "live_bytes": "alive",
    "peak_bytes": "peak",
    "kept_bytes": "kept",
    "intensity": "intensity",
}
"""Short names of the numbers, in the order of the board."""
_FOLLOWS_FROM: Final = {
    "trainable_parameters": "parameters",
    "non_trainable_parameters": "parameters",
    "flops": "macs",
    "weight_bytes": "parameters",
    "intensity": "macs",
}
"""Numbers whose formula is left out where it only repeats why another is zero or unknown."""
_AXES: Final = {1: "length", 2: "out H, W"}


def call_formulas(context: SheetContext, call: LayerCall) -> tuple[Formula, ...]:
    """The formulas of a call."""
    return _formulas(explain_call(context.structure, context.numbers, call.id, context.memory))


def group_formulas(context: SheetContext, group: Group) -> tuple[Formula, ...]:
    """The formulas of a stage, block or unit; only stages, head and submodels have a share."""
    explanations = explain_group(context.structure, context.numbers, group.id, context.memory)
    if group.kind not in {"stage", "head", "submodel"}:
        explanations = tuple(each for each in explanations if each.name != "macs_share")
    return _per_output(context, group.calls, _formulas(explanations))


def shortcut_formulas(context: SheetContext, shortcut: Shortcut) -> tuple[Formula, ...]:
    """The formulas of a shortcut; none for an identity, which computes and keeps nothing."""
    explanations = explain_shortcut(context.structure, context.numbers, shortcut, context.memory)
    return _per_output(context, shortcut.calls, _formulas(explanations))


def tensor_formulas(context: SheetContext, ref: TensorRef) -> tuple[Formula, ...]:
    """The formulas of a tensor."""
    return _formulas(explain_tensor(context.graph, ref, context.memory))


def model_formulas(context: SheetContext) -> tuple[Formula, ...]:
    """The formulas of the model."""
    return _formulas(explain_totals(context.structure, context.numbers, context.memory))


def link_tiles(sheet: Sheet) -> Sheet:
    """Give each tile the key of a formula that the sheet has, of its own or a related number."""
    keys = {formula.key for formula in sheet.formulas}
    tiles = tuple(
        tile if tile.key in keys else replace(tile, key=_FOLLOWS_FROM.get(tile.key, ""))
        for tile in sheet.tiles
    )
    return replace(sheet, tiles=tiles)


def _formulas(explanations: Iterable[Explanation]) -> tuple[Formula, ...]:
    by_name = {explanation.name: explanation for explanation in explanations}
    return tuple(
        formula
        for name in _NAMES
        if name in by_name and not _is_redundant(by_name[name], by_name)
        for formula in _formulas_of(by_name[name])
    )


def _is_redundant(explanation: Explanation, by_name: dict[str, Explanation]) -> bool:
    """True if a number says no more than the one that it follows from."""
    name = explanation.name
    if _FOLLOWS_FROM.get(name) not in by_name:
        return False
    if name in {"trainable_parameters", "non_trainable_parameters"}:
        return not by_name["non_trainable_parameters"].amount
    return not explanation.amount


def _formulas_of(explanation: Explanation) -> tuple[Formula, ...]:
    """The formula of a number; of an output size one for each step."""
    name = _NAMES[explanation.name]
    if explanation.name == "output_size":
        name = _AXES.get(explanation.value.count("×") + 1, name)
    if not explanation.formula:
        return (_plain(name, explanation),)
    if explanation.name == "output_size":
        first, *others = explanation.formula.split("; ")
        return (
            _equation(name, first, explanation),
            *(_equation("", step, explanation) for step in others),
        )
    return (_equation(name, explanation.formula, explanation),)


def _plain(name: str, explanation: Explanation) -> Formula:
    """A number without a formula: why it is zero or unknown, or the number that it equals."""
    key, note = explanation.name, explanation.note
    if explanation.value == UNKNOWN_TEXT:
        is_absent = key == "receptive_field"
        return Formula(name, note if is_absent else f"unknown: {note}", "", key)
    if explanation.value == NOTHING:
        return Formula(name, note, "", key)
    value = explanation.value if key == "output_size" else _side(explanation.value)
    return Formula(name, f"{value}, {note}" if note else value, "", key)


def _equation(name: str, formula: str, explanation: Explanation) -> Formula:
    key, meaning, remarks = explanation.name, explanation.meaning, _remarks(explanation)
    left, _, right = formula.rpartition(" = ")
    if formula.count(" = ") > 1:  # another one for each axis
        return Formula(name, formula, "", key, remarks, meaning)
    if key.endswith("_bytes") and explanation.amount is not None:
        right = bytes_text(int(explanation.amount))
    if explanation.value.startswith("≥"):
        right = f"≥ {right}"
    if key == "peak_bytes" and explanation.note:
        left = f"{explanation.note.partition(';')[0]}: {left}"
    return Formula(name, left, right, key, remarks, meaning)


def _remarks(explanation: Explanation) -> str:
    """Sentences shown with the convention: exact bytes, what is left out."""
    name, note = explanation.name, explanation.note
    sentences = []
    if name.endswith("_bytes") and explanation.amount is not None and explanation.amount >= 1024:
        sentences.append(f"Exactly {explanation.value} B.")
    if note and explanation.value.startswith("≥"):
        sentences.append(f"At least: {note}.")
    if note and name == "receptive_field":
        sentences.append(f"{note[0].upper()}{note[1:]}.")
    return " ".join(sentences)


def _side(value: str) -> str:
    """A square size by its side: "83×83" as "83"."""
    sides = value.split("×")
    return sides[0] if len(set(sides)) == 1 else value


def _per_output(
    context: SheetContext, calls: tuple[str, ...], formulas: tuple[Formula, ...]
) -> tuple[Formula, ...]:
    """Add the size of one output before the sum of several equal ones, as on the board."""
    sizes = {context.memory.calls[call].output_bytes for call in calls}
    size = next(iter(sizes)) if len(sizes) == 1 and len(calls) > 1 else None
    if not size:
        return formulas
    formula_of_one = output_bytes_formula(context.graph, context.call(calls[-1]), context.memory)
    text = formula_of_one.rpartition(" = ")[0]
    result = f"{bytes_text(size)} per output"
    extended: list[Formula] = []
    for formula in formulas:
        is_sum = formula.key == "output_bytes"
        if is_sum:
            extended.append(Formula(formula.name, text, result, formula.key))
        extended.append(replace(formula, name="") if is_sum else formula)
    return tuple(extended)
