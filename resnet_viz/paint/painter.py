"""Painter of display-list items, compiled once for a theme, on any paint device."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from PySide6.QtCore import QPointF
from PySide6.QtGui import (
    QBrush,
    QGlyphRun,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPen,
)

from resnet_viz.drawing.display_list import (
    FAR,
    MID,
    NEAR,
    Circle,
    DisplayList,
    Item,
    Mark,
    Path,
    Text,
)
from resnet_viz.drawing.themes import Theme
from resnet_viz.paint.lines import shaped_line
from resnet_viz.paint.shapes import NO_BRUSH, NO_PEN, brush, outline, pen, rounded
from resnet_viz.paint.states import (
    BORDER,
    DIMMED_OPACITY,
    HALO_OPACITY,
    HALO_WIDTH,
    MATCH_DASH,
    MATCH_OPACITY,
    MATCH_WIDTH,
    PLAIN,
    RING_GAP,
    STATE_MARGIN,
    ItemState,
    Variant,
    has_halo,
    look,
    variant_of,
)

__all__ = ["PLAIN", "STATE_MARGIN", "CompiledItem", "ItemState", "compile_item", "paint_list"]


class _Shape(NamedTuple):
    pen: QPen
    brush: QBrush
    path: QPainterPath


class _Words(NamedTuple):
    pen: QPen
    at: QPointF
    runs: tuple[QGlyphRun, ...]


_Call: TypeAlias = _Shape | _Words


class CompiledItem:
    """An item compiled for painting in one theme; belongs to the thread that paints it.

    Pens, brushes, fonts and paths of a level of detail and a state are made at their first use and
    cached, so that a repaint makes none.
    """

    __slots__ = (
        "_calls", "_halo", "_match", "_outlined", "_paths", "_ring", "_tabular", "_theme", "item",
    )  # fmt: skip

    def __init__(
        self, item: Item, theme: Theme, *, tabular: bool = True, outlined_dashes: bool = False
    ) -> None:
        self.item = item
        self._theme = theme
        self._tabular = tabular
        self._outlined = outlined_dashes
        self._paths: dict[int, QPainterPath] = {}
        self._calls: dict[tuple[int, Variant], tuple[_Call, ...]] = {}
        self._halo: dict[int, tuple[_Shape, ...]] = {}
        self._match: dict[int, tuple[_Shape, ...]] = {}
        self._ring: dict[tuple[int, bool], tuple[_Shape, ...]] = {}

    def prepare(self, lod: int) -> None:
        """Make pens, brushes and paths for a level of detail before the first paint."""
        self._calls_for(lod, "plain")

    def paint(self, painter: QPainter, lod: int = NEAR, state: ItemState = PLAIN) -> None:
        """Draw the item in scene coordinates; ``lod`` is one of FAR, MID, NEAR."""
        if state == PLAIN:
            _draw(painter, self._calls_for(lod, "plain"))
            return
        if state.dimmed:
            painter.setOpacity(painter.opacity() * DIMMED_OPACITY)
        if state.matched:
            _draw(painter, self._match_for(lod))
        if state.selected and not state.multiple:
            _draw(painter, self._halo_for(lod))
        _draw(painter, self._calls_for(lod, variant_of(state)))
        if state.focused:
            _draw(painter, self._ring_for(lod, selected=state.selected))

    def _calls_for(self, lod: int, variant: Variant) -> tuple[_Call, ...]:
        calls = self._calls.get((lod, variant))
        if calls is None:
            compiled = (
                self._compile(index, mark, lod, variant)
                for index, mark in enumerate(self.item.marks)
                if mark.lod & lod
            )
            calls = self._calls[lod, variant] = tuple(call for call in compiled if call is not None)
        return calls

    def _compile(self, index: int, mark: Mark, lod: int, variant: Variant) -> _Call | None:
        fill, stroke, width = look(self.item, mark, variant)
        colors = self._theme.colors
        if isinstance(mark, Text):
            if not mark.text:
                return None
            tabular = mark.tabular and self._tabular
            line = shaped_line(mark.text, mark.size, mark.weight, tabular=tabular)
            back = {"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor] * line.width
            return _Words(pen(colors[stroke]), QPointF(mark.x - back, mark.y), line.runs)
        if not (fill or stroke):
            return None
        dash = () if isinstance(mark, Circle) else mark.dash
        line_pen = pen(colors[stroke], width, dash, lod) if stroke else NO_PEN
        if self._outlined and dash and stroke and not fill:
            dashes = QPainterPathStroker(line_pen).createStroke(self._path(index, mark))
            return _Shape(NO_PEN, line_pen.brush(), dashes)
        return _Shape(line_pen, brush(colors[fill]) if fill else NO_BRUSH, self._path(index, mark))

    def _path(self, index: int, mark: Mark) -> QPainterPath:
        path = self._paths.get(index)
        if path is None:
            path = self._paths[index] = outline(mark)
        return path

    def _halo_for(self, lod: int) -> tuple[_Shape, ...]:
        halo = self._halo.get(lod)
        if halo is None:
            halo_pen = pen(self._theme["accent"], HALO_WIDTH, (), lod, HALO_OPACITY)
            halo = self._halo[lod] = self._around((BORDER + HALO_WIDTH) / 2, halo_pen, lod)
        return halo

    def _ring_for(self, lod: int, *, selected: bool) -> tuple[_Shape, ...]:
        ring = self._ring.get((lod, selected))
        if ring is None:
            by = (BORDER if selected else 1.0) / 2 + RING_GAP + BORDER / 2
            ring_pen = pen(self._theme["accent"], BORDER, (), lod)
            ring = self._ring[lod, selected] = self._around(by, ring_pen, lod)
        return ring

    def _match_for(self, lod: int) -> tuple[_Shape, ...]:
        match = self._match.get(lod)
        if match is None:
            color = self._theme["match"]
            border = pen(color, MATCH_WIDTH, MATCH_DASH, lod)
            match = self._around(RING_GAP + MATCH_WIDTH / 2, border, lod) or self._band(color, lod)
            self._match[lod] = match
        return match

    def _band(self, color: str, lod: int) -> tuple[_Shape, ...]:
        """A band under the item's lines."""
        return tuple(
            _Shape(pen(color, mark.width + 3 * MATCH_WIDTH, (), lod, MATCH_OPACITY), NO_BRUSH,
                   self._path(index, mark))
            for index, mark in enumerate(self.item.marks)
            if mark.lod & lod and mark.role == "stroke" and isinstance(mark, Path) and mark.stroke
        )  # fmt: skip

    def _around(self, by: float, outline_pen: QPen, lod: int) -> tuple[_Shape, ...]:
        marks = (mark for mark in self.item.marks if mark.lod & lod and has_halo(self.item, mark))
        return tuple(_Shape(outline_pen, NO_BRUSH, rounded(mark, by)) for mark in marks)


def _draw(painter: QPainter, calls: tuple[_Call, ...]) -> None:
    for call in calls:
        painter.setPen(call.pen)
        if isinstance(call, _Shape):
            painter.setBrush(call.brush)
            painter.drawPath(call.path)
        else:
            for run in call.runs:
                painter.drawGlyphRun(call.at, run)


def compile_item(
    item: Item, theme: Theme, *, tabular: bool = True, outlined_dashes: bool = False
) -> CompiledItem:
    """Compile an item for painting in ``theme``; needs a QGuiApplication.

    Args:
        item: the item.
        theme: its colours.
        tabular: False gives all figures their natural widths.
        outlined_dashes: make each dash a shape of its own. Qt counts dashes from the edge of what
            it paints on, so that they would not meet where two tiles do.
    """
    return CompiledItem(item, theme, tabular=tabular, outlined_dashes=outlined_dashes)


def paint_list(
    painter: QPainter,
    display_list: DisplayList,
    theme: Theme,
    lod: int = NEAR,
    *,
    tabular: bool = True,
) -> None:
    """Draw a whole picture, without its background, in scene coordinates.

    Raises:
        ValueError: ``lod`` is not one of FAR, MID and NEAR.
    """
    if lod not in {FAR, MID, NEAR}:
        raise ValueError(f"{lod} is no level of detail: give FAR, MID or NEAR")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for item in display_list.items:
        compile_item(item, theme, tabular=tabular).paint(painter, lod)
