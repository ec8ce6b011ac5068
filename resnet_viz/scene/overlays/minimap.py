"""The minimap in the canvas's corner: panels, blocks and the part that is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from resnet_viz.drawing.display_list import Box, DisplayList, Item, Rect, Target
from resnet_viz.drawing.themes import STAGES, Theme
from resnet_viz.scene.background_compile import LARGE
from resnet_viz.scene.item import to_qt

WIDTH: Final = 176
HEIGHT: Final = 102
_RADIUS: Final = 6.0
_INSET: Final = 8.0
_SMALLEST: Final = 1.5  # pixels, so that a block of a large model is still a dot
_PLAIN: Final = "line-strong"


class Minimap(QWidget):
    """Shows where the view is in the picture; a click or drag moves the view there.

    Args:
        parent: the canvas.
        theme: its colours.
        look_at: moves the view's middle to a point of the scene.
    """

    def __init__(self, parent: QWidget, theme: Theme, look_at: Callable[[QPointF], None]) -> None:
        super().__init__(parent)
        self._theme = theme
        self._look_at = look_at
        self._list: DisplayList | None = None
        self._visible = QRectF()
        self._selected: frozenset[Target] = frozenset()
        self._drawn: QPixmap | None = None
        self._panels: tuple[Item, ...] = ()
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._renew)
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
        """Show which part of the scene is seen."""
        if visible != self._visible:
            self._visible = visible
            self.update()

    def place_of(self, point: QPointF) -> QPointF:
        """Where a point of the scene lies on the map."""
        scale, origin = self._projection()
        return origin + point * scale

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the view to the point."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._move_view(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the view along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move_view(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The drag ends."""
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, drawn once, and the frame of what is seen."""
        del event
        if self._drawn is None and not self._turn.isActive():
            self._drawn = self._draw_picture()
        if self._drawn is None:
            return  # its turn comes
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._drawn)
        seen = QRectF(
            self.place_of(self._visible.topLeft()), self.place_of(self._visible.bottomRight())
        )
        painter.setPen(QPen(QColor(self._theme["accent"]), 2))
        inner = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.drawRoundedRect(seen.intersected(inner), 1, 1)

    def _move_view(self, at: QPointF) -> None:
        scale, origin = self._projection()
        if self._list is not None:
            self._look_at((at - origin) / scale)

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
            self._turn.start()  # apart from the picture itself, in a turn of its own
            return
        self._turn.stop()
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
            lit = self._lit()
            for item in _map_order(self._list):
                self._draw_item(painter, item, scale, origin, lit)
        painter.end()
        return drawn

    def _lit(self) -> frozenset[str]:
        """Ids of the items that light up with the selection."""
        found = self._list.by_target if self._list is not None else {}
        return frozenset(one for target in self._selected for one in found.get(target, ()))

    def _stage_around(self, item: Item) -> str:
        """The colour of the panel that holds the item: a frame has none of its own."""
        for panel in self._panels:
            if panel.bounds.contains(item.bounds.center):
                return stage_of(panel) or _PLAIN
        return _PLAIN

    def _draw_item(
        self, painter: QPainter, item: Item, scale: float, origin: QPointF, lit: frozenset[str]
    ) -> None:
        area = to_qt(body_of(item))
        width = max(area.width() * scale, _SMALLEST)
        height = max(area.height() * scale, _SMALLEST)
        token = stage_of(item) or self._stage_around(item)
        if item.id in lit:
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
    """The token of the stage whose colour the item shows."""
    for mark in item.marks:
        for token in (getattr(mark, "fill", ""), getattr(mark, "stroke", "")):
            stage = token.partition(".")[0]
            if stage in STAGES:
                return str(stage)
    return None
