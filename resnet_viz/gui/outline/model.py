"""The outline as a Qt item model; rows are made only when a view asks for them."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.outline.rows import Found, OutlineRows, Row

ROW_ROLE: Final = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


class _Node:
    """A row with its place in the tree."""

    def __init__(self, row: Row, parent: _Node | None, place: int) -> None:
        self.row = row
        self.parent = parent
        self.place = place
        self.children: list[_Node] | None = None
        self._by_target: dict[Target | None, _Node] | None = None

    def child(self, target: Target) -> _Node | None:
        """The child that stands for a target, among the children that were made."""
        if self._by_target is None:
            below = reversed(self.children or ())  # of several the first
            self._by_target = {each.row.target: each for each in below}
        return self._by_target.get(target)


class OutlineModel(QAbstractItemModel):
    """A tree with one column; ``ROW_ROLE`` holds the Row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: OutlineRows | None = None
        self._only: Found | None = None
        self._root: _Node | None = None

    def show(self, rows: OutlineRows | None, only: Found | None = None) -> None:
        """Show these rows; with ``only``, those of them that a search has found."""
        self.beginResetModel()
        self._rows, self._only = rows, only
        self._root = None if rows is None else _Node(rows.root(), None, 0)
        self.endResetModel()

    def index_of(self, target: Target) -> QModelIndex:
        """Where the row of a target is; invalid if it has none."""
        path = () if self._rows is None else self._rows.path(target)
        node = self._root if path else None
        for step in path:
            if node is None:
                break
            self._below(node)
            node = node.child(step)
        return QModelIndex() if node is None else self.createIndex(node.place, 0, node)

    def row_at(self, index: Index) -> Row | None:
        """The row at an index."""
        node = self._node(index)
        return None if node is None else node.row

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        """Qt's: the index of a child."""
        if column != 0 or row < 0 or row >= self.rowCount(parent):
            return QModelIndex()
        node = self._node(parent)
        child = self._root if node is None else self._below(node)[row]
        return self.createIndex(row, 0, child)

    def parent(self, index: Index = _ROOT) -> Any:  # noqa: ANN401
        """Qt's: the index of the row above in the tree."""
        node = self._node(index)
        if node is None or node.parent is None:
            return QModelIndex()
        return self.createIndex(node.parent.place, 0, node.parent)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Qt's: how many children."""
        node = self._node(parent)
        if node is None:
            return 0 if self._root is None else 1
        return len(self._below(node))

    def hasChildren(self, parent: Index = _ROOT) -> bool:
        """Qt's: whether there are children, without making them."""
        node = self._node(parent)
        if node is None:
            return self._root is not None
        target = node.row.target
        if self._only is None or target is None:
            return not node.row.leaf
        return target in self._only.ways

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Qt's: one."""
        del parent
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Qt's: the title, the Row, or what a screen reader says."""
        row = self.row_at(index)
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{row.title} – {row.right}" if row.right else row.title
        return None

    def _node(self, index: Index) -> _Node | None:
        found = index.internalPointer() if index.isValid() else None
        return found if isinstance(found, _Node) else None

    def _below(self, node: _Node) -> list[_Node]:
        if node.children is None:
            rows = () if self._rows is None else self._rows.children(node.row)
            kept = [row for row in rows if self._only is None or row.target in self._only.shown]
            node.children = [_Node(row, node, place) for place, row in enumerate(kept)]
        return node.children
