"""Reloads the open file when it changes on disk; retries while it is half written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import Final

from PySide6.QtCore import QObject, QTimer

from resnet_viz.errors import AppError
from resnet_viz.graph.failed_build import BuildError
from resnet_viz.graph.layer_tree import UntracedError
from resnet_viz.gui.notices.bar import Notice, NoticeAction, NoticeBar, copy_details
from resnet_viz.gui.session import Session
from resnet_viz.services.file_watcher import FileStamp, FileWatcher, file_stamp
from resnet_viz.sources.types import ModelFile, Source, base_of, file_of

RELOAD_KEY: Final = "reload"
"""Key of the notices about reloading."""
RETRY_MS: Final = (300, 700, 1500, 3000)
"""Waits before each further attempt to read a file that cannot be read."""


class Reloader(QObject):
    """Watches the file of the open document.

    Args:
        reload: opens a source again.
        may_run: whether a Python file's function may be run again without asking.
        show_layers: shows the layers of a model that can't be drawn.
        show_build: shows what a function had built when it failed.
    """

    def __init__(
        self,
        session: Session,
        notices: NoticeBar,
        *,
        reload: Callable[[Source], None],
        may_run: Callable[[Source], bool],
        show_layers: Callable[[Source, UntracedError], None],
        show_build: Callable[[Source, BuildError], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._notices = notices
        self._reload = reload
        self._may_run = may_run
        self._show_layers = show_layers
        self._show_build = show_build
        self._read_stamp: FileStamp | None = None
        self._pending: Source | None = None
        self._asked_for = False
        self._attempts = 0
        self.watcher = FileWatcher(self)
        self.watcher.changed.connect(self._changed)
        self.watcher.gone.connect(self._gone)
        self._retry = QTimer(self, singleShot=True)
        self._retry.timeout.connect(self._again)

    def opening(self, source: Source) -> None:
        """Note that a source is about to be read, by a reload or otherwise."""
        if source != self._pending:
            self._forget()
        self._read_stamp = file_stamp(file_of(source)) if file_of(source) else None

    def ask(self) -> None:
        """Reload the document at the user's request; failures are reported at once."""
        document = self._session.document
        if document is not None:
            self._forget()
            self._pending, self._asked_for = document.source, True
            self._reload(document.source)

    def is_pending(self, source: Source) -> bool:
        """True if the source is being read again."""
        return source == self._pending and bool(file_of(source))

    def opened(self, source: Source) -> None:
        """Watch the file of a source that has been opened."""
        if self.is_pending(source):
            name = PurePath(file_of(source)).name
            self._notices.show_notice(Notice(f"Reloaded {name}", key=RELOAD_KEY, lasting=False))
        else:
            self._notices.close_notice(RELOAD_KEY)
        self._forget()
        self.watcher.watch(file_of(source), self._read_stamp)

    def takes(self, source: Source | None, error: Exception) -> bool:
        """Handle a failed reload, and return True; False if the opening was no reload."""
        if source is None or source != self._pending or self._asked_for:
            self._forget()
            return False
        if not isinstance(error, AppError):
            self._forget()
            return False
        if self._attempts < len(RETRY_MS) and isinstance(base_of(source), ModelFile):
            self._retry.start(RETRY_MS[self._attempts])
            self._attempts += 1
            return True
        self._forget()
        self._show_unreadable(source, error)
        return True

    def given_up(self) -> None:
        """Stop retrying: the user has cancelled."""
        self._forget()

    def _forget(self) -> None:
        self._pending, self._asked_for, self._attempts = None, False, 0
        self._retry.stop()

    def _changed(self) -> None:
        document = self._session.document
        if document is None or file_of(document.source) != self.watcher.path:
            return
        if not self._may_run(document.source):
            self._offer(document.source)
            return
        self._forget()
        self._pending = document.source
        self._reload(document.source)

    def _again(self) -> None:
        if self._pending is not None:
            self._reload(self._pending)

    def _offer(self, source: Source) -> None:
        name = PurePath(file_of(source)).name
        action = NoticeAction("Run again…", lambda: self._reload(source))
        self._notices.show_notice(Notice(f"{name} has changed.", key=RELOAD_KEY, actions=(action,)))

    def _gone(self) -> None:
        name = PurePath(self.watcher.path).name
        self._notices.show_notice(
            Notice(f"{name} is no longer on disk; its last state is shown.", key=RELOAD_KEY)
        )

    def _show_unreadable(self, source: Source, error: AppError) -> None:
        name = PurePath(file_of(source)).name
        text = f"{name} has changed, but can't be read; its last state is shown. {error.message}"
        details = f"{error.message}\n{error.details}".strip()
        actions = [copy_details(details)]
        if isinstance(error, UntracedError):
            show = partial(self._show_layers, source, error)
            actions.insert(0, NoticeAction("Show layers", show, closes=False))
        if isinstance(error, BuildError):
            show = partial(self._show_build, source, error)
            actions.insert(0, NoticeAction("Show where it fails", show, closes=False))
        self._notices.show_notice(Notice(text, "warning", key=RELOAD_KEY, actions=tuple(actions)))
