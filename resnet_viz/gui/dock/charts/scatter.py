"""Parameters against MACs: a spot for every item, formed and coloured by its stage."""

from __future__ import annotations

from math import log10
from typing import Any, Final

import msgspec
import pyqtgraph
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QPainter, QPen

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.dock.charts.chart import Chart
from resnet_viz.gui.dock.charts.ticks import ticks
from resnet_viz.gui.dock.costs import Costs

FORMS: Final = ("o", "s", "t1", "d", "p", "+")
"""pyqtgraph's symbols, stage by stage, over again after the last."""
_MARGINS: Final = (70.0, 14.0, 14.0, 36.0)
_SPOT: Final = 10.0
_REACH: Final = 9.0
_SKEWED: Final = 50.0
_PAD: Final = 0.06


class Spot(msgspec.Struct, frozen=True):
    """Items of a stage with equal numbers.

    Attributes:
        parameters, macs: theirs.
        bars: their places among the costs' bars.
    """

    parameters: int
    macs: int
    bars: tuple[int, ...]


class ScatterChart(Chart):
    """Spots on axes that are logarithmic where the numbers differ much."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _MARGINS, "Parameters against MACs")
        self.costs: Costs | None = None
        self.spots: tuple[Spot, ...] = ()
        self._logs = (False, False)
        self._points: Any = pyqtgraph.ScatterPlotItem(size=_SPOT, pxMode=True)
        self.box.addItem(self._points, ignoreBounds=True)
        self.box.setMouseEnabled(x=False, y=False)

    def show_costs(self, costs: Costs) -> None:
        """Show the items of ``costs`` that have both numbers."""
        self.costs = costs
        self.spots = _spots(costs)
        self._logs = (
            _skewed([spot.parameters for spot in self.spots]),
            _skewed([spot.macs for spot in self.spots]),
        )
        self._fill()
        if self.spots:
            places = [self._place_of(spot) for spot in self.spots]
            for axis, setter in ((0, self.box.setXRange), (1, self.box.setYRange)):
                values = [place[axis] for place in places]
                low, high = min(values), max(values)
                if not self._logs[axis]:
                    low = min(low, 0.0)
                room = (high - low or 1.0) * _PAD
                setter(low - room, high + room * (1 if axis == 0 else 3), padding=0)
        self.viewport().update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        super().set_theme(theme)
        if self.costs is not None:
            self._fill()

    def _place_of(self, spot: Spot) -> tuple[float, float]:
        found = []
        for value, logarithmic in zip((spot.parameters, spot.macs), self._logs, strict=True):
            found.append(log10(value) if logarithmic else float(value))
        return found[0], found[1]

    def _fill(self) -> None:
        costs = self.costs
        if costs is None:
            return
        points = []
        for spot in self.spots:
            bar = costs.bars[spot.bars[0]]
            points.append(
                {
                    "pos": self._place_of(spot),
                    "symbol": FORMS[bar.stage % len(FORMS)],
                    "brush": self.color(bar.token),
                    "pen": pyqtgraph.mkPen(self.color("surface"), width=1),
                }
            )
        self._points.setData(points)

    # -- marks: one for each item, though several share a spot ---------------------------------

    def count(self) -> int:
        """How many items there are."""
        return len(self.costs.bars) if self.costs is not None else 0

    def mark_at(self, place: QPointF) -> int | None:
        """The item at a pixel; of several at one spot the one after the selected."""
        near = min(
            self.spots, key=lambda spot: (self._pixel(spot) - place).manhattanLength(), default=None
        )
        if near is None or (self._pixel(near) - place).manhattanLength() > _REACH:
            return None
        now = [index for index, bar in enumerate(near.bars) if bar in self.selected]
        return near.bars[(now[-1] + 1) % len(near.bars)] if now else near.bars[0]

    def tip_of(self, mark: int) -> str:
        """Names and both numbers of the item's spot."""
        spot = self._spot_of(mark)
        if spot is None or self.costs is None:
            return ""
        names = [self.costs.bars[bar].title for bar in spot.bars]
        shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        return f"{shown}\n{spot.parameters:,} parameters\n{spot.macs:,} MACs"

    def place_of(self, mark: int) -> QPointF:
        """The pixel of an item's spot."""
        spot = self._spot_of(mark)
        return QPointF() if spot is None else self._pixel(spot)

    def _spot_of(self, mark: int) -> Spot | None:
        return next((spot for spot in self.spots if mark in spot.bars), None)

    def _pixel(self, spot: Spot) -> QPointF:
        return self.to_pixel(*self._place_of(spot))

    # -- what is drawn over the spots ----------------------------------------------------------

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Qt's: axes with their words, names, what is selected; in pixels."""
        del rect
        if self.costs is None or self.closed:
            return
        area = self.area()
        painter.setPen(QPen(self.color("line-strong"), 1))
        corner = QPointF(round(area.left()) + 0.5, round(area.bottom()) + 0.5)
        painter.drawLine(corner, QPointF(area.right(), corner.y()))
        painter.drawLine(corner, QPointF(corner.x(), area.top()))
        if not self.spots:
            self.draw_text(painter, area.center(), "No item has both numbers.", token="text-3")
            return
        self._draw_ticks(painter, area)
        self._draw_names(painter)
        self.draw_focus(painter)

    def _draw_ticks(self, painter: QPainter, area: QRectF) -> None:
        (left, right), (low, high) = self.box.viewRange()
        for tick in ticks(left, right, logarithmic=self._logs[0], most=9):
            at = QPointF(self.to_pixel(tick.place, 0).x(), area.bottom() + 15)
            self.draw_text(painter, at, tick.text, token="text-2")
        words = "parameters" + (", logarithmic" if self._logs[0] else "")
        self.draw_text(painter, QPointF(area.center().x(), area.bottom() + 30), words,
                       token="text-3")  # fmt: skip
        for tick in ticks(low, high, logarithmic=self._logs[1], most=4):
            y = self.to_pixel(0, tick.place).y()
            width = painter.fontMetrics().horizontalAdvance(tick.text)
            at = QPointF(area.left() - 6 - width / 2, y + 4)
            self.draw_text(painter, at, tick.text, token="text-2")
        self.draw_text(painter, QPointF(area.left() - 2, 10), "MACs", token="text-3")

    def _draw_names(self, painter: QPainter) -> None:
        costs = self.costs
        if costs is None:
            return
        taken: list[QRectF] = []
        order = sorted(self.spots, key=lambda spot: not self.selected.intersection(spot.bars))
        for spot in order:
            chosen = sorted(self.selected.intersection(spot.bars))
            at = self._pixel(spot)
            if chosen:
                painter.setPen(QPen(self.color("accent"), 2))
                painter.drawEllipse(at, _SPOT * 0.8, _SPOT * 0.8)
            shown = costs.bars[chosen[-1] if chosen else spot.bars[0]]
            text = shown.title + (f" ×{len(spot.bars)}" if len(spot.bars) > 1 else "")
            face = self.bold if chosen else self.small
            painter.setFont(face)
            wide = painter.fontMetrics().horizontalAdvance(text)
            place = QRectF(at.x() - wide / 2, at.y() - 21, wide, 13)
            around = place.adjusted(-2, -1, 2, 1)
            if not chosen and any(around.intersects(each) for each in taken):
                continue
            taken += [around, QRectF(at.x() - 6, at.y() - 6, 12, 12)]
            self.draw_text(painter, QPointF(at.x(), at.y() - 11), text, face=face,
                           token="accent" if chosen else f"{shown.token}.text")  # fmt: skip


def _spots(costs: Costs) -> tuple[Spot, ...]:
    """Items with both numbers, those of one stage with equal ones together."""
    found: dict[tuple[int, int, int], list[int]] = {}
    for place, bar in enumerate(costs.bars):
        if bar.parameters and bar.macs:
            found.setdefault((bar.stage, bar.parameters, bar.macs), []).append(place)
    return tuple(Spot(key[1], key[2], tuple(bars)) for key, bars in found.items())


def _skewed(values: list[int]) -> bool:
    return bool(values) and max(values) > _SKEWED * min(values)
