"""Status bar: state of the engine, totals of the model, zoom."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from resnet_viz.engine_client.client import EngineState
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.controls import label
from resnet_viz.gui.window import status_text as texts
from resnet_viz.paint.printable import printable
from resnet_viz.typing_compat import override


class _Dot(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(8, 8)
        self.color = QColor()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.color)
        painter.drawEllipse(self.rect())


class StatusBar(QFrame):
    """The bar at the bottom of the window, 26 px high."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setFixedHeight(26)
        self._session = session
        self._state: EngineState = "off"
        self._dot = _Dot()
        self.engine = label("", size=11, tone="text-2")
        self.totals: list[QLabel] = [
            label("", size=11, tone="text-2", tabular=True) for _ in range(4)
        ]
        self.zoom = label("", size=11, tone="text-2", tabular=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.setSpacing(6)
        layout.addWidget(self._dot)
        layout.addWidget(self.engine)
        layout.addStretch(1)
        for part in (*self.totals, self.zoom):
            layout.addSpacing(10)
            layout.addWidget(part)
        session.document_changed.connect(self._show_totals)
        session.theme_changed.connect(self._show_dot)
        self.show_engine("off", "")

    def show_engine(self, state: EngineState, description: str, *, doing: str = "") -> None:
        """Show the engine's state; ``doing`` names what a busy engine does."""
        self._state = state
        self.engine.setText(texts.engine_text(state, description, doing=doing))
        self._show_dot()

    def show_zoom(self, factor: float) -> None:
        """Show the zoom factor of the canvas."""
        self.zoom.setText(f"{round(factor * 100)} %")

    def text(self) -> str:
        """All texts of the bar, for tests and screen readers."""
        parts = [self.engine.text(), *(part.text() for part in self.totals), self.zoom.text()]
        return " · ".join(part for part in parts if part)

    def _show_dot(self) -> None:
        self._dot.color = QColor(self._session.theme[texts.engine_dot(self._state)])
        self._dot.update()

    def _show_totals(self) -> None:
        document = self._session.document
        if document is None:
            return
        for total, text in zip(self.totals, texts.totals(document), strict=True):
            total.setText(printable(text))
        self.setAccessibleName(self.text())
