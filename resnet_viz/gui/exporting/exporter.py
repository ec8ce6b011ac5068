"""Export from the dialog to the file, written in a worker thread and reported in a notice."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.gui.notices.bar import Notice, NoticeAction, NoticeBar
from resnet_viz.gui.notices.errors import ErrorLog, notice_of
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.prompter import Prompter
from resnet_viz.services.preferences import Preferences
from resnet_viz.services.worker import Outcome, Worker
from resnet_viz.sources.types import file_of

if TYPE_CHECKING:  # at run time they are imported when first needed
    from resnet_viz.gui.exporting.dialog import ExportDialog, ExportRequest

_KEY: Final = "export"
_PATIENCE_S: Final = 0.5
"""Time for a file to be finished when the program ends."""


class Exporter(QObject):
    """Owns the export dialog and a worker thread that writes pictures, made when first needed."""

    def __init__(
        self,
        *,
        session: Session,
        preferences: Preferences,
        prompter: Prompter,
        notices: NoticeBar,
        log: ErrorLog,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._preferences = preferences
        self._prompter = prompter
        self._notices = notices
        self._log = log
        self._window = window
        self._worker: Worker | None = None
        self._running: dict[int, Path] = {}
        self.dialog: ExportDialog | None = None

    def ask(self) -> None:
        """Open the dialog for the picture that is shown."""
        document, picture = self._session.document, self._session.picture
        if document is None or picture is None or self.dialog is not None:
            return
        from resnet_viz.gui.exporting.dialog import ExportDialog, remembered_choices

        folder = Path(self._preferences.folder("export"))
        self.dialog = ExportDialog(
            self._window,
            theme=self._session.theme,
            prompter=self._prompter,
            suggestion=folder / file_stem(document.title),
            bounds=picture.bounds,
            title=document.title,
            source=file_of(document.source),
            choices=remembered_choices(self._preferences, self._session.theme),
        )
        self.dialog.confirmed.connect(lambda request: self._start(picture, request))
        self.dialog.finished.connect(lambda _: self._dialog_closed())
        self.dialog.open()

    @property
    def busy(self) -> bool:
        """True while a file is being written."""
        return bool(self._running)

    def stop(self) -> None:
        """End the thread; what is being written is finished if it takes no longer than a moment."""
        if self._worker is not None:
            self._worker.stop(patience_s=_PATIENCE_S)

    def _dialog_closed(self) -> None:
        self.dialog = None

    def _start(self, picture: DisplayList, request: ExportRequest) -> None:
        from resnet_viz.exports.write import write_picture
        from resnet_viz.gui.exporting.dialog import remember_choices

        if self.dialog is not None:
            remember_choices(self._preferences, self.dialog.choices)
            self._preferences.remember_folder("export", str(request.path.parent.absolute()))
        self.start(request.path, lambda: write_picture(picture, request.path, request.look))

    def start(self, path: Path, job: Callable[[], None]) -> None:
        """Run a job that writes a file, in the thread, and report its end."""
        if self._worker is None:
            self._worker = Worker("export", self)
            self._worker.ended.connect(self._ended)
        self._running[self._worker.submit(job)] = path
        self._notices.show_notice(Notice(f"Exporting {path.name}…", key=_KEY, closable=False))

    def _ended(self, outcome: Outcome) -> None:
        path = self._running.pop(outcome.ticket)
        if outcome.error is not None:
            self._notices.close_notice(_KEY)
            self._notices.show_notice(notice_of(outcome.error, log=self._log.keep))
            return
        folder = str(path.parent.absolute())
        action = NoticeAction("Open folder", lambda: self._prompter.show_folder(folder))
        self._notices.show_notice(
            Notice(f"Exported {path.name}", key=_KEY, actions=(action,), lasting=False)
        )


def file_stem(title: str) -> str:
    """File name for a title, with letters, digits, dots, hyphens and underscores only."""
    plain = title.replace("×", "x")
    return re.sub(r"[^\w.-]+", "-", plain).strip("-.")[:80] or "model"
