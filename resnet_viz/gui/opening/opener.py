"""Opens models from files, names, functions, drops and dialogs, and reports failures."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal

from resnet_viz.document import Document
from resnet_viz.errors import AppError, UsageError
from resnet_viz.graph.failed_build import BuildError
from resnet_viz.graph.layer_tree import UntracedError
from resnet_viz.gui.diagram.view_controller import ViewController
from resnet_viz.gui.notices.bar import Notice, NoticeAction, copy_details
from resnet_viz.gui.notices.engine_log import EngineLog
from resnet_viz.gui.notices.errors import ErrorLog, notice_of
from resnet_viz.gui.opening.layers_page import LayersPage
from resnet_viz.gui.opening.progress import DRAWING, OPENING, JobProgress, opening_sentence
from resnet_viz.gui.opening.recent import RecentSources
from resnet_viz.gui.opening.reloading import Reloader
from resnet_viz.gui.opening.run_consent import RunConsent
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.prompter import Prompter
from resnet_viz.gui.window.window import MainWindow
from resnet_viz.layout.view import View
from resnet_viz.protocol.messages import CODE_DOWN, CODE_MISSING, Failed
from resnet_viz.services.events import Failure, Opened, Opening
from resnet_viz.services.pipeline import Pipeline
from resnet_viz.services.preferences import Preferences
from resnet_viz.services.source_title import source_title
from resnet_viz.sources.parse import FILE_SUFFIXES, VIEW_SUFFIX, parse_source
from resnet_viz.sources.types import BuiltIn, ModelFile, PythonFunction, Source, base_of

if TYPE_CHECKING:  # at run time it is imported when first used
    from resnet_viz.gui.opening.saved_views import SavedViews

_INCOMPLETE = "incomplete"
_DROPPED = "dropped"
_SAVED = "saved"


class ModelOpener(QObject):
    """Asks the pipeline for models and shows the results and failures.

    Signals:
        comparison_wanted(): the open model is to be compared with another.
        reloaded(Document, Document): a changed file was read again: the models before and after.
        build_failed(Source, FailedBuild, bool): a function failed while it built a model; True if
            the reader wants to see that.
    """

    comparison_wanted = Signal()
    reloaded = Signal(object, object)
    build_failed = Signal(object, object, bool)

    def __init__(
        self,
        *,
        session: Session,
        window: MainWindow,
        pipeline: Pipeline,
        view_controller: ViewController,
        preferences: Preferences,
        prompter: Prompter,
        log: ErrorLog,
        engine_log: EngineLog,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._pipeline = pipeline
        self._view_controller = view_controller
        self._preferences = preferences
        self._prompter = prompter
        self._log = log
        self._engine_log = engine_log
        self.recent = RecentSources(preferences, self)
        self._consent = RunConsent(prompter, window)
        self._layers = LayersPage(session, window)
        shown = (window.notices, window.canvas)
        self._progress = JobProgress(OPENING, *shown, pipeline.cancel, self)
        self._drawing = JobProgress(DRAWING, *shown, self._cancel_drawing, self)
        self.reloader = Reloader(
            session,
            window.notices,
            reload=self.open_source,
            may_run=self._may_run,
            show_layers=self._show_layers,
            show_build=self._show_build,
            parent=self,
        )
        pipeline.opening.connect(self._opening)
        pipeline.opened.connect(self._opened)
        pipeline.failed.connect(self._failed)
        pipeline.cancelled.connect(self._cancelled)
        pipeline.drawing.connect(lambda: self._drawing.begin(DRAWING, "Drawing this view"))
        pipeline.drawing_ended.connect(self._drawing.end)
        pipeline.completed.connect(self._completed)
        pipeline.incomplete.connect(self._show_incomplete)

    # -- sources ---------------------------------------------------------------------------------

    def open_source(
        self, source: Source, *, agreed: bool = False, view: View | None = None
    ) -> None:
        """Open a source; the open document stays until the new one has been read.

        Python code is run only after the user's consent; ``agreed``: the user has named it on the
        command line, which is consent for this session. ``view``: the view to open it in; by
        default the current one.
        """
        base = base_of(source)
        if isinstance(base, ModelFile) and base.path.lower().endswith(VIEW_SUFFIX):
            self.saved_views.open_file(base.path)
            return
        if isinstance(base, PythonFunction):
            if agreed:
                self._consent.add(base)
            self._consent.ask(base, partial(self._open, source, view))
            return
        self._open(source, view)

    @cached_property
    def saved_views(self) -> SavedViews:
        """Saved views, made after the first picture, which does without."""
        from resnet_viz.gui.opening.saved_views import SavedViews

        return SavedViews(
            self._session,
            self._preferences,
            self._prompter,
            open_source=lambda source, view: self.open_source(source, view=view),
            tell=self._tell,
            window=self._window,
        )

    def ask_to_save_view(self) -> None:
        """Ask for a file and save the view to it."""
        self.saved_views.ask_to_save()

    def _tell(self, what: AppError | str) -> None:
        if isinstance(what, AppError):
            self.show_error(what)
        else:
            self._window.notices.show_notice(Notice(what, key=_SAVED, lasting=False))

    def ask_to_run(self, source: PythonFunction, then: Callable[[], None]) -> None:
        """Call ``then`` once the user has agreed to run a function; never if they decline."""
        self._consent.ask(source, then)

    def open_file(self, path: str) -> None:
        """Open a file that the user has chosen or dropped."""
        self._preferences.remember_folder("open", str(Path(path).parent))
        self.open_text(path, before="This file could not be opened.")

    def open_dropped(self, paths: tuple[str, ...]) -> None:
        """Open the first model among files that were dropped together, and say which it is."""
        models = [path for path in paths if Path(path).suffix.lower() in FILE_SUFFIXES]
        chosen = (models or paths)[0]
        self.open_file(chosen)
        if len(paths) > 1:
            text = f"{len(paths)} files were dropped; {Path(chosen).name} is opened."
            self._window.notices.show_notice(Notice(text, key=_DROPPED, lasting=False))

    def open_text(self, text: str, *, before: str = "") -> None:
        """Open the source that a text names, as on the command line."""
        try:
            source = parse_source(text)
        except AppError as error:
            self.show_error(error, before=before)
            return
        self.open_source(source)

    def _open(self, source: Source, view: View | None) -> None:
        document = self._session.document
        if view is None:
            view = self._session.view
            if document is None or document.source != source:
                view = msgspec.structs.replace(view, toggled=frozenset(), measured=None)
        for key in ("error", _INCOMPLETE, _DROPPED):
            self._window.notices.close_notice(key)
        self._layers.close()
        self.reloader.opening(source)
        self._pipeline.open(source, view)

    def _may_run(self, source: Source) -> bool:
        base = base_of(source)
        return not isinstance(base, PythonFunction) or self._consent.has(base)

    # -- commands --------------------------------------------------------------------------------

    def ask_file(self) -> None:
        """Ask for a model file and open it."""
        folder = self._preferences.folder("open")
        self._prompter.ask_model_file(self._window, folder, self.open_file)

    def ask_source(self) -> None:
        """Open the dialog for a source as on the command line."""
        from resnet_viz.gui.opening.source_dialog import SourceDialog

        dialog = SourceDialog(self._window, theme=self._session.theme, recent=self.recent.texts)
        dialog.chosen.connect(self.open_source)
        dialog.open()

    def ask_variant(self) -> None:
        """Open the dialog for a built-in architecture with other parameters."""
        from resnet_viz.gui.opening.variant_dialog import VariantDialog

        document = self._session.document
        source = base_of(document.source) if document is not None else None
        current = source if isinstance(source, BuiltIn) else BuiltIn("resnet34")
        dialog = VariantDialog(self._window, theme=self._session.theme, current=current)
        dialog.chosen.connect(self.open_source)
        dialog.open()

    # -- results and failures --------------------------------------------------------------------

    def _opening(self, opening: Opening) -> None:
        self._progress.begin(opening.source, opening_sentence(opening))
        if opening.stage == "running":
            self._engine_log.note(f"Running {opening.source}")
        if self._session.document is None:
            self._window.empty.set_waiting(waiting=True)

    def _opened(self, opened: Opened) -> None:
        self._progress.end()
        before, source = self._session.document, opened.document.source
        is_reload = self.reloader.is_pending(source)
        self._view_controller.take(opened)
        self.recent.add(source)
        self.reloader.opened(source)
        if is_reload and before is not None and before.source == source:
            self.reloaded.emit(before, opened.document)

    def _completed(self, document: Document) -> None:
        self._view_controller.complete(document)

    def _show_incomplete(self, opened: Opened, reason: Failed) -> None:
        """Say quietly why some shapes stay unknown: nothing has gone wrong."""
        if reason.code in (CODE_MISSING, CODE_DOWN):
            return
        text = f"Some shapes of {opened.document.title} stay unknown (–). {reason.sentence}"
        actions = (copy_details(f"{reason.sentence}\n{reason.details}"),) if reason.details else ()
        self._window.notices.show_notice(Notice(text, key=_INCOMPLETE, actions=actions))

    def _failed(self, failure: Failure) -> None:
        if failure.task == "draw":
            self.show_error(failure.error, before="This view could not be drawn.")
            self._view_controller.give_back()
            return
        if failure.task == "complete":
            self.show_error(failure.error)
            return
        self._progress.end()
        self._window.empty.set_waiting(waiting=False)
        if self.reloader.takes(failure.source, failure.error):
            if isinstance(failure.error, BuildError):  # a view that follows the file shows it
                self.build_failed.emit(failure.source, failure.error.build, False)
            return
        is_file = isinstance(failure.source, ModelFile)
        before = "This file could not be opened." if is_file else ""
        if failure.source is not None and isinstance(failure.error, UntracedError):
            self._show_untraced(failure.source, failure.error, before=before)
        elif _ran_code(failure):
            self._show_run_failure(failure.source, failure.error)
        else:
            self.show_error(failure.error, before=before)

    def _cancelled(self) -> None:
        self._progress.end()
        self.reloader.given_up()
        self._window.empty.set_waiting(waiting=False)

    def _cancel_drawing(self) -> None:
        self._pipeline.cancel_drawing()
        self._view_controller.give_back()

    def show_error(self, error: Exception, *, before: str = "") -> None:
        """Report an exception, with what to do."""
        self._window.notices.show_notice(notice_of(error, before=before, log=self._log.keep))

    def _show_untraced(self, source: Source, error: UntracedError, *, before: str) -> None:
        """Report that the model cannot be drawn, and show the list of its layers."""
        notice = notice_of(error, before=before, log=self._log.keep)
        again = NoticeAction("Show layers", lambda: self._show_layers(source, error), closes=False)
        self._window.notices.show_notice(
            msgspec.structs.replace(notice, actions=(again, *notice.actions))
        )
        self._show_layers(source, error)

    def _show_layers(self, source: Source, error: UntracedError) -> None:
        self._layers.show(source_title(source), error)

    def _show_run_failure(self, source: Source | None, error: Exception) -> None:
        """Report that the user's code has failed, and show its traceback in the log."""
        notice = notice_of(error, log=self._log.keep)
        actions = [NoticeAction("Show log", self._show_log, closes=False)]
        if isinstance(error, BuildError) and source is not None:
            show = partial(self._show_build, source, error)
            actions.insert(0, NoticeAction("Show where it fails", show, closes=False))
        if isinstance(error, AppError):
            self._engine_log.note(error.details or error.message, error=True)
        self._window.notices.show_notice(
            msgspec.structs.replace(notice, actions=(*actions, *notice.actions))
        )
        self._show_log()

    def _show_build(self, source: Source, error: BuildError) -> None:
        """Ask for the picture of what was built, when the reader wants it."""
        self.build_failed.emit(source, error.build, True)

    def _show_log(self) -> None:
        self._window.actions_by_id["view.log"].trigger()


def _ran_code(failure: Failure) -> bool:
    """Return whether the user's code was run and failed; a wrong term of a counterpart is none."""
    source = failure.source
    return (
        source is not None
        and isinstance(base_of(source), PythonFunction)
        and not isinstance(failure.error, UsageError)
    )
