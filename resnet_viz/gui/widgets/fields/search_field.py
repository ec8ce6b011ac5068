"""Search field of a panel: keys lead from it through the results."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from resnet_viz.gui.widgets.fields.completion import Completion
from resnet_viz.typing_compat import override

_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class SearchField(QLineEdit):
    """Esc clears the field, then leaves it; the down arrow leaves it too; Enter walks the matches.

    Signals:
        left(): the focus should move on to the results.
        stepped(int): to the next match (1, Enter) or the one before (-1, Shift+Enter).
        all_wanted(): select all matches (Ctrl+Enter).
    """

    left = Signal()
    stepped = Signal(int)
    all_wanted = Signal()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        completion = self.completer()
        has_choice = isinstance(completion, Completion) and completion.has_choice
        if event.key() in _ENTER and not has_choice:
            self._close_list()
            self._enter(event.modifiers())
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self._close_list()
            self.clear()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down):
            self._close_list()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _enter(self, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self.all_wanted.emit()
        else:
            self.stepped.emit(-1 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1)

    def _close_list(self) -> None:
        completion = self.completer()
        popup = None if completion is None else completion.popup()
        if popup is not None:
            popup.hide()
