"""The window as a program: the only place that wires its parts together."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from resnet_viz._version import __version__
from resnet_viz.engine_client.client import EngineClient
from resnet_viz.errors import EXIT_INTERRUPTED, EXIT_OK
from resnet_viz.gui.command_handlers import CommandHandlers
from resnet_viz.gui.diagram.view_controller import ViewController
from resnet_viz.gui.exporting.exporter import Exporter
from resnet_viz.gui.notices.engine_log import EngineLog
from resnet_viz.gui.notices.errors import ErrorLog, ExceptionHook, notice_of
from resnet_viz.gui.notices.log_tab import LogTab
from resnet_viz.gui.opening.opener import ModelOpener
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.prompter import Prompter, SystemPrompter
from resnet_viz.gui.window.dock_tabs import DockTabs
from resnet_viz.gui.window.engine_status import EngineStatus
from resnet_viz.gui.window.gc_and_gil import GcTuning
from resnet_viz.gui.window.system_theme import SystemTheme, start_theme
from resnet_viz.gui.window.window import MainWindow
from resnet_viz.paint.fonts import QtMeasurer, font, load_fonts
from resnet_viz.services.pipeline import Pipeline
from resnet_viz.services.preferences import Preferences, user_preferences
from resnet_viz.services.timings import Timings
from resnet_viz.sources.parse import parse_source
from resnet_viz.sources.types import Source


class Program:
    """All parts of one window, alive from construction to ``stop``."""

    def __init__(
        self,
        *,
        settings: Preferences,
        prompter: Prompter,
        timings: Timings,
        debug: bool = False,
        engine_command: Sequence[str] | None = None,
        log_folder: Path | None = None,
    ) -> None:
        self._settings = settings
        self._timings = timings
        self._debug = debug
        self.log = ErrorLog(debug=debug, folder=log_folder)
        self.engine = EngineClient(command=engine_command)
        self.pipeline = Pipeline(self.engine, QtMeasurer())
        self.session = Session(theme=start_theme(settings))
        self.dock_tabs = DockTabs(self.session, settings, prompter)
        self.window = MainWindow(self.session, self.dock_tabs.dock)
        window, session = self.window, self.session
        self.dock_tabs.tell = self._tell
        self.engine_log = EngineLog(self.engine)
        self.dock_tabs.dock.add("log", lambda: LogTab(session, self.engine_log))
        self.hook = ExceptionHook(window.notices, self.log, window)
        self.view_controller = ViewController(session, window.canvas, self.pipeline, window)
        self.opener = ModelOpener(
            session=session, window=window, pipeline=self.pipeline,
            view_controller=self.view_controller, settings=settings, prompter=prompter,
            log=self.log, engine_log=self.engine_log,
        )  # fmt: skip
        self.exporter = Exporter(
            session=session, settings=settings, prompter=prompter, notices=window.notices,
            log=self.log, window=window,
        )  # fmt: skip
        self.command_handlers = CommandHandlers(
            session=session, window=window, engine=self.engine, settings=settings,
            view_controller=self.view_controller, opener=self.opener, exporter=self.exporter,
        )  # fmt: skip
        notes = EngineStatus(self.engine, window.notices, window.status, window)
        self.pipeline.mismatched.connect(notes.mismatched)
        SystemTheme(session, settings, window)
        window.on_close = self._remember_window
        self._start_engine_in_time()

    def _start_engine_in_time(self) -> None:
        # The engine is heavy: it starts when there is something to look at, or nothing can come
        # without it.
        self.pipeline.opening.connect(lambda each: self._start_engine_for(each.stage))
        self.pipeline.failed.connect(lambda _: self.engine.start())
        self.pipeline.cancelled.connect(self.engine.start)

    def show(self) -> None:
        """Show the window; the engine starts after the first picture."""
        window, canvas = self.window, self.window.canvas
        window.restore(self._settings.geometry)
        FirstPaint(window, lambda: self._timings.mark("window_shown"))
        FirstPaint(canvas.viewport(), self._painted, when=lambda: canvas.display_list is not None)
        window.show()
        window.empty.setFocus()

    def open(self, source: Source, *, agreed: bool = False) -> None:
        """Open a source; ``agreed``: if it is Python code, the user has named it to be run."""
        self.opener.open_source(source, agreed=agreed)

    def stop(self) -> None:
        """End the engine and all threads."""
        self.hook.remove()
        self.pipeline.stop()
        self.exporter.stop()
        self.dock_tabs.stop()
        self.window.stop()
        self.engine.shutdown()

    def _painted(self) -> None:
        self._timings.mark("diagram_painted")
        self.engine.start()

    def _tell(self, error: Exception) -> None:
        self.window.notices.show_notice(notice_of(error, log=self.log.keep))

    def _start_engine_for(self, stage: str) -> None:
        if stage != "reading":
            self.engine.start()

    def _remember_window(self) -> None:
        self._settings.geometry = self.window.saveGeometry()
        self._settings.sync()


class FirstPaint(QObject):
    """Calls back once, after a widget has been painted for the first time."""

    def __init__(
        self, watched: QObject, then: Callable[[], None], *,
        when: Callable[[], bool] = lambda: True,
    ) -> None:  # fmt: skip
        super().__init__(watched)
        self._watched = watched
        self._then = then
        self._when = when
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's: sees the event before the widget does, so it waits for the end of the round."""
        if event.type() == QEvent.Type.Paint and self._when():
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._then)
        return False


def make_application() -> QApplication:
    """The QApplication in our style, with our font."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("resnet-viz")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("resnet-viz")
    dress(application)
    return application


def dress(application: QApplication) -> None:
    """Fusion and the bundled font; tests dress theirs with the same."""
    application.setStyle("Fusion")
    load_fonts()
    application.setFont(font(12))


def main(source_text: str, *, timings: bool, debug: bool) -> int:
    """Run the window on a source; returns the exit code.

    Raises:
        AppError: the source's text names nothing; no window has been opened.
    """
    source = parse_source(source_text)
    application = make_application()
    marks = Timings()
    program = Program(
        settings=user_preferences(), prompter=SystemPrompter(), timings=marks, debug=debug
    )
    program.hook.install()
    smoothness = GcTuning(program.window)
    program.open(source, agreed=True)
    program.show()
    if timings:
        program.engine.state_changed.connect(lambda state: _report(marks, state))
    with Interruptible(application) as interruptible:
        application.exec()
    program.stop()
    smoothness.stop()
    return EXIT_INTERRUPTED if interruptible.happened else EXIT_OK


def _report(marks: Timings, state: str) -> None:
    """Print the milestones once the engine is ready (or will never be)."""
    if state in ("ready", "missing") and not marks.has("reported"):
        if state == "ready":
            marks.mark("engine_ready")
        marks.report()
        marks.mark("reported")


class Interruptible:
    """Ctrl+C in the terminal quits: Python must get a turn when the signal comes.

    A program that was started with SIGINT ignored, as in the background of a script, ignores it.

    Attributes:
        happened: whether it came.
    """

    def __init__(self, application: QApplication) -> None:
        self._application = application
        self.happened = False

    def __enter__(self) -> Interruptible:
        self._before = signal.getsignal(signal.SIGINT)
        if self._before is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, self._interrupt)
        if os.name == "posix":
            self._read, self._write = os.pipe()
            os.set_blocking(self._write, False)
            self._wakeup = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
            self._notifier = QSocketNotifier(self._read, QSocketNotifier.Type.Read)
            self._notifier.activated.connect(lambda *_: os.read(self._read, 64))
        else:  # no pipes to wait on there: look four times a second
            self._timer = QTimer(interval=250)
            self._timer.timeout.connect(lambda: None)
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)
        if os.name == "posix":
            self._notifier.setEnabled(False)
            signal.set_wakeup_fd(self._wakeup)
            os.close(self._read)
            os.close(self._write)
        else:
            self._timer.stop()

    def _interrupt(self, *_: object) -> None:
        self.happened = True
        self._application.quit()
