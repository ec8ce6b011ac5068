"""Binds every command to its handler, and keeps the checkable ones in step with the state."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from resnet_viz.drawing.themes import DARK, LIGHT
from resnet_viz.engine_client.client import EngineClient
from resnet_viz.experiments.layer_numbers import QUANTITIES, Quantity
from resnet_viz.gui.commands.table import COLORS, COMMANDS, REPEATS, TOURS
from resnet_viz.gui.diagram.view_controller import LAYOUTS, ViewController
from resnet_viz.gui.exporting.exporter import Exporter
from resnet_viz.gui.opening.opener import ModelOpener
from resnet_viz.gui.opening.recent_menu import RecentMenu
from resnet_viz.gui.session import Session
from resnet_viz.gui.window.window import MainWindow
from resnet_viz.layout.view import DETAILS, View
from resnet_viz.services.preferences import Preferences
from resnet_viz.sources.catalog import BUILTIN_NAMES
from resnet_viz.sources.types import BuiltIn, Source

if TYPE_CHECKING:  # at run time it is imported when first shown
    from resnet_viz.experiments.tours.plan import TourName
    from resnet_viz.gui.commands.palette import CommandPalette
    from resnet_viz.gui.diagram.history import History
    from resnet_viz.gui.experiments.canvas_colors import CanvasColors
    from resnet_viz.gui.experiments.results import ExperimentResults
    from resnet_viz.gui.experiments.tour_guide import TourGuide
    from resnet_viz.gui.opening.counterparts import CounterpartCommands
    from resnet_viz.gui.window.path_commands import PathCommands
    from resnet_viz.gui.window.selection_commands import SelectionCommands

_PANELS = ("outline", "inspector", "dock")


class CommandHandlers(QObject):
    """Joins the window's controls to views, opening and exporting."""

    def __init__(
        self,
        *,
        session: Session,
        window: MainWindow,
        engine: EngineClient,
        preferences: Preferences,
        view_controller: ViewController,
        opener: ModelOpener,
        exporter: Exporter,
        results: Callable[[], ExperimentResults],
    ) -> None:
        super().__init__(window)
        self._results = results
        self._session = session
        self._window = window
        self._engine = engine
        self._preferences = preferences
        self._view_controller = view_controller
        self._opener = opener
        self._actions = window.actions_by_id
        for command_id in ("view.back", "view.forward"):
            self._actions[command_id].setEnabled(False)
        handlers = {
            **self._program_handlers(opener, exporter),
            **self._view_handlers(),
            **self._choice_handlers(opener),
            **self._counterpart_handlers(),
        }
        self.bound = frozenset(handlers)
        self._actions.bind(handlers)
        self._connect(opener)
        for name in _PANELS:
            window.panel(name).setVisible(preferences.panel_shown(name))
        self._actions["view.animate"].setChecked(preferences.animate)
        self._set_animate()
        self._sync()

    def _program_handlers(
        self, opener: ModelOpener, exporter: Exporter
    ) -> dict[str, Callable[[], object]]:
        return {
            "file.open": opener.ask_file,
            "file.open_source": opener.ask_source,
            "file.reload": opener.reloader.ask,
            "file.save_view": opener.ask_to_save_view,
            "file.export": exporter.ask,
            "file.compare": opener.comparison_wanted.emit,
            "file.quit": self._window.close,
            "model.variant": opener.ask_variant,
            "model.restart": self._engine.restart,
            **{f"help.tour.{name}": partial(self._start_tour, name) for name, _ in TOURS},
            "help.palette": self._show_palette,
            "help.keys": self._show_keys,
            "help.about": self._show_about,
        }

    def _view_handlers(self) -> dict[str, Callable[[], object]]:
        canvas = self._window.canvas
        return {
            "view.back": partial(self._go, -1),
            "view.forward": partial(self._go, 1),
            "view.fit": canvas.fit,
            "view.fit_selection": canvas.fit_selection,
            "view.zoom_in": canvas.zoom_in,
            "view.zoom_out": canvas.zoom_out,
            "view.actual": canvas.actual_size,
            "view.search": self._search,
            "view.next_match": partial(self._step_to_match, 1),
            "view.previous_match": partial(self._step_to_match, -1),
            "view.select_matches": self._select_matches,
            **{
                command.id: partial(self._do_with_selection, command.id.partition(".")[2])
                for command in COMMANDS
                if command.menu == "Selection"
            },
            "view.shortcut_path": self._show_shortcut_path,
            "view.dim_nothing": partial(self._session.show_paths, None),
            "view.outline": partial(self._set_panel, "outline"),
            "view.inspector": partial(self._set_panel, "inspector"),
            "view.dock": partial(self._set_panel, "dock"),
            "view.log": partial(self._show_tab, "log"),
            "view.run": partial(self._show_tab, "run"),
            "view.next_pane": self._window.focus_next_pane,
            "view.weighted_edges": self._toggle_weighted_edges,
            "view.legend": self._toggle_legend,
            "view.animate": self._set_animate,
            "view.dark": self._toggle_theme,
        }

    def _choice_handlers(self, opener: ModelOpener) -> dict[str, Callable[[], object]]:
        views = self._view_controller
        return {
            **{
                f"model.open.{name}": partial(opener.open_source, BuiltIn(name))
                for name in BUILTIN_NAMES
            },
            **{f"view.detail.{key}": partial(views.set_detail, key) for key in DETAILS},
            **{f"view.layout.{key}": partial(views.change, layout=key) for key in LAYOUTS},
            **{
                f"view.color.{key}": partial(views.change, color_by=key, measured=None)
                for key, _ in COLORS
            },
            **{f"view.color.{key}": partial(self._color_by, key) for key in QUANTITIES},
            **{f"view.repeats.{key}": partial(views.change, repeats=key) for key, _ in REPEATS},
        }

    def _counterpart_handlers(self) -> dict[str, Callable[[], object]]:
        return {
            "model.without_shortcuts": self._toggle_shortcuts,
            "model.without_block": self._take_block,
            "model.whole": self._open_whole,
        }

    @cached_property
    def counterparts(self) -> CounterpartCommands:
        """The commands for counterparts; made after the first picture, which does without."""
        from resnet_viz.gui.opening.counterparts import CounterpartCommands

        return CounterpartCommands(
            self._session, self._actions, open_source=self._opener.open_source, parent=self
        )

    @cached_property
    def canvas_colors(self) -> CanvasColors:
        """The colours that experiments add; made after the first picture, which does without."""
        from resnet_viz.gui.experiments.canvas_colors import CanvasColors

        return CanvasColors(
            self._session,
            self._results(),
            self._view_controller,
            actions=self._actions,
            button=self._window.toolbar.color_by,
            parent=self,
        )

    def _connect(self, opener: ModelOpener) -> None:
        window, views, actions = self._window, self._view_controller, self._actions
        file_menu = next(menu for menu in window.menus() if menu.objectName() == "menu.File")
        recent = RecentMenu(opener.recent, file_menu, actions["file.reload"], self)
        recent.chosen.connect(opener.open_source)
        self._session.document_changed.connect(self._sync)
        self._session.view_changed.connect(self._sync)
        self._session.theme_changed.connect(self._sync)
        self._session.selection_changed.connect(self._enable_selection)
        self._session.document_changed.connect(self._enable_selection)
        window.menu_wanted.connect(self._fill_context_menu)
        window.picked.connect(views.pick)
        window.toggle_requested.connect(views.toggle)
        window.open_requested.connect(views.toggle_to_layers)
        window.files_dropped.connect(opener.open_dropped)
        window.toolbar.command.connect(lambda command_id: actions[command_id].trigger())
        window.empty.command.connect(lambda command_id: actions[command_id].trigger())
        window.toolbar.source_chosen.connect(opener.open_text)
        window.canvas.zoom_changed.connect(window.status.show_zoom)
        window.status.show_zoom(window.canvas.zoom)

    @cached_property
    def palette(self) -> CommandPalette:
        """The command palette, made at first use."""
        from resnet_viz.gui.commands.palette import CommandPalette

        palette = CommandPalette(self._actions, self._session, self._window)
        palette.picked.connect(self._view_controller.pick)
        self._session.theme_changed.connect(lambda: palette.set_theme(self._session.theme))
        return palette

    @cached_property
    def tour_guide(self) -> TourGuide:
        """The guide of tours, made with the first."""
        from resnet_viz.gui.experiments.tab import RunTab
        from resnet_viz.gui.experiments.tour_guide import TourGuide

        tab = self._window.bottom.content("run")
        assert isinstance(tab, RunTab)
        return TourGuide(
            self._session,
            tab,
            self._results(),
            open_source=self._opener.open_source,
            command=lambda command_id: self._actions[command_id].trigger(),
        )

    def _start_tour(self, name: TourName) -> None:
        self._show_tab("run")
        self.tour_guide.start(name)

    def _color_by(self, quantity: Quantity) -> None:
        self.canvas_colors.show(quantity)

    @cached_property
    def history(self) -> History:
        """History of what was shown; recorded from the first picture on, which does without."""
        from resnet_viz.gui.diagram.history import History

        history = History(self._session, self._open_in_view, self)
        history.changed.connect(self._enable_history)
        return history

    def _go(self, by: int) -> None:
        self.history.go(by)

    def _open_in_view(self, source: Source, view: View) -> None:
        self._opener.open_source(source, view=view)

    def _enable_history(self) -> None:
        self._actions["view.back"].setEnabled(self.history.can_go(-1))
        self._actions["view.forward"].setEnabled(self.history.can_go(1))

    def _toggle_shortcuts(self) -> None:
        self.counterparts.toggle_shortcuts()

    def _take_block(self) -> None:
        self.counterparts.take_block()

    def _open_whole(self) -> None:
        self.counterparts.open_whole()

    def _set_panel(self, name: str) -> None:
        shown = self._actions[f"view.{name}"].isChecked()
        self._window.panel(name).setVisible(shown)
        self._preferences.remember_panel(name, shown=shown)

    def _show_tab(self, name: str) -> None:
        self._window.panel("dock").show()
        self._window.bottom.show_tab(name)
        self._sync()

    def _search(self) -> None:
        focused, bottom = self._window.focusWidget(), self._window.bottom
        if focused is not None and bottom.isAncestorOf(focused) and bottom.go_to_search():
            return
        self._window.panel("outline").show()
        self._sync()
        self._window.outline.search.setFocus()
        self._window.outline.search.selectAll()

    def _step_to_match(self, by: int) -> None:
        self._window.outline.layer_search.step(by)

    def _select_matches(self) -> None:
        self._window.outline.layer_search.select_all()

    @cached_property
    def _paths(self) -> PathCommands:
        from resnet_viz.gui.window.path_commands import PathCommands

        return PathCommands(self._session, self._window.notices, self)

    @cached_property
    def selection_commands(self) -> SelectionCommands:
        """The commands about the selection, made at first use."""
        from resnet_viz.gui.window.selection_commands import SelectionCommands

        return SelectionCommands(
            self._session,
            self._actions,
            self._view_controller,
            self._paths,
            partial(self._show_tab, "layers"),
            self,
        )

    def _do_with_selection(self, key: str) -> None:
        self.selection_commands.do(key)

    def _fill_context_menu(self, menu: QMenu) -> None:
        self.selection_commands.fill(menu)

    def _enable_selection(self) -> None:
        for command in COMMANDS:
            if command.menu == "Selection" or command.id == "view.fit_selection":
                self._actions[command.id].setEnabled(bool(self._session.selection))

    def _show_shortcut_path(self) -> None:
        self._paths.show_shortcut_path()

    def _toggle_theme(self) -> None:
        theme = LIGHT if self._session.theme.dark else DARK
        self._preferences.theme = theme.name
        self._session.set_theme(theme)

    def _toggle_weighted_edges(self) -> None:
        self._view_controller.change(weighted_edges=not self._session.view.weighted_edges)

    def _toggle_legend(self) -> None:
        view = self._session.view
        self._session.set_view(msgspec.structs.replace(view, legend=not view.legend))

    def _set_animate(self) -> None:
        animate = self._actions["view.animate"].isChecked()
        self._preferences.animate = animate
        self._view_controller.animate = animate
        self._window.canvas.set_animated(animate)

    def _show_palette(self) -> None:
        self.palette.pop_up()

    def _show_keys(self) -> None:
        from resnet_viz.gui.commands.help_dialog import keys_dialog

        keys_dialog(self._window, self._session.theme).open()

    def _show_about(self) -> None:
        from resnet_viz.gui.commands.help_dialog import about_dialog

        about_dialog(self._window, self._session.theme, self._engine.description).open()

    def _sync(self) -> None:
        view = self._session.view
        checked = {
            f"view.detail.{view.detail}": True,
            f"view.color.{view.color_by}": True,
            f"view.repeats.{view.repeats}": True,
            "view.weighted_edges": view.weighted_edges,
            "view.legend": view.legend,
            "view.dark": self._session.theme.dark,
            **{f"view.{name}": not self._window.panel(name).isHidden() for name in _PANELS},
        }
        if view.layout in LAYOUTS:
            checked[f"view.layout.{view.layout}"] = True
        for command_id, is_checked in checked.items():
            self._actions[command_id].setChecked(is_checked)
