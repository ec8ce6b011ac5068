"""How much of the total each stage has: bars and percents beside the chart."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from resnet_viz.drawing.display_list import Target
from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.cost.model import Costs
from resnet_viz.paint.fonts import font
from resnet_viz.typing_compat import override

_LINE: Final = 20.0
_NAME: Final = 52.0
_PERCENT: Final = 46.0
_BAR: Final = 9.0


class Shares(QWidget):
    """A line for each stage; a click selects it.

    Signals:
        picked(object): the stage's Target.
    """

    picked = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._costs: Costs | None = None
        self._selected: frozenset[Target] = frozenset()
        self._current = 0
        self._plain, self._bold = font(11, tabular=True), font(11, 600, tabular=True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Share by stage")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_costs(self, costs: Costs) -> None:
        """Show the shares of ``costs``."""
        self._costs = costs
        self._current = min(self._current, max(len(costs.shares) - 1, 0))
        self.setAccessibleDescription(self.text())
        self.updateGeometry()
        self.update()

    def select(self, targets: frozenset[Target]) -> None:
        """Light the stages among the targets."""
        if targets != self._selected:
            self._selected = targets
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.theme = theme
        self.update()

    def text(self) -> str:
        """The lines as text."""
        costs = self._costs
        if costs is None:
            return ""
        return "\n".join(f"{each.title} {costs.share_text(each.value)}" for each in costs.shares)

    @override
    def sizeHint(self) -> QSize:
        """As high as its lines."""
        lines = len(self._costs.shares) if self._costs is not None else 1
        return QSize(224, round(_LINE * lines))

    @override
    def minimumSizeHint(self) -> QSize:
        """The same height; it lies in a scroll area where that is too much."""
        return QSize(160, self.sizeHint().height())

    def line_rect(self, place: int) -> QRectF:
        """Where a stage's line is."""
        return QRectF(0, _LINE * place, self.width(), _LINE)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        costs = self._costs
        if costs is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max((each.value for each in costs.shares), default=0)
        for place, share in enumerate(costs.shares):
            self._draw_line(painter, place, share.title, share.token, share.value / (most or 1))
            text = costs.share_text(share.value)
            rect = self.line_rect(place)
            painter.drawText(
                rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text
            )
        if self.hasFocus():
            painter.setPen(QPen(QColor(self.theme["accent"]), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            rect = self.line_rect(self._current).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(rect, 4, 4)

    def _draw_line(
        self, painter: QPainter, place: int, title: str, token: str, length: float
    ) -> None:
        costs = self._costs
        rect = self.line_rect(place)
        chosen = costs is not None and costs.shares[place].target in self._selected
        painter.setFont(self._bold if chosen else self._plain)
        painter.setPen(QColor(self.theme["accent" if chosen else "text-2"]))
        name = QFontMetricsF(painter.font()).elidedText(
            title, Qt.TextElideMode.ElideMiddle, _NAME - 4
        )
        where = QRectF(rect.left() + 2, rect.top(), _NAME, rect.height())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, name)
        room = rect.width() - _NAME - _PERCENT - 14
        bar = QRectF(_NAME + 4, rect.center().y() - _BAR / 2, max(1.0, room * length), _BAR)
        painter.fillRect(bar, QColor(self.theme[token]))

    # -- hands -----------------------------------------------------------------------------------

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a line."""
        place = self._line_at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._choose(place)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, Enter and Space choose."""
        count = len(self._costs.shares) if self._costs is not None else 0
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and count:
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._current = min(max(self._current + step, 0), count - 1)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and count:
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        """The tooltip says the value in full."""
        if event.type() == QEvent.Type.ToolTip and self._costs is not None:
            place = self._line_at(QPointF(self.mapFromGlobal(self.cursor().pos())))
            costs = self._costs
            self.setToolTip(
                ""
                if place is None
                else f"{costs.shares[place].title}\n{costs.exact(costs.shares[place].value)}"
            )
        return super().event(event)

    def _line_at(self, place: QPointF) -> int | None:
        number = int(place.y() // _LINE)
        shares = self._costs.shares if self._costs is not None else ()
        return number if 0 <= number < len(shares) else None

    def _choose(self, place: int) -> None:
        self._current = place
        if self._costs is not None:
            self.picked.emit(self._costs.shares[place].target)
