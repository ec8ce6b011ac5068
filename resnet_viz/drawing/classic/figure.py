"""The classic figure: models as narrow columns side by side, with titles and output sizes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from resnet_viz.document import Document
from resnet_viz.drawing.classic.bands import PITCH, heights_of
from resnet_viz.drawing.classic.column import ClassicArc, ClassicColumn, classic_column
from resnet_viz.drawing.display_list import (
    ALL,
    MID_NEAR,
    Box,
    Cubic,
    DisplayList,
    Item,
    Line,
    Mark,
    Move,
    Path,
    Rect,
    Sign,
    Target,
    Text,
)
from resnet_viz.drawing.legend.entries import LegendEntry, entries
from resnet_viz.drawing.legend.legend import legend_item, legend_of
from resnet_viz.drawing.legend.notes import caption_lines, finished
from resnet_viz.drawing.letters import LetterMeasurer
from resnet_viz.drawing.marks import arrowhead, bounds_of, extent_of, polyline, shortened
from resnet_viz.drawing.measure import Measurer
from resnet_viz.drawing.signs import sign_of_shortcut, signs_of_caption, signs_of_stroke
from resnet_viz.drawing.strokes import sign_marks, stroke_of
from resnet_viz.drawing.tips import TipWriter
from resnet_viz.layout.containers.lanes import LaneRun, Obstacle, lanes
from resnet_viz.layout.view import View

BOX: Final = 20.0
"""Height of a line's box."""
_LETTERS: Final = 12.0
_LEAST_WIDTH: Final = 118.0
_SIDE: Final = 9.0
_BETWEEN: Final = 34.0
_SIZE_GAP: Final = 18.0
_TITLE: Final = 13.0
_TITLE_ROOM: Final = 20.0
_APART: Final = 2.0
"""Half of what lies between the end of an arc and the start of the next one."""
_BULGE: Final = 0.75
"""Share of its control points' distance that a cubic arc reaches."""


def classic_picture(documents: Sequence[Document], view: View, measurer: Measurer) -> DisplayList:
    """The columns of some models side by side, tops aligned.

    Args:
        documents: the models, from left to right.
        view: its folds, legend, title, caption and letters; the detail and the layout mean nothing.
        measurer: measures text with the fonts that will draw it.
    """
    if view.letters:
        measurer = LetterMeasurer(measurer, view.letters)
    columns = [classic_column(document, view) for document in documents]
    items = _columns(columns, measurer)
    if view.legend:
        listed = _legend_entries(columns, items)
        if listed:
            extent = extent_of(items)
            legend = legend_of(listed, measurer, extent.width)
            items.append(legend_item(legend, extent.x, extent.bottom + 20.0))
    caption = caption_lines(view, documents[0].numbers.totals if len(documents) == 1 else None)
    return DisplayList(*finished(items, view, caption, measurer))


def _columns(columns: Sequence[ClassicColumn], measurer: Measurer) -> list[Item]:
    heights = heights_of(columns)
    items: list[Item] = []
    x = 0.0
    for number, (column, tops, sizes) in enumerate(
        zip(columns, heights.lines, heights.sizes, strict=True)
    ):
        prefix = f"{number}:" if len(columns) > 1 else ""
        x += _BETWEEN if number else 0.0
        drawn = _Column(column, tops, measurer, prefix)
        labels = [f"output size: {size}" for size, _ in sizes]
        if labels:
            x += max(measurer.width(label, 11.0, tabular=True) for label in labels) + _SIZE_GAP
        for label, (_, top) in zip(labels, sizes, strict=True):
            items.append(_label(f"{prefix}size:{top:g}", label, x - _SIZE_GAP, top, measurer))
        items += drawn.items(x)
        x = max(item.bounds.right for item in items)
    return items


def _label(name: str, text: str, right: float, top: float, measurer: Measurer) -> Item:
    width = measurer.width(text, 11.0, tabular=True)
    mark = Text(right, top + BOX / 2 + 4.0, text, 11.0, "text-2", anchor="end", tabular=True)
    return Item(name, "title", None, Rect(right - width, top, width, BOX), (mark,), level=5)


class _Column:
    """Draws one column with its left side at some x."""

    def __init__(
        self, column: ClassicColumn, tops: Sequence[float], measurer: Measurer, prefix: str
    ) -> None:
        self._column = column
        self._tops = tops
        self._prefix = prefix
        self._title = column.document.title
        self._title_width = measurer.width(self._title, _TITLE, 700)
        widths = [measurer.width(line.text, _LETTERS, tabular=True) for line in column.lines]
        self._width = max(_LEAST_WIDTH, max(widths) + 2 * _SIDE)

    def items(self, x: float) -> list[Item]:
        self._x = x + max(0.0, (self._title_width - self._width) / 2)
        self._axis = self._x + self._width / 2
        arcs = self._column.arcs
        reach = self._lanes(arcs)
        return [
            self._head(),
            *(self._line(number) for number in range(len(self._column.lines))),
            *(self._step(number) for number in sorted(self._column.steps)),
            *(self._arc(number, arc, reach[number]) for number, arc in enumerate(arcs)),
        ]

    def _head(self) -> Item:
        left, width = self._axis - self._title_width / 2, self._title_width
        rect = Rect(left, -_TITLE_ROOM - 10.0, width, _TITLE_ROOM)
        mark = Text(self._axis, rect.y + 13.0, self._title, _TITLE, "text", 700, "middle", lod=ALL)
        return Item(f"{self._prefix}head", "title", None, rect, (mark,), level=5)

    def _line(self, number: int) -> Item:
        line, top = self._column.lines[number], self._tops[number]
        rect = Rect(self._x, top, self._width, BOX)
        marks: list[Mark] = []
        if line.color:
            marks.append(Box(rect, 3, f"{line.color}.soft", line.color, 1.0, role="body"))
        baseline = top + BOX / 2 + 4.2
        marks.append(
            Text(
                self._axis, baseline, line.text, _LETTERS, "text", anchor="middle", tabular=True,
                lod=MID_NEAR,
            )
        )  # fmt: skip
        target = Target(line.ref.kind, line.ref.id)
        calls = (Target("call", call) for call in line.calls)
        return Item(
            f"{self._prefix}{line.ref.kind}:{line.ref.id}",
            "card",
            target,
            rect.grown(2),
            tuple(marks),
            hit=rect,
            also=tuple(each for each in calls if each != target),
            title=line.tip,
            group=line.ref.id if line.ref.kind == "group" else None,
            signs=signs_of_caption(line.text),
        )

    def _step(self, number: int) -> Item:
        start = (self._axis, self._tops[number] + BOX)
        end = (self._axis, self._tops[number + 1])
        marks = (
            Path(polyline(shortened((start, end), 4.0)), stroke="edge", role="stroke"),
            arrowhead(end, start, "edge", size=5.5),
        )
        bounds = bounds_of((start, end), grown=4)
        name = f"{self._prefix}step:{number}"
        return Item(name, "edge", None, bounds, marks, hit=(start, end), level=2)

    def _below(self, number: int) -> float:
        """Y of the middle of the gap below a line."""
        return self._tops[number] + (BOX + PITCH) / 2

    def _ends(self, arc: ClassicArc) -> tuple[float, float]:
        end = self._below(arc.end) - _APART if arc.below else self._tops[arc.end] + BOX / 2
        return self._below(arc.start) + _APART, end

    def _lanes(self, arcs: Iterable[ClassicArc]) -> tuple[float, ...]:
        """Reach of each arc to the right of the boxes, short ones inside."""
        runs = [LaneRun(*self._ends(arc)) for arc in arcs]
        return lanes(runs, [Obstacle(LaneRun(0.0, self._tops[-1] + BOX), 0.0)])

    def _arc(self, number: int, arc: ClassicArc, reach: float) -> Item:
        shortcut, (top, low) = arc.shortcut, self._ends(arc)
        right = self._x + self._width
        end = self._axis if arc.below else right
        stroke = stroke_of(shortcut) if shortcut is not None else None
        color = "shortcut" if shortcut is not None else "edge"
        bulge = right + reach / _BULGE
        steps = (
            Move(self._axis, top),
            Line(right, top),
            Cubic(bulge, top, bulge, low, right + 0.01, low),
            Line(end + 5.0, low),
        )
        dash = stroke.dash if stroke is not None else ()
        width = stroke.width if stroke is not None else 1.5
        marks: list[Mark] = [
            Path(steps, stroke=color, width=width, dash=dash, role="stroke"),
            arrowhead((end, low), (end + 9.0, low), color, size=5.5),
        ]
        signs: tuple[Sign, ...] = ()
        if shortcut is not None and stroke is not None:
            marks += sign_marks(stroke, (right + reach, (top + low) / 2))
            signs = (sign_of_shortcut(shortcut), *signs_of_stroke(stroke))
        points = ((self._axis, top), (right + reach, top), (right + reach, low), (end, low))
        tips = TipWriter(self._column.document)
        return Item(
            id=f"{self._prefix}arc:{number}",
            kind="shortcut" if shortcut is not None else "edge",
            target=Target("shortcut", shortcut.id) if shortcut is not None else None,
            bounds=bounds_of(points, grown=8),
            marks=tuple(marks),
            hit=points,
            title=tips.of_shortcut(shortcut) if shortcut is not None else "",
            level=3,
            signs=signs,
        )


def _legend_entries(columns: Sequence[ClassicColumn], items: Sequence[Item]) -> list[LegendEntry]:
    """The strokes of all models' shortcuts, and the other signs."""
    found: dict[str, LegendEntry] = {}
    by_shortcuts = sorted(enumerate(columns), key=lambda pair: -len(pair[1].arcs))
    for number, column in by_shortcuts:
        prefix = f"{number}:" if len(columns) > 1 else ""
        own = [item for item in items if item.id.startswith(prefix)]
        for entry in entries(column.document.structure, own, noun=""):
            found.setdefault(entry.text, entry)
    return list(found.values())
