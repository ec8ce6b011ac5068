"""Item model of the Layers table; it sorts and filters thousands of rows quickly by itself."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.layer_table.columns import COLUMNS, Value
from resnet_viz.gui.layer_table.rows import LayerRow
from resnet_viz.gui.widgets.glyphs import op_pixmap
from resnet_viz.paint.fonts import font
from resnet_viz.paint.printable import printable, tip_html
from resnet_viz.search.query import Word
from resnet_viz.typing_compat import override

Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class LayerModel(QAbstractTableModel):
    """All calls; ``shown`` are those that match the filter, in the chosen order."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.theme = theme
        self.shown: list[LayerRow] = []
        self._rows: tuple[LayerRow, ...] = ()
        self._row_of: dict[str, int] = {}
        self._words: tuple[Word, ...] = ()
        self._only: frozenset[str] | None = None
        self._column = -1
        self._order = Qt.SortOrder.AscendingOrder
        self._cell_font: QFont = font(11.5, tabular=True)
        self._header_font: QFont = font(11)

    # -- content ---------------------------------------------------------------------------------

    def show_rows(self, rows: tuple[LayerRow, ...]) -> None:
        """Show other rows, with the same filter and order."""
        self._rows = rows
        self._arrange()

    def set_filter(self, words: tuple[Word, ...], only: frozenset[str] | None = None) -> None:
        """Show only rows with all the words, and, if given, only those of these calls."""
        self._words, self._only = words, only
        self._arrange()

    def _passes(self, row: LayerRow) -> bool:
        words = ((word.text in row.search_text) is not word.negated for word in self._words)
        return (self._only is None or row.call.id in self._only) and all(words)

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 is the model's own order. Unknown numbers come last."""
        self._column, self._order = column, order
        self._arrange()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def _arrow(self, column: int) -> str:
        """Arrow behind the title of the sorted column: Qt's sort indicator covers the title."""
        if column != self._column:
            return ""
        return " ↑" if self._order == Qt.SortOrder.AscendingOrder else " ↓"

    def row_of(self, call: str) -> int | None:
        """Index of a call's row; None if the filter hides it."""
        return self._row_of.get(call)

    def set_theme(self, theme: Theme) -> None:
        """Draw glyphs in other colours."""
        self.theme = theme
        if self.shown:
            last = self.index(len(self.shown) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _arrange(self) -> None:
        self.beginResetModel()
        rows = list(filter(self._passes, self._rows))
        if 0 <= self._column < len(COLUMNS):
            rows = self._sorted(rows)
        self.shown = rows
        self._row_of = {row.call.id: index for index, row in enumerate(rows)}
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

    # -- item model --------------------------------------------------------------------------------

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
            return printable(column.cell(row))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.numeric else _LEFT
        if role == Qt.ItemDataRole.FontRole:
            return self._cell_font
        if role == Qt.ItemDataRole.DecorationRole and column.key == "layer":
            return op_pixmap(row.glyph, self.theme, 14)
        is_name = role == Qt.ItemDataRole.ToolTipRole and column.key == "layer"
        return tip_html(row.call.id) if is_name else None

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
        by_role: dict[int, Any] = {
            Qt.ItemDataRole.DisplayRole: column.title + self._arrow(section),
            Qt.ItemDataRole.TextAlignmentRole: _RIGHT if column.numeric else _LEFT,
            Qt.ItemDataRole.FontRole: self._header_font,
            Qt.ItemDataRole.ToolTipRole: column.tip or None,
        }
        return by_role.get(role)
