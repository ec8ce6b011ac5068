"""Binds the commands to what they do, and keeps the checkable ones true."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from resnet_viz.drawing.themes import DARK, LIGHT
from resnet_viz.engine_client.client import EngineClient
from resnet_viz.gui.commands import help_dialog
from resnet_viz.gui.commands.palette import CommandPalette
from resnet_viz.gui.diagram.view_controller import LAYOUTS, ViewController
from resnet_viz.gui.exporting.exporter import Exporter
from resnet_viz.gui.opening.opener import ModelOpener
from resnet_viz.gui.opening.recent_menu import RecentMenu
from resnet_viz.gui.session import Session
from resnet_viz.gui.window.window import MainWindow
from resnet_viz.services.preferences import Preferences

_PANELS = ("outline", "inspector", "dock")


class CommandHandlers(QObject):
    """Joins the window's controls to views, opening and exporting."""

    def __init__(
        self,
        *,
        session: Session,
        window: MainWindow,
        engine: EngineClient,
        settings: Preferences,
        view_controller: ViewController,
        opener: ModelOpener,
        exporter: Exporter,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._engine = engine
        self._settings = settings
        self._view_controller = view_controller
        self._actions = window.actions_by_id
        self._palette = CommandPalette(self._actions, session.theme, window)
        self._handlers = {
            **view_controller.handlers(), **opener.handlers(), **self._own_handlers(),
            "file.export": exporter.ask,
        }  # fmt: skip
        self._actions.bind(self._handlers)
        self._connect(opener)
        for name in _PANELS:
            window.panel(name).setVisible(settings.panel_shown(name))
        self._view_controller.animate = settings.animate
        window.canvas.set_animated(settings.animate)
        self._sync()

    @property
    def bound(self) -> frozenset[str]:
        """Ids of the commands that do something."""
        return frozenset(self._handlers)

    def _own_handlers(self) -> dict[str, Callable[[], None]]:
        return {
            "file.quit": self._quit,
            "view.search": self._search,
            "view.outline": lambda: self._set_panel("outline"),
            "view.inspector": lambda: self._set_panel("inspector"),
            "view.dock": lambda: self._set_panel("dock"),
            "view.next_pane": self._window.focus_next_pane,
            "view.animate": self._set_animate,
            "view.dark": self._toggle_theme,
            "model.restart": self._engine.restart,
            "view.log": self._show_log,
            "help.palette": self._palette.pop_up,
            "help.keys": self._show_keys,
            "help.about": self._show_about,
        }

    def _connect(self, opener: ModelOpener) -> None:
        window, view_controller = self._window, self._view_controller
        self._session.theme_changed.connect(lambda: self._palette.set_theme(self._session.theme))
        file_menu = next(menu for menu in window.menus() if menu.objectName() == "menu.File")
        menu = RecentMenu(opener.recent, file_menu, self._actions["file.reload"], self)
        menu.chosen.connect(opener.open_source)
        self._session.document_changed.connect(self._sync)
        self._session.view_changed.connect(self._sync)
        self._session.theme_changed.connect(self._sync)
        window.canvas.zoom_changed.connect(window.status.show_zoom)
        window.outline.picked.connect(view_controller.pick)
        window.outline.toggle_requested.connect(view_controller.toggle)
        window.inspector.picked.connect(view_controller.pick)
        window.bottom.picked.connect(view_controller.pick)
        window.inspector.open_requested.connect(view_controller.toggle_to_layers)
        window.toolbar.command.connect(lambda each: self._actions[each].trigger())
        window.toolbar.source_chosen.connect(opener.open_text)
        window.empty.command.connect(lambda each: self._actions[each].trigger())
        window.status.show_zoom(window.canvas.zoom)

    def _quit(self) -> None:
        self._window.close()

    def _set_panel(self, name: str) -> None:
        shown = self._actions[f"view.{name}"].isChecked()
        self._window.panel(name).setVisible(shown)
        self._settings.remember_panel(name, shown=shown)

    def _show_log(self) -> None:
        self._window.panel("dock").show()
        self._window.bottom.show_tab("log")
        self._sync()

    def _search(self) -> None:
        focused, bottom = self._window.focusWidget(), self._window.bottom
        if focused is not None and bottom.isAncestorOf(focused) and bottom.go_to_search():
            return
        self._window.panel("outline").show()
        self._sync()
        self._window.outline.search.setFocus()
        self._window.outline.search.selectAll()

    def _toggle_theme(self) -> None:
        theme = LIGHT if self._session.theme.dark else DARK
        self._settings.theme = theme.name
        self._session.set_theme(theme)

    def _set_animate(self) -> None:
        animate = self._actions["view.animate"].isChecked()
        self._settings.animate = animate
        self._view_controller.animate = animate
        self._window.canvas.set_animated(animate)

    def _show_keys(self) -> None:
        help_dialog.keys_dialog(self._window, self._session.theme).open()

    def _show_about(self) -> None:
        theme, engine = self._session.theme, self._engine.description
        help_dialog.about_dialog(self._window, theme, engine).open()

    def _sync(self) -> None:
        view = self._session.view
        self._actions[f"view.detail.{view.detail}"].setChecked(True)
        if view.layout in LAYOUTS:
            self._actions[f"view.layout.{view.layout}"].setChecked(True)
        self._actions[f"view.color.{view.color_by}"].setChecked(True)
        self._actions[f"view.repeats.{view.repeats}"].setChecked(True)
        self._actions["view.weighted_edges"].setChecked(view.weighted_edges)
        self._actions["view.legend"].setChecked(view.legend)
        self._actions["view.dark"].setChecked(self._session.theme.dark)
        self._actions["view.animate"].setChecked(self._view_controller.animate)
        for name in _PANELS:
            self._actions[f"view.{name}"].setChecked(not self._window.panel(name).isHidden())
