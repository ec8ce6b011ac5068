"""Observable state of the window: open document, view, picture, selection and theme.

Views and panels listen to the session and never to each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal

from resnet_viz.analysis.costs.memory.basis import MemoryBasis
from resnet_viz.analysis.costs.types import Memory
from resnet_viz.document import Document
from resnet_viz.drawing.display_list import DisplayList, Target
from resnet_viz.drawing.themes import LIGHT, Theme
from resnet_viz.gui.targets import existing_targets
from resnet_viz.layout.view import View

if TYPE_CHECKING:  # paths are computed once something is selected
    from resnet_viz.analysis.paths.flow import Flow


class ShownPaths(msgspec.Struct, frozen=True):
    """Paths that are shown while all else is dimmed; ``title`` names them in a sentence."""

    title: str
    flow: Flow


class Session(QObject):
    """The one observable state of a window.

    Signals:
        document_changed(): another document is open; its picture is set already.
        view_changed(): another picture of the same document is wanted (the picture follows).
        picture_changed(object): a new picture of the open document; the Target to hold still.
        selection_changed(): other targets are selected.
        matches_changed(): a search matches other targets.
        paths_changed(): other paths are shown, and all else is dimmed.
        theme_changed(): other colours.
        basis_changed(): memory is there for another batch size or dtype.
    """

    document_changed = Signal()
    view_changed = Signal()
    picture_changed = Signal(object)
    selection_changed = Signal()
    matches_changed = Signal()
    paths_changed = Signal()
    theme_changed = Signal()
    basis_changed = Signal()

    def __init__(self, *, theme: Theme = LIGHT, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._picture: DisplayList | None = None
        self._view = View()
        self._selection: tuple[Target, ...] = ()
        self._matches: tuple[Target, ...] = ()
        self._paths: ShownPaths | None = None
        self._theme = theme
        self._anchor: Target | None = None
        self._memory: Memory | None = None
        self._is_refresh = False

    @property
    def is_refresh(self) -> bool:
        """True if the document replaced one of the same source: it was reloaded or completed."""
        return self._is_refresh

    @property
    def document(self) -> Document | None:
        """The open document."""
        return self._document

    @property
    def picture(self) -> DisplayList | None:
        """The picture on the canvas."""
        return self._picture

    @property
    def view(self) -> View:
        """The requested view; the picture may be one step behind."""
        return self._view

    @property
    def selection(self) -> tuple[Target, ...]:
        """The selected targets, in the order of selection."""
        return self._selection

    @property
    def matches(self) -> tuple[Target, ...]:
        """Matches of the search, in topological order."""
        return self._matches

    @property
    def paths(self) -> ShownPaths | None:
        """The paths that are shown, all else dimmed; None if nothing is dimmed."""
        return self._paths

    @property
    def theme(self) -> Theme:
        """The window's colours."""
        return self._theme

    @property
    def anchor(self) -> Target | None:
        """The target that the next picture keeps in place on the screen: the group toggled last."""
        return self._anchor

    @property
    def basis(self) -> MemoryBasis:
        """Batch size and dtype of ``memory``; the view's if there is none."""
        memory = self._memory
        return self._view.basis if memory is None else MemoryBasis(memory.batch, memory.dtype)

    @property
    def memory(self) -> Memory | None:
        """Memory of the open document; like the picture it may be one step behind the view."""
        return self._memory

    def set_basis(self, basis: MemoryBasis) -> None:
        """Ask for memory for another batch size or dtype, and a picture that agrees with it."""
        self.set_view(msgspec.structs.replace(self._view, basis=basis), anchor=self._anchor)

    def set_document(
        self, document: Document, view: View, picture: DisplayList, memory: Memory | None = None
    ) -> None:
        """Show another document; selected targets that it also has stay selected.

        ``memory``: for the view's basis; None for the model's own.
        """
        same = self._document is not None and self._document.source == document.source
        self._is_refresh = same
        self._document, self._view, self._picture = document, view, picture
        self._anchor, self._memory = None, memory or document.numbers.memory
        kept = self._selection if same else ()
        self._matches = self._matches if same else ()
        if not same:
            self.show_paths(None)
        self._selection = existing_targets(document, picture, kept)
        self.document_changed.emit()
        self.selection_changed.emit()

    def set_view(self, view: View, *, anchor: Target | None = None) -> None:
        """Ask for another picture of the open document."""
        if view == self._view:
            return
        self._view, self._anchor = view, anchor
        self.view_changed.emit()

    def set_picture(self, picture: DisplayList, memory: Memory | None = None) -> None:
        """Accept the picture of the requested view, and its memory if that differs."""
        basis = self.basis
        self._memory = memory or self._memory
        if picture is not self._picture:
            self._take_picture(picture)
        if self.basis != basis:
            self.basis_changed.emit()

    def _take_picture(self, picture: DisplayList) -> None:
        self._picture = picture
        kept = () if self._document is None else self._selection
        if self._document is not None:
            kept = existing_targets(self._document, picture, self._selection)
        self.picture_changed.emit(self._anchor)
        self.select(kept)

    def select(self, targets: tuple[Target, ...]) -> None:
        """Select exactly these."""
        if targets == self._selection:
            return
        self._selection = targets
        self.selection_changed.emit()

    def set_matches(self, targets: tuple[Target, ...]) -> None:
        """Mark the matches of a search."""
        if targets != self._matches:
            self._matches = targets
            self.matches_changed.emit()

    def show_paths(self, paths: ShownPaths | None) -> None:
        """Dim all but some paths; None dims nothing."""
        if paths != self._paths:
            self._paths = paths
            self.paths_changed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Use other colours."""
        if theme.name == self._theme.name:
            return
        self._theme = theme
        self.theme_changed.emit()
