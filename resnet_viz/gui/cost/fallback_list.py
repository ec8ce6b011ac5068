"""The costs as text: what the Cost tab shows until the charts are there, and if they never come."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.cost.model import Bar, Costs
from resnet_viz.paint.fonts import font

Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_BAR: Final = Qt.ItemDataRole.UserRole
_VALUE: Final = Qt.ItemDataRole.UserRole + 1
_CELL: Final = QSize(172, 18)


class _Bars(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.costs: Costs | None = None

    def show(self, costs: Costs) -> None:
        self.beginResetModel()
        self.costs = costs
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() or self.costs is None else len(self.costs.bars)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        if self.costs is None or not index.isValid():
            return None
        bar = self.costs.bars[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{bar.title} {self.costs.short(bar.value)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{bar.title}\n{self.costs.exact(bar.value)}"
        return {_BAR: bar, _VALUE: self.costs.short(bar.value)}.get(role)


class _BarDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.theme = theme
        self._plain = font(11, tabular=True)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option, index
        return _CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        bar: Bar = index.data(_BAR)
        whole: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(whole, QColor(self.theme["accent-bg"]))
        painter.fillRect(whole.left() + 2, whole.top() + 5, 8, 8, QColor(self.theme[bar.token]))
        painter.setFont(self._plain)
        rect = whole.adjusted(16, 0, -22, 0)
        value = str(index.data(_VALUE))
        metrics = painter.fontMetrics()
        room = rect.width() - metrics.horizontalAdvance(value) - 8
        name = metrics.elidedText(bar.title, Qt.TextElideMode.ElideMiddle, room)
        painter.setPen(QColor(self.theme["text-2"]))
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(QColor(self.theme["accent" if chosen else "text"]))
        painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, value)


class CostList(QListView):
    """Names and values in columns.

    Signals:
        picked(int, bool): an item was chosen; True if it is added to the selection.
    """

    picked = Signal(int, bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("plain")
        self.setAccessibleName("Costs")
        self._model = _Bars(self)
        self._painter = _BarDelegate(theme, self)
        self.setModel(self._model)
        self.setItemDelegate(self._painter)
        self.setFlow(QListView.Flow.TopToBottom)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)  # the session selects
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(lambda index: self.picked.emit(index.row(), False))

    def show_costs(self, costs: Costs) -> None:
        """Show the items of ``costs``."""
        self._model.show(costs)

    def select(self, marks: frozenset[int]) -> None:
        """Light these items."""
        chosen = self.selectionModel()
        chosen.clearSelection()
        for mark in sorted(marks):
            chosen.select(self._model.index(mark, 0), QItemSelectionModel.SelectionFlag.Select)
        if marks:
            last = self._model.index(max(marks), 0)
            chosen.setCurrentIndex(last, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(last)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._painter.theme = theme
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt's: Enter and Space choose."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self.currentIndex().isValid():
                self.picked.emit(self.currentIndex().row(), False)
            return
        super().keyPressEvent(event)
