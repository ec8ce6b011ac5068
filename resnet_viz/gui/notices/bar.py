"""Notice bar above the canvas: one message at a time, never modal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.widgets.clipboard import copy_to_clipboard
from resnet_viz.gui.widgets.controls import IconButton, label, row
from resnet_viz.gui.widgets.icons import icon_pixmap
from resnet_viz.paint.printable import printable_lines
from resnet_viz.typing_compat import override

Level: TypeAlias = Literal["info", "warning", "error"]
_ICONS = {"info": "info", "warning": "triangle-alert", "error": "circle-alert"}
_TONES = {"info": "accent", "warning": "diff-missing", "error": "error"}


class NoticeAction(msgspec.Struct, frozen=True):
    """A button of a notice: text, callback, and whether it closes the notice."""

    text: str
    callback: Callable[[], None]
    closes: bool = True


def copy_details(details: str) -> NoticeAction:
    """Button that copies the details of an error."""
    return NoticeAction("Copy details", lambda: copy_to_clipboard(details), closes=False)


class Notice(msgspec.Struct, frozen=True):
    """One message.

    Attributes:
        text: a sentence: what, where, what to do.
        level: how bad it is.
        key: a new notice with the key of the shown one replaces it; others wait
            only by level (a mere info never covers an error).
        actions: its buttons.
        lasting: whether it stays until it is closed; else it goes after eight seconds.
        closable: whether it has a close button.
    """

    text: str
    level: Level = "info"
    key: str = ""
    actions: tuple[NoticeAction, ...] = ()
    lasting: bool = True
    closable: bool = True


_RANK: dict[Level, int] = {"info": 0, "warning": 1, "error": 2}
_SHORT_MS = 8000


class NoticeBar(QFrame):
    """Shows the newest notice; one that it covers comes back when it is closed.

    It lies over the upper edge of its parent, so that what is below neither moves nor zooms.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if parent is not None:
            parent.installEventFilter(self)
        self.setObjectName("notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._stack: list[Notice] = []
        self._top = 0
        self._mark = QLabel()
        self._text = label("", selectable=True, wrap=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._buttons: list[QPushButton] = []
        self.close_button = IconButton("x", "Close", size=24, glyph=14)
        self.close_button.clicked.connect(self._close_shown)
        self._row = row(self._mark, self._text, self.close_button, spacing=8)
        self._row.setContentsMargins(12, 5, 8, 6)
        self.setLayout(self._row)
        self._timer = QTimer(self, singleShot=True, interval=_SHORT_MS)
        self._timer.timeout.connect(self._close_shown)
        self.hide()

    @property
    def shown(self) -> Notice | None:
        """The notice that is shown."""
        return self._stack[-1] if self._stack else None

    def set_top(self, top: int) -> None:
        """Lie so many pixels below the parent's upper edge."""
        self._top = top
        self._place()

    def show_notice(self, notice: Notice) -> None:
        """Show a notice, in index of one with the same key."""
        if notice.key:
            self._stack = [queued for queued in self._stack if queued.key != notice.key]
        index = len(self._stack)
        while index and _RANK[self._stack[index - 1].level] > _RANK[notice.level]:
            index -= 1
        self._stack.insert(index, notice)
        self._refresh()

    def set_text(self, key: str, text: str) -> None:
        """Change the text of a notice while it waits or is shown."""
        for index, queued in enumerate(self._stack):
            if queued.key == key:
                self._stack[index] = msgspec.structs.replace(queued, text=text)
                if index == len(self._stack) - 1:
                    self._text.setText(printable_lines(text))
                    self._place()

    def close_notice(self, key: str) -> None:
        """Close the notice with a key, if there is one."""
        left = [queued for queued in self._stack if queued.key != key]
        if len(left) != len(self._stack):
            self._stack = left
            self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._theme = theme
        self._refresh()

    def button(self, text: str) -> QPushButton | None:
        """The button of the shown notice that has a text."""
        return next((button for button in self._buttons if button.text() == text), None)

    def _close_shown(self) -> None:
        if self._stack:
            self._stack.pop()
            self._refresh()

    def _refresh(self) -> None:
        self._timer.stop()
        notice = self.shown
        if notice is None:
            self.hide()
            return
        color = self._theme[_TONES[notice.level]]
        self._mark.setPixmap(icon_pixmap(_ICONS[notice.level], color, 16, self.devicePixelRatioF()))
        self._text.setText(printable_lines(notice.text))
        self.close_button.set_color(self._theme["text-2"])
        self.close_button.setVisible(notice.closable)
        self._set_buttons(notice)
        self.setProperty("level", notice.level)
        self.setAccessibleName(notice.text)
        self.style().unpolish(self)
        self.style().polish(self)
        self._place()
        self.show()
        self.raise_()
        if not notice.lasting:
            self._timer.start()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        """Take the parent's width, and the height that the text needs at it."""
        parent = self.parentWidget()
        if parent is not None:
            self._row.activate()
            height = max(self._row.heightForWidth(parent.width()), self._row.minimumSize().height())
            self.setGeometry(0, self._top, parent.width(), height)

    def _set_buttons(self, notice: Notice) -> None:
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        for index, action in enumerate(notice.actions, start=2):
            button = QPushButton(action.text)
            button.setFont(self._text.font())
            button.clicked.connect(lambda _=False, action=action, of=notice: self._do(action, of))
            self._row.insertWidget(index, button)
            self._buttons.append(button)

    def _do(self, action: NoticeAction, notice: Notice) -> None:
        if action.closes and notice in self._stack:
            self._stack.remove(notice)
            self._refresh()
        action.callback()
