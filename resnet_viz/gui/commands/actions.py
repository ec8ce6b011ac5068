"""QActions, menus and shortcuts, generated from the table of commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from resnet_viz.drawing.themes import LIGHT, Theme
from resnet_viz.gui.commands.table import COMMANDS, MENUS, Command
from resnet_viz.gui.widgets.icons import icon
from resnet_viz.sources.catalog import BUILTIN_NAMES, find_architecture


class Actions(QObject):
    """All actions by command id; the built-in architectures are ``model.open.NAME``."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
        self._theme = LIGHT
        self._groups: dict[str, QActionGroup] = {}
        self._actions: dict[str, QAction] = {}
        for command in COMMANDS:
            self._actions[command.id] = self._make(command)
        for name in BUILTIN_NAMES:
            title = find_architecture(name).title
            self._actions[f"model.open.{name}"] = QAction(title, owner)
        owner.addActions(list(self._actions.values()))

    def _make(self, command: Command) -> QAction:
        action = QAction(command.text, self._owner)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(keys) for keys in command.shortcut])
        action.setCheckable(command.checkable)
        action.setEnabled(not command.needs_document)
        if command.id == "file.quit":
            action.setMenuRole(QAction.MenuRole.QuitRole)
        if command.exclusive:
            group = self._groups.setdefault(command.exclusive, QActionGroup(self._owner))
            group.addAction(action)
        return action

    def __getitem__(self, command_id: str) -> QAction:
        """The action of a command."""
        return self._actions[command_id]

    def ids(self) -> tuple[str, ...]:
        """Ids of all actions."""
        return tuple(self._actions)

    def bind(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Call a handler when the user triggers its command.

        Raises:
            KeyError: a handler is for a command that doesn't exist.
        """
        for command_id, handler in handlers.items():
            self._actions[command_id].triggered.connect(lambda _=False, call=handler: call())

    def set_document_open(self, is_open: bool) -> None:
        """Enable the commands that need an open document, or disable them."""
        for command in COMMANDS:
            if command.needs_document:
                self._actions[command.id].setEnabled(is_open)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours for the icons, which are drawn when their menu opens."""
        self._theme = theme

    def fill(self, bar: QMenuBar) -> None:
        """Put the menus into a menu bar."""
        for title in MENUS:
            menu = bar.addMenu(title)
            menu.setObjectName(f"menu.{title}")
            if title == "Model":
                self._list_architectures(menu)
            commands = [command for command in COMMANDS if command.menu == title]
            self._fill_menu(menu, commands)
            menu.aboutToShow.connect(partial(self._draw_icons, commands))

    def _list_architectures(self, menu: QMenu) -> None:
        cifar = QMenu("For CIFAR-10", menu)
        for name in BUILTIN_NAMES:
            parent = cifar if name.startswith("cifar_") else menu
            parent.addAction(self._actions[f"model.open.{name}"])
        menu.addMenu(cifar)

    def _fill_menu(self, menu: QMenu, commands: list[Command]) -> None:
        submenus: dict[str, QMenu] = {}
        section = commands[0].section
        if menu.actions():
            menu.addSeparator()
        for command in commands:
            if command.section != section:
                menu.addSeparator()
                section = command.section
            parent = menu
            if command.submenu:
                if command.submenu not in submenus:
                    submenus[command.submenu] = menu.addMenu(command.submenu)
                parent = submenus[command.submenu]
            parent.addAction(self._actions[command.id])

    def _draw_icons(self, commands: list[Command]) -> None:
        for command in commands:
            if command.icon and not command.checkable:
                self._actions[command.id].setIcon(icon(command.icon, self._theme["text-2"]))
