"""Legend of a picture: the signs that occur in it, with their counts."""

from __future__ import annotations

from collections import Counter

import msgspec

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.drawing.display_list import (
    NEAR,
    Box,
    Circle,
    Item,
    Mark,
    Path,
    Rect,
    Text,
)
from resnet_viz.drawing.glyphs import OP_TOKENS, OP_WORDS, glyph
from resnet_viz.drawing.legend.heat import Heat
from resnet_viz.drawing.legend.heat_scale import SCALE_HEIGHT, scale_marks, scale_width
from resnet_viz.drawing.marks import arrowhead, join_circle, moved_mark, polyline
from resnet_viz.drawing.measure import Measurer
from resnet_viz.drawing.strokes import sign_marks, stroke_of
from resnet_viz.graph.ops import OpKind, activation_of

PAD = 16.0
ROW = 22.0
_SAMPLE = 38.0
_TEXT_X = 52.0


class LegendEntry(msgspec.Struct, frozen=True):
    """One line of the legend: marks around (0, 0) at the left, in a row's middle, and text."""

    marks: tuple[Mark, ...]
    text: str


def entries(
    structure: Structure,
    ops: tuple[OpKind, ...],
    drawn: frozenset[tuple[str, bool]],
    *,
    bars: bool,
) -> list[LegendEntry]:
    """The entries of a picture's legend.

    Args:
        structure: of the picture.
        ops: the families whose glyphs are drawn, in the order they occur.
        drawn: kinds of shortcuts that are drawn, with whether they are long.
        bars: whether cards with cost bars are drawn.
    """
    result = [*_shortcut_entries(structure, drawn)]
    result.append(LegendEntry(_line("edge"), "tensor, H×W×C"))
    if drawn:
        dot = Circle(_SAMPLE / 2, 0, 3, fill="shortcut", lod=NEAR)
        result.append(LegendEntry((dot,), "entry of a shortcut"))
        result += _join_entries(structure)
    if bars:
        result.append(LegendEntry(_bar(), "MACs, M = million"))
    result += [_op_entry(kind) for kind in ops if kind not in ("join", "submodel")]
    return result


def _shortcut_entries(
    structure: Structure, drawn: frozenset[tuple[str, bool]]
) -> list[LegendEntry]:
    counts = Counter((s.kind, s.long) for s in structure.shortcuts)
    first_of_kind = {(s.kind, s.long): s for s in reversed(structure.shortcuts)}
    result: list[LegendEntry] = []
    for (kind, long), count in counts.items():
        if (kind, long) not in drawn:
            continue
        stroke = stroke_of(first_of_kind[(kind, long)])
        line = _line("shortcut", dash=stroke.dash, width=stroke.width)
        marks = (*line, *sign_marks(stroke, (_SAMPLE / 2 - 3, 0.0)))
        words = {"dense": "dense connection", "gate": "gate"}.get(kind, f"{kind} shortcut")
        result.append(LegendEntry(marks, f"{'long ' if long else ''}{words}, {count}"))
    return result


def _join_entries(structure: Structure) -> list[LegendEntry]:
    """The signs of joins; "add, then ReLU" only if every block has the ReLU."""
    graph = structure.graph
    joins = {s.join: graph.by_id[s.join] for s in structure.shortcuts}
    result: list[LegendEntry] = []
    types = list(dict.fromkeys(call.keras_class for call in joins.values()))
    signs = {"Add": "add", "Concatenate": "concatenate", "Multiply": "multiply"}
    for kind in types:
        if kind not in signs:
            continue
        tails = {
            tuple(graph.by_id[call].keras_class for call in block.tail)
            for block in structure.blocks
            if block.join is not None and graph.by_id[block.join].keras_class == kind
        }
        relu = tails in ({("ReLU",)}, {("Activation",)}) and _all_relu(structure, kind)
        words = signs[kind] + (", then ReLU" if relu else "")
        result.append(LegendEntry(tuple(join_circle((_SAMPLE / 2, 0), 14, signs[kind])), words))
    return result


def _all_relu(structure: Structure, kind: str) -> bool:
    graph = structure.graph
    return all(
        len(block.tail) == 1 and activation_of(graph.by_id[block.tail[0]]) == "relu"
        for block in structure.blocks
        if block.join is not None and graph.by_id[block.join].keras_class == kind
    )


def _line(color: str, *, dash: tuple[float, ...] = (), width: float = 1.5) -> tuple[Mark, ...]:
    start, end = (0.0, 0.0), (_SAMPLE, 0.0)
    return (
        Path(polyline((start, (_SAMPLE - 5, 0.0))), stroke=color, dash=dash, width=width),
        arrowhead(end, start, color),
    )


def _bar() -> tuple[Mark, ...]:
    return (
        Box(Rect(4, -1, 30, 2), 1, fill="line-strong", lod=NEAR),
        Box(Rect(4, -1, 20, 2), 1, fill="text-2", lod=NEAR),
    )


def _op_entry(kind: OpKind) -> LegendEntry:
    token = OP_TOKENS[kind]
    tile = Box(Rect(_SAMPLE / 2 - 11, -11, 22, 22), 5, fill=f"{token}.tint", lod=NEAR)
    return LegendEntry((tile, *glyph(kind, _SAMPLE / 2 - 8, -8)), OP_WORDS[kind])


class Legend(msgspec.Struct, frozen=True):
    """A legend without its position."""

    width: float
    height: float
    columns: tuple[tuple[LegendEntry, ...], ...]
    step: float
    heat: Heat | None = None


def legend_of(
    listed: list[LegendEntry], measure: Measurer, room: float, *, heat: Heat | None = None
) -> Legend:
    """The entries in as many columns as fit into ``room``; below a heat scale if there is one."""
    step = _TEXT_X + max(measure.width(entry.text, 11.5) for entry in listed) + 24.0
    two = 2 * step + 2 * PAD - 24 <= room or len(listed) > 8 or heat is not None
    half = -(-len(listed) // 2) if two else len(listed)
    columns = (tuple(listed[:half]), tuple(listed[half:])) if two else (tuple(listed),)
    width = step * len(columns) - 24.0 + 2 * PAD
    height = 42.0 + ROW * half
    if heat is not None:
        width = max(width, scale_width(heat, measure) + 2 * PAD)
        return Legend(width, height + SCALE_HEIGHT, columns, step, heat)
    return Legend(width, height, columns, step)


def legend_item(legend: Legend, x: float, y: float) -> Item:
    """The legend with its upper left corner at (x, y)."""
    rect = Rect(x, y, legend.width, legend.height)
    marks: list[Mark] = [
        Box(rect, 10, fill="surface", stroke="line", lod=NEAR),
    ]
    if legend.heat is not None:
        marks += scale_marks(legend.heat, x + PAD, y, legend.width - 2 * PAD)
        y += SCALE_HEIGHT
    else:
        marks.append(Text(x + PAD, y + 22, "Legend", 11, "text-3", 600))
    for number, column in enumerate(legend.columns):
        for row, entry in enumerate(column):
            left = x + PAD + legend.step * number
            middle = y + 42 + ROW * row
            marks += [
                msgspec.structs.replace(moved_mark(mark, left, middle), lod=NEAR, role="plain")
                for mark in entry.marks
            ]
            marks.append(Text(left + _TEXT_X, middle + 4, entry.text, 11.5, "text-2"))
    return Item("legend", "legend", None, rect, tuple(marks), level=5)
