"""Scatter chart of parameters against MACs: a spot for every item, shaped by its stage."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import compress
from math import log10
from typing import Final

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from resnet_viz.drawing.charts.axis import Axis, Interval, Tick
from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.cost.charts.chart import Chart, is_clear
from resnet_viz.gui.cost.model import NO_COSTS, Costs
from resnet_viz.typing_compat import override

_LEFT: Final = 70.0
_TOP: Final = 14.0
_RIGHT: Final = 14.0
_BOTTOM: Final = 36.0
_RADIUS: Final = 5.0
_REACH: Final = 9.0
_SKEWED: Final = 50.0
"""An axis whose largest value is so many times its smallest is logarithmic."""
_PAD: Final = 0.06
_NAMED: Final = 300
"""So many names are tried: a chart that is fuller has no room for more."""
_SHAPES: Final[tuple[QPolygonF, ...]] = tuple(
    QPolygonF([QPointF(x * _RADIUS, y * _RADIUS) for x, y in corners])
    for corners in (
        (),  # a circle
        ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
        ((-1, 0.9), (0, -1), (1, 0.9)),
        ((0, -1), (0.8, 0), (0, 1), (-0.8, 0)),
        ((0, -1), (0.95, -0.31), (0.59, 0.81), (-0.59, 0.81), (-0.95, -0.31)),
        ((-1, -0.3), (-0.3, -0.3), (-0.3, -1), (0.3, -1), (0.3, -0.3), (1, -0.3),
         (1, 0.3), (0.3, 0.3), (0.3, 1), (-0.3, 1), (-0.3, 0.3), (-1, 0.3)),
    )
)  # fmt: skip
"""Shapes of the stages in turn, again from the start after the last."""


class ScatterPoint(msgspec.Struct, frozen=True):
    """Items of a stage with equal numbers.

    Attributes:
        parameters, macs: theirs.
        bars: their indices among the costs' bars.
    """

    parameters: int
    macs: int
    bars: tuple[int, ...]


class ScatterChart(Chart):
    """Spots on axes that are logarithmic where the numbers differ much."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Parameters against MACs")
        self.costs = NO_COSTS
        self.spots: tuple[ScatterPoint, ...] = ()
        self._spot_of: dict[int, int] = {}

    def show_costs(self, costs: Costs) -> None:
        """Show the items of ``costs`` that have both numbers."""
        self.costs, self.count = costs, len(costs.bars)
        self.spots = _spots(costs)
        self._spot_of = {bar: n for n, spot in enumerate(self.spots) for bar in spot.bars}
        self.refresh()

    def axes(self) -> tuple[Axis, Axis]:
        """Parameters from left to right, MACs from the bottom up with room for names on top."""
        right, bottom = max(self.width() - _RIGHT, _LEFT + 10), max(self.height() - _BOTTOM, 24.0)
        x = _axis([spot.parameters for spot in self.spots], _LEFT, right, pad_end=_PAD)
        return x, _axis([spot.macs for spot in self.spots], bottom, _TOP, pad_end=3 * _PAD)

    def _points(self) -> list[tuple[float, float]]:
        """The spots' pixels."""
        x, y = self.axes()
        return [(x.pixel(x.scale(s.parameters)), y.pixel(y.scale(s.macs))) for s in self.spots]

    # -- marks: one for each item, though several share a spot ---------------------------------

    @override
    def mark_at(self, point: QPointF) -> int | None:
        """The item at a pixel; of several at one spot the one after the selected."""
        distances = [abs(x - point.x()) + abs(y - point.y()) for x, y in self._points()]
        nearest = min(range(len(distances)), key=distances.__getitem__, default=-1)
        if nearest < 0 or distances[nearest] > _REACH:
            return None
        bars = self.spots[nearest].bars
        selected = [index for index, bar in enumerate(bars) if bar in self.selected]
        return bars[(selected[-1] + 1) % len(bars)] if selected else bars[0]

    @override
    def tip_of(self, mark: int) -> str:
        """Names and both numbers of the item's spot."""
        if mark not in self._spot_of:
            return self.costs.bars[mark].title
        spot = self.spots[self._spot_of[mark]]
        names = [self.costs.bars[bar].title for bar in spot.bars]
        shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        return f"{shown}\n{spot.parameters:,} parameters\n{spot.macs:,} MACs"

    def center_of(self, mark: int) -> QPointF:
        """The pixel of an item's spot."""
        return QPointF(*self._points()[self._spot_of[mark]])

    # -- drawing ---------------------------------------------------------------------------------

    @override
    def draw(self, painter: QPainter) -> None:
        x, y = self.axes()
        if self.spots:
            self._draw_ticks(painter, x, y)
        corner = QPointF(round(x.start) + 0.5, round(y.start) + 0.5)
        painter.setPen(QPen(self.color("line-strong"), 1))
        painter.drawLine(corner, QPointF(x.end, corner.y()))
        painter.drawLine(corner, QPointF(corner.x(), y.end))
        if not self.spots:
            at = QPointF((x.start + x.end) / 2, (y.start + y.end) / 2)
            self.draw_text(painter, at, "No item has both numbers.", token="text-3")
            return
        points = self._points()
        self._draw_spots(painter, points)
        self._draw_names(painter, points)

    def _draw_ticks(self, painter: QPainter, x: Axis, y: Axis) -> None:
        """Round numbers that keep clear of each other, with a pale line for each."""
        taken: list[QRectF] = []

        def draw(tick: Tick, at: QPointF, start: QPointF, end: QPointF) -> None:
            rect = self.text_rect(at, tick.text)
            if is_clear(rect, taken):
                taken.append(rect.adjusted(-4, 0, 4, 0))
                painter.setPen(QPen(self.color("line"), 1))
                painter.drawLine(start, end)
                self.draw_text(painter, at, tick.text, token="text-2")

        for tick in x.ticks(72):
            at_x = x.pixel(tick.position)
            draw(tick, QPointF(at_x, y.start + 15), QPointF(at_x, y.start), QPointF(at_x, y.end))
        for tick in y.ticks(22):
            at_y = y.pixel(tick.position)
            at = QPointF(x.start - 7 - self.text_width(tick.text) / 2, at_y + 4)
            draw(tick, at, QPointF(x.start, at_y), QPointF(x.end, at_y))
        title = "parameters" + (", logarithmic" if x.logarithmic else "")
        at = QPointF((x.start + x.end) / 2, y.start + 30)
        self.draw_text(painter, at, title, token="text-3")
        self.draw_text(painter, QPointF(x.start - 2, 10), "MACs", token="text-3")

    def _draw_spots(self, painter: QPainter, points: Sequence[tuple[float, float]]) -> None:
        """The spots in their stages' shapes and colours, one a pixel."""
        painter.setPen(QPen(self.color("surface"), 1))
        drawn: set[tuple[int, int, int]] = set()
        for spot, (x, y) in zip(self.spots, points, strict=True):
            bar = self.costs.bars[spot.bars[0]]
            key = (bar.stage, round(x), round(y))
            if key not in drawn:
                drawn.add(key)
                painter.setBrush(self.color(bar.token))
                shape = _SHAPES[bar.stage % len(_SHAPES)]
                if shape.isEmpty():
                    painter.drawEllipse(QPointF(x, y), _RADIUS, _RADIUS)
                else:
                    painter.drawPolygon(shape.translated(x, y))

    def _draw_rings(self, painter: QPainter, points: Iterable[tuple[float, float]]) -> None:
        """A ring around each selected spot, one for those that lie over each other."""
        painter.setPen(QPen(self.color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for x, y in {(round(x / 2), round(y / 2)): (x, y) for x, y in points}.values():
            painter.drawEllipse(QPointF(x, y), _RADIUS * 1.6, _RADIUS * 1.6)

    def _draw_names(self, painter: QPainter, points: Sequence[tuple[float, float]]) -> None:
        """Names that keep clear: of selected spots first, then of the costliest."""
        selected = [not self.selected.isdisjoint(spot.bars) for spot in self.spots]
        self._draw_rings(painter, compress(points, selected))
        order = sorted(
            range(len(points)), key=lambda n: (not selected[n], points[n][1], -points[n][0])
        )
        by_x = sorted(points)
        taken: list[QRectF] = []
        for index in order[:_NAMED]:
            spot, at = self.spots[index], QPointF(*points[index])
            marks = sorted(self.selected.intersection(spot.bars))
            bar = self.costs.bars[marks[-1] if marks else spot.bars[0]]
            text = bar.title + (f" ×{len(spot.bars)}" if len(spot.bars) > 1 else "")
            above = QPointF(at.x(), at.y() - 11)
            rect = self.text_rect(above, text, bold=bool(marks), left=_LEFT + 2)
            rect.adjust(-2, -2, 2, 3)
            if taken and not (is_clear(rect, taken) and (marks or not _covers(rect, by_x))):
                continue
            taken += [rect, QRectF(at.x() - 6, at.y() - 6, 12, 12)]
            self.draw_text(painter, above, text, bold=bool(marks), left=_LEFT + 2, opaque=True,
                           token="accent" if marks else f"{bar.token}.text")  # fmt: skip


def _spots(costs: Costs) -> tuple[ScatterPoint, ...]:
    """Items with both numbers, those of one stage with equal ones together."""
    bars_by_numbers: dict[tuple[int, int, int], list[int]] = {}
    for index, bar in enumerate(costs.bars):
        if bar.parameters and bar.macs:
            bars_by_numbers.setdefault((bar.stage, bar.parameters, bar.macs), []).append(index)
    return tuple(
        ScatterPoint(parameters, macs, tuple(bars))
        for (_, parameters, macs), bars in bars_by_numbers.items()
    )


def _axis(values: Iterable[int], start: float, end: float, *, pad_end: float) -> Axis:
    """An axis for values above 0, with room at both ends; a linear one begins at or below 0."""
    low, high = min(values, default=1), max(values, default=1)
    logarithmic = high > _SKEWED * low
    bottom, top = (log10(low), log10(high)) if logarithmic else (0.0, float(high))
    length = top - bottom or 1.0
    view = Interval(bottom - _PAD * length, top + pad_end * length)
    return Axis(view, start, end, logarithmic)


def _covers(rect: QRectF, points_by_x: Sequence[tuple[float, float]]) -> bool:
    """True if a rectangle lies over some spot's middle."""
    first = bisect(points_by_x, (rect.left(), float("inf")))
    last = bisect(points_by_x, (rect.right(), float("-inf")))
    return any(rect.top() < y < rect.bottom() + 2 for _, y in points_by_x[first:last])
