"""Zoom control in the canvas's corner: minus, per cent, plus, fit."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from resnet_viz.drawing.themes import Theme
from resnet_viz.paint.fonts import font
from resnet_viz.typing_compat import override

HEIGHT: Final = 28
_RADIUS: Final = 6.0
_TEXT_SIZE: Final = 12.0

Sign: TypeAlias = Literal["minus", "plus", "fit", ""]


class _Button(QAbstractButton):
    """A sign or a text on the control's ground."""

    def __init__(self, name: str, hint: str, width: int, sign: Sign, theme: Theme) -> None:
        super().__init__()
        self._width = width
        self._sign = sign
        self.theme = theme
        self.setAccessibleName(name)
        self.setToolTip(hint)
        self.setFixedSize(self.sizeHint())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # each has a key on the canvas
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFont(font(_TEXT_SIZE, tabular=True))

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._width, HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.underMouse() and self.isEnabled():
            painter.setBrush(QColor(self.theme["hover"]))
            painter.drawRoundedRect(area, _RADIUS - 1, _RADIUS - 1)
        ink = QColor(self.theme["text" if self.isEnabled() else "text-3"])
        if not self._sign:
            painter.setPen(ink)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
            return
        pen = QPen(ink, 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        _draw_sign(painter, self._sign, QRectF(self.rect()).center())


def _draw_sign(painter: QPainter, sign: Sign, at: QPointF) -> None:
    reach = 5.0
    if sign in {"minus", "plus"}:
        painter.drawLine(at - QPointF(reach, 0), at + QPointF(reach, 0))
    if sign == "plus":
        painter.drawLine(at - QPointF(0, reach), at + QPointF(0, reach))
    if sign == "fit":
        for x in (-1, 1):
            for y in (-1, 1):
                corner = at + QPointF(x * reach, y * reach)
                painter.drawPolyline(
                    [corner - QPointF(x * 3, 0), corner, corner - QPointF(0, y * 3)]
                )


class ZoomControl(QWidget):
    """Four buttons on one rounded ground.

    Args:
        parent: the canvas.
        theme: its colours.

    Signals:
        zoom_out, actual_size, zoom_in, fit: the button was clicked.
    """

    zoom_out = Signal()
    actual_size = Signal()
    zoom_in = Signal()
    fit = Signal()

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self._theme = theme
        self._out = _Button("Zoom out", "Zoom out (−)", 32, "minus", theme)
        self._actual = _Button("100 %", "Zoom to 100 % (0)", 64, "", theme)
        self._in = _Button("Zoom in", "Zoom in (+)", 32, "plus", theme)
        self._fit = _Button("Fit", "Fit the picture to the view (F)", 36, "fit", theme)
        self._out.clicked.connect(self.zoom_out)
        self._actual.clicked.connect(self.actual_size)
        self._in.clicked.connect(self.zoom_in)
        self._fit.clicked.connect(self.fit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for button in self._buttons:
            row.addWidget(button)
        self.setFixedSize(sum(button.width() for button in self._buttons), HEIGHT)
        # A click on a disabled button must not select what lies under it.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    @property
    def _buttons(self) -> tuple[_Button, ...]:
        return (self._out, self._actual, self._in, self._fit)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in other colours."""
        self._theme = theme
        for button in self._buttons:
            button.theme = theme
        self.update()

    def show_zoom(self, zoom: float, *, can_shrink: bool, can_grow: bool) -> None:
        """Show the zoom in per cent; 1.0 is 100 %."""
        self._actual.setText(f"{round(zoom * 100)} %")
        self._actual.setAccessibleName(f"Zoom {round(zoom * 100)} %, set to 100 %")
        self._out.setEnabled(can_shrink)
        self._in.setEnabled(can_grow)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QColor(self._theme["line-strong"])
        painter.setPen(QPen(line, 1))
        painter.setBrush(QColor(self._theme["surface"]))
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(area, _RADIUS, _RADIUS)
        for button in self._buttons[1:]:
            painter.setPen(QPen(QColor(self._theme["line"]), 1))
            x = button.x() + 0.5
            painter.drawLine(QPointF(x, 1), QPointF(x, HEIGHT - 1))
