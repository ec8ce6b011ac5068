"""Log tab: the lines that the engine and the user's code in it write, with times."""

from __future__ import annotations

from typing import Final

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
_EMPTY: Final = "Nothing yet. What the engine and your own functions print is shown here."


class LogTab(TabWidget):
    """Shows the engine log; scrolls with new lines while the end is in view."""

    def __init__(self, session: Session, log: EngineLog) -> None:
        super().__init__()
        self._session = session
        self._log = log
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
        log.added.connect(self._add)
        log.cleared.connect(self._fill)
        session.theme_changed.connect(self._set_theme)
        self._set_theme()

    @property
    @override
    def hint(self) -> str:
        count = len(self._log.lines)
        return counted(count, "line") if count else ""

    @override
    def corner(self) -> QWidget:
        return self._corner

    @override
    def focus_widget(self) -> QWidget:
        return self.view

    def _fill(self) -> None:
        self.view.clear()
        for line in self._log.lines:
            self._append(line)
        self._to_end()
        self._refresh()

    def _add(self, line: LogLine) -> None:
        bar = self.view.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 1
        self._append(line)
        if follows:
            self._to_end()
        self._refresh()

    def _append(self, line: LogLine) -> None:
        cursor = QTextCursor(self.view.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if not self.view.document().isEmpty():
            cursor.insertBlock()
        cursor.insertText(f"{line.time}  ", self._format("text-3"))
        cursor.insertText(line.text, self._format(_TONES[line.kind]))

    def _format(self, token: str) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(QColor(self._session.theme[token]))
        return made

    def _to_end(self) -> None:
        bar = self.view.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _refresh(self) -> None:
        has = bool(self._log.lines)
        self.copy_button.setEnabled(has)
        self.clear_button.setEnabled(has)
        self.hint_changed.emit()

    def _set_theme(self) -> None:
        for button in (self.copy_button, self.clear_button):
            button.set_colors(text="text", glyph=self._session.theme["text-3"])
        self._fill()
