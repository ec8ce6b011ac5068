"""Parameters against MACs: a spot for every item, formed and coloured by its stage."""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray
from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QTransform

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.cost.charts.chart import Chart
from resnet_viz.gui.cost.charts.ticks import ticks
from resnet_viz.gui.cost.model import Costs

FORMS: Final = ("o", "s", "t1", "d", "p", "+")
"""pyqtgraph's symbols, stage by stage, over again after the last."""
_MARGINS: Final = (70.0, 14.0, 14.0, 36.0)
_SPOT: Final = 10.0
_REACH: Final = 9.0
_SKEWED: Final = 50.0
_PAD: Final = 0.06
_NAMED: Final = 300
"""So many names are tried: a chart that is fuller has no room for more."""
Places: TypeAlias = NDArray[np.float64]
_FORMS: Final[tuple[QPainterPath, ...]] = tuple(
    QTransform.fromScale(_SPOT, _SPOT).map(Symbols[form]) for form in FORMS
)


class ScatterPoint(msgspec.Struct, frozen=True):
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
        self.spots: tuple[ScatterPoint, ...] = ()
        self._logs = (False, False)
        self._places: Places = np.zeros((0, 2))
        self.box.setMouseEnabled(x=False, y=False)

    def show_costs(self, costs: Costs) -> None:
        """Show the items of ``costs`` that have both numbers."""
        self.costs = costs
        self.spots = _spots(costs)
        values = np.array([(float(s.parameters), float(s.macs)) for s in self.spots]).reshape(-1, 2)
        self._logs = (_skewed(values[:, 0]), _skewed(values[:, 1]))
        for axis, logarithmic in enumerate(self._logs):
            if logarithmic:
                values[:, axis] = np.log10(values[:, axis])
        self._places = values
        if self.spots:
            for axis, setter in ((0, self.box.setXRange), (1, self.box.setYRange)):
                low, high = float(values[:, axis].min()), float(values[:, axis].max())
                if not self._logs[axis]:
                    low = min(low, 0.0)
                room = (high - low or 1.0) * _PAD
                setter(low - room, high + room * (1 if axis == 0 else 3), padding=0)
        self.viewport().update()

    def _pixels(self) -> Places:
        """Where the spots are now, in pixels."""
        area, ((left, right), (low, high)) = self.area(), self.box.viewRange()
        found = np.empty_like(self._places)
        found[:, 0] = area.left() + (self._places[:, 0] - left) * area.width() / (right - left)
        found[:, 1] = area.bottom() - (self._places[:, 1] - low) * area.height() / (high - low)
        return found

    # -- marks: one for each item, though several share a spot ---------------------------------

    def count(self) -> int:
        """How many items there are."""
        return len(self.costs.bars) if self.costs is not None else 0

    def mark_at(self, place: QPointF) -> int | None:
        """The item at a pixel; of several at one spot the one after the selected."""
        if not self.spots:
            return None
        away = np.abs(self._pixels() - (place.x(), place.y())).sum(axis=1)
        nearest = int(away.argmin())
        if away[nearest] > _REACH:
            return None
        near = self.spots[nearest]
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
        place = next((n for n, spot in enumerate(self.spots) if mark in spot.bars), None)
        return QPointF() if place is None else QPointF(*self._pixels()[place])

    def _spot_of(self, mark: int) -> ScatterPoint | None:
        return next((spot for spot in self.spots if mark in spot.bars), None)

    # -- painting ------------------------------------------------------------------------------

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Qt's: axes with their words, spots, names, what is selected; in pixels."""
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
        pixels = self._pixels()
        self._draw_spots(painter, pixels)
        self._draw_names(painter, pixels)
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

    def _draw_spots(self, painter: QPainter, pixels: Places) -> None:
        """The spots in their stages' forms and colours, one for a pixel."""
        costs = self.costs
        if costs is None:
            return
        painter.setPen(QPen(self.color("surface"), 1))
        drawn: set[tuple[int, int, int]] = set()
        for spot, (x, y) in zip(self.spots, pixels.tolist(), strict=True):
            bar = costs.bars[spot.bars[0]]
            key = (bar.stage, round(x), round(y))
            if key not in drawn:
                drawn.add(key)
                painter.setBrush(self.color(bar.token))
                painter.drawPath(_FORMS[bar.stage % len(FORMS)].translated(x, y))

    def _draw_names(self, painter: QPainter, pixels: Places) -> None:
        """Names that keep clear: of what is selected first, then of the costliest."""
        costs = self.costs
        if costs is None:
            return
        taken: list[QRectF] = []
        chosen = [bool(self.selected.intersection(spot.bars)) for spot in self.spots]
        order = np.lexsort((-pixels[:, 0], pixels[:, 1], ~np.array(chosen))).tolist()
        for place in order[: _NAMED + sum(chosen)]:
            spot, at = self.spots[place], QPointF(*pixels[place])
            marks = sorted(self.selected.intersection(spot.bars)) if chosen[place] else []
            if marks:
                painter.setPen(QPen(self.color("accent"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(at, _SPOT * 0.8, _SPOT * 0.8)
            shown = costs.bars[marks[-1] if marks else spot.bars[0]]
            text = shown.title + (f" ×{len(spot.bars)}" if len(spot.bars) > 1 else "")
            face = self.bold if marks else self.small
            painter.setFont(face)
            wide = painter.fontMetrics().horizontalAdvance(text)
            around = QRectF(at.x() - wide / 2 - 2, at.y() - 22, wide + 4, 15)
            is_first = marks and not taken
            if not is_first and any(around.intersects(each) for each in taken):
                continue
            if not marks and _covers(around, pixels):
                continue
            taken += [around, QRectF(at.x() - 6, at.y() - 6, 12, 12)]
            self.draw_text(painter, QPointF(at.x(), at.y() - 11), text, face=face,
                           token="accent" if marks else f"{shown.token}.text")  # fmt: skip


def _spots(costs: Costs) -> tuple[ScatterPoint, ...]:
    """Items with both numbers, those of one stage with equal ones together."""
    found: dict[tuple[int, int, int], list[int]] = {}
    for place, bar in enumerate(costs.bars):
        if bar.parameters and bar.macs:
            found.setdefault((bar.stage, bar.parameters, bar.macs), []).append(place)
    return tuple(ScatterPoint(key[1], key[2], tuple(bars)) for key, bars in found.items())


def _covers(rect: QRectF, pixels: Places) -> bool:
    """Whether a rectangle lies over some spot's middle."""
    x, y = pixels[:, 0], pixels[:, 1]
    inside = (x > rect.left()) & (x < rect.right()) & (y > rect.top()) & (y < rect.bottom() + 2)
    return bool(inside.any())


def _skewed(values: Places) -> bool:
    return bool(values.size) and bool(values.max() > _SKEWED * values.min())
