"""Bar chart: a bar for every item in its stage's colour, values above, numbers and names below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import ceil, floor
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF, QWheelEvent

from resnet_viz.drawing.charts.axis import Axis, Interval
from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.cost.charts.chart import Chart, is_clear
from resnet_viz.gui.cost.charts.stage_spans import StageSpan, spans_of
from resnet_viz.gui.cost.model import NO_COSTS, Costs
from resnet_viz.gui.widgets.index_runs import index_runs
from resnet_viz.typing_compat import override

_TOP: Final = 18.0
_BOTTOM: Final = 36.0
_BAR: Final = 0.64
"""A bar's width, of the distance to the next."""
_LEAST_IN_VIEW: Final = 4.0
_LEAST_FOR_LABELS: Final = 14.0
"""Pixels from bar to bar from which on each has its value and number."""
_LEAST_FOR_RINGS: Final = 6.0
"""The same for a ring of its own around each selected bar."""
_NOTCH: Final = 120
"""Angle of one notch of a mouse wheel, and what it leaves of the interval in view."""
_ZOOM: Final = 0.75


class BarChart(Chart):
    """Bars in topological order; the wheel zooms along them, dragging pans.

    At most one bar a pixel is drawn: the cost of a paint follows from the chart's width, not from
    the number of bars.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Costs as bars")
        self.costs = NO_COSTS
        self.view = Interval(-0.5, 0.5)
        self._shows_running = True
        self._spans: tuple[StageSpan, ...] = ()
        self._numbers: list[str] = []
        self._heights: list[float] = []
        self._running: tuple[float, ...] = ()

    def show_costs(self, costs: Costs) -> None:
        """Show the bars of ``costs``; all of them come into view if the items are others."""
        before, self.costs, self.count = self.costs, costs, len(costs.bars)
        largest = max((bar.value or 0 for bar in costs.bars), default=0) or 1
        self._heights = [(bar.value or 0) / largest for bar in costs.bars]
        self._running = costs.running()
        self._spans = spans_of(costs)
        self._numbers = [
            str(index + 1) if span.numbered else ""
            for span in self._spans
            for index in range(span.last + 1 - span.first)
        ]
        if [b.target for b in before.bars] != [b.target for b in costs.bars]:
            self.view = self.limits
        self.refresh()

    def set_running(self, *, shown: bool) -> None:
        """Show or hide the running total."""
        self._shows_running = shown
        self.update()

    @property
    def limits(self) -> Interval:
        """The interval of all bars; a bar's number is its middle."""
        return Interval(-0.5, max(self.count, 1) - 0.5)

    def _x(self) -> Axis:
        return Axis(self.view, 0.0, float(max(self.width(), 10)))

    def _y(self) -> Axis:
        """Heights, in parts of the tallest bar, from the baseline up."""
        return Axis(Interval(0.0, 1.0), max(self.height() - _BOTTOM, _TOP + 10), _TOP)

    # -- marks -----------------------------------------------------------------------------------

    @override
    def mark_at(self, point: QPointF) -> int | None:
        """The bar at a pixel, or whose value or name is there."""
        mark = round(self._x().position(point.x()))
        return mark if 0 <= mark < self.count else None

    @override
    def tip_of(self, mark: int) -> str:
        """Name, exact value, its share, and the running total."""
        bar = self.costs.bars[mark]
        lines = [bar.title, self.costs.exact(bar.value)]
        if bar.value:
            lines.append(f"{self.costs.share_text(bar.value)} of the model")
            lines.append(f"{100 * self._running[mark]:.1f} % up to here")
        return "\n".join(lines)

    def center_of(self, mark: int) -> QPointF:
        """The pixel in the middle of a bar."""
        return QPointF(self._x().pixel(mark), self._y().pixel(self._heights[mark] / 2))

    # -- the interval in view --------------------------------------------------------------------

    @override
    def select(self, marks: frozenset[int]) -> None:
        """Highlight these bars, and pan just so far that the last of them is in view."""
        if marks and marks != self.selected:
            self.view = self.view.showing(max(marks), self.limits)
        super().select(marks)

    @override
    def pan(self, pixels: float) -> None:
        self.view = self.view.moved(-pixels / self._x().pitch, self.limits)
        self.update()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer; a sideways turn pans."""
        turn = event.angleDelta()
        if abs(turn.x()) > abs(turn.y()):
            self.pan(turn.x())
            return
        about = self._x().position(event.position().x())
        factor, least = _ZOOM ** (turn.y() / _NOTCH), min(_LEAST_IN_VIEW, max(self.count, 1))
        self.view = self.view.zoomed(factor, about, self.limits, least)
        self.update()

    # -- drawing ---------------------------------------------------------------------------------

    @override
    def draw(self, painter: QPainter) -> None:
        x, y = self._x(), self._y()
        low, high = self.view
        visible = range(max(0, floor(low + 0.5)), min(self.count, ceil(high + 0.5)))
        self._draw_bars(painter, x, y, visible)
        if self._shows_running and self.count > 1:
            self._draw_running(painter, x, y, visible)
        baseline = round(y.start) + 0.5
        painter.setPen(QPen(self.color("line-strong"), 1))
        painter.drawLine(QPointF(x.start, baseline), QPointF(x.end, baseline))
        self._draw_rings(painter, x, y, visible)
        self._draw_labels(painter, x, visible, partial(self._value_label, y))
        numbers, numbers_y = self._numbers, y.start + 15
        self._draw_labels(painter, x, visible, lambda mark: (numbers[mark], numbers_y))
        for span in self._spans:
            if span.first < visible.stop and span.last >= visible.start:
                self._draw_title(painter, x, y.start + 30, span)

    def _draw_bars(self, painter: QPainter, x: Axis, y: Axis, visible: range) -> None:
        width = max(x.pitch * _BAR, 1.0)
        colors = {bar.token: self.color(bar.token) for bar in self.costs.bars}
        for mark in tallest_per_pixel(self._heights, visible, x.pitch):
            top = y.pixel(self._heights[mark])
            rect = QRectF(x.pixel(mark) - width / 2, top, width, y.start - top)
            painter.fillRect(rect, colors[self.costs.bars[mark].token])

    def _draw_running(self, painter: QPainter, x: Axis, y: Axis, visible: range) -> None:
        """The running total's line, on a seam in the background's colour; "100 %" at its end."""
        last = self.count - 1
        step = max(1, int(1 / x.pitch))
        marks = [*range(max(0, visible.start - 1), visible.stop, step), visible.stop - 1]
        line = [QPointF(x.pixel(mark + _BAR / 2), y.pixel(self._running[mark])) for mark in marks]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for token, width in (("surface", 4.0), ("text-2", 1.25)):
            painter.setPen(QPen(self.color(token), width))
            painter.drawPolyline(QPolygonF(line))
        if last in visible and self._heights[last] < 0.75:
            at = QPointF(x.pixel(last), y.end - 4)
            self.draw_text(painter, at, "100 %", token="text-3", opaque=True)

    def _draw_rings(self, painter: QPainter, x: Axis, y: Axis, visible: range) -> None:
        """The accent's outline around each selected bar; around several where bars are thin."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        marks = [mark for mark in visible if mark in self.selected]
        gap = round(_LEAST_FOR_RINGS / x.pitch) if x.pitch < _LEAST_FOR_RINGS else 0
        for first, last in index_runs(marks, gap=gap):
            top = y.pixel(max(self._heights[first : last + 1]))
            left, right = x.pixel(first - _BAR / 2), x.pixel(last + _BAR / 2)
            rect = QRectF(QPointF(left, top), QPointF(right, y.start))
            painter.setPen(QPen(self.color("surface"), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, 0))
            painter.setPen(QPen(self.color("accent"), 2))
            painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 1), 3, 3)

    def _draw_title(self, painter: QPainter, x: Axis, baseline: float, span: StageSpan) -> None:
        """The title of a stage's bars, if it has room."""
        left = max(x.pixel(span.first - 0.5), x.start)
        right = min(x.pixel(span.last + 0.5), x.end)
        if self.text_width(span.title, bold=True) <= max(right - left, x.pitch * 1.6):
            at = QPointF((left + right) / 2, baseline)
            self.draw_text(painter, at, span.title, token=span.token, bold=True)

    def _value_label(self, y: Axis, mark: int) -> tuple[str, float]:
        gap = 7 if mark in self.selected else 4
        value = self.costs.bars[mark].value
        return self.costs.short(value), y.pixel(self._heights[mark]) - gap

    def _draw_labels(
        self, painter: QPainter, x: Axis, bars: range, label: Callable[[int], tuple[str, float]]
    ) -> None:
        """Texts with their baselines at bars: of selected ones first, then those that have room."""
        taken: list[QRectF] = []

        def draw(mark: int, *, token: str, bold: bool) -> None:
            text, baseline = label(mark)
            at = QPointF(x.pixel(mark), baseline)
            rect = self.text_rect(at, text, bold=bold)
            if not text or not is_clear(rect, taken[-1:] if bold else taken):
                return
            if bold:
                taken.append(rect)
            if bold or rect.width() < x.pitch:
                self.draw_text(painter, at, text, token=token, bold=bold, opaque=True)

        is_dense, free_from = x.pitch < _LEAST_FOR_LABELS, float("-inf")
        for mark in bars:
            if mark in self.selected and x.pixel(mark) >= free_from:
                draw(mark, token="accent", bold=True)
                if is_dense and taken:  # don't measure thousands of texts
                    free_from = taken[-1].right() + taken[-1].width() / 2
        for mark in () if is_dense else bars:
            if mark not in self.selected:
                draw(mark, token="text-2", bold=False)


def tallest_per_pixel(heights: Sequence[float], visible: range, pitch: float) -> list[int]:
    """The bars to draw: all visible ones, or where several share a pixel the tallest of each.

    Args:
        heights: of all bars.
        visible: bars in view.
        pitch: pixels from one bar to the next.
    """
    if pitch >= 1:
        return list(visible)
    tallest: dict[int, int] = {}
    for mark in visible:
        pixel = int(mark * pitch)
        if pixel not in tallest or heights[mark] > heights[tallest[pixel]]:
            tallest[pixel] = mark
    return list(tallest.values())
