"""Command without a subcommand: opens the window, or raises the reason that none can open."""

from __future__ import annotations

import builtins
import gc
import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Final

from resnet_viz.errors import EXIT_UNUSABLE, AppError
from resnet_viz.interruption import OnInterruption

SNAPSHOT_PREFIX: Final = "resnet-viz-window-"
"""Beginning of the names of folders with a snapshot, each locked and removed by its window."""
_ALTERNATIVE = "“resnet-viz export” and “resnet-viz report” work without one"


def open_window(options: Namespace) -> int:
    """Open the window and return its exit code.

    Raises:
        AppError: there is no display, or Qt can't be loaded.
    """
    try:
        with _removed_at_end(Path(options.source)) if options.temporary else nullcontext():
            return _open(options)
    finally:
        from resnet_viz.part_files import remove_leftover_folders

        remove_leftover_folders(SNAPSHOT_PREFIX)  # of windows that were killed


@contextmanager
def _removed_at_end(file: Path) -> Iterator[None]:
    """Remove a file that was written for this window only, and the folder made for it."""

    def remove() -> None:
        file.unlink()
        file.parent.rmdir()

    try:
        with OnInterruption(remove):
            yield
    finally:
        with suppress(OSError):
            remove()


def _open(options: Namespace) -> int:
    check_display()
    from resnet_viz.sources.parse import parse_source

    for text in options.compare or (options.source,):
        if text is not None:
            parse_source(text)  # report a wrong name before a window opens
    try:
        gc.disable()  # until GcTuning: next to nothing of what start-up makes is garbage
        _import_qt()
        _install_qt_message_handler(debug=options.debug)
        from resnet_viz.gui.app import main
    except ImportError as error:
        if "PySide6" not in f"{error.name} {error.path}" and ".so" not in str(error):
            raise
        raise AppError(
            f"No window can open: Qt can't be loaded ({error}); on Debian and Ubuntu install its "
            f"libraries with apt; {_ALTERNATIVE}.",
            details=repr(error),
        ) from error
    source, other = options.compare or (options.source, "")
    return main(source, compare=other, timings=options.timings, debug=options.debug)


def check_display() -> None:
    """Refuse to open a window where there is no display.

    Raises:
        AppError: there is none.
    """
    if _no_display():
        raise AppError(
            "No window can open: there is no display (DISPLAY and WAYLAND_DISPLAY are not set); "
            f"{_ALTERNATIVE}."
        )


def _no_display() -> bool:
    if not sys.platform.startswith(("linux", "freebsd")):
        return False
    return not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )


def _import_qt() -> None:
    """Import Qt and restore Python's own import statement.

    PySide replaces it with one that reads the source of every module imported from then on, to
    find those that use Qt and so might say ``from __feature__ import snake_case``. None here does,
    and the search takes a sixth of the start.
    """
    original = builtins.__import__
    import PySide6.QtCore  # noqa: F401 - for its effect

    builtins.__import__ = original


def _install_qt_message_handler(*, debug: bool) -> None:
    """Turn Qt's abort without a usable display into one line.

    Of its other messages only critical ones are for users; ``--debug`` shows all.
    """
    from PySide6.QtCore import (
        QCoreApplication,
        QMessageLogContext,
        QtMsgType,
        qInstallMessageHandler,
    )

    warnings: list[str] = []
    critical = {QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg}

    def handle(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind == QtMsgType.QtFatalMsg:
            reason = (warnings or message.splitlines() or [""])[0].rstrip(".")
            _write_stderr(f"resnet-viz: No window can open: {reason}; {_ALTERNATIVE}.")
            os._exit(EXIT_UNUSABLE)  # after this call Qt aborts and dumps its core
        is_of_platform = str(context.category).startswith("qt.qpa")  # not of the locale, say
        if QCoreApplication.startingUp() and kind == QtMsgType.QtWarningMsg and is_of_platform:
            warnings.append(message)
        if debug or kind in critical:
            _write_stderr(message)

    qInstallMessageHandler(handle)


def _write_stderr(line: str) -> None:
    if sys.stderr is not None:  # a program without a console has none
        sys.stderr.write(line + "\n")
        sys.stderr.flush()
