"""The window as a program: the only module that wires its objects together."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from resnet_viz import assets
from resnet_viz._version import __version__
from resnet_viz.engine_client.client import EngineClient
from resnet_viz.gui.command_handlers import CommandHandlers
from resnet_viz.gui.diagram.remembered_basis import RememberedBasis
from resnet_viz.gui.diagram.view_controller import ViewController
from resnet_viz.gui.exporting.exporter import Exporter
from resnet_viz.gui.notices.engine_log import EngineLog
from resnet_viz.gui.notices.errors import ErrorLog, ExceptionHook, notice_of
from resnet_viz.gui.opening.opener import ModelOpener
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.prompter import Prompter
from resnet_viz.gui.widgets.system_prompter import SystemPrompter
from resnet_viz.gui.window.deadline import Deadline
from resnet_viz.gui.window.engine_status import EngineStatus
from resnet_viz.gui.window.first_paint import FirstPaint
from resnet_viz.gui.window.gc_tuning import GcTuning
from resnet_viz.gui.window.picture_notes import PictureNotes
from resnet_viz.gui.window.quit_signals import QuitSignals
from resnet_viz.gui.window.system_theme import SystemTheme, start_theme
from resnet_viz.gui.window.window import MainWindow
from resnet_viz.paint.fonts import QtMeasurer, font, load_fonts
from resnet_viz.services.cache import default_directory
from resnet_viz.services.document_cache import DocumentCache
from resnet_viz.services.events import Opening
from resnet_viz.services.pipeline import Pipeline
from resnet_viz.services.preferences import Preferences, user_preferences
from resnet_viz.services.timings import Timings
from resnet_viz.sources.parse import parse_source
from resnet_viz.sources.types import Source

if TYPE_CHECKING:  # at run time it is imported after the first picture
    from resnet_viz.document import Document
    from resnet_viz.graph.failed_build import FailedBuild
    from resnet_viz.gui.comparison.opening import ComparisonOpener
    from resnet_viz.gui.dock.dock import Dock
    from resnet_viz.gui.experiments.results import ExperimentResults
    from resnet_viz.gui.window.dock_tabs import DockTabs

_PATIENCE_MS: Final = 50
"""Time for a kept picture to come before the window is shown without it."""


_FIRST: Final = "resnet34"
"""Source that the window opens when it has shown nothing yet."""


class Program:
    """All objects behind one window, alive from construction to ``stop``.

    The panels and the engine come after the first picture, one a turn of the event loop; earlier
    when something else needs them, or when there will be no picture soon.

    Attributes:
        first_picture: emits ``painted`` once the first diagram is on the screen.
    """

    def __init__(
        self,
        *,
        preferences: Preferences,
        prompter: Prompter,
        timings: Timings,
        debug: bool = False,
        engine_command: Sequence[str] | None = None,
        log_folder: Path | None = None,
        documents: DocumentCache | None = None,
        result_folder: Path | None = None,
    ) -> None:
        self._preferences = preferences
        self._prompter = prompter
        self._timings = timings
        self._engine_command = engine_command
        self._result_folder = result_folder
        self.log = ErrorLog(debug=debug, folder=log_folder)
        self.engine = EngineClient(command=engine_command)
        self.engine_log = EngineLog(self.engine)
        self.pipeline = Pipeline(self.engine, QtMeasurer(), documents=documents)
        self.session = Session(theme=start_theme(preferences))
        self.window = MainWindow(self.session, self._make_dock, preferences)
        window, session = self.window, self.session
        self.hook = ExceptionHook(window.notices, self.log, window)
        self.view_controller = ViewController(session, window.canvas, self.pipeline, window)
        self.opener = ModelOpener(
            session=session,
            window=window,
            pipeline=self.pipeline,
            view_controller=self.view_controller,
            preferences=preferences,
            prompter=prompter,
            log=self.log,
            engine_log=self.engine_log,
        )
        self.exporter = Exporter(
            session=session,
            preferences=preferences,
            prompter=prompter,
            notices=window.notices,
            log=self.log,
            window=window,
        )
        self.command_handlers = CommandHandlers(
            session=session,
            window=window,
            engine=self.engine,
            preferences=preferences,
            view_controller=self.view_controller,
            opener=self.opener,
            exporter=self.exporter,
            results=lambda: self.experiment_results,
        )
        self._is_shown = False
        self._connect_services()
        self.first_picture = FirstPaint(
            window.canvas.viewport(), when=lambda: window.canvas.display_list is not None
        )
        self._steps: list[Callable[[], object]] = [
            self._fold_when_fitted,
            lambda: window.outline,
            lambda: window.inspector,
            lambda: window.bottom,
            lambda: self.command_handlers.counterparts,
            lambda: self.command_handlers.canvas_colors,
            lambda: self.command_handlers.history,
            lambda: self.opener.saved_views,
            lambda: window.setWindowIcon(QIcon(str(assets.path("icons/resnet-viz.svg")))),
            self.pipeline.keep_opened,
            self.engine.start,
        ]
        self._next_step = QTimer(window, singleShot=True, interval=0)
        self._next_step.timeout.connect(self._furnish)
        self._furnish_in_time()

    def _connect_services(self) -> None:
        window, session = self.window, self.session
        status = EngineStatus(self.engine, window.notices, window.status, window)
        self.pipeline.mismatched.connect(status.mismatched)
        PictureNotes(session, window.notices, window)
        SystemTheme(session, self._preferences, window)
        RememberedBasis(session, self._preferences)
        window.closing.connect(self._remember_window)
        self.opener.reloaded.connect(self._add_version)
        self.opener.comparison_wanted.connect(self._ask_comparison)
        self.opener.build_failed.connect(self._show_failure)

    def _fold_when_fitted(self) -> None:
        from resnet_viz.gui.diagram.folding import FittedFolding

        FittedFolding(self.session, self.window.canvas, self.view_controller, self.window)

    @cached_property
    def experiment_results(self) -> ExperimentResults:
        """Results of experiments, made when first needed."""
        from resnet_viz.gui.experiments.results import ExperimentResults
        from resnet_viz.services.experiments.result_store import ResultStore

        results = ExperimentResults(self.session, ResultStore(self._result_folder), self.window)
        self.window.stopped.connect(results.stop)
        return results

    @cached_property
    def dock_tabs(self) -> DockTabs:
        """The bottom dock's tabs, made when first needed."""
        from resnet_viz.gui.window.dock_tabs import DockTabs

        tabs = DockTabs(
            self.session,
            self._preferences,
            self._prompter,
            self.engine_log,
            results=lambda: self.experiment_results,
            consent=self.opener.ask_to_run,
            engine_command=self._engine_command,
        )
        tabs.dock.failed.connect(self._show_error)
        self.window.stopped.connect(tabs.dock.stop)
        return tabs

    @cached_property
    def comparison(self) -> ComparisonOpener:
        """The compare view and what it opens, made when first needed."""
        from resnet_viz.gui.comparison.controller import ComparisonController
        from resnet_viz.gui.comparison.exporting import ComparisonExporter
        from resnet_viz.gui.comparison.opening import ComparisonOpener

        measurer = QtMeasurer()
        exporter = ComparisonExporter(self.exporter, self._prompter, self._preferences, self.window)
        controller = ComparisonController(
            self.session,
            self.window,
            measurer=measurer,
            exporter=exporter,
            show_error=self._show_error,
        )
        pipeline = Pipeline(self.engine, measurer, parent=self.window)
        return ComparisonOpener(self.session, self.window, self.opener, controller, pipeline)

    def compare_with(self, source: Source) -> None:
        """Compare the model that is being opened with a source that the user has named."""

        def once() -> None:
            self.session.document_changed.disconnect(once)
            self.comparison.open(source, agreed=True)

        self.session.document_changed.connect(once)

    def _ask_comparison(self) -> None:
        self.comparison.ask()

    def _show_failure(self, source: Source, build: FailedBuild, is_asked: bool) -> None:
        if is_asked or "comparison" in vars(self):  # else there is no view that could follow
            self.comparison.show_failure(source, build, is_asked=is_asked)

    def _add_version(self, before: Document, after: Document) -> None:
        self.comparison.add_version(before, after)

    @property
    def is_furnished(self) -> bool:
        """True once the panels are there and the engine has been started."""
        return not self._steps

    def show(self) -> None:
        """Show the window: with its picture if that comes at once, so that it is painted once."""
        self.window.restore(self._preferences.geometry, self._preferences.panes)
        FirstPaint(self.window).painted.connect(lambda: self._timings.mark("window_shown"))
        if self.pipeline.busy:
            QTimer.singleShot(_PATIENCE_MS, self.window, self._show_window)
            self.session.document_changed.connect(self._show_window)
        else:
            self._show_window()

    def _show_window(self) -> None:
        if not self._is_shown:
            self._is_shown = True
            self.window.show()
            self.window.current_page.setFocus()

    def open(self, source: Source, *, agreed: bool = False) -> None:
        """Open a source; ``agreed``: if it is Python code, the user has named it to be run."""
        self.opener.open_source(source, agreed=agreed)

    def open_last(self) -> bool:
        """Open what the window showed last; False if that is gone, or would run code."""
        saved = self._preferences.last_view
        if not saved:
            return False
        from resnet_viz.gui.opening.saved_views import restorable

        restored = restorable(saved)
        if restored is not None:
            self.opener.saved_views.show(*restored)
        return restored is not None

    def stop(self) -> None:
        """End the engine and all threads; whatever runs is cancelled or left to itself."""
        self._steps.clear()
        self.hook.remove()
        self.pipeline.stop()
        self.window.stopped.emit()
        self.engine.shutdown()
        self.exporter.stop()

    def _furnish_in_time(self) -> None:
        """Furnish after the first picture, or once it is known to come late or never."""
        self.first_picture.painted.connect(lambda: self._timings.mark("diagram_painted"))
        self.first_picture.painted.connect(self._furnish)
        self.pipeline.opening.connect(self._opening)
        self.pipeline.failed.connect(self._furnish)
        self.pipeline.cancelled.connect(self._furnish)

    def _opening(self, opening: Opening) -> None:
        if opening.stage != "reading":
            self._furnish()

    def _furnish(self) -> None:
        """Do the next step of making what the first picture did not need."""
        if self._steps:
            self._steps.pop(0)()
            self._next_step.start()

    def _make_dock(self) -> Dock:
        return self.dock_tabs.dock

    def _show_error(self, error: Exception) -> None:
        self.window.notices.show_notice(notice_of(error, log=self.log.keep))

    def _remember_window(self) -> None:
        self._preferences.geometry = self.window.saveGeometry()
        self._preferences.panes = self.window.saveState()
        self.opener.saved_views.keep_last()
        self._preferences.sync()


def make_application() -> QApplication:
    """The QApplication in our style, with our font."""
    # As an option: setStyle would return the style, and set up its class with all enumerations.
    application = QApplication([*sys.argv[:1], "-style", "Fusion"])
    application.setApplicationName("resnet-viz")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("resnet-viz")
    use_font(application)
    return application


def use_font(application: QApplication) -> None:
    """Use the bundled font."""
    load_fonts()
    application.setFont(font(12))


def main(source_text: str | None, *, compare: str = "", timings: bool, debug: bool) -> int:
    """Run the window on a source, by default on what it showed last; returns the exit code.

    ``compare``: a source to show beside it.

    Raises:
        AppError: the source's text names nothing; no window has been opened.
    """
    source = parse_source(source_text or _FIRST)
    other = parse_source(compare) if compare else None
    application = make_application()
    marks = Timings()
    program = Program(
        preferences=user_preferences(),
        prompter=SystemPrompter(),
        timings=marks,
        debug=debug,
        documents=DocumentCache(default_directory()),
        result_folder=default_directory(),
    )
    program.hook.install()
    tuning = GcTuning(program.window)
    if source_text is not None or not program.open_last():
        program.open(source, agreed=True)
    if other is not None:
        program.compare_with(other)
    program.show()
    if timings:
        program.engine.state_changed.connect(lambda state: _report(marks, state))
    deadline = Deadline()
    with QuitSignals(application, deadline.start) as signals:
        application.exec()
        deadline.start(signals.exit_code)
        program.stop()
        tuning.stop()
    application.shutdown()  # hands what was copied over to the clipboard's manager
    deadline.cancel()
    return signals.exit_code


def _report(marks: Timings, state: str) -> None:
    """Print the milestones once the engine is ready, or known to be missing."""
    if state in ("ready", "missing") and not marks.has("reported"):
        if state == "ready":
            marks.mark("engine_ready")
        marks.report()
        marks.mark("reported")
