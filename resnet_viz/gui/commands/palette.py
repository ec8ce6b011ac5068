"""Command palette: search for commands by name; Enter runs one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.commands.actions import Actions
from resnet_viz.gui.commands.table import COMMANDS
from resnet_viz.gui.widgets.pick_list import PickList, PickRow

ID: Final = "help.palette"


def rows_of(actions: Actions) -> tuple[PickRow, ...]:
    """Rows of the commands that can be run now, in the order of the menus."""
    native = QKeySequence.SequenceFormat.NativeText
    menus = {command.id: (command.submenu or command.menu) for command in COMMANDS}
    rows: list[PickRow] = []
    for command_id in actions.ids():
        action = actions[command_id]
        if command_id == ID or not action.isEnabled():
            continue
        text = f"{menus.get(command_id, 'Open')}: {action.text().rstrip('…')}"
        if action.isCheckable() and action.actionGroup() is None:
            text += " (on)" if action.isChecked() else " (off)"
        rows.append(PickRow(command_id, text, right=action.shortcut().toString(native)))
    return tuple(rows)


def matching(rows: tuple[PickRow, ...], text: str) -> tuple[PickRow, ...]:
    """Rows that contain every word of ``text``; those with words that begin with one come first."""
    words = text.casefold().split()
    matches = [row for row in rows if all(word in row.title.casefold() for word in words)]

    def begins(row: PickRow) -> int:
        parts = row.title.casefold().replace(":", " ").split()
        return -sum(any(part.startswith(word) for part in parts) for word in words)

    return tuple(sorted(matches, key=begins))


class CommandPalette(PickList):
    """A pop-up at the top of the window."""

    def __init__(self, actions: Actions, theme: Theme, parent: QWidget) -> None:
        super().__init__(
            theme,
            parent,
            rows=self._matching,
            prompt="Type a command",
            nothing="No command matches '{}'.",
            width=520,
            height=28 * 12 + 2,
        )
        self._actions = actions
        self._window = parent
        self._all: tuple[PickRow, ...] = ()
        self.chosen.connect(lambda key: actions[key].trigger())

    def pop_up(self) -> None:
        """Show all commands under the window's head, the first one current."""
        self._all = rows_of(self._actions)
        window = self._window
        self.adjustSize()
        left = (window.width() - self.width()) // 2
        self.move(window.mapToGlobal(QPoint(max(left, 0), 80)))
        self.start()

    def _matching(self, text: str) -> tuple[PickRow, ...]:
        return matching(self._all, text)
