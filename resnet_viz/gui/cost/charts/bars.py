"""The bar chart: a bar for every item in its stage's colour, values above, names below."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.cost.charts.chart import Chart
from resnet_viz.gui.cost.charts.dense import Axes, Numbers, every_pixel, running, runs, tallest
from resnet_viz.gui.cost.charts.spans import StageSpan, spans_of
from resnet_viz.gui.cost.model import Costs

_MARGINS: Final = (0.0, 18.0, 0.0, 36.0)
_BAR: Final = 0.64
"""A bar's width, of the distance to the next."""
_LEAST_IN_VIEW: Final = 4.0
_LEAST_FOR_NUMBERS: Final = 14.0
"""Pixels from bar to bar from which on each has its number."""
_LEAST_FOR_RINGS: Final = 6.0
"""The same for a ring of its own around each selected bar."""
_VALUE: Final = 13.0
"""Height of the line in which a value stands above its bar."""
_NOTHING: Final[Numbers] = np.zeros(0)


class BarChart(Chart):
    """Bars in topological order; the wheel zooms along them, dragging moves them.

    Bars, line and words are drawn here, in pixels: what a paint costs follows from the chart's
    width, not from how many bars there are.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _MARGINS, "Costs as bars")
        self.costs: Costs | None = None
        self.shows_running = True
        self._spans: tuple[StageSpan, ...] = ()
        self._heights = self._running = _NOTHING
        self._runs: list[tuple[int, int]] = []

    def show_costs(self, costs: Costs) -> None:
        """Show the bars of ``costs``; the range in view starts anew if there are others."""
        before = self.costs
        self.costs = costs
        values = np.array([float(bar.value or 0) for bar in costs.bars])
        self._heights = values / (values.max(initial=0.0) or 1.0)
        self._running = running(values)
        self._spans = spans_of(costs)
        count = max(len(costs.bars), 1)
        self.box.setLimits(
            xMin=-0.5, xMax=count - 0.5, minXRange=min(_LEAST_IN_VIEW, count), yMin=0, yMax=1
        )
        if before is None or not _same_items(before, costs):
            self.box.setRange(xRange=(-0.5, count - 0.5), yRange=(0, 1), padding=0)
        self.viewport().update()

    def set_running(self, *, shown: bool) -> None:
        """Whether the cumulative line is drawn."""
        self.shows_running = shown
        self.viewport().update()

    def height_of(self, place: int) -> float:
        """A bar's height, of the tallest."""
        return float(self._heights[place])

    def axes(self) -> Axes:
        """How places and heights become pixels now."""
        area, (first, last) = self.area(), self.box.viewRange()[0]
        pitch = area.width() / ((last - first) or 1.0)
        return Axes(area.left() - first * pitch, pitch, area.bottom(), area.height())

    # -- marks ---------------------------------------------------------------------------------

    def count(self) -> int:
        """How many bars there are."""
        return len(self.costs.bars) if self.costs is not None else 0

    def mark_at(self, place: QPointF) -> int | None:
        """The bar at a pixel, or whose value or name is there."""
        area = self.area()
        if not area.left() <= place.x() <= area.right():
            return None
        mark = round(self.to_data(place).x())
        return mark if 0 <= mark < self.count() else None

    def tip_of(self, mark: int) -> str:
        """Name, value in full, its share, and the share up to here."""
        costs = self.costs
        if costs is None:
            return ""
        bar = costs.bars[mark]
        lines = [bar.title, costs.exact(bar.value)]
        if bar.value:
            lines.append(f"{costs.share_text(bar.value)} of the model")
            lines.append(f"{100 * self._running[mark]:.1f} % up to here")
        return "\n".join(lines)

    def selection_moved(self) -> None:
        """Move along so far that the last selected bar is in view."""
        self._runs = runs(self.selected)
        if not self.selected:
            return
        first, last = self.box.viewRange()[0]
        wanted = max(self.selected)
        shift = min(0.0, wanted - 0.5 - first) or max(0.0, wanted + 0.5 - last)
        if shift:
            self.box.setXRange(first + shift, last + shift, padding=0)

    def place_of(self, mark: int) -> QPointF:
        """The pixel in the middle of a bar."""
        axes = self.axes()
        return QPointF(axes.x(mark), axes.y(self.height_of(mark) / 2))

    def _rect(self, axes: Axes, first: int, last: int, height: float) -> QRectF:
        """The pixels from a bar to another, up to a height."""
        top_left = QPointF(axes.x(first - _BAR / 2), axes.y(height))
        return QRectF(top_left, QPointF(axes.x(last + _BAR / 2), axes.floor))

    def _in_view(self) -> range:
        first, last = self.box.viewRange()[0]
        return range(max(0, floor(first + 0.5)), min(self.count(), ceil(last + 0.5)))

    # -- painting ------------------------------------------------------------------------------

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Qt's: bars, running total, baseline, values, numbers, names and what is selected."""
        del rect
        if self.costs is None or self.closed:
            return
        axes, shown = self.axes(), self._in_view()
        self._draw_bars(painter, axes, shown)
        if self.shows_running and self.count() > 1:
            self._draw_running(painter, axes, shown)
        area = self.area()
        painter.setPen(QPen(self.color("line-strong"), 1))
        floor_y = round(area.bottom()) + 0.5
        painter.drawLine(QPointF(area.left(), floor_y), QPointF(area.right(), floor_y))
        self._draw_rings(painter, axes, shown)
        self._draw_values(painter, axes, shown)
        for span in self._spans:
            self._draw_span(painter, axes, span, shown)
        self._draw_end(painter, axes, shown)
        self.draw_focus(painter)

    def _draw_bars(self, painter: QPainter, axes: Axes, shown: range) -> None:
        bars = self.costs.bars if self.costs is not None else ()
        colors: dict[str, QColor] = {}
        wide = max(axes.pitch * _BAR, 1.0)
        for mark in tallest(self._heights, shown, axes.pitch):
            token = bars[mark].token
            color = colors.get(token) or colors.setdefault(token, self.color(token))
            high = axes.rise * self.height_of(mark)
            painter.fillRect(QRectF(axes.x(mark) - wide / 2, axes.floor - high, wide, high), color)

    def _draw_running(self, painter: QPainter, axes: Axes, shown: range) -> None:
        """The cumulative line, with a seam of the ground around it."""
        marks = every_pixel(range(max(0, shown.start - 1), shown.stop), axes.pitch)
        line = QPolygonF(
            [QPointF(axes.x(mark + _BAR / 2), axes.y(self._running[mark])) for mark in marks]
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for token, width in (("surface", 4.0), ("text-2", 1.25)):
            painter.setPen(QPen(self.color(token), width))
            painter.drawPolyline(line)

    def _draw_end(self, painter: QPainter, axes: Axes, shown: range) -> None:
        """Where the running total has come to, if nothing else is there."""
        last = self.count() - 1
        is_drawn = self.shows_running and last > 0
        if is_drawn and last in shown and self.height_of(last) < 0.75:
            at = QPointF(axes.x(last), axes.y(1) - 4)
            self.draw_text(painter, at, "100 %", token="text-3", ground=True)

    def _draw_rings(self, painter: QPainter, axes: Axes, shown: range) -> None:
        """The accent's outline with a gap to the bar; around a whole run where bars are thin."""
        alone = axes.pitch >= _LEAST_FOR_RINGS
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for first, last in self._runs:
            within = range(max(first, shown.start), min(last + 1, shown.stop))
            for part in [range(mark, mark + 1) for mark in within] if alone else [within]:
                if part:
                    high = float(self._heights[part.start : part.stop].max())
                    self._draw_ring(painter, self._rect(axes, part.start, part.stop - 1, high))

    def _draw_ring(self, painter: QPainter, rect: QRectF) -> None:
        painter.setPen(QPen(self.color("surface"), 2))
        painter.drawRect(rect.adjusted(1, 1, -1, 0))
        painter.setPen(QPen(self.color("accent"), 2))
        painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 1), 3, 3)

    def _draw_values(self, painter: QPainter, axes: Axes, shown: range) -> None:
        """Values that have room; of the selected ones first, and as many as keep clear."""
        taken = float("-inf")
        lit: list[QRectF] = []
        for first, last in self._runs:
            for mark in range(max(first, shown.start), min(last + 1, shown.stop)):
                if axes.x(mark) > taken:
                    lit.append(self._draw_value(painter, axes, mark, chosen=True))
                    taken = axes.x(mark) + lit[-1].width()
        if axes.pitch < _LEAST_FOR_NUMBERS:
            return
        for mark in shown:
            if mark not in self.selected:
                self._draw_value(painter, axes, mark, chosen=False, lit=lit)

    def _draw_value(
        self, painter: QPainter, axes: Axes, mark: int, *, chosen: bool, lit: Sequence[QRectF] = ()
    ) -> QRectF:
        """One value if it has room beside the selected ones' (``lit``); where it is."""
        costs, face = self.costs, self.bold if chosen else self.small
        if costs is None:
            return QRectF()
        text = costs.short(costs.bars[mark].value)
        painter.setFont(face)
        wide = painter.fontMetrics().horizontalAdvance(text) + 4
        at = QPointF(axes.x(mark), axes.y(self.height_of(mark)) - (7 if chosen else 4))
        where = QRectF(at.x() - wide / 2, at.y() - _VALUE, wide, _VALUE)
        is_clear = wide < axes.pitch + 2 and not any(where.intersects(one) for one in lit)
        if chosen or is_clear:
            self.draw_text(painter, at, text, token="accent" if chosen else "text-2", face=face,
                           ground=True)  # fmt: skip
        return where

    def _draw_span(self, painter: QPainter, axes: Axes, span: StageSpan, shown: range) -> None:
        """Numbers and title of a stage's bars."""
        within = range(max(span.first, shown.start), min(span.last + 1, shown.stop))
        if not within:
            return
        if span.numbered:
            self._draw_numbers(painter, axes, span, within)
        left = max(axes.x(span.first - 0.5), self.area().left())
        right = min(axes.x(span.last + 0.5), self.area().right())
        painter.setFont(self.bold)
        wide = painter.fontMetrics().horizontalAdvance(span.title)
        if wide <= max(right - left, axes.pitch * 1.6):
            at = QPointF((left + right) / 2, axes.floor + 30)
            self.draw_text(painter, at, span.title, token=span.token, face=self.bold)

    def _draw_numbers(self, painter: QPainter, axes: Axes, span: StageSpan, within: range) -> None:
        """Each bar's number in its stage; where there is no room, some of the selected ones'."""
        roomy, taken = axes.pitch >= _LEAST_FOR_NUMBERS, float("-inf")
        for mark in within if roomy else self._chosen(within):
            chosen = mark in self.selected
            x = axes.x(mark)
            if roomy or x > taken:
                text = str(mark - span.first + 1)
                self.draw_text(painter, QPointF(x, axes.floor + 15), text,
                               token="accent" if chosen else "text-2",
                               face=self.bold if chosen else self.small)  # fmt: skip
                taken = x + painter.fontMetrics().horizontalAdvance(text) + 4

    def _chosen(self, within: range) -> list[int]:
        """The selected marks in a range."""
        return [
            mark
            for first, last in self._runs
            for mark in range(max(first, within.start), min(last + 1, within.stop))
        ]


def _same_items(one: Costs, other: Costs) -> bool:
    return len(one.bars) == len(other.bars) and all(
        a.target == b.target for a, b in zip(one.bars, other.bars, strict=True)
    )
