"""How the numbers of a sheet follow: what analysis explains, as rows that open to the meaning."""

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
from resnet_viz.gui.inspector.sheets.context import Context
from resnet_viz.gui.inspector.sheets.types import Formula, Tile

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
"""Short names of the rows, in the order of the board."""
_SAID_BY: Final = {
    "trainable_parameters": "parameters",
    "non_trainable_parameters": "parameters",
    "flops": "macs",
    "weight_bytes": "parameters",
    "intensity": "macs",
}
"""Rows that are left out where they only repeat why another number is none or unknown."""
_AXES: Final = {1: "length", 2: "out H, W"}


def call_rows(context: Context, call: LayerCall) -> tuple[Formula, ...]:
    """The rows of a call."""
    found = explain_call(context.structure, context.numbers, call.id, context.memory)
    return _rows(found)


def group_rows(context: Context, group: Group) -> tuple[Formula, ...]:
    """The rows of a stage, block or unit; only stages and the head tell their share."""
    found = explain_group(context.structure, context.numbers, group.id, context.memory)
    is_stage = group.kind in {"stage", "head", "submodel"}
    rows = _rows(one for one in found if is_stage or one.name != "macs_share")
    return _per_output(context, group.calls, rows)


def shortcut_rows(context: Context, shortcut: Shortcut) -> tuple[Formula, ...]:
    """The rows of a shortcut; none for an identity, which computes and keeps nothing."""
    found = explain_shortcut(context.structure, context.numbers, shortcut, context.memory)
    return _per_output(context, shortcut.calls, _rows(found))


def tensor_rows(context: Context, ref: TensorRef) -> tuple[Formula, ...]:
    """The rows of a tensor."""
    return _rows(explain_tensor(context.graph, ref, context.memory))


def model_rows(context: Context) -> tuple[Formula, ...]:
    """The rows of the model."""
    return _rows(explain_totals(context.structure, context.numbers, context.memory))


def opening(tiles: tuple[Tile, ...], rows: tuple[Formula, ...]) -> tuple[Tile, ...]:
    """The tiles, each with the key of a row that is there to be opened."""
    keys = {row.key for row in rows}
    return tuple(
        tile if tile.key in keys else replace(tile, key=_SAID_BY.get(tile.key, ""))
        for tile in tiles
    )


def _rows(found: Iterable[Explanation]) -> tuple[Formula, ...]:
    by_name = {one.name: one for one in found}
    shown = [by_name[name] for name in _NAMES if name in by_name]
    return tuple(row for one in shown if not _is_said(one, by_name) for row in _lines(one))


def _is_said(one: Explanation, others: dict[str, Explanation]) -> bool:
    """Whether a number says no more than the one it follows from."""
    if one.name not in _SAID_BY or _SAID_BY[one.name] not in others:
        return False
    if one.name in {"trainable_parameters", "non_trainable_parameters"}:
        fixed = others["non_trainable_parameters"]
        return not fixed.amount
    return not one.amount


def _lines(one: Explanation) -> tuple[Formula, ...]:
    """A row, and further ones for further steps."""
    name = _NAMES[one.name]
    if one.name == "output_size":
        name = _AXES.get(one.value.count("×") + 1, name)
    if not one.formula:
        return (_plain(name, one),)
    if one.name == "output_size":
        texts = one.formula.split("; ")
        return tuple(_split("" if place else name, text, one) for place, text in enumerate(texts))
    return (_split(name, one.formula, one),)


def _plain(name: str, one: Explanation) -> Formula:
    """A number that no formula tells: why it is none or unknown, or what it is the same as."""
    if one.value == UNKNOWN_TEXT:
        is_absent = one.name == "receptive_field"
        return Formula(name, one.note if is_absent else f"unknown: {one.note}", "", one.name)
    if one.value == NOTHING:
        return Formula(name, one.note, "", one.name)
    value = one.value if one.name == "output_size" else _side(one.value)
    text = f"{value}, {one.note}" if one.note else value
    return Formula(name, text, "", one.name)


def _split(name: str, formula: str, one: Explanation) -> Formula:
    left, _, right = formula.rpartition(" = ")
    if formula.count(" = ") > 1:  # another one for each axis
        return Formula(name, formula, "", one.name, _notes(one), one.meaning)
    if one.name.endswith("_bytes") and one.amount is not None:
        right = bytes_text(int(one.amount))
    if one.value.startswith("≥"):
        right = f"≥ {right}"
    if one.name == "peak_bytes" and one.note:
        left = f"{one.note.partition(';')[0]}: {left}"
    return Formula(name, left, right, one.name, _notes(one), one.meaning)


def _notes(one: Explanation) -> str:
    """What the opened row says beside the convention: exact bytes, what is left out."""
    parts = []
    if one.name.endswith("_bytes") and one.amount is not None and one.amount >= 1024:
        parts.append(f"Exactly {one.value} B.")
    if one.note and one.value.startswith("≥"):
        parts.append(f"At least: {one.note}.")
    if one.note and one.name == "receptive_field":
        parts.append(f"{one.note[0].upper()}{one.note[1:]}.")
    return " ".join(parts)


def _side(value: str) -> str:
    """A square size by its side: "83×83" as "83"."""
    sides = value.split("×")
    return sides[0] if len(set(sides)) == 1 else value


def _per_output(
    context: Context, calls: tuple[str, ...], rows: tuple[Formula, ...]
) -> tuple[Formula, ...]:
    """The sum of all outputs, with one of them reckoned where they are equal, as on the board."""
    sizes = {context.memory.calls[call].output_bytes for call in calls}
    each = next(iter(sizes)) if len(sizes) == 1 and len(calls) > 1 else None
    if not each:
        return rows
    text = output_bytes_formula(context.call(calls[-1]), context.memory).rpartition(" = ")[0]
    found: list[Formula] = []
    for row in rows:
        if row.key == "output_bytes":
            found.append(Formula(row.name, text, f"{bytes_text(each)} per output", row.key))
            found.append(replace(row, name=""))
        else:
            found.append(row)
    return tuple(found)
