"""The Layers table as a Qt model that sorts and filters itself: quick with thousands of rows."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.layer_table.rows import COLUMNS, LayerRow, Value, cell
from resnet_viz.gui.widgets.glyphs import op_pixmap
from resnet_viz.gui.widgets.soft_breaks import SOFT_BREAK
from resnet_viz.paint.fonts import font
from resnet_viz.typing_compat import override

Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class LayerModel(QAbstractTableModel):
    """All calls; ``shown`` are those that the filter leaves, in the chosen order."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.theme = theme
        self.shown: list[LayerRow] = []
        self._rows: tuple[LayerRow, ...] = ()
        self._place: dict[str, int] = {}
        self._wanted: list[str] = []
        self._column = -1
        self._order = Qt.SortOrder.AscendingOrder
        self._plain: QFont = font(11.5, tabular=True)
        self._head: QFont = font(11)

    # -- content ---------------------------------------------------------------------------------

    def show_rows(self, rows: tuple[LayerRow, ...]) -> None:
        """Show other rows, filtered and sorted as before."""
        self._rows = rows
        self._arrange()

    def set_filter(self, text: str) -> None:
        """Show only rows that hold all words of a text (names copied from a sheet have breaks)."""
        self._wanted = text.replace(SOFT_BREAK, "").casefold().split()
        self._arrange()

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 is the model's own order. Unknown numbers come last."""
        self._column, self._order = column, order
        self._arrange()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def _arrow(self, column: int) -> str:
        """Behind the title of the column that rows are sorted by: Qt's own covers the title."""
        if column != self._column:
            return ""
        return " ↑" if self._order == Qt.SortOrder.AscendingOrder else " ↓"

    def row_of(self, call: str) -> int | None:
        """The row that shows a call; None if the filter hides it."""
        return self._place.get(call)

    def set_theme(self, theme: Theme) -> None:
        """Draw glyphs in other colours."""
        self.theme = theme
        if self.shown:
            last = self.index(len(self.shown) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _arrange(self) -> None:
        self.beginResetModel()
        rows = [row for row in self._rows if all(word in row.words for word in self._wanted)]
        if 0 <= self._column < len(COLUMNS):
            rows = self._sorted(rows)
        self.shown = rows
        self._place = {row.call.id: place for place, row in enumerate(rows)}
        self.endResetModel()

    def _sorted(self, rows: list[LayerRow]) -> list[LayerRow]:
        column = COLUMNS[self._column]
        known: list[tuple[Value, LayerRow]] = []
        unknown: list[LayerRow] = []
        for row in rows:
            value = column.value(row)
            if value is None:
                unknown.append(row)
            else:
                known.append((value.casefold() if isinstance(value, str) else value, row))
        down = self._order == Qt.SortOrder.DescendingOrder
        known.sort(key=lambda pair: pair[0], reverse=down)  # type: ignore[arg-type, return-value]
        return [row for _, row in known] + unknown

    # -- what Qt asks ----------------------------------------------------------------------------

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.shown)

    @override
    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.shown):
            return None
        row, column = self.shown[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell(column, row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.numeric else _LEFT
        if role == Qt.ItemDataRole.FontRole:
            return self._plain
        if role == Qt.ItemDataRole.DecorationRole and column.key == "layer":
            return op_pixmap(row.glyph, self.theme, 14)
        is_name = role == Qt.ItemDataRole.ToolTipRole and column.key == "layer"
        return row.call.id if is_name else None

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        answers: dict[int, Any] = {
            Qt.ItemDataRole.DisplayRole: column.title + self._arrow(section),
            Qt.ItemDataRole.TextAlignmentRole: _RIGHT if column.numeric else _LEFT,
            Qt.ItemDataRole.FontRole: self._head,
            Qt.ItemDataRole.ToolTipRole: column.tip or None,
        }
        return answers.get(role)
