"""Scroll position of the outline: its open rows, and the uppermost visible one."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, QPoint
from PySide6.QtWidgets import QAbstractItemView, QTreeView

from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.outline.model import OutlineModel


class ScrollAnchor:
    """Remembers the scroll position while the rows of the same model are replaced."""

    def __init__(self, tree: QTreeView, model: OutlineModel) -> None:
        self._tree = tree
        self._model = model
        self._is_open = {
            target: tree.isExpanded(index) for index, target in self._seen(QModelIndex())
        }
        bar = tree.verticalScrollBar()
        self._is_scrolled = bar.value() > bar.minimum()
        self._top = self._target(tree.indexAt(QPoint(1, 1)))

    def restore(self) -> None:
        """Open and close the rows that still exist as they were, and scroll back."""
        for index, target in self._seen(QModelIndex()):
            self._tree.setExpanded(index, self._is_open.get(target, self._tree.isExpanded(index)))
        if self._is_scrolled and self._top is not None:
            index = self._model.index_of(self._top)
            if index.isValid():
                self._tree.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)

    def _seen(self, parent: QModelIndex) -> Iterator[tuple[QModelIndex, Target]]:
        """The rows that no closed row hides, with their targets."""
        for row in range(self._model.rowCount(parent)):
            index = self._model.index(row, 0, parent)
            target = self._target(index)
            if target is not None:
                yield index, target
            if self._tree.isExpanded(index):
                yield from self._seen(index)

    def _target(self, index: QModelIndex) -> Target | None:
        row = self._model.row_at(index)
        return None if row is None else row.target
