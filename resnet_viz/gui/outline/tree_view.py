"""Tree view of the outline: own chevrons and backgrounds, fast with many selected rows."""

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
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QMenu, QStyleOptionViewItem, QTreeView

from resnet_viz.gui.outline.delegate import OFFSET, OutlineDelegate
from resnet_viz.gui.widgets.icons import icon
from resnet_viz.typing_compat import override

_INDENT: Final = 16


class OutlineTreeView(QTreeView):
    """The tree of the outline.

    Signals:
        entered_on(): Enter was pressed on the current row.
        menu_wanted(QMenu): a context menu is about to be shown, and to be filled.
    """

    entered_on = Signal()
    menu_wanted = Signal(object)

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

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        self.menu_wanted.emit(menu)
        if not menu.isEmpty():
            menu.popup(event.globalPos())

    @override
    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        # Asking the selection for each row would be slow with many selected.
        super().selectionChanged(selected, deselected)
        self._chosen = frozenset(index.internalId() for index in self.selectedIndexes())

    @override
    def drawRow(
        self,
        painter: QPainter,
        options: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        # The background covers the whole row, the chevron too, so it is painted start.
        delegate = self.itemDelegate()
        if isinstance(delegate, OutlineDelegate):
            selected = index.internalId() in self._chosen
            rect: QRect = options.rect
            hovered = index == self._hovered
            delegate.paint_background(painter, rect, selected=selected, hovered=hovered)
        super().drawRow(painter, options, index)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._set_hovered(QModelIndex())
        super().leaveEvent(event)

    @override
    def reset(self) -> None:
        super().reset()
        self._chosen = frozenset()

    def _set_hovered(self, index: QModelIndex) -> None:
        self._hovered = QPersistentModelIndex(index)
        self.viewport().update()

    @override
    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex) -> None:  # type: ignore[override]
        # Only a chevron: drawRow has painted the background.
        if not self.model().hasChildren(index):
            return
        name = "chevron-down" if self.isExpanded(index) else "chevron-right"
        left, top = rect.right() - 14 + OFFSET, rect.top() + (rect.height() - 14) // 2
        icon(name, self.color, 14).paint(painter, left, top, 14, 14)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter opens and closes groups in the picture, as on the canvas.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_on.emit()
            return
        super().keyPressEvent(event)


def merged_selection(indexes: list[QModelIndex]) -> QItemSelection:
    """Selection with neighbouring rows in one range each: Qt tests every range for every row."""
    selection = QItemSelection()
    start = last = QModelIndex()
    for index in indexes:
        if last.isValid() and index.row() == last.row() + 1 and index.parent() == last.parent():
            last = index
            continue
        if start.isValid():
            selection.append(QItemSelectionRange(start, last))
        start = last = index
    if start.isValid():
        selection.append(QItemSelectionRange(start, last))
    return selection
