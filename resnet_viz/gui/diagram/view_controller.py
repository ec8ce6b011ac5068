"""Controller of the view: detail, layout, open groups; keeps canvas and session in step."""

from __future__ import annotations

from functools import partial
from typing import Final, get_args

import msgspec
from PySide6.QtCore import QObject

from resnet_viz.document import Document
from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.diagram.dimming import items_off
from resnet_viz.gui.session import Session
from resnet_viz.gui.targets import (
    fully_open,
    open_to_layers,
    same_boxes,
    same_picture,
    toggle,
    visible_targets,
)
from resnet_viz.layout.open_state import flipped
from resnet_viz.layout.view import Arrangement, Detail, View, with_detail
from resnet_viz.scene.canvas import Canvas
from resnet_viz.services.events import Drawn, Opened
from resnet_viz.services.pipeline import Pipeline

_MOST_MARKED: Final = 5_000
"""Matches that are marked at most: a picture has no more boxes."""

LAYOUTS: tuple[Arrangement, ...] = get_args(Arrangement)


class ViewController(QObject):
    """Requests a picture when the session's view changes, and shows it on the canvas."""

    def __init__(
        self, session: Session, canvas: Canvas, pipeline: Pipeline, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._canvas = canvas
        self._pipeline = pipeline
        self._drawn_view = self._shown_view = View()
        self._awaited: Document | None = None
        self.animate = True
        session.document_changed.connect(self._show_document)
        session.picture_changed.connect(self._show_picture)
        session.view_changed.connect(self._view_changed)
        session.selection_changed.connect(self._select_on_canvas)
        session.matches_changed.connect(self._mark_on_canvas)
        session.paths_changed.connect(self._dim_on_canvas)
        pipeline.drawn.connect(self._drawn)
        canvas.picked.connect(self._pick_on_canvas)
        canvas.toggle_requested.connect(self.toggle)

    @property
    def is_current(self) -> bool:
        """True if the requested view is drawn."""
        return self._awaited is None and self._session.view == self._drawn_view

    def take(self, opened: Opened) -> None:
        """Show a document that has been opened."""
        self._drawn_view, self._awaited = opened.view, None
        self._present(opened)

    def complete(self, document: Document) -> None:
        """Replace the open document by one with more known shapes, once that is drawn."""
        current = self._session.document
        if current is not None and current.source == document.source:
            self._awaited = document
            self._pipeline.draw(document, self._session.view)

    def give_back(self) -> None:
        """Return to the view of the shown picture: the requested one cannot be drawn."""
        self._awaited = None
        self._session.set_view(self._drawn_view)

    def toggle(self, group_id: str) -> None:
        """Open or close a group in place."""
        document = self._session.document
        if document is None or group_id not in document.structure.by_id:
            return
        view = toggle(document.structure, self._session.view, group_id)
        self._session.set_view(view, anchor=Target("group", group_id))

    def toggle_to_layers(self, group_id: str) -> None:
        """Open a group down to its layers; close it if it is open that far."""
        document = self._session.document
        if document is None:
            return
        structure, view = document.structure, self._session.view
        change = flipped if fully_open(structure, view, group_id) else open_to_layers
        anchor = Target("group", group_id)
        self._session.set_view(change(structure, view, group_id), anchor=anchor)

    def pick(self, targets: tuple[Target, ...]) -> None:
        """Select targets chosen in a panel, and scroll the last into view."""
        self._session.select(targets)
        shown = self._shown(targets[-1:])
        if shown:
            self._canvas.reveal(shown[0])

    def _pick_on_canvas(self, targets: tuple[Target, ...]) -> None:
        """Select what was picked; picking nothing ends the dimming too."""
        self._session.select(targets)
        if not targets:
            self._session.show_paths(None)

    def set_detail(self, detail: Detail) -> None:
        """Show another level of detail."""
        view = with_detail(self._session.view, detail)
        self._session.set_view(view, anchor=self._selected())

    def change(self, **changes: object) -> None:
        """Change fields of the view; what is selected is held still."""
        if changes.get("layout") == "wrap":
            changes["aspect"] = self._canvas.aspect
        view = msgspec.structs.replace(self._session.view, **changes)
        self._session.set_view(view, anchor=self._selected())

    def _selected(self) -> Target | None:
        """The selected target that the next picture keeps in place."""
        shown = self._shown(self._session.selection[-1:])
        return shown[0] if shown else None

    def _view_changed(self) -> None:
        document, view = self._awaited or self._session.document, self._session.view
        if document is None or (view == self._drawn_view and self._awaited is None):
            return
        shown, memory = self._session.picture, self._session.memory
        if self._awaited is not None:
            shown = memory = None
        same = shown if same_picture(view, self._drawn_view) else None
        self._pipeline.draw(document, view, kept=same, memory=memory)

    def _drawn(self, drawn: Drawn) -> None:
        if drawn.document is self._awaited:
            self._drawn_view, self._awaited = drawn.view, None
            self._present(drawn)
        elif drawn.document is self._session.document:
            self._drawn_view = drawn.view
            then = partial(self._session.set_picture, drawn.picture, drawn.memory)
            if drawn.picture is self._session.picture:
                then()
            else:
                self._canvas.prepare(drawn.picture, then)

    def _present(self, made: Opened | Drawn) -> None:
        """Show a document once its picture is compiled for painting."""
        then = partial(
            self._session.set_document, made.document, made.view, made.picture, made.memory
        )
        self._canvas.prepare(made.picture, then)

    def _show_document(self) -> None:
        anew = self._session.is_refresh
        if not anew:
            self._canvas.show_picture(None)  # another model is fitted, whatever they share
        self._shown_view = self._drawn_view
        self._canvas.show_picture(
            self._session.picture,
            anchor=self._selected(),
            animate=anew and self.animate,
            stays_fitted=not self._session.selection,
        )
        self._select_on_canvas()
        self._mark_on_canvas()
        self._dim_on_canvas()

    def _show_picture(self, anchor: Target | None) -> None:
        # A taller legend must not push anything out of a picture that is shown whole; what is
        # arranged anew is looked at as a whole again. A group that opens in place is not.
        view, before = self._drawn_view, self._shown_view
        anew = (view.detail, view.layout, view.aspect) != (
            before.detail, before.layout, before.aspect
        )  # fmt: skip
        stays_fitted = anew or same_boxes(before, view)
        self._shown_view = view
        self._canvas.show_picture(
            self._session.picture, anchor=anchor, animate=self.animate, stays_fitted=stays_fitted
        )
        self._select_on_canvas()
        self._mark_on_canvas()
        self._dim_on_canvas()

    def _select_on_canvas(self) -> None:
        self._canvas.select(self._shown(self._session.selection))

    def _mark_on_canvas(self) -> None:
        self._canvas.mark(self._shown(self._session.matches[:_MOST_MARKED]))

    def _dim_on_canvas(self) -> None:
        session = self._session
        document, picture, paths = session.document, session.picture, session.paths
        if document is None or picture is None or paths is None:
            self._canvas.dim(frozenset())
        else:
            self._canvas.dim(items_off(document.structure, picture, paths.flow))

    def _shown(self, targets: tuple[Target, ...]) -> tuple[Target, ...]:
        """The visible targets for some targets."""
        document, picture = self._session.document, self._session.picture
        if document is None or picture is None:
            return ()
        shown = (visible_targets(document, picture, target) for target in targets)
        return tuple(dict.fromkeys(part for parts in shown for part in parts))
