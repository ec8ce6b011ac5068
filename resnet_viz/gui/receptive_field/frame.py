"""The input with a receptive field over it, to scale; dragging moves to other positions."""

from __future__ import annotations

from math import ceil
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.receptive_field.geometry import FieldGeometry, times
from resnet_viz.paint.fonts import font
from resnet_viz.typing_compat import override

_STRIP: Final = 44.0
"""Height of a one-dimensional input, in pixels."""
_INSET: Final = 6.0
_LEAST_FRAME: Final = 24.0
"""Least pixels of the frame's shorter side: a field too large for that is clipped."""
_CAPTION: Final = 15.0
"""Height of a line of text, in pixels."""
_LEAST_DOTS: Final = 6.0
_LEAST_MIDDLE: Final = 18.0


class FieldFrame(QWidget):
    """The picture, the field of one position, and its next neighbour's.

    Signals:
        moved(object): the user dragged to another position: a tuple, one entry for each axis.
    """

    moved = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.token = "head"
        self.field: FieldGeometry | None = None
        self.position: tuple[int, ...] = ()
        self._picture = QPixmap()
        self._small = font(11, tabular=True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Receptive field over the input")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)

    @override
    def sizeHint(self) -> QSize:
        """Return room for a frame."""
        return QSize(420, 150)

    def set_picture(self, picture: QPixmap) -> None:
        """Show another picture as the input."""
        self._picture = picture
        self.update()

    def show_field(self, geometry: FieldGeometry, position: tuple[int, ...], token: str) -> None:
        """Show a field at a position, in a stage's colour."""
        self.field, self.position, self.token = geometry, position, token
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.theme = theme
        self.update()

    # -- geometry: the last two axes lie in the widget, x last ----------------------------------

    def _plane(self) -> tuple[tuple[int, int], tuple[float, float]]:
        """(rows, columns) of the frame, and the largest overhang of any field on each side."""
        geometry = self.field
        if geometry is None:
            return (1, 1), (0.0, 0.0)
        frame, over = geometry.frame[-2:], geometry.overhang()[-2:]
        if len(frame) == 1:
            return (1, frame[0]), (0.0, over[0])
        return (frame[0], frame[1]), (over[0], over[1])

    def scale(self) -> float:
        """Widget pixels for one input pixel, of frame and field alike.

        Every position's field fits, unless the frame would be too small to see. The scale does
        not depend on the position: nothing changes its size while the user drags.
        """
        (rows, columns), (above, beside) = self._plane()
        room_x, room_y = self.width() - 2 * _INSET, self.height() - 2 * _INSET
        if self._is_strip():
            whole, least = room_x / (columns + 2 * beside), _LEAST_FRAME / columns
            return max(1e-3, whole, min(least, room_x / columns))
        whole = min(room_x / (columns + 2 * beside), room_y / (rows + 2 * above))
        least = min(_LEAST_FRAME / min(rows, columns), room_x / columns, room_y / rows)
        return max(1e-3, whole, least)

    def _is_strip(self) -> bool:
        return self.field is not None and len(self.field.frame) == 1

    def frame_rect(self) -> QRectF:
        """The input's pixels in the widget."""
        (rows, columns), _ = self._plane()
        scale = self.scale()
        wide, high = columns * scale, _STRIP if self._is_strip() else rows * scale
        return QRectF((self.width() - wide) / 2, (self.height() - high) / 2, wide, high)

    def field_rect(self, position: tuple[int, ...]) -> QRectF:
        """A field's pixels in the widget; it may reach beyond it."""
        geometry, frame, scale = self.field, self.frame_rect(), self.scale()
        if geometry is None:
            return QRectF()
        intervals = geometry.intervals(position)
        first, last = intervals[-1]
        left, right = frame.left() + first * scale, frame.left() + (last + 1) * scale
        if self._is_strip():
            return QRectF(left, frame.top() - 3, right - left, frame.height() + 6)
        first, last = intervals[-2]
        top, bottom = frame.top() + first * scale, frame.top() + (last + 1) * scale
        return QRectF(left, top, right - left, bottom - top)

    def _position_at(self, point: QPointF) -> tuple[int, ...]:
        geometry, frame, scale = self.field, self.frame_rect(), self.scale()
        if geometry is None:
            return ()
        pixel = [float(sum(interval) + 1) / 2 for interval in geometry.intervals(self.position)]
        pixel[-1] = (point.x() - frame.left()) / scale
        if not self._is_strip():
            pixel[-2] = (point.y() - frame.top()) / scale
        return geometry.position_at(tuple(pixel))

    # -- painting --------------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        geometry = self.field
        if geometry is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame, field = self.frame_rect(), self.field_rect(self.position)
        painter.fillRect(field.intersected(QRectF(self.rect())), QColor(self.theme["hover"]))
        self._draw_input(painter, frame)
        self._veil(painter, frame, field)
        self._draw_dots(painter, frame)
        self._draw_neighbour(painter)
        self._draw_field(painter, field)
        self._draw_captions(painter, frame, field)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self.theme["accent"]), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _draw_input(self, painter: QPainter, frame: QRectF) -> None:
        if self._is_strip() or self._picture.isNull():
            painter.fillRect(frame, QColor(self.theme["card"]))
        else:
            painter.drawPixmap(frame, self._picture, _cover(self._picture, frame))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme["line-strong"]), 1))
        painter.drawRect(frame)

    def _veil(self, painter: QPainter, frame: QRectF, field: QRectF) -> None:
        """Fade the pixels that the position does not see."""
        veil = QColor(self.theme["surface"])
        veil.setAlphaF(0.62)
        seen = field.intersected(frame)
        for part in (
            QRectF(frame.left(), frame.top(), frame.width(), seen.top() - frame.top()),
            QRectF(frame.left(), seen.bottom(), frame.width(), frame.bottom() - seen.bottom()),
            QRectF(frame.left(), seen.top(), seen.left() - frame.left(), seen.height()),
            QRectF(seen.right(), seen.top(), frame.right() - seen.right(), seen.height()),
        ):
            if part.width() > 0 and part.height() > 0:
                painter.fillRect(part, veil)

    def _draw_dots(self, painter: QPainter, frame: QRectF) -> None:
        """Draw the centers of all fields, where they are far enough from each other."""
        geometry = self.field
        if geometry is None or self._is_strip():
            return
        scale = self.scale()
        if min(geometry.jump[-2:]) * scale < _LEAST_DOTS:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme["text"]))
        grid = geometry.grid[-2:]
        for row in range(grid[0]):
            for column in range(grid[1]):
                position = (*geometry.middle[:-2], row, column)
                middle = self.field_rect(position).center()
                if frame.contains(middle):
                    painter.drawEllipse(middle, 0.9, 0.9)

    def _draw_neighbour(self, painter: QPainter) -> None:
        """Draw the next position's field dashed: a jump to the right (or left, at the end)."""
        geometry = self.field
        if geometry is None or geometry.grid[-1] < 2:
            return
        step = 1 if self.position[-1] + 1 < geometry.grid[-1] else -1
        beside = self.field_rect((*self.position[:-1], self.position[-1] + step))
        pen = QPen(QColor(self.theme["text-2"]), 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(beside)

    def _draw_field(self, painter: QPainter, field: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme["surface"]), 4))
        painter.drawRect(field)
        painter.setPen(QPen(QColor(self.theme[self.token]), 2))
        painter.drawRect(field)
        if min(field.width(), field.height()) < _LEAST_MIDDLE:
            return
        middle = field.center()
        painter.setPen(QPen(QColor(self.theme["surface"]), 1.5))
        painter.setBrush(QColor(self.theme[self.token]))
        painter.drawEllipse(middle, 3.5, 3.5)

    def _draw_captions(self, painter: QPainter, frame: QRectF, field: QRectF) -> None:
        """Write both sizes, where the field reaches beyond the frame and leaves room for text."""
        geometry = self.field
        if geometry is None or not geometry.exceeds_input or self._is_strip():
            return
        painter.setFont(self._small)
        metrics = painter.fontMetrics()
        inner = field.intersected(QRectF(self.rect())).adjusted(6, 3, -6, -3)
        text = times(geometry.size)
        wide = metrics.horizontalAdvance(text)
        if frame.top() - inner.top() >= _CAPTION and wide < inner.width():
            above = QRectF(inner.left(), inner.top(), wide, _CAPTION)
            painter.fillRect(above, QColor(self.theme["hover"]))  # over the neighbour's dashes
            painter.setPen(QColor(self.theme[f"{self.token}.text"]))
            painter.drawText(above, Qt.AlignmentFlag.AlignCenter, text)
        text = times(geometry.frame)
        wide = metrics.horizontalAdvance(text)
        below = QRectF(frame.center().x() - wide / 2, frame.bottom() + 1, wide, _CAPTION)
        if inner.contains(below):
            painter.setPen(QColor(self.theme["text-2"]))
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)

    # -- events -----------------------------------------------------------------------------------

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._move_to(self._position_at(event.position()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move_to(self._position_at(event.position()))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move to the next position by arrows."""
        steps = {
            Qt.Key.Key_Left: (-1, -1), Qt.Key.Key_Right: (-1, 1), Qt.Key.Key_Up: (-2, -1),
            Qt.Key.Key_Down: (-2, 1),
        }  # fmt: skip
        step = steps.get(Qt.Key(event.key()))
        geometry = self.field
        if step is None or geometry is None or len(geometry.grid) < -step[0]:
            super().keyPressEvent(event)
            return
        moved = list(self.position)
        moved[step[0]] = min(max(moved[step[0]] + step[1], 0), geometry.grid[step[0]] - 1)
        self._move_to(tuple(moved))

    def _move_to(self, position: tuple[int, ...]) -> None:
        if position and position != self.position:
            self.moved.emit(position)


def _cover(picture: QPixmap, frame: QRectF) -> QRectF:
    """The largest central part of a picture with the frame's proportions."""
    wide, high = float(picture.width()), float(picture.height())
    wanted = frame.width() / max(frame.height(), 1e-6)
    if wide / high > wanted:
        part = high * wanted
        return QRectF((wide - part) / 2, 0, part, high)
    part = ceil(wide / wanted)
    return QRectF(0, (high - part) / 2, wide, part)
