"""The table view of the Layers tab: rows, header, columns that can be chosen, copying."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.layer_table.item_model import LayerModel
from resnet_viz.gui.layer_table.rows import COLUMNS, LayerColumn, LayerRow
from resnet_viz.gui.widgets.index_runs import index_runs
from resnet_viz.typing_compat import override

_ROW: int = 22


class LayerTable(QTableView):
    """One row for every call.

    Signals:
        chosen(): the user selected other rows.
        columns_changed(): other columns are shown.
        save_requested(): "Save CSV…".
        copy_requested(): the selected rows are wanted on the clipboard.
    """

    chosen = Signal()
    columns_changed = Signal()
    save_requested = Signal()
    copy_requested = Signal()

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
        side = self.verticalHeader()
        side.hide()
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setMinimumSectionSize(_ROW)
        side.setDefaultSectionSize(_ROW)
        head = self.horizontalHeader()
        head.setFixedHeight(23)
        head.setHighlightSections(False)
        head.setSectionsMovable(True)
        # A header asks for each column whether all its rows are selected: slow with thousands.
        head.setSelectionModel(QItemSelectionModel(self.rows, head))
        head.setSortIndicatorClearable(True)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._header_menu)
        self.setSortingEnabled(True)
        for place, column in enumerate(COLUMNS):
            self.setColumnWidth(place, column.width)
            self.setColumnHidden(place, not column.shown)

    # -- columns ---------------------------------------------------------------------------------

    def columns(self) -> tuple[LayerColumn, ...]:
        """The shown columns from left to right."""
        head = self.horizontalHeader()
        order = (head.logicalIndex(place) for place in range(len(COLUMNS)))
        return tuple(COLUMNS[place] for place in order if not self.isColumnHidden(place))

    def show_columns(self, keys: tuple[str, ...]) -> None:
        """Show exactly these columns; without any that exists, those shown at first."""
        known = {column.key for column in COLUMNS}.intersection(keys)
        for place, column in enumerate(COLUMNS):
            shown = column.key in known if known else column.shown
            self.setColumnHidden(place, not shown)
        self._fill_width()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Names take the room that the other columns leave."""
        super().resizeEvent(event)
        self._fill_width()

    def _fill_width(self) -> None:
        others = sum(self.columnWidth(place) for place in range(1, len(COLUMNS)))
        room = self.viewport().width() - others
        self.setColumnWidth(0, max(COLUMNS[0].width, room))

    def column_menu(self) -> QMenu:
        """A menu with every column, checked where it is shown."""
        menu = QMenu(self)
        for place, column in enumerate(COLUMNS):
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(place))
            action.setEnabled(place > 0)  # without names a row says nothing
            action.toggled.connect(lambda on, place=place: self._show_column(place, shown=on))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _show_column(self, place: int, *, shown: bool) -> None:
        self.setColumnHidden(place, not shown)
        self._fill_width()
        self.columns_changed.emit()

    def _header_menu(self, at: QPoint) -> None:
        self.column_menu().popup(self.horizontalHeader().mapToGlobal(at))

    # -- rows ------------------------------------------------------------------------------------

    def selected_rows(self) -> list[LayerRow]:
        """The selected rows from top to bottom."""
        shown = self.rows.shown
        found: set[int] = set()
        chosen = self.selectionModel().selection()
        for place in range(chosen.count()):
            part = chosen.at(place)
            found.update(range(part.top(), part.bottom() + 1))
        return [shown[place] for place in sorted(found) if place < len(shown)]

    def select_calls(self, calls: tuple[str, ...]) -> None:
        """Select the rows of calls, without a signal, and scroll to the first."""
        places = sorted(place for place in map(self.rows.row_of, calls) if place is not None)
        wanted = QItemSelection()
        last = len(COLUMNS) - 1
        for first, end in index_runs(places):
            wanted.select(self.rows.index(first, 0), self.rows.index(end, last))
        self._following = True
        self.selectionModel().select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if places:
            head = self.rows.index(places[0], 0)
            self.selectionModel().setCurrentIndex(head, QItemSelectionModel.SelectionFlag.NoUpdate)
            self._scroll_to(places[0], places[-1])
        self._following = False

    def _scroll_to(self, first: int, last: int) -> None:
        """Bring all rows into view if there is room, at least the first."""
        self.scrollTo(self.rows.index(last, 0), QAbstractItemView.ScrollHint.EnsureVisible)
        self.scrollTo(self.rows.index(first, 0), QAbstractItemView.ScrollHint.EnsureVisible)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copies whole rows, not one cell."""
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
        menu.popup(self.viewport().mapToGlobal(at))

    def _changed(self) -> None:
        if not self._following:
            self.chosen.emit()
