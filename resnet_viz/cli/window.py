"""The bare command: the window, or one line that says why none can open."""

from __future__ import annotations

import os
import sys
from argparse import Namespace

from resnet_viz.errors import EXIT_UNUSABLE, AppError

_INSTEAD = "“resnet-viz export” and “resnet-viz report” work without one"


def open_window(options: Namespace) -> int:
    """Open the window and return its exit code.

    Raises:
        AppError: there is no display, or Qt can't be loaded.
    """
    if _no_display():
        raise AppError(
            "No window can open: there is no display (DISPLAY and WAYLAND_DISPLAY are not set); "
            f"{_INSTEAD}."
        )
    from resnet_viz.sources.parse import parse_source

    parse_source(options.source)  # a wrong name is told here, before a window opens
    try:
        _catch_fatal_messages(debug=options.debug)
        from resnet_viz.gui.app import main
    except ImportError as error:
        if "PySide6" not in f"{error.name} {error.path}" and ".so" not in str(error):
            raise
        raise AppError(
            f"No window can open: Qt can't be loaded ({error}); on Debian and Ubuntu install its "
            f"libraries with apt; {_INSTEAD}.",
            details=repr(error),
        ) from error
    return main(options.source, timings=options.timings, debug=options.debug)


def _no_display() -> bool:
    if not sys.platform.startswith(("linux", "freebsd")):
        return False
    return not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )


def _catch_fatal_messages(*, debug: bool) -> None:
    """Turn Qt's abort for want of a platform (a display that answers nobody) into one line.

    Of its other messages only grave ones are for users; ``--debug`` shows all.
    """
    from PySide6.QtCore import (
        QCoreApplication,
        QMessageLogContext,
        QtMsgType,
        qInstallMessageHandler,
    )

    heard: list[str] = []
    grave = {QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg}

    def handle(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if kind == QtMsgType.QtFatalMsg:
            reason = (heard or message.splitlines() or [""])[0].rstrip(".")
            _say(f"resnet-viz: No window can open: {reason}; {_INSTEAD}.")
            os._exit(EXIT_UNUSABLE)  # after this call Qt aborts and dumps its core
        if QCoreApplication.startingUp() and kind == QtMsgType.QtWarningMsg:
            heard.append(message)
        if debug or kind in grave:
            _say(message)

    qInstallMessageHandler(handle)


def _say(line: str) -> None:
    if sys.stderr is not None:  # a program without a console has none
        sys.stderr.write(line + "\n")
        sys.stderr.flush()
