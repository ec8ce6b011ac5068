"""Search field of a panel: Esc and the down arrow lead from it to the results."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from resnet_viz.typing_compat import override


class SearchField(QLineEdit):
    """Esc clears the field, then leaves it; the down arrow leaves it too.

    Signals:
        left(): the focus should move on to the results.
    """

    left = Signal()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down):
            self.left.emit()
        else:
            super().keyPressEvent(event)
