"""Log tab: the lines that the engine and the user's code in it write, with times."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from resnet_viz.analysis.wording.numbers import counted
from resnet_viz.gui.dock.dock import TabWidget
from resnet_viz.gui.notices.engine_log import MOST_LINES, EngineLog, LogLine
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.clipboard import copy_to_clipboard
from resnet_viz.gui.widgets.controls import HintButton, row
from resnet_viz.paint.fonts import font
from resnet_viz.typing_compat import override

_TONES: Final = {"line": "text", "note": "text-3", "error": "error"}
_BATCH_MS: Final = 60
_MOST_IN_BATCH: Final = 300
"""Lines that are shown at once: a chatty function must not make the window wait."""
_EMPTY: Final = "Nothing yet. What the engine and your own functions print is shown here."


class LogTab(TabWidget):
    """Shows the engine log in batches of lines; scrolls with them while the end is in view."""

    def __init__(self, session: Session, log: EngineLog) -> None:
        super().__init__()
        self._session = session
        self._log = log
        self._written = 0
        self._batches = QTimer(self, singleShot=True, interval=_BATCH_MS)
        self._batches.timeout.connect(self._write_batch)
        self.view = QPlainTextEdit()
        self.view.setObjectName("log")
        self.view.setReadOnly(True)
        self.view.setMaximumBlockCount(MOST_LINES)
        self.view.setFont(font(11.5, tabular=True))
        self.view.setPlaceholderText(_EMPTY)
        self.view.setAccessibleName("Engine log")
        self.view.setFrameStyle(0)
        self.view.document().setDocumentMargin(10)
        self.copy_button = HintButton("Copy")
        self.clear_button = HintButton("Clear")
        self._corner = QWidget()
        self._corner.setLayout(row(self.copy_button, self.clear_button, spacing=8))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.copy_button.clicked.connect(lambda: copy_to_clipboard(log.text()))
        self.clear_button.clicked.connect(log.clear)
        log.added.connect(self._wait_for_batch)
        log.cleared.connect(self._fill)
        session.theme_changed.connect(self._set_theme)
        self._set_theme()

    @property
    @override
    def hint(self) -> str:
        count = min(self._log.count, MOST_LINES)
        return counted(count, "line") if count else ""

    @override
    def corner(self) -> QWidget:
        return self._corner

    @override
    def focus_widget(self) -> QWidget:
        return self.view

    def _fill(self) -> None:
        """Write all lines anew."""
        self.view.clear()
        self._written = max(self._log.count - MOST_LINES, 0)
        self._write_batch()

    def _wait_for_batch(self) -> None:
        if not self._batches.isActive():
            self._batches.start()

    def _write_batch(self) -> None:
        """Append the next lines; those that would leave the view at once are passed over."""
        bar = self.view.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 1
        left = min(self._log.count - self._written, MOST_LINES)
        self._append(self._log.newest(left)[:_MOST_IN_BATCH])
        self._written = self._log.count - max(left - _MOST_IN_BATCH, 0)
        if follows:
            self._to_end()
        if self._written < self._log.count:
            self._batches.start()
        self._refresh()

    def _append(self, lines: tuple[LogLine, ...]) -> None:
        cursor = QTextCursor(self.view.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        for line in lines:
            if not self.view.document().isEmpty():
                cursor.insertBlock()
            cursor.insertText(f"{line.time}  ", self._format("text-3"))
            cursor.insertText(line.text, self._format(_TONES[line.kind]))
        cursor.endEditBlock()

    def _format(self, token: str) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(QColor(self._session.theme[token]))
        return made

    def _to_end(self) -> None:
        bar = self.view.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _refresh(self) -> None:
        has = bool(self._log.count)
        self.copy_button.setEnabled(has)
        self.clear_button.setEnabled(has)
        self.hint_changed.emit()

    def _set_theme(self) -> None:
        for button in (self.copy_button, self.clear_button):
            button.set_colors(text="text", glyph=self._session.theme["text-3"])
        self._fill()
