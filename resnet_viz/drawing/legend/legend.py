"""The legend: only signs that the picture has, with how often each occurs."""

from __future__ import annotations

from collections import Counter

import msgspec

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.drawing.display_list import (
    NEAR,
    Box,
    Circle,
    Close,
    Cubic,
    Item,
    Mark,
    Path,
    Point,
    Rect,
    Step,
    Text,
)
from resnet_viz.drawing.glyphs import OP_TOKENS, OP_WORDS, glyph
from resnet_viz.drawing.legend.heat import Heat
from resnet_viz.drawing.legend.heat_scale import SCALE_HEIGHT, scale_marks, scale_width
from resnet_viz.drawing.marks import arrowhead, join_circle, rounded
from resnet_viz.drawing.measure import Measurer
from resnet_viz.drawing.strokes import sign_marks, stroke_of
from resnet_viz.graph.ops import OpKind

PAD = 16.0
ROW = 22.0
_SAMPLE = 38.0
_TEXT_X = 52.0


class LegendEntry(msgspec.Struct, frozen=True):
    """One line of the legend: marks around (0, 0) at the left, in a row's middle, and words."""

    marks: tuple[Mark, ...]
    text: str


def entries(
    structure: Structure,
    ops: tuple[OpKind, ...],
    drawn: frozenset[tuple[str, bool]],
    *,
    bars: bool,
) -> list[LegendEntry]:
    """What the legend of a picture says.

    Args:
        structure: of the picture.
        ops: the families whose glyphs are drawn, in the order they occur.
        drawn: kinds of shortcuts that are drawn, with whether they are long.
        bars: whether cards with cost bars are drawn.
    """
    found = [*_shortcut_entries(structure, drawn)]
    found.append(LegendEntry(tuple(_line((0.0, 0.0), "edge")), "tensor, H×W×C"))
    if drawn:
        dot = Circle(_SAMPLE / 2, 0, 3, fill="shortcut", lod=NEAR)
        found.append(LegendEntry((dot,), "entry of a shortcut"))
        found += _join_entries(structure)
    if bars:
        found.append(LegendEntry(_bar(), "MACs, M = million"))
    for kind in ops:
        if kind not in ("join", "submodel"):
            found.append(_op_entry(kind))
    return found


def _shortcut_entries(
    structure: Structure, drawn: frozenset[tuple[str, bool]]
) -> list[LegendEntry]:
    counts = Counter((s.kind, s.long) for s in structure.shortcuts)
    first = {(s.kind, s.long): s for s in reversed(structure.shortcuts)}
    found: list[LegendEntry] = []
    for (kind, long), count in counts.items():
        if (kind, long) not in drawn:
            continue
        stroke = stroke_of(first[(kind, long)])
        marks = _line((0.0, 0.0), "shortcut", dash=stroke.dash, width=stroke.width)
        marks += sign_marks(stroke, (_SAMPLE / 2 - 3, 0.0))
        words = {"dense": "dense connection", "gate": "gate"}.get(kind, f"{kind} shortcut")
        found.append(LegendEntry(tuple(marks), f"{'long ' if long else ''}{words}, {count}"))
    return found


def _join_entries(structure: Structure) -> list[LegendEntry]:
    """⊕ with what follows it: "add, then ReLU" only where that is true of every block."""
    graph = structure.graph
    joins = {s.join: graph.by_id[s.join] for s in structure.shortcuts}
    found: list[LegendEntry] = []
    types = list(dict.fromkeys(call.type for call in joins.values()))
    signs = {"Add": "add", "Concatenate": "concatenate", "Multiply": "multiply"}
    for kind in types:
        if kind not in signs:
            continue
        tails = {
            tuple(graph.by_id[call].type for call in block.tail)
            for block in structure.blocks
            if block.join is not None and graph.by_id[block.join].type == kind
        }
        relu = tails in ({("ReLU",)}, {("Activation",)}) and _all_relu(structure, kind)
        words = signs[kind] + (", then ReLU" if relu else "")
        found.append(LegendEntry(tuple(join_circle((_SAMPLE / 2, 0), 14, signs[kind])), words))
    return found


def _all_relu(structure: Structure, kind: str) -> bool:
    from resnet_viz.graph.ops import activation_of

    graph = structure.graph
    return all(
        len(block.tail) == 1 and activation_of(graph.by_id[block.tail[0]]) == "relu"
        for block in structure.blocks
        if block.join is not None and graph.by_id[block.join].type == kind
    )


def _line(
    start: Point, color: str, *, dash: tuple[float, ...] = (), width: float = 1.5
) -> list[Mark]:
    x, y = start
    end = (x + _SAMPLE, y)
    steps = rounded((start, (end[0] - 5, y)), 0)
    return [
        Path(steps, stroke=color, dash=dash, width=width, lod=NEAR),
        msgspec.structs.replace(arrowhead(end, start, color), lod=NEAR, role="plain"),
    ]


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
    """A legend ready to be put somewhere."""

    width: float
    height: float
    columns: tuple[tuple[LegendEntry, ...], ...]
    step: float
    heat: Heat | None = None


def legend_of(
    found: list[LegendEntry], measure: Measurer, room: float, *, heat: Heat | None = None
) -> Legend:
    """The entries in as many columns as fit into ``room``; below a heat scale if there is one."""
    step = _TEXT_X + max(measure.width(entry.text, 11.5) for entry in found) + 24.0
    two = 2 * step + 2 * PAD - 24 <= room or len(found) > 8 or heat is not None
    half = -(-len(found) // 2) if two else len(found)
    columns = (tuple(found[:half]), tuple(found[half:])) if two else (tuple(found),)
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
            marks += [shifted(mark, left, middle) for mark in entry.marks]
            marks.append(Text(left + _TEXT_X, middle + 4, entry.text, 11.5, "text-2"))
    return Item("legend", "legend", None, rect, tuple(marks), level=5)


def shifted(mark: Mark, dx: float, dy: float) -> Mark:
    """The mark, moved, as a sign that answers to nothing."""
    replace = msgspec.structs.replace
    if isinstance(mark, Box):
        rect = Rect(mark.rect.x + dx, mark.rect.y + dy, mark.rect.width, mark.rect.height)
        return replace(mark, rect=rect, lod=NEAR, role="plain")
    if isinstance(mark, Path):
        steps = tuple(_moved(step, dx, dy) for step in mark.steps)
        return replace(mark, steps=steps, lod=NEAR, role="plain")
    return replace(mark, x=mark.x + dx, y=mark.y + dy, lod=NEAR, role="plain")


def _moved(step: Step, dx: float, dy: float) -> Step:
    if isinstance(step, Cubic):
        return Cubic(
            step.x1 + dx, step.y1 + dy, step.x2 + dx, step.y2 + dy, step.x + dx, step.y + dy
        )
    if isinstance(step, Close):
        return step
    return type(step)(step.x + dx, step.y + dy)
