"""Commands about the selection, in the Selection menu and in context menus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from resnet_viz.document import Document
from resnet_viz.drawing.display_list import Target
from resnet_viz.graph.shapes import shape_text
from resnet_viz.graph.types import Shape
from resnet_viz.gui.commands.actions import Actions
from resnet_viz.gui.commands.table import COMMANDS
from resnet_viz.gui.diagram.selection import calls_of_target
from resnet_viz.gui.diagram.view_controller import ViewController
from resnet_viz.gui.inspector.sheets.select import sheet_of
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.clipboard import copy_to_clipboard
from resnet_viz.gui.window.path_commands import PathCommands

_ALSO: Final = ("view.fit_selection", "model.without_block")
"""Commands of other menus that context menus hold too."""


class SelectionCommands(QObject):
    """Does what can be done with the selected targets.

    Args:
        session: what is selected.
        actions: the actions that context menus show.
        views: opens and closes groups.
        paths: dims all but some paths.
        show_table: shows the Layers table.
        parent: its owner.
    """

    def __init__(
        self,
        session: Session,
        actions: Actions,
        views: ViewController,
        paths: PathCommands,
        show_table: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = actions
        self._views = views
        self._paths = paths
        self._does: dict[str, Callable[[], None]] = {
            "toggle": self._toggle,
            "open_layers": self._open_layers,
            "show_in_table": show_table,
            "copy_name": lambda: copy_to_clipboard("\n".join(map(self._name, self._selected))),
            "copy_shape": lambda: copy_to_clipboard("\n".join(map(self._shapes, self._selected))),
            "copy_numbers": self._copy_numbers,
        }

    def do(self, key: str) -> None:
        """Do the command ``selection.KEY``."""
        if key in self._does:
            self._does[key]()
        else:
            self._paths.show_of_selection(key)

    def fill(self, menu: QMenu) -> None:
        """Add the commands that can be done now to a context menu."""
        section: int | None = None
        for command in COMMANDS:
            if command.menu != "Selection" and command.id not in _ALSO:
                continue
            action = self._actions[command.id]
            if not action.isEnabled():
                continue
            if section != command.section and not menu.isEmpty():
                menu.addSeparator()
            section = command.section
            menu.addAction(action)

    @property
    def _selected(self) -> tuple[Target, ...]:
        return self._session.selection

    @property
    def _document(self) -> Document:
        document = self._session.document
        assert document is not None  # the commands are disabled without
        return document

    def _groups(self) -> list[str]:
        return [target.id for target in self._selected if target.kind == "group"]

    def _toggle(self) -> None:
        for group in self._groups():
            self._views.toggle(group)

    def _open_layers(self) -> None:
        for group in self._groups():
            self._views.toggle_to_layers(group)

    def _name(self, target: Target) -> str:
        """Name of a target: a group's title, a layer's name, the layer that makes a tensor."""
        if target.kind == "group":
            return self._document.structure.by_id[target.id].title
        calls = calls_of_target(self._document, self._session.picture, target)
        return target.id if target.kind == "call" else ", ".join(calls)

    def _shapes(self, target: Target) -> str:
        """Name with the shapes that enter and leave: "conv3_1: 56×56×64 → 28×28×128"."""
        document, graph = self._document, self._document.graph

        def text(shape: Shape | None) -> str:
            return shape_text(shape, channels_first_ranks=graph.channels_first_ranks)

        if target.kind == "group":
            group = document.structure.by_id[target.id]
            ends = (group.input_shape, group.output_shape)
        elif target.kind == "shortcut":
            shortcut = document.structure.shortcuts_by_id[target.id]
            ends = (shortcut.input_shape, shortcut.output_shape)
        else:
            (call_id,) = calls_of_target(document, self._session.picture, target)
            call = graph.by_id[call_id]
            inputs = graph.input_shapes(call) if target.kind == "call" else ()
            ends = (inputs[0] if inputs else None, call.output_shape)
            if not inputs:
                return f"{self._name(target)}: {text(call.output_shape)}"
        return f"{self._name(target)}: {text(ends[0])} → {text(ends[1])}"

    def _copy_numbers(self) -> None:
        """Put the inspector's sheet of the selection on the clipboard, as text."""
        session = self._session
        sheet = sheet_of(
            self._document,
            session.picture,
            self._selected,
            memory=session.memory,
            basis=session.basis,
        )
        if sheet is not None:
            copy_to_clipboard(sheet.text())
