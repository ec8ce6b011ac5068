"""A document to the picture that the window would show, for the command line and scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnet_viz.errors import AppError, UsageError
from resnet_viz.suggestions import unknown_name

if TYPE_CHECKING:
    from resnet_viz.document import Document
    from resnet_viz.drawing.display_list import DisplayList
    from resnet_viz.layout.view import View

_kept: list[object] = []
"""Our own application, if we had to make one: Qt needs it to the end of the process."""


def start_qt() -> None:
    """Make a QGuiApplication that needs no screen, if the process has none.

    Raises:
        AppError: Qt can't be loaded, or the process has an application that cannot paint.
    """
    try:
        from PySide6.QtCore import QCoreApplication
        from PySide6.QtGui import QGuiApplication
    except ImportError as error:
        raise AppError(
            f"Qt can't be loaded: {error}; on Debian and Ubuntu install libegl1, libgl1, "
            "libxkbcommon0, libdbus-1-3 and fontconfig with apt.",
            details=repr(error),
        ) from error
    running = QCoreApplication.instance()
    if running is None:
        _kept.append(QGuiApplication(["resnet-viz", "-platform", "offscreen"]))
    elif not isinstance(running, QGuiApplication):
        raise AppError("A picture needs a QGuiApplication, but a QCoreApplication is running.")


def draw(document: Document, view: View) -> DisplayList:
    """The picture of the document.

    Raises:
        AppError: Qt can't be loaded, or Graphviz failed.
    """
    start_qt()
    from resnet_viz.drawing.compose import picture
    from resnet_viz.paint.fonts import QtMeasurer

    return picture(document, view, QtMeasurer(), _run_dot)


def _run_dot(text: str) -> str:
    from resnet_viz.services.dot_runner import run_dot  # many pictures need no Graphviz

    return run_dot(text)


def opened(document: Document, view: View, groups: tuple[str, ...]) -> View:
    """The view with these groups open, and those around them.

    Raises:
        UsageError: the model has no such group; the sentence names the nearest.
    """
    from resnet_viz.layout.open_state import with_open

    known = document.structure.by_id
    for group in groups:
        if group not in known:
            raise UsageError(unknown_name(f"group in {document.title} named", group, known))
    return with_open(document.structure, view, groups)
