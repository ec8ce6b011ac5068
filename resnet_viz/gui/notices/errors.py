"""Excepthook, error log and notices for errors, expected or not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final

from PySide6.QtCore import QObject, QStandardPaths, Signal

from resnet_viz.errors import AppError, Cancelled, escape_controls
from resnet_viz.gui.notices.bar import Notice, NoticeBar, copy_details

_LARGEST_LOG: Final = 512 * 1024


def traceback_of(error: BaseException) -> str:
    """Traceback as Python prints it."""
    import traceback

    return "".join(traceback.format_exception(error))


def notice_of(error: Exception, *, before: str = "", log: Callable[[str], None]) -> Notice:
    """Notice for an error.

    Args:
        error: what happened.
        before: a sentence that goes before the error's own.
        log: keeps the traceback of an error that nobody expected.
    """
    if isinstance(error, AppError):
        details = f"{error.message}\n{error.details}".strip()
        text = f"{before} {error.message}".strip()
    else:
        details = traceback_of(error)
        log(details)
        text = (
            f"{before or 'Something went wrong inside resnet-viz.'} "
            f"({type(error).__name__}) What is open stays as it was."
        )
    return Notice(text, "error", key="error", actions=(copy_details(details),))


class ErrorLog:
    """Log file for tracebacks, also written to stderr with ``debug``."""

    def __init__(self, *, debug: bool, folder: Path | None = None) -> None:
        self._debug = debug
        self._folder = folder

    @property
    def path(self) -> Path:
        """The log file."""
        if self._folder is None:
            location = QStandardPaths.StandardLocation.GenericStateLocation
            self._folder = Path(QStandardPaths.writableLocation(location)) / "resnet-viz"
        return self._folder / "errors.log"

    def keep(self, text: str) -> None:
        """Append a traceback; a file that cannot be written is ignored."""
        if self._debug and sys.stderr is not None:
            sys.stderr.write(escape_controls(text))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            mode = "w" if self._is_full() else "a"
            with self.path.open(mode, encoding="utf-8") as file:
                file.write(text + "\n")
        except OSError:
            pass

    def _is_full(self) -> bool:
        return self.path.exists() and self.path.stat().st_size > _LARGEST_LOG


class ExceptionHook(QObject):
    """Excepthook for exceptions not caught in a slot, in any thread.

    Signals:
        caught(object): an exception; emitted in the thread that raised it.
    """

    caught = Signal(object)

    def __init__(self, notices: NoticeBar, log: ErrorLog, parent: QObject) -> None:
        super().__init__(parent)
        self._notices = notices
        self._log = log
        self._before = sys.excepthook
        self._installed = False
        self.caught.connect(self._show)

    def install(self) -> None:
        """Replace ``sys.excepthook``."""
        self._before = sys.excepthook
        sys.excepthook = self._hook
        self._installed = True

    def remove(self) -> None:
        """Restore the former excepthook, if it was replaced."""
        if self._installed:
            sys.excepthook = self._before
            self._installed = False

    def _hook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception):
            self.caught.emit(error)
        else:  # KeyboardInterrupt, SystemExit
            self._before(kind, error, trace)

    def _show(self, error: Exception) -> None:
        if not isinstance(error, Cancelled):
            self._notices.show_notice(notice_of(error, log=self._log.keep))
