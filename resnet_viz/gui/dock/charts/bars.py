"""The bar chart: a bar for every item in its stage's colour, values above, names below."""

from __future__ import annotations

from math import ceil, floor
from typing import Any, Final

import pyqtgraph
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.dock.charts.chart import Chart
from resnet_viz.gui.dock.charts.spans import Span, spans_of
from resnet_viz.gui.dock.costs import Costs

_MARGINS: Final = (0.0, 18.0, 0.0, 36.0)
_BAR: Final = 0.64
"""A bar's width, of the distance to the next."""
_LEAST_IN_VIEW: Final = 4.0


class BarChart(Chart):
    """Bars in topological order; the wheel zooms along them, dragging moves them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _MARGINS, "Costs as bars")
        self.costs: Costs | None = None
        self.shows_running = True
        self._spans: tuple[Span, ...] = ()
        self._most = 0
        self._bars: Any = pyqtgraph.BarGraphItem(x=[], height=[], width=_BAR, pen=None)
        self._line: Any = pyqtgraph.PlotCurveItem(antialias=True)
        self._line.setZValue(5)  # over the bars, with a seam of the ground around it
        self.box.addItem(self._bars, ignoreBounds=True)
        self.box.addItem(self._line, ignoreBounds=True)

    def show_costs(self, costs: Costs) -> None:
        """Show the bars of ``costs``; the range in view starts anew if there are others."""
        before = self.costs
        self.costs = costs
        self._most = max((bar.value or 0 for bar in costs.bars), default=0)
        self._spans = spans_of(costs)
        self._fill()
        count = max(len(costs.bars), 1)
        self.box.setLimits(
            xMin=-0.5, xMax=count - 0.5, minXRange=min(_LEAST_IN_VIEW, count), yMin=0, yMax=1
        )
        same = before is not None and [b.target for b in before.bars] == [
            b.target for b in costs.bars
        ]
        if not same:
            self.box.setRange(xRange=(-0.5, count - 0.5), yRange=(0, 1), padding=0)
        self.viewport().update()

    def set_running(self, *, shown: bool) -> None:
        """Whether the cumulative line is drawn."""
        self.shows_running = shown
        self._line.setVisible(shown)
        self.viewport().update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        super().set_theme(theme)
        if self.costs is not None:
            self._fill()

    def _fill(self) -> None:
        costs = self.costs
        if costs is None:
            return
        places = list(range(len(costs.bars)))
        brushes = [QBrush(self.color(bar.token)) for bar in costs.bars]
        heights = [self.height_of(place) for place in places]
        self._bars.setOpts(
            x=places, height=heights, width=_BAR, brushes=brushes or None,
            pens=[QPen(Qt.PenStyle.NoPen)] * len(places) or None,
        )  # fmt: skip
        self._line.setData(
            x=[place + _BAR / 2 for place in places], y=list(costs.running()),
            pen=pyqtgraph.mkPen(self.color("text-2"), width=1.25),
            shadowPen=pyqtgraph.mkPen(self.color("surface"), width=4),
        )  # fmt: skip
        self._line.setVisible(self.shows_running and len(places) > 1)

    def height_of(self, place: int) -> float:
        """A bar's height, of the tallest."""
        bars = self.costs.bars if self.costs is not None else ()
        return (bars[place].value or 0) / self._most if self._most else 0.0

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
            lines.append(f"{100 * costs.running()[mark]:.1f} % up to here")
        return "\n".join(lines)

    def selection_moved(self) -> None:
        """Move along so far that the last selected bar is in view."""
        if not self.selected:
            return
        first, last = self.box.viewRange()[0]
        wanted = max(self.selected)
        shift = min(0.0, wanted - 0.5 - first) or max(0.0, wanted + 0.5 - last)
        if shift:
            self.box.setXRange(first + shift, last + shift, padding=0)

    def place_of(self, mark: int) -> QPointF:
        """The pixel in the middle of a bar."""
        return self.to_pixel(mark, self.height_of(mark) / 2)

    def _rect(self, mark: int) -> QRectF:
        top = self.to_pixel(mark - _BAR / 2, self.height_of(mark))
        bottom = self.to_pixel(mark + _BAR / 2, 0)
        return QRectF(top, bottom)

    def _in_view(self) -> range:
        first, last = self.box.viewRange()[0]
        return range(max(0, floor(first + 0.5)), min(self.count(), ceil(last + 0.5)))

    # -- what is drawn over the bars -----------------------------------------------------------

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Qt's: baseline, values, numbers, names and what is selected, in pixels."""
        del rect
        if self.costs is None or self.closed:
            return
        area = self.area()
        painter.setPen(QPen(self.color("line-strong"), 1))
        floor_y = round(area.bottom()) + 0.5
        painter.drawLine(QPointF(area.left(), floor_y), QPointF(area.right(), floor_y))
        pitch = self.to_pixel(1, 0).x() - self.to_pixel(0, 0).x()
        for mark in self._in_view():
            self._draw_value(painter, mark, pitch)
        for span in self._spans:
            self._draw_span(painter, span, pitch)
        self._draw_end(painter)
        self.draw_focus(painter)

    def _draw_end(self, painter: QPainter) -> None:
        """Where the running total has come to, if nothing else is there."""
        last = self.count() - 1
        if self._line.isVisible() and last in self._in_view() and self.height_of(last) < 0.75:
            at = self.to_pixel(last, 1) + QPointF(0, -4)
            self.draw_text(painter, at, "100 %", token="text-3", ground=True)

    def _draw_value(self, painter: QPainter, mark: int, pitch: float) -> None:
        costs = self.costs
        if costs is None:
            return
        rect = self._rect(mark)
        chosen = mark in self.selected
        if chosen:
            self._draw_ring(painter, rect)
        text = costs.short(costs.bars[mark].value)
        face = self.bold if chosen else self.small
        painter.setFont(face)
        if chosen or painter.fontMetrics().horizontalAdvance(text) < pitch - 2:
            lift = 7 if chosen else 4
            at = QPointF(rect.center().x(), rect.top() - lift)
            self.draw_text(painter, at, text, token="accent" if chosen else "text-2", face=face,
                           ground=True)  # fmt: skip

    def _draw_ring(self, painter: QPainter, rect: QRectF) -> None:
        """The accent's outline with a gap to the bar."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.color("surface"), 2))
        painter.drawRect(rect.adjusted(1, 1, -1, 0))
        painter.setPen(QPen(self.color("accent"), 2))
        painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 1), 3, 3)

    def _draw_span(self, painter: QPainter, span: Span, pitch: float) -> None:
        floor_y = self.area().bottom()
        for number, mark in enumerate(range(span.first, span.last + 1), start=1):
            chosen = mark in self.selected
            if span.numbered and (pitch >= 14 or chosen):
                at = QPointF(self.to_pixel(mark, 0).x(), floor_y + 15)
                self.draw_text(painter, at, str(number), token="accent" if chosen else "text-2",
                               face=self.bold if chosen else self.small)  # fmt: skip
        left = max(self.to_pixel(span.first - 0.5, 0).x(), self.area().left())
        right = min(self.to_pixel(span.last + 0.5, 0).x(), self.area().right())
        painter.setFont(self.bold)
        shown = painter.fontMetrics().horizontalAdvance(span.title)
        if left < right and shown <= max(right - left, pitch * 1.6):
            at = QPointF((left + right) / 2, floor_y + 30)
            self.draw_text(painter, at, span.title, token=span.token, face=self.bold)
