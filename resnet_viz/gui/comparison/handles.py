"""Handles between two canvases: lines that join what is selected to its match."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from resnet_viz.drawing.display_list import Target
from resnet_viz.drawing.themes import Theme
from resnet_viz.scene.canvas import Canvas
from resnet_viz.typing_compat import override

MOST: Final = 40
"""With more, the lines would be a surface."""
_DOT: Final = 3.5


class Handles(QWidget):
    """Transparent layer over both canvases.

    Args:
        a: the canvas at the left.
        b: the canvas at the right.
        parent: holds both.
    """

    def __init__(self, a: Canvas, b: Canvas, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._a, self._b = a, b
        self._color = QColor()
        self.matches: tuple[tuple[Target, Target], ...] = ()
        for canvas in (a, b):
            canvas.view_moved.connect(self.update)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._color = QColor(theme["accent"])
        self.update()

    def show_matches(self, matches: tuple[tuple[Target, Target], ...]) -> None:
        """Draw handles between these targets of a and of b."""
        self.matches = matches[:MOST]
        self.update()

    def lines(self) -> list[tuple[QPointF, QPointF]]:
        """Ends of the handles that are drawn, in this widget's pixels."""
        found = []
        for one, other in self.matches:
            left, right = self._a.area_in_view(one), self._b.area_in_view(other)
            if left is not None and right is not None:
                start = self._end(self._a, QPointF(left.right(), left.center().y()))
                end = self._end(self._b, QPointF(right.left(), right.center().y()))
                found.append((start, end))
        return found

    def _end(self, canvas: Canvas, at: QPointF) -> QPointF:
        """A point of a canvas, held inside it, in this widget's pixels."""
        inside = QRectF(canvas.viewport().rect()).adjusted(6, 6, -6, -6)
        x = min(max(at.x(), inside.left()), inside.right())
        y = min(max(at.y(), inside.top()), inside.bottom())
        return self.mapFromGlobal(canvas.viewport().mapToGlobal(QPointF(x, y)))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._color, 1.5, Qt.PenStyle.DashLine))
        for start, end in self.lines():
            bend = max(24.0, (end.x() - start.x()) / 2)
            path = QPainterPath(start)
            path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(path)
            painter.setBrush(self._color)
            painter.drawEllipse(start, _DOT, _DOT)
            painter.drawEllipse(end, _DOT, _DOT)
        painter.end()
