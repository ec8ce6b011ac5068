"""Qt item model of the outline; rows are made only when a view asks for them."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.outline.rows import OutlineRows, Row, SearchResult
from resnet_viz.paint.printable import printable, tip_html
from resnet_viz.typing_compat import override

ROW_ROLE: Final = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


class _Node:
    """A row with its position in the tree."""

    def __init__(self, row: Row, parent: _Node | None, position: int) -> None:
        self.row = row
        self.parent = parent
        self.position = position
        self.children: list[_Node] | None = None
        self._by_target: dict[Target | None, _Node] | None = None

    def child(self, target: Target) -> _Node | None:
        """The child for a target, among the children made so far."""
        if self._by_target is None:
            below = reversed(self.children or ())  # of several the first
            self._by_target = {node.row.target: node for node in below}
        return self._by_target.get(target)


class OutlineModel(QAbstractItemModel):
    """A tree with one column; ``ROW_ROLE`` holds the Row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: OutlineRows | None = None
        self._only: SearchResult | None = None
        self._root: _Node | None = None

    def show(self, rows: OutlineRows | None, only: SearchResult | None = None) -> None:
        """Show the rows, or only those of a search result."""
        self.beginResetModel()
        self._rows, self._only = rows, only
        self._root = None if rows is None else _Node(rows.root(), None, 0)
        self.endResetModel()

    def index_of(self, target: Target) -> QModelIndex:
        """Index of the row of a target; invalid if it has none."""
        path = () if self._rows is None else self._rows.path(target)
        node = self._root if path else None
        for step in path:
            if node is None:
                break
            self._below(node)
            node = node.child(step)
        return QModelIndex() if node is None else self.createIndex(node.position, 0, node)

    def row_at(self, index: Index) -> Row | None:
        """The row at an index."""
        node = self._node(index)
        return None if node is None else node.row

    @override
    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        if column != 0 or row < 0 or row >= self.rowCount(parent):
            return QModelIndex()
        node = self._node(parent)
        child = self._root if node is None else self._below(node)[row]
        return self.createIndex(row, 0, child)

    @override
    def parent(self, index: Index = _ROOT) -> Any:
        node = self._node(index)
        if node is None or node.parent is None:
            return QModelIndex()
        return self.createIndex(node.parent.position, 0, node.parent)

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        node = self._node(parent)
        if node is None:
            return 0 if self._root is None else 1
        return len(self._below(node))

    @override
    def hasChildren(self, parent: Index = _ROOT) -> bool:
        # Answered without making the children.
        node = self._node(parent)
        if node is None:
            return self._root is not None
        target = node.row.target
        if self._only is None or target is None:
            return not node.row.leaf
        return target in self._only.parents

    @override
    def columnCount(self, parent: Index = _ROOT) -> int:
        return 1

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return printable(row.title)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            text = printable(f"{row.title} – {row.right}" if row.right else row.title)
            return tip_html(text) if role == Qt.ItemDataRole.ToolTipRole else text
        return None

    def _node(self, index: Index) -> _Node | None:
        node = index.internalPointer() if index.isValid() else None
        return node if isinstance(node, _Node) else None

    def _below(self, node: _Node) -> list[_Node]:
        if node.children is None:
            rows = () if self._rows is None else self._rows.children(node.row)
            kept = [row for row in rows if self._only is None or row.target in self._only.rows]
            node.children = [_Node(row, node, position) for position, row in enumerate(kept)]
        return node.children
