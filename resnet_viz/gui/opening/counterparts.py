"""Commands that open the model without its shortcuts, without a block, or whole again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from resnet_viz.analysis.counterpart.removals import has_shortcuts, removable_blocks
from resnet_viz.analysis.structure.types import Group
from resnet_viz.document import Document
from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.commands.actions import Actions
from resnet_viz.gui.diagram.selection import calls_of_target
from resnet_viz.gui.session import Session
from resnet_viz.sources.types import (
    SHORTCUTS,
    Counterpart,
    Source,
    base_of,
    minus,
    terms_of,
)


class CounterpartCommands(QObject):
    """Opens counterparts of the open document, and enables the commands that do so.

    Args:
        open_source: opens a source.
    """

    def __init__(
        self,
        session: Session,
        actions: Actions,
        *,
        open_source: Callable[[Source], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = actions
        self._open_source = open_source
        session.document_changed.connect(self._sync)
        session.selection_changed.connect(self._sync)
        self._sync()

    def toggle_shortcuts(self) -> None:
        """Open the model without its shortcuts, or with them if it is without them."""
        source = self._source
        if source is None:
            return
        terms = terms_of(source)
        if SHORTCUTS not in terms:
            self._open_source(minus(source, SHORTCUTS))
            return
        left = tuple(term for term in terms if term != SHORTCUTS)
        self._open_source(Counterpart(base_of(source), left) if left else base_of(source))

    def take_block(self) -> None:
        """Open the model without the selected block."""
        source, term = self._source, self._selected_term()
        if source is not None and term is not None:
            self._open_source(minus(source, term))

    def open_whole(self) -> None:
        """Open the whole model that a counterpart was made from."""
        if self._source is not None:
            self._open_source(base_of(self._source))

    @property
    def _source(self) -> Source | None:
        document = self._session.document
        return None if document is None else document.source

    def _sync(self) -> None:
        source = self._source
        document = self._session.document
        is_without = source is not None and SHORTCUTS in terms_of(source)
        has_any = document is not None and has_shortcuts(document.structure)
        shortcuts = self._actions["model.without_shortcuts"]
        shortcuts.setEnabled(is_without or has_any)
        shortcuts.setChecked(is_without)
        self._actions["model.without_block"].setEnabled(self._selected_term() is not None)
        self._actions["model.whole"].setEnabled(isinstance(source, Counterpart))

    def _selected_term(self) -> str | None:
        """Term for the selected block; None if no block that can be taken away is selected.

        In a counterpart the addition's id: blocks may have other ids there than in the whole model.
        """
        document = self._session.document
        if document is None or len(self._session.selection) != 1:
            return None
        block = self._block_around(document, self._session.selection[0])
        if block is None:
            return None
        return block.join if isinstance(document.source, Counterpart) else block.id

    def _block_around(self, document: Document, target: Target) -> Group | None:
        """The innermost block around a target, itself included, that can be taken away."""
        structure = document.structure
        group = target.id if target.kind == "group" else None
        if group is None:
            calls = calls_of_target(document, self._session.picture, target)
            group = structure.innermost_group.get(calls[-1]) if calls else None
        if group is None or group not in structure.by_id:
            return None
        removable = {block.id: block for block in removable_blocks(structure)}
        around = (structure.by_id[group], *reversed(structure.ancestors(group)))
        return next((removable[each.id] for each in around if each.id in removable), None)
