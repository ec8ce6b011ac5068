"""Frame that is clicked like a button, with texts that can still be selected."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel

from resnet_viz.typing_compat import override


class ClickFrame(QFrame):
    """A frame that a click, Enter or Space activates once it has been made clickable.

    Signals:
        clicked(): it was activated.
    """

    clicked = Signal()

    def make_clickable(self) -> None:
        """Answer to clicks and keys from now on; call when all labels are inside."""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for text in self.findChildren(QLabel):  # selectable text keeps its clicks to itself
            text.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Count a click on a text too, unless it has selected something.
        if (
            isinstance(watched, QLabel)
            and isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and event.button() == Qt.MouseButton.LeftButton
            and not watched.hasSelectedText()
        ):
            self.clicked.emit()
        return False

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        is_inside = self.rect().contains(event.position().toPoint())
        is_clickable = self.focusPolicy() != Qt.FocusPolicy.NoFocus
        if is_clickable and is_inside and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
            return
        super().keyPressEvent(event)
