"""What both charts share: one pyqtgraph view box with margins, clicks, tooltips, keys, a theme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyqtgraph
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from resnet_viz.drawing.themes import Theme
from resnet_viz.paint.fonts import font

Margins = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class Chart(pyqtgraph.GraphicsView):  # type: ignore[misc]
    """A chart of numbered marks. Its scene's coordinates are the widget's pixels.

    Signals:
        picked(int, bool): a mark was chosen; True if it is added to the selection.
    """

    picked = Signal(int, bool)
    closed: bool

    def __init__(self, theme: Theme, margins: Margins, name: str) -> None:
        super().__init__(background=QColor(theme["surface"]))
        self.theme = theme
        self.selected: frozenset[int] = frozenset()
        self.small = font(11, tabular=True)
        self.bold = font(11, 600, tabular=True)
        self._margins = margins
        self._pressed: QPointF | None = None
        self.box: Any = pyqtgraph.ViewBox(enableMenu=False, defaultPadding=0)
        self.addItem(self.box)
        self.box.setMouseEnabled(x=True, y=False)
        self.box.sigRangeChanged.connect(self._refresh)
        self.setAccessibleName(name)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._place()

    # -- what a chart says of its marks --------------------------------------------------------

    def mark_at(self, place: QPointF) -> int | None:
        """The mark at a pixel."""
        raise NotImplementedError

    def tip_of(self, mark: int) -> str:
        """The tooltip of a mark."""
        raise NotImplementedError

    def count(self) -> int:
        """How many marks there are."""
        raise NotImplementedError

    # -- common ----------------------------------------------------------------------------------

    def select(self, marks: frozenset[int]) -> None:
        """Light these marks."""
        if marks != self.selected:
            self.selected = marks
            self.selection_moved()
            self._refresh()

    def selection_moved(self) -> None:
        """Other marks are selected: a chart may bring them into view."""

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.theme = theme
        self.setBackground(self.color("surface"))
        self._refresh()

    def color(self, token: str) -> QColor:
        """A colour of the theme."""
        return QColor(self.theme[token])

    def area(self) -> QRectF:
        """The pixels that the view box takes."""
        left, top, right, bottom = self._margins
        width = max(10.0, self.width() - left - right)
        return QRectF(left, top, width, max(10.0, self.height() - top - bottom))

    def to_pixel(self, x: float, y: float) -> QPointF:
        """The pixel of a point of the data."""
        point: QPointF = self.box.mapViewToScene(QPointF(x, y))
        return point

    def to_data(self, place: QPointF) -> QPointF:
        """The point of the data at a pixel."""
        point: QPointF = self.box.mapSceneToView(place)
        return point

    def close(self) -> bool:
        """Take the scene apart and close.

        pyqtgraph's own also sets the viewport to None, which crashes Qt under a shown widget whose
        ``viewportEvent`` is Python.
        """
        if not self.closed:
            self.closed = True
            self.box.sigRangeChanged.disconnect(self._refresh)
            self.centralWidget = None
            self.scene().clear()
        return QWidget.close(self)

    def _place(self) -> None:
        if self.closed:
            return
        self.box.setGeometry(self.area())
        self._refresh()

    def _refresh(self, *_: object) -> None:
        if not self.closed:
            self.viewport().update()

    def draw_focus(self, painter: QPainter) -> None:
        """The ring of the keyboard's focus, where something is selected already."""
        if self.hasFocus() and not self.selected:
            painter.setPen(QPen(self.color("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def draw_text(
        self, painter: QPainter, at: QPointF, text: str, *, token: str, face: QFont | None = None,
        ground: bool = False,
    ) -> None:  # fmt: skip
        """One line centred on a pixel's x (inside the widget), its baseline at y.

        ``ground``: with the dock's colour behind it.
        """
        painter.setFont(face or self.small)
        metrics = painter.fontMetrics()
        width = metrics.horizontalAdvance(text)
        left = max(1.0, min(at.x() - width / 2, self.width() - width - 1.0))
        if ground:
            rect = QRectF(left - 1, at.y() - metrics.ascent() + 2, width + 2, metrics.ascent() - 1)
            painter.fillRect(rect, self.color("surface"))
        painter.setPen(self.color(token))
        painter.drawText(QPointF(left, at.y()), text)

    # -- Qt's events -----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Qt's (and, without an event, pyqtgraph's own)."""
        super().resizeEvent(event)
        if hasattr(self, "box"):
            self._place()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt's."""
        self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt's: a click, if the pointer has not been dragged."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        near = QApplication.startDragDistance()
        if pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if (event.position() - pressed).manhattanLength() > near:
            return
        mark = self.mark_at(event.position())
        if mark is not None:
            extend = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.picked.emit(mark, extend)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt's: arrows walk from mark to mark, Home and End go to the ends."""
        now = max(self.selected, default=-1)
        steps: dict[int, Callable[[], int]] = {
            Qt.Key.Key_Right: lambda: now + 1,
            Qt.Key.Key_Left: lambda: now - 1,
            Qt.Key.Key_Home: lambda: 0,
            Qt.Key.Key_End: lambda: self.count() - 1,
        }
        step = steps.get(event.key())
        if step is None or not self.count():
            event.ignore()
            return
        self.picked.emit(min(max(step(), 0), self.count() - 1), False)

    def viewportEvent(self, event: QEvent) -> bool:
        """Qt's: tooltips."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            mark = self.mark_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if mark is None else self.tip_of(mark), self)
            return True
        return bool(super().viewportEvent(event))
