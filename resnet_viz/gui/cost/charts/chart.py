"""Base of the charts: marks that can be clicked, pointed at and walked through by keys."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from resnet_viz.drawing.themes import Theme
from resnet_viz.paint.fonts import font
from resnet_viz.paint.printable import tip_html
from resnet_viz.typing_compat import override


class Chart(QWidget):
    """A chart of numbered marks; it draws itself in the widget's pixels.

    Attributes:
        count: number of marks.
        selected: the highlighted ones.

    Signals:
        picked(int, bool): a mark was chosen; True if it is added to the selection.
    """

    picked = Signal(int, bool)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.theme = theme
        self.count = 0
        self.selected: frozenset[int] = frozenset()
        self._fonts = (font(11, tabular=True), font(11, 600, tabular=True))
        self._metrics = tuple(map(QFontMetrics, self._fonts))
        self._pressed: QPointF | None = None
        self._is_dragging = False
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # -- each chart's own ------------------------------------------------------------------------

    def mark_at(self, point: QPointF) -> int | None:
        """The mark at a pixel."""
        raise NotImplementedError

    def tip_of(self, mark: int) -> str:
        """Tooltip of a mark."""
        raise NotImplementedError

    def draw(self, painter: QPainter) -> None:
        """Draw the chart on the cleared background."""
        raise NotImplementedError

    def pan(self, pixels: float) -> None:
        """Follow a horizontal drag, in a chart that can."""

    # -- content ---------------------------------------------------------------------------------

    def select(self, marks: frozenset[int]) -> None:
        """Highlight these marks only."""
        if marks != self.selected:
            self.selected = marks
            self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.theme = theme
        self.update()

    def refresh(self) -> None:
        """Draw again, and update the description for screen readers."""
        self.setAccessibleDescription(self.description())
        self.update()

    def description(self) -> str:
        """Text for screen readers: the tooltip of the last selected mark."""
        last = max(self.selected, default=-1)
        if 0 <= last < self.count:
            return self.tip_of(last)
        return f"{self.count:,} items; select one with the arrow keys"

    # -- drawing ---------------------------------------------------------------------------------

    def color(self, token: str) -> QColor:
        """A colour of the theme."""
        return QColor(self.theme[token])

    def font_of(self, *, bold: bool) -> QFont:
        """The plain or the bold font of the chart's texts."""
        return self._fonts[bold]

    def text_width(self, text: str, *, bold: bool = False) -> int:
        """Pixels that a line of text takes."""
        return self._metrics[bold].horizontalAdvance(text)

    def text_rect(self, at: QPointF, text: str, *, bold: bool = False, left: float = 1.0) -> QRectF:
        """The pixels of a line centred on ``at.x()`` with its baseline at ``at.y()``.

        It is moved sideways, if need be, to lie between ``left`` and the widget's right edge.
        """
        ascent, width = self._metrics[bold].ascent(), self.text_width(text, bold=bold) + 2
        x = max(left, min(at.x() - width / 2, self.width() - width))
        return QRectF(x, at.y() - ascent + 2, width, ascent - 1)

    def draw_text(
        self, painter: QPainter, at: QPointF, text: str, *, token: str, bold: bool = False,
        opaque: bool = False, left: float = 1.0,
    ) -> None:  # fmt: skip
        """Draw a line at its ``text_rect``; opaque where it may stand on something drawn."""
        rect = self.text_rect(at, text, bold=bold, left=left)
        if opaque:
            painter.fillRect(rect, self.color("surface"))
        painter.setFont(self._fonts[bold])
        painter.setPen(self.color(token))
        painter.drawText(QPointF(rect.left() + 1, at.y()), text)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.color("surface"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter)
        if self.hasFocus() and not self.selected:
            painter.setPen(QPen(self.color("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    # -- events ----------------------------------------------------------------------------------

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed, self._is_dragging = event.position(), False

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        moved = event.position() - self._pressed
        if self._is_dragging or moved.manhattanLength() > QApplication.startDragDistance():
            self._is_dragging = True
            self._pressed = event.position()
            self.pan(moved.x())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        is_click = self._pressed is not None and not self._is_dragging
        self._pressed = None
        mark = self.mark_at(event.position())
        if is_click and mark is not None and event.button() == Qt.MouseButton.LeftButton:
            extends = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.picked.emit(mark, extends)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from mark to mark by arrows, to the ends by Home and End."""
        current, last = max(self.selected, default=-1), self.count - 1
        targets: dict[int, int] = {
            Qt.Key.Key_Right: current + 1,
            Qt.Key.Key_Down: current + 1,
            Qt.Key.Key_Left: current - 1,
            Qt.Key.Key_Up: current - 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        target = targets.get(event.key())
        if target is None or last < 0:
            event.ignore()
            return
        self.picked.emit(min(max(target, 0), last), False)

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            mark = self.mark_at(QPointF(event.pos()))
            QToolTip.showText(
                event.globalPos(), "" if mark is None else tip_html(self.tip_of(mark)), self
            )
            return True
        return super().event(event)


def is_clear(rect: QRectF, others: Iterable[QRectF]) -> bool:
    """True if a rectangle touches no other."""
    return not any(rect.intersects(other) for other in others)
