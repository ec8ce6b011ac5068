"""Opening of the models to compare, and the versions of a model that is edited meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import Final

from PySide6.QtCore import QDateTime, QObject
from PySide6.QtWidgets import QMenu

from resnet_viz.analysis.wording.numbers import counted
from resnet_viz.document import Document
from resnet_viz.drawing.comparison.pictures import ComparedModels
from resnet_viz.errors import AppError
from resnet_viz.graph.failed_build import FailedBuild
from resnet_viz.gui.comparison.controller import ComparisonController
from resnet_viz.gui.comparison.history import VersionHistory
from resnet_viz.gui.notices.bar import Notice, NoticeAction
from resnet_viz.gui.opening.opener import ModelOpener
from resnet_viz.gui.opening.reloading import RELOAD_KEY
from resnet_viz.gui.session import Session
from resnet_viz.gui.window.window import MainWindow
from resnet_viz.layout.view import View
from resnet_viz.services.events import Failure, Opened
from resnet_viz.services.pipeline import Pipeline
from resnet_viz.services.source_title import source_title
from resnet_viz.sources.catalog import BUILTIN_NAMES
from resnet_viz.sources.parse import parse_source
from resnet_viz.sources.types import PythonFunction, Source, base_of, file_of

_KEY: Final = "compare"


class ComparisonOpener(QObject):
    """Opens the other model in a pipeline of its own, beside the one of the open document.

    Attributes:
        controller: of the compare view.
        history: versions of the open document.
        pipeline: opens the other model.
    """

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        opener: ModelOpener,
        controller: ComparisonController,
        pipeline: Pipeline,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._opener = opener
        self.controller = controller
        self.pipeline = pipeline
        self.history = VersionHistory()
        self._side = "b"
        controller.name_of = self._name_of
        pipeline.opened.connect(self._opened)
        pipeline.failed.connect(self._failed)
        window.stopped.connect(pipeline.stop)
        session.document_changed.connect(self._document_changed)
        bar = controller.page.bar
        bar.model_wanted.connect(self._offer)
        bar.stepped.connect(self.step)

    def ask(self) -> None:
        """Ask for the model to compare the open document with."""
        self._side = "b"
        self._ask_source()

    def open(self, source: Source, *, agreed: bool = False) -> None:
        """Compare the open document with a source.

        ``agreed``: if it is Python code, the user has named it to be run.
        """
        base = base_of(source)
        if isinstance(base, PythonFunction) and not agreed:
            self._opener.ask_to_run(base, lambda: self._open(source))
            return
        self._open(source)

    def add_version(self, before: Document, after: Document) -> None:
        """Note that the open document was read again; say or show what has changed."""
        now = QDateTime.currentDateTime().toString("HH:mm:ss")
        if self.history.index_of(before) is None:
            self.history.add(before, now)
        self.history.add(after, now)
        if self.controller.is_open and self._follows():
            self._compare(before, after)
            return
        self.controller.compare_quietly(before, after, self._say)

    def show_failure(self, source: Source, build: FailedBuild, *, is_asked: bool) -> None:
        """Show where a build fails, if it is asked for or the view follows the file."""
        document = self._session.document
        before = document if document is not None and document.source == source else None
        if is_asked or (self.controller.is_open and before is not None and self._follows()):
            self.controller.show_failure(before, build, source)

    def _follows(self) -> bool:
        """True if the newer of the models that are shown is a version of the open file."""
        pair = self.controller.pair
        document = self._session.document
        return pair is not None and document is not None and pair[1].source == document.source

    def step(self, by: int) -> None:
        """Compare the versions one step older (-1) or newer (1)."""
        pair = self.controller.pair
        stepped = None if pair is None else self.history.step(*pair, by)
        if stepped is not None:
            self._compare(*stepped)

    def _name_of(self, document: Document) -> str:
        """Title of a model, with its number and time if there are several versions of it."""
        at = self.history.index_of(document)
        if at is None or len(self.history.versions) < 2:
            return document.title
        return f"{document.title}, {self.history.versions[at].text.lower()}"

    def _say(self, models: ComparedModels) -> None:
        """Say in a notice what a reload has changed."""
        comparison = models.comparison
        name = PurePath(file_of(comparison.b.source)).name
        counts = comparison.counts
        parts = [
            f"{count:,} {word}"
            for word, count in (
                ("changed", counts.changed),
                ("added", counts.added),
                ("removed", counts.removed),
                ("moved", counts.moved),
            )
            if count
        ]
        lost = len(comparison.shortcuts.removed) + len(comparison.shortcuts.added)
        if lost:
            parts.append(counted(lost, "other shortcut"))
        what = ", ".join(parts) or "the same architecture"
        show = NoticeAction("Show changes", lambda: self._compare(comparison.a, comparison.b))
        actions = () if comparison.equal else (show,)
        notice = Notice(f"Reloaded {name}: {what}", key=RELOAD_KEY, actions=actions, lasting=False)
        self._window.notices.show_notice(notice)

    def _compare(self, a: Document, b: Document) -> None:
        self.controller.compare(a, b)
        history, bar = self.history, self.controller.page.bar
        bar.show_history(
            has_older=history.step(a, b, -1) is not None,
            has_newer=history.step(a, b, 1) is not None,
        )

    def _open(self, source: Source) -> None:
        text = f"Opening {source_title(source)} to compare…"
        self._window.notices.show_notice(Notice(text, key=_KEY, closable=False))
        self.pipeline.open(source, View(legend=False))

    def _opened(self, opened: Opened) -> None:
        self._window.notices.close_notice(_KEY)
        self._put(opened.document)

    def _put(self, document: Document) -> None:
        """Compare a document, in the place that was asked for, with the one in the other place."""
        pair = self.controller.pair if self.controller.is_open else None
        present = self._session.document
        if pair is not None:
            a, b = pair
            self._compare(*((document, b) if self._side == "a" else (a, document)))
        elif present is not None:
            self._compare(present, document)

    def _failed(self, failure: Failure) -> None:
        self._window.notices.close_notice(_KEY)
        self._opener.show_error(failure.error)

    def _document_changed(self) -> None:
        if not self._session.is_refresh:
            self.controller.close()

    # -- the menus of models ---------------------------------------------------------------------

    def _offer(self, side: str) -> None:
        self._side = side
        menu = QMenu(self.controller.page)
        for version in self.history.versions:
            self._add(menu, version.text, partial(self._put, version.document))
        if self.history.versions:
            menu.addSeparator()
        self._add(menu, "Open…", self._ask_source)
        menu.addSeparator()
        for text in self._opener.recent.texts:
            self._add(menu, text, partial(self._open_text, text))
        menu.addSeparator()
        for name in BUILTIN_NAMES:
            self._add(menu, name, partial(self._open_text, name))
        menu.aboutToHide.connect(menu.deleteLater)
        self.controller.page.bar.pop_up(side, menu)

    def _add(self, menu: QMenu, text: str, work: Callable[[], None]) -> None:
        menu.addAction(text).triggered.connect(lambda _=False: work())

    def _open_text(self, text: str) -> None:
        try:
            self.open(parse_source(text))
        except AppError as error:
            self._opener.show_error(error)

    def _ask_source(self) -> None:
        from resnet_viz.gui.opening.source_dialog import SourceDialog

        theme, recent = self._session.theme, self._opener.recent.texts
        dialog = SourceDialog(self._window, theme=theme, recent=recent)
        dialog.chosen.connect(self.open)
        dialog.open()
