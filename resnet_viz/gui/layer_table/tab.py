"""Layers tab: all calls as a table; its selection is that of the session."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from msgspec.structs import replace
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from resnet_viz.analysis.costs.types import Memory
from resnet_viz.document import Document
from resnet_viz.drawing.display_list import Target
from resnet_viz.errors import AppError, UsageError
from resnet_viz.gui.diagram.selection import calls_of
from resnet_viz.gui.diagram.sums import sums_text
from resnet_viz.gui.dock.dock import TabWidget
from resnet_viz.gui.exporting.exporter import file_stem
from resnet_viz.gui.layer_table.columns import COLUMNS
from resnet_viz.gui.layer_table.csv_and_tsv import as_tsv, save_csv
from resnet_viz.gui.layer_table.rows import rows_of
from resnet_viz.gui.layer_table.table_view import LayerTable
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.background_jobs import LARGE, BackgroundJobs
from resnet_viz.gui.widgets.controls import IconButton, row
from resnet_viz.gui.widgets.fields.search_field import SearchField
from resnet_viz.gui.widgets.prompter import Prompter
from resnet_viz.paint.fonts import font
from resnet_viz.search.find import calls_in, find
from resnet_viz.search.query import Query, parse_query
from resnet_viz.services.preferences import Preferences
from resnet_viz.typing_compat import override

_MOST_SELECTED: Final = 200
"""More selected rows are summed up, but not highlighted on the canvas."""
_COLUMNS_KEY: Final = "layers.columns"


class LayersTab(TabWidget):
    """Table, filter, and sums of the selected rows as the hint."""

    def __init__(self, session: Session, preferences: Preferences, prompter: Prompter) -> None:
        super().__init__()
        self._session = session
        self._preferences = preferences
        self._prompter = prompter
        self._stale = True
        self._saved_as = ""
        self._mistake = ""
        self._jobs = BackgroundJobs("layers", self)
        self.table = LayerTable(session.theme)
        self.filter = SearchField()
        self.columns = IconButton("columns-3", "Columns", size=24, glyph=14)
        self.save = IconButton("download", "Save CSV…", size=24, glyph=14)
        self._corner = QWidget()
        self._build()
        self._connect()
        self.table.show_columns(tuple(preferences.text(_COLUMNS_KEY).split(",")))
        self.set_theme()

    def _build(self) -> None:
        self.filter.setObjectName("small")
        self.filter.setPlaceholderText("Filter layers")
        self.filter.setAccessibleName("Filter layers")
        self.filter.setToolTip("Filter layers (Ctrl+F while the table has the focus)")
        self.filter.setFont(font(11.5))
        self.filter.setFixedWidth(168)
        self._corner.setLayout(row(self.filter, self.columns, self.save, spacing=4))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)

    def _connect(self) -> None:
        session, table = self._session, self.table
        self._jobs.failed.connect(self.failed)
        self.filter.textChanged.connect(self._filter)
        self.filter.left.connect(table.setFocus)
        self.columns.clicked.connect(self._choose_columns)
        self.save.clicked.connect(self.ask_to_save)
        table.save_requested.connect(self.ask_to_save)
        table.copy_requested.connect(self._copy)
        table.menu_wanted.connect(self.menu_wanted)
        table.chosen.connect(self._select)
        table.columns_changed.connect(self._remember_columns)
        table.rows.modelReset.connect(self._follow)
        session.document_changed.connect(self._show_document)
        session.basis_changed.connect(self._make_stale)
        session.selection_changed.connect(self._follow)
        session.theme_changed.connect(self.set_theme)

    # -- tab of the dock ------------------------------------------------------------------------

    @override
    def corner(self) -> QWidget | None:
        return self._corner

    @override
    def focus_widget(self) -> QWidget:
        return self.table

    @override
    def go_to_search(self) -> bool:
        self.filter.setFocus()
        self.filter.selectAll()
        return True

    @property
    @override
    def hint(self) -> str:
        """A mistake in the filter, the file just saved, sums of the selected rows, or their number.

        The first of these that there is.
        """
        document, memory = self._session.document, self._session.memory
        if document is None or memory is None or self._mistake:
            return self._mistake
        shown, count = len(self.table.rows.shown), len(document.graph.calls)
        if not shown and self._jobs.waits_for("rows"):
            return ""
        if self.filter.text().strip() and not shown:
            return f"No layer matches '{self.filter.text().strip()}'."
        if self._saved_as:
            return f"saved {self._saved_as}"
        return self._sums(document, memory) or (
            f"{shown:,} of {count:,} layers" if shown != count else f"{count:,} layers"
        )

    def _sums(self, document: Document, memory: Memory) -> str:
        """Sums of the selected rows, or the name of a single one; "" for none."""
        rows = self.table.selected_rows()
        if not rows:
            return ""
        group = self._selected_group()
        if len(rows) == 1:
            return f"following selection: {group or rows[0].call.id}"
        sums = sums_text(document, memory, (row.call.id for row in rows))
        return f"following selection: {group} · {sums}" if group else sums

    def _selected_group(self) -> str:
        """Title of the selected group; "" if it is not the only thing selected."""
        document, selected = self._session.document, self._session.selection
        if document is None or len(selected) != 1 or selected[0].kind != "group":
            return ""
        group = document.structure.by_id.get(selected[0].id)
        return "" if group is None else group.title

    def set_theme(self) -> None:
        """Use the session's theme."""
        theme = self._session.theme
        self.table.rows.set_theme(theme)
        for button in (self.columns, self.save):
            button.set_color(theme["text-2"])

    # -- rows ------------------------------------------------------------------------------------

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Show now what has changed while the tab was hidden."""
        super().showEvent(event)
        self._refresh()

    @override
    def stop(self) -> None:
        self._jobs.stop()

    def _show_document(self) -> None:
        document = self._session.document
        if document is None or len(document.graph.calls) >= LARGE:
            self.table.rows.show_rows(())  # the old ones mean nothing until the new ones come
        self._filter(self.filter.text())
        self._make_stale()

    def _make_stale(self) -> None:
        self._stale = True
        if self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        document, memory = self._session.document, self._session.memory
        if document is None or memory is None:
            return
        if self._stale:
            self._stale = False
            self._jobs.run(
                "rows",
                partial(rows_of, document, memory),
                self.table.rows.show_rows,
                size=len(document.graph.calls),
            )  # the model's reset lets the selection follow
        else:
            self._follow()

    def _filter(self, text: str) -> None:
        """Show the rows that a search text matches; terms are looked up in the worker thread."""
        document, rows = self._session.document, self.table.rows
        try:
            query = parse_query(text)
        except UsageError as error:  # half typed, or wrong: the rows stay as they are
            self._mistake = error.message
            self.hint_changed.emit()
            return
        self._mistake = ""
        if document is None or not query.terms:
            rows.set_filter(query.words)
            return
        job = partial(_calls_with, document, replace(query, words=()))
        size = len(document.graph.calls)
        self._jobs.run("filter", job, partial(rows.set_filter, query.words), size=size)

    def _follow(self) -> None:
        document = self._session.document
        if document is None or not self.isVisible():
            return
        calls = calls_of(document, self._session.picture, self._session.selection)
        self._saved_as = ""
        shown = {row.call.id for row in self.table.selected_rows()}
        if shown != set(calls):
            self.table.select_calls(calls)
        self.hint_changed.emit()

    def _select(self) -> None:
        self._saved_as = ""
        rows = self.table.selected_rows()
        if len(rows) <= _MOST_SELECTED:
            self.picked.emit(tuple(Target("call", row.call.id) for row in rows))
        self.hint_changed.emit()

    # -- columns and files -----------------------------------------------------------------------

    def _choose_columns(self) -> None:
        menu = self.table.column_menu()
        menu.popup(self.columns.mapToGlobal(self.columns.rect().bottomLeft()))

    def _remember_columns(self) -> None:
        keys = (column.key for column in COLUMNS if column in self.table.columns())
        self._preferences.remember_text(_COLUMNS_KEY, ",".join(keys))

    def ask_to_save(self) -> None:
        """Ask where to save the rows as they are filtered and sorted, with the shown columns."""
        document = self._session.document
        if document is None:
            return
        name = f"{file_stem(document.title)}-layers.csv"
        path = Path(self._preferences.folder("export")) / name
        self._prompter.ask_table_target(self, str(path), self._save)

    def _save(self, answer: str) -> None:
        path, rows = Path(answer), self.table.rows.shown
        job = partial(save_csv, path, self.table.columns(), rows)
        try:
            self._jobs.run(f"save {path}", job, lambda _: self._saved(path), size=len(rows))
        except AppError as error:
            self.failed.emit(error)

    def _saved(self, path: Path) -> None:
        self._preferences.remember_folder("export", str(path.parent.absolute()))
        self._saved_as = path.name
        self.hint_changed.emit()

    def _copy(self) -> None:
        """Put the selected rows with the header on the clipboard, tab-separated."""
        rows = self.table.selected_rows()
        if rows:
            job = partial(as_tsv, self.table.columns(), rows)
            self._jobs.run("copy", job, QGuiApplication.clipboard().setText, size=len(rows))


def _calls_with(document: Document, query: Query) -> frozenset[str]:
    """Ids of the calls that a query matches, and of those inside matching groups."""
    return calls_in(document, find(document, query))
