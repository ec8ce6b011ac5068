"""Command palette: search for commands and layers by name; Enter runs or shows one."""

from __future__ import annotations

from itertools import islice
from typing import Final

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from resnet_viz.analysis.wording.terms import class_term
from resnet_viz.document import Document
from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.commands.actions import Actions
from resnet_viz.gui.commands.table import COMMANDS
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.pick_list import PickList, PickRow
from resnet_viz.paint.printable import printable

ID: Final = "help.palette"
_MOST_LAYERS: Final = 50
_LAYER: Final = "layer "
"""Start of the keys of layers, which no command's id has."""


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


def layer_rows(document: Document | None, text: str) -> tuple[PickRow, ...]:
    """Rows of the layers whose names contain every word of ``text``, the first fifty."""
    words = text.casefold().split()
    if document is None or not words:
        return ()
    calls = document.graph.calls
    matches = (call for call in calls if all(word in call.id.casefold() for word in words))
    return tuple(
        PickRow(_LAYER + call.id, printable(call.id), right=class_term(call))
        for call in islice(matches, _MOST_LAYERS)
    )


class CommandPalette(PickList):
    """A pop-up at the top of the window.

    Signals:
        picked(object): a layer was chosen: a tuple of its Target.
    """

    picked = Signal(object)

    def __init__(self, actions: Actions, session: Session, parent: QWidget) -> None:
        super().__init__(
            session.theme,
            parent,
            rows=self._matching,
            prompt="Type a command or a layer",
            nothing="No command or layer matches '{}'.",
            width=520,
            height=28 * 12 + 2,
        )
        self._actions = actions
        self._session = session
        self._window = parent
        self._all: tuple[PickRow, ...] = ()
        self.chosen.connect(self._take)

    def pop_up(self) -> None:
        """Show all commands under the window's head, the first one current."""
        self._all = rows_of(self._actions)
        window = self._window
        self.adjustSize()
        left = (window.width() - self.width()) // 2
        self.move(window.mapToGlobal(QPoint(max(left, 0), 80)))
        self.start()

    def _matching(self, text: str) -> tuple[PickRow, ...]:
        layers = layer_rows(self._session.document, text)
        heading = (PickRow("", "Layers"),) if layers else ()
        return (*matching(self._all, text), *heading, *layers)

    def _take(self, key: str) -> None:
        if key.startswith(_LAYER):
            self.picked.emit((Target("call", key.removeprefix(_LAYER)),))
        else:
            self._actions[key].trigger()
