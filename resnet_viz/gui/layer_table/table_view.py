"""Table view of the Layers tab: rows, header, choice of columns, copying."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.layer_table.columns import COLUMNS, LayerColumn
from resnet_viz.gui.layer_table.item_model import LayerModel
from resnet_viz.gui.layer_table.rows import LayerRow
from resnet_viz.gui.widgets.index_runs import index_runs
from resnet_viz.typing_compat import override

_ROW_HEIGHT: Final = 22


class LayerTable(QTableView):
    """One row for every call.

    Signals:
        chosen(): the user selected other rows.
        columns_changed(): other columns are shown.
        save_requested(): "Save CSV…".
        copy_requested(): the selected rows are wanted on the clipboard.
        menu_wanted(QMenu): the rows' context menu is about to be shown; more may be added.
    """

    chosen = Signal()
    columns_changed = Signal()
    save_requested = Signal()
    copy_requested = Signal()
    menu_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("layers")
        self.setAccessibleName("Layers")
        self.rows = LayerModel(theme, self)
        self._following = False
        self.setModel(self.rows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._row_menu)
        self._set_up_headers()
        self.selectionModel().selectionChanged.connect(self._changed)

    def _set_up_headers(self) -> None:
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(_ROW_HEIGHT)
        rows.setDefaultSectionSize(_ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setFixedHeight(23)
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        # A header asks for each column if all its rows are selected: slow with thousands.
        header.setSelectionModel(QItemSelectionModel(self.rows, header))
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._header_menu)
        self.setSortingEnabled(True)
        for index, column in enumerate(COLUMNS):
            self.setColumnWidth(index, column.width)
            self.setColumnHidden(index, not column.shown)

    # -- columns ---------------------------------------------------------------------------------

    def columns(self) -> tuple[LayerColumn, ...]:
        """The shown columns from left to right."""
        header = self.horizontalHeader()
        order = (header.logicalIndex(position) for position in range(len(COLUMNS)))
        return tuple(COLUMNS[index] for index in order if not self.isColumnHidden(index))

    def show_columns(self, keys: tuple[str, ...]) -> None:
        """Show exactly these columns; the default ones if none of them exists."""
        known = {column.key for column in COLUMNS}.intersection(keys)
        for index, column in enumerate(COLUMNS):
            shown = column.key in known if known else column.shown
            self.setColumnHidden(index, not shown)
        self._fill_width()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the names the room that the other columns leave."""
        super().resizeEvent(event)
        self._fill_width()

    def _fill_width(self) -> None:
        others = sum(self.columnWidth(index) for index in range(1, len(COLUMNS)))
        room = self.viewport().width() - others
        self.setColumnWidth(0, max(COLUMNS[0].width, room))

    def column_menu(self) -> QMenu:
        """Make a menu of all columns; those that are shown are checked."""
        menu = QMenu(self)
        for index, column in enumerate(COLUMNS):
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(index))
            action.setEnabled(index > 0)  # the names stay
            action.toggled.connect(lambda on, index=index: self._show_column(index, shown=on))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _show_column(self, index: int, *, shown: bool) -> None:
        self.setColumnHidden(index, not shown)
        self._fill_width()
        self.columns_changed.emit()

    def _header_menu(self, at: QPoint) -> None:
        self.column_menu().popup(self.horizontalHeader().mapToGlobal(at))

    # -- rows ------------------------------------------------------------------------------------

    def selected_rows(self) -> list[LayerRow]:
        """The selected rows from top to bottom."""
        shown = self.rows.shown
        indices: set[int] = set()
        selection = self.selectionModel().selection()
        for number in range(selection.count()):
            rows = selection.at(number)
            indices.update(range(rows.top(), rows.bottom() + 1))
        return [shown[index] for index in sorted(indices) if index < len(shown)]

    def select_calls(self, calls: tuple[str, ...]) -> None:
        """Select the rows of calls, without a signal, and scroll to the first."""
        rows = sorted(row for row in map(self.rows.row_of, calls) if row is not None)
        selection = QItemSelection()
        last_column = len(COLUMNS) - 1
        for first, last in index_runs(rows):
            selection.select(self.rows.index(first, 0), self.rows.index(last, last_column))
        self._following = True
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if rows:
            current = self.rows.index(rows[0], 0)
            no_update = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(current, no_update)
            for row in (rows[-1], rows[0]):  # both if there is room, at least the first
                self.scrollTo(self.rows.index(row, 0))
        self._following = False

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy whole rows instead of one cell."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
            return
        super().keyPressEvent(event)

    def _row_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        copy = menu.addAction("Copy Rows")
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setEnabled(bool(self.selected_rows()))
        copy.triggered.connect(self.copy_requested)
        menu.addAction("Save CSV…").triggered.connect(self.save_requested)
        menu.aboutToHide.connect(menu.deleteLater)
        self.menu_wanted.emit(menu)
        menu.popup(self.viewport().mapToGlobal(at))

    def _changed(self) -> None:
        if not self._following:
            self.chosen.emit()
