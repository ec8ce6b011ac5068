"""The outline's tree view: our own chevrons and grounds, quick with many selected rows."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QTreeView

from resnet_viz.gui.outline.delegate import OFFSET, OutlineDelegate
from resnet_viz.gui.widgets.icons import icon

_INDENT: Final = 16


class OutlineTreeView(QTreeView):
    """The tree itself, with our own chevrons.

    Signals:
        entered_on(): Enter was pressed on the current row.
    """

    entered_on = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(_INDENT)
        self.setAnimated(False)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName("Outline")
        self.color = "#000000"
        self._hovered = QPersistentModelIndex()
        self._chosen: frozenset[int] = frozenset()
        self.entered.connect(self._set_hovered)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Qt's: keeps which rows are selected, since asking the selection is slow for many."""
        super().selectionChanged(selected, deselected)
        self._chosen = frozenset(each.internalId() for each in self.selectedIndexes())

    def drawRow(
        self,
        painter: QPainter,
        options: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Qt's: the ground of the whole row comes first, under the chevron too."""
        delegate = self.itemDelegate()
        if isinstance(delegate, OutlineDelegate):
            selected = index.internalId() in self._chosen
            rect: QRect = options.rect
            delegate.ground(painter, rect, selected=selected, hovered=index == self._hovered)
        super().drawRow(painter, options, index)

    def leaveEvent(self, event: QEvent) -> None:
        """Qt's: nothing is hovered any more."""
        self._set_hovered(QModelIndex())
        super().leaveEvent(event)

    def reset(self) -> None:
        """Qt's: the model has other rows."""
        super().reset()
        self._chosen = frozenset()

    def _set_hovered(self, index: QModelIndex) -> None:
        self._hovered = QPersistentModelIndex(index)
        self.viewport().update()

    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex) -> None:  # type: ignore[override]
        """Qt's: only a chevron where something can be opened; the row paints its own ground."""
        if not self.model().hasChildren(index):
            return
        name = "chevron-down" if self.isExpanded(index) else "chevron-right"
        place = QRect(rect.right() - 14 + OFFSET, rect.top() + (rect.height() - 14) // 2, 14, 14)
        icon(name, self.color, 14).paint(painter, place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt's: Enter opens and closes in the picture, as it does on the canvas."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_on.emit()
            return
        super().keyPressEvent(event)


def together(indexes: list[QModelIndex]) -> QItemSelection:
    """A selection of rows in which neighbours are one range: Qt asks every range for every row."""
    found = QItemSelection()
    first = last = QModelIndex()
    for index in indexes:
        if last.isValid() and index.row() == last.row() + 1 and index.parent() == last.parent():
            last = index
            continue
        if first.isValid():
            found.append(QItemSelectionRange(first, last))
        first = last = index
    if first.isValid():
        found.append(QItemSelectionRange(first, last))
    return found
