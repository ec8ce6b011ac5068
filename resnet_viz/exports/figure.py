"""Picture of a document, as the window would show it, for the command line and scripts."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

import msgspec

from resnet_viz.document import Document
from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.drawing.legend.notes import caption_lines, finished
from resnet_viz.drawing.letters import LetterMeasurer
from resnet_viz.drawing.marks import moved_picture
from resnet_viz.errors import AppError, UsageError
from resnet_viz.exports.alt_text import alt_text
from resnet_viz.layout.view import View
from resnet_viz.suggestions import unknown_name
from resnet_viz.typing_compat import override

_own_application: list[object] = []
"""The application that ``start_qt`` made, if any: Qt needs it until the process ends."""


def start_qt() -> None:
    """Start an offscreen QGuiApplication, if the process has none.

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
        with _without_warnings():
            _own_application.append(QGuiApplication(["resnet-viz", "-platform", "offscreen"]))
    elif not isinstance(running, QGuiApplication):
        raise AppError("A picture needs a QGuiApplication, but a QCoreApplication is running.")


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Context in which Qt keeps its warnings for itself, such as four lines on LC_ALL=C."""
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    def handle(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if kind in {QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg} and sys.stderr is not None:
            sys.stderr.write(f"{message}\n")

    previous = qInstallMessageHandler(handle)
    try:
        yield
    finally:
        qInstallMessageHandler(previous)


class Figure(msgspec.Struct, frozen=True, dict=True):
    """A document and a view of it; drawn once, for as many formats as are written.

    Attributes:
        document: the model.
        view: the options of the picture, with the groups open that were asked for.
    """

    document: Document
    view: View

    @cached_property
    def picture(self) -> DisplayList:
        """The display list.

        Raises:
            AppError: Qt can't be loaded, or Graphviz failed.
        """
        return self.drawn(self.view)

    @property
    def caption(self) -> tuple[str, ...]:
        """Lines below the picture."""
        return caption_lines(self.view, self.document.numbers.totals)

    @property
    def description(self) -> str:
        """The picture in a sentence, for its metadata and for readers who can't see it."""
        return alt_text(self.document, self.view.title)

    @property
    def name(self) -> str:
        """The title of what is drawn."""
        return self.document.title

    def drawn(self, view: View) -> DisplayList:
        """The display list of another view.

        Raises:
            AppError: Qt can't be loaded, or Graphviz failed.
        """
        return draw(self.document, view)


class FigureRow(Figure, frozen=True, dict=True):
    """Several models side by side in one picture; the first is the figure's own.

    Attributes:
        others: the models beside it, from left to right.
    """

    others: tuple[Figure, ...]

    @property
    @override
    def description(self) -> str:
        return " ".join(alt_text(each.document, "") for each in (self, *self.others))

    @property
    @override
    def name(self) -> str:
        return ", ".join(each.document.title for each in (self, *self.others))

    @override
    def drawn(self, view: View) -> DisplayList:
        figures = (self, *self.others)
        if view.style == "classic":
            return _draw_classic([each.document for each in figures], view)
        return _beside([_titled(each) for each in figures], view)


def draw(document: Document, view: View) -> DisplayList:
    """Draw the document.

    Raises:
        AppError: Qt can't be loaded, or Graphviz failed.
    """
    if view.style == "classic":
        return _draw_classic([document], view)
    start_qt()
    from resnet_viz.drawing.compose import picture
    from resnet_viz.paint.fonts import QtMeasurer
    from resnet_viz.services.dot_budget import DotBudget

    return picture(document, view, QtMeasurer(), DotBudget())


def _draw_classic(documents: Sequence[Document], view: View) -> DisplayList:
    start_qt()
    from resnet_viz.drawing.classic.figure import classic_picture
    from resnet_viz.paint.fonts import QtMeasurer

    return classic_picture(documents, view, QtMeasurer())


def _titled(figure: Figure) -> DisplayList:
    """One of several models, under its title."""
    title = figure.document.title
    return draw(figure.document, msgspec.structs.replace(figure.view, title=title, caption=""))


def _beside(pictures: Sequence[DisplayList], view: View) -> DisplayList:
    """The pictures side by side, tops aligned, with the title and the caption of the view."""
    from resnet_viz.paint.fonts import QtMeasurer

    x = pictures[0].bounds.x
    moved: list[DisplayList] = []
    for number, each in enumerate(pictures):
        by = (x - each.bounds.x, pictures[0].bounds.y - each.bounds.y)
        moved.append(moved_picture(each, f"{number}:", by))
        x = moved[-1].bounds.right
    items = (item for each in moved for item in each.items)
    measurer = LetterMeasurer(QtMeasurer(), view.letters)
    notes = dict.fromkeys(note for each in moved for note in each.notes)
    return DisplayList(*finished(items, view, caption_lines(view), measurer), notes=tuple(notes))


def open_groups(document: Document, view: View, groups: tuple[str, ...]) -> View:
    """View with these groups open, and those around them.

    Raises:
        UsageError: the model has no such group; the sentence names the nearest.
    """
    from resnet_viz.layout.open_state import with_open

    ids = document.structure.by_id
    for group in groups:
        if group not in ids:
            raise UsageError(unknown_name(f"group in {document.title} named", group, ids))
    return with_open(document.structure, view, groups)
