"""Minimap in the canvas's corner: panels, blocks and the visible part."""

from __future__ import annotations

from itertools import chain
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from resnet_viz.drawing.display_list import Box, DisplayList, Item, Rect, Target
from resnet_viz.drawing.themes import STAGES, Theme
from resnet_viz.scene.background_compile import LARGE
from resnet_viz.scene.item import to_qt
from resnet_viz.typing_compat import override

WIDTH: Final = 176
HEIGHT: Final = 102
_RADIUS: Final = 6.0
_INSET: Final = 8.0
_SMALLEST: Final = 1.5  # pixels, so that a block of a large model is still a dot
_PLAIN: Final = "line-strong"


class Minimap(QWidget):
    """The visible part within the whole picture; a click or drag moves the view there.

    Args:
        parent: the canvas.
        theme: its colours.

    Signals:
        point_chosen: the reader wants this point of the scene (a QPointF) in the view's middle.
    """

    point_chosen = Signal(QPointF)

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self._list: DisplayList | None = None
        self._visible = QRectF()
        self._selected: frozenset[Target] = frozenset()
        self._drawn: QPixmap | None = None
        self._panels: tuple[Item, ...] = ()
        self._redraw_timer = QTimer(self, singleShot=True, interval=0)
        self._redraw_timer.timeout.connect(self._renew)
        self.setFixedSize(WIDTH, HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setAccessibleName("Minimap")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in other colours."""
        self._theme = theme
        self._redraw()

    def show_picture(self, display_list: DisplayList | None) -> None:
        """Show another picture."""
        self._list = display_list
        items = () if display_list is None else display_list.items
        self._panels = tuple(item for item in items if item.kind == "panel")
        self._redraw()

    def show_selection(self, selected: tuple[Target, ...]) -> None:
        """Show what is selected in the accent colour."""
        if frozenset(selected) != self._selected:
            self._selected = frozenset(selected)
            self._redraw()

    def show_view(self, visible: QRectF) -> None:
        """Show the visible part of the scene."""
        if visible != self._visible:
            self._visible = visible
            self.update()

    def from_scene(self, point: QPointF) -> QPointF:
        """Position on the map of a point of the scene."""
        scale, origin = self._projection()
        return origin + point * scale

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._move_view(event.position())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move_view(event.position())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._drawn is None and not self._redraw_timer.isActive():
            self._drawn = self._draw_picture()
        if self._drawn is None:
            return  # the timer draws it
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._drawn)
        visible = QRectF(
            self.from_scene(self._visible.topLeft()), self.from_scene(self._visible.bottomRight())
        )
        painter.setPen(QPen(QColor(self._theme["accent"]), 2))
        inner = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.drawRoundedRect(visible.intersected(inner), 1, 1)

    def _move_view(self, at: QPointF) -> None:
        scale, origin = self._projection()
        if self._list is not None:
            self.point_chosen.emit((at - origin) / scale)

    def _projection(self) -> tuple[float, QPointF]:
        """Scale and origin that bring the whole picture into the map's middle."""
        if self._list is None:
            return 1.0, QPointF()
        bounds = to_qt(self._list.bounds)
        room = QRectF(self.rect()).adjusted(_INSET, _INSET, -_INSET, -_INSET)
        wide, high = max(bounds.width(), 1.0), max(bounds.height(), 1.0)
        scale = min(room.width() / wide, room.height() / high)
        return scale, room.center() - bounds.center() * scale

    def _redraw(self) -> None:
        if self._list is not None and len(self._list.items) >= LARGE:
            self._redraw_timer.start()  # after the canvas itself is painted
            return
        self._redraw_timer.stop()
        self._drawn = None
        self.update()

    def _renew(self) -> None:
        self._drawn = self._draw_picture() if self.isVisible() else None
        self.update()

    def _draw_picture(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        drawn = QPixmap(round(WIDTH * ratio), round(HEIGHT * ratio))
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme["line"]), 1))
        painter.setBrush(QColor(self._theme["surface"]))
        ground = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(ground, _RADIUS, _RADIUS)
        if self._list is not None:
            scale, origin = self._projection()
            selected = self._selected_items()
            for item in _map_order(self._list):
                self._draw_item(painter, item, scale, origin, selected)
        painter.end()
        return drawn

    def _selected_items(self) -> frozenset[str]:
        """Ids of the items that stand for the selection or are highlighted with it."""
        by_target = self._list.by_target if self._list is not None else {}
        ids = (by_target.get(target, ()) for target in self._selected)
        return frozenset(chain.from_iterable(ids))

    def _panel_token(self, item: Item) -> str:
        """Colour token of the panel that holds the item: a frame has none of its own."""
        for panel in self._panels:
            if panel.bounds.contains(item.bounds.center):
                return stage_of(panel) or _PLAIN
        return _PLAIN

    def _draw_item(
        self, painter: QPainter, item: Item, scale: float, origin: QPointF, selected: frozenset[str]
    ) -> None:
        area = to_qt(body_of(item))
        width = max(area.width() * scale, _SMALLEST)
        height = max(area.height() * scale, _SMALLEST)
        token = stage_of(item) or self._panel_token(item)
        if item.id in selected:
            token = "accent-line" if item.kind == "panel" else "accent"
        elif item.kind == "panel":
            token = f"{token}.line" if token in STAGES else "line"
        at = origin + area.topLeft() * scale
        painter.fillRect(QRectF(at.x(), at.y(), width, height), QColor(self._theme[token]))


def _map_order(display_list: DisplayList) -> list[Item]:
    """Panels, then cards, then frames over their inside, the outermost last."""
    of_kind: dict[str, list[Item]] = {"panel": [], "card": [], "frame": []}
    for item in display_list.items:
        if item.kind in of_kind:
            of_kind[item.kind].append(item)
    return [*of_kind["panel"], *of_kind["card"], *reversed(of_kind["frame"])]


def body_of(item: Item) -> Rect:
    """The rectangle of an item's body, without its labels."""
    boxes = (mark.rect for mark in item.marks if isinstance(mark, Box) and mark.role == "body")
    return next(boxes, item.bounds)


def stage_of(item: Item) -> str | None:
    """The colour token of the stage that the item belongs to; None without one."""
    for mark in item.marks:
        for token in (getattr(mark, "fill", ""), getattr(mark, "stroke", "")):
            stage = token.partition(".")[0]
            if stage in STAGES:
                return str(stage)
    return None
