"""Grid of output positions; a click or drag chooses the one whose field is shown."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from resnet_viz.drawing.themes import Theme
from resnet_viz.typing_compat import override

_LEAST_CELL: Final = 3.0
_LARGEST_CELL: Final = 26.0
_INSET: Final = 6.0


class PositionGrid(QWidget):
    """Rows and columns of an output.

    Signals:
        moved(object): the user chose (row, column); of a sequence (0, index).
    """

    moved = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._token = "head"
        self._grid = (1, 1)
        self._position = (0, 0)
        self.setAccessibleName("Output positions")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)

    @override
    def sizeHint(self) -> QSize:
        """Return a square as high as the dock on the design board."""
        return QSize(150, 150)

    def show_position(self, grid: tuple[int, ...], position: tuple[int, ...], token: str) -> None:
        """Show the last two axes of a grid with one position in a stage's colour."""
        self._grid = (grid[-2] if len(grid) > 1 else 1, grid[-1])
        self._position = (position[-2] if len(position) > 1 else 0, position[-1])
        self._token = token
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.theme = theme
        self.update()

    def grid_rect(self) -> QRectF:
        """Pixels of the grid."""
        rows, columns = self._grid
        room_x, room_y = self.width() - 2 * _INSET, self.height() - 2 * _INSET
        cell = min(room_x / columns, room_y / rows, _LARGEST_CELL)
        wide, high = cell * columns, max(cell * rows, min(12.0, room_y))
        return QRectF((self.width() - wide) / 2, (self.height() - high) / 2, wide, high)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = self.grid_rect()
        rows, columns = self._grid
        wide, high = rect.width() / columns, rect.height() / rows
        painter.fillRect(rect, QColor(self.theme["card"]))
        painter.setPen(QPen(QColor(self.theme["line"]), 1))
        if wide >= _LEAST_CELL:
            for column in range(1, columns):
                x = rect.left() + column * wide
                painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
        if high >= _LEAST_CELL:
            for row in range(1, rows):
                y = rect.top() + row * high
                painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme["line-strong"]), 1))
        painter.drawRect(rect)
        row, column = self._position
        cell = QRectF(rect.left() + column * wide, rect.top() + row * high, wide, high)
        grow = max(0.0, (4.0 - wide) / 2)
        painter.setPen(QPen(QColor(self.theme["surface"]), 1))
        painter.setBrush(QColor(self.theme[self._token]))
        painter.drawRect(cell.adjusted(-grow, -grow, grow, grow))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(event.position())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose(event.position())

    def _choose(self, point: QPointF) -> None:
        rect = self.grid_rect()
        rows, columns = self._grid
        row = int((point.y() - rect.top()) / rect.height() * rows)
        column = int((point.x() - rect.left()) / rect.width() * columns)
        chosen = (min(max(row, 0), rows - 1), min(max(column, 0), columns - 1))
        if chosen != self._position:
            self.moved.emit(chosen)
