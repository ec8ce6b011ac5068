"""Outline panel: a tree with a search field, in step with the selection."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QVBoxLayout,
    QWidget,
)

from resnet_viz.document import Document
from resnet_viz.drawing.display_list import Target
from resnet_viz.drawing.themes import Theme
from resnet_viz.errors import UsageError
from resnet_viz.gui.outline.delegate import OutlineDelegate
from resnet_viz.gui.outline.layer_search import LayerSearch
from resnet_viz.gui.outline.model import OutlineModel
from resnet_viz.gui.outline.rows import OutlineRows, SearchResult, matching
from resnet_viz.gui.outline.scroll_anchor import ScrollAnchor
from resnet_viz.gui.outline.tree_view import OutlineTreeView, merged_selection
from resnet_viz.gui.session import Session
from resnet_viz.gui.targets import row_of
from resnet_viz.gui.widgets.background_jobs import BackgroundJobs
from resnet_viz.gui.widgets.controls import label
from resnet_viz.gui.widgets.panel_header import PanelHeader
from resnet_viz.layout.open_state import is_open
from resnet_viz.search.query import parse_query
from resnet_viz.services.preferences import Preferences
from resnet_viz.typing_compat import override

_OPEN_ALL_UP_TO = 500
"""Search opens every row it finds, unless there are more than anyone will read."""
_FOLLOWS_UP_TO = 100
"""Rows that follow a selection at most, the last ones: nobody could look at more."""


class Outline(QWidget):
    """Content of the outline dock.

    Signals:
        picked(object): the user selected rows: a tuple of Targets.
        toggle_requested(str): a group's row was double-clicked, or Enter pressed on it.
    """

    picked = Signal(object)
    toggle_requested = Signal(str)

    def __init__(self, session: Session, preferences: Preferences) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._following = False
        self._jobs = BackgroundJobs("outline", self)
        self.header = PanelHeader("Outline")
        self.layer_search = LayerSearch(session, preferences)
        self.search = self.layer_search.field
        self._model = OutlineModel(self)
        self._delegate = OutlineDelegate(session.theme)
        self.tree = OutlineTreeView()
        self.nothing = label("", size=12, tone="text-3", wrap=True)
        self._build()
        self._connect()
        self.set_theme(session.theme)
        self._show_document()

    def _build(self) -> None:
        self.tree.setModel(self._model)
        self.tree.setItemDelegate(self._delegate)
        self.nothing.setContentsMargins(14, 4, 12, 0)
        self.nothing.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.layer_search)
        layout.addWidget(self.nothing)
        layout.addWidget(self.tree, 1)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._filter)
        self.search.left.connect(self.tree.setFocus)
        self.layer_search.picked.connect(self.picked)
        self.tree.selectionModel().selectionChanged.connect(self._lead)
        self.tree.doubleClicked.connect(self._toggle)
        self.tree.entered_on.connect(lambda: self._toggle(self.tree.currentIndex()))
        self._session.document_changed.connect(self._show_document)
        self._session.selection_changed.connect(self._follow)
        self._session.picture_changed.connect(self._follow_toggled)
        self._session.theme_changed.connect(lambda: self.set_theme(self._session.theme))

    @override
    def sizeHint(self) -> QSize:
        return QSize(232, 600)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._delegate.set_theme(theme)
        self.tree.color = theme["text-2"]
        self.layer_search.set_theme(theme)
        self.tree.viewport().update()

    def stop(self) -> None:
        """End the worker thread; the program ends."""
        self._jobs.stop()
        self.layer_search.stop()

    def _show_document(self) -> None:
        document = self._session.document
        if document is None:
            return
        blocks = len(document.structure.blocks)
        self.header.set_note(f"{blocks:,} block" + ("" if blocks == 1 else "s"))
        if self._session.is_refresh:
            anchor = ScrollAnchor(self.tree, self._model)
            self._filter(self.search.text(), then=anchor.restore)
        elif self.search.text():
            self.search.clear()  # shows all rows through _filter
        else:
            self._filter("")

    def _filter(self, text: str, *, then: Callable[[], None] = lambda: None) -> None:
        """Show the rows that match a text; large models are searched in the worker thread."""
        document = self._session.document
        if document is None:
            return
        try:
            query = parse_query(text)
        except UsageError as error:  # half typed, or wrong: the rows stay as they are
            self._say(error.message)
            return

        def show(only: SearchResult | None) -> None:
            self._show_rows(document, text, only)
            self.layer_search.end(() if only is None else only.matches)
            then()

        size = 0 if query.is_blank else len(document.graph.calls)
        self.layer_search.begin()
        self._jobs.run("search", partial(matching, document, query), show, size=size)

    def _show_rows(self, document: Document, text: str, only: SearchResult | None) -> None:
        self._following = True
        self._model.show(OutlineRows(document), only)
        nothing = only is not None and not only.rows
        self._say(f"No layer matches '{text.strip()}'." if nothing else "")
        if only is not None and len(only.rows) <= _OPEN_ALL_UP_TO:
            self.tree.expandAll()
        else:
            self.tree.expandToDepth(1)
        self._following = False
        self._follow()

    def _say(self, sentence: str) -> None:
        """Show a sentence above the rows; "" hides it."""
        self.nothing.setText(sentence)
        self.nothing.setVisible(bool(sentence))

    def _lead(self) -> None:
        if self._following:
            return
        rows = [self._model.row_at(index) for index in self.tree.selectionModel().selectedIndexes()]
        targets = tuple(row.target for row in rows if row is not None and row.target is not None)
        self.picked.emit(targets)

    def _toggle(self, index: QModelIndex) -> None:
        row = self._model.row_at(index)
        if row is None:
            return
        if row.target is not None and row.target.kind == "group":
            self.toggle_requested.emit(row.target.id)
        else:
            self.tree.setExpanded(index, not self.tree.isExpanded(index))

    def _follow(self) -> None:
        """Select the rows of the session's selection, and scroll to the last of them."""
        selected = self._selected_targets()
        if selected == set(self._session.selection):
            return
        self._following = True
        model = self.tree.selectionModel()
        targets = map(self._row_of, self._session.selection[-_FOLLOWS_UP_TO:])
        indexes = map(self._model.index_of, dict.fromkeys(targets))
        valid = [index for index in indexes if index.isValid()]
        last = valid[-1] if valid else QModelIndex()
        model.clearSelection()  # else Qt compares every old range with every new one
        model.select(merged_selection(valid), QItemSelectionModel.SelectionFlag.Select)
        if last.isValid():
            model.setCurrentIndex(last, QItemSelectionModel.SelectionFlag.NoUpdate)
            self._open_up_to(last)
            self.tree.scrollTo(last)
        self._following = False

    def _row_of(self, target: Target) -> Target:
        document = self._session.document
        return target if document is None else row_of(document, self._session.picture, target)

    def _follow_toggled(self, anchor: Target | None) -> None:
        """Open or close the row of a group that was opened or closed in the picture."""
        document = self._session.document
        if document is None or anchor is None or anchor.kind != "group":
            return
        index = self._model.index_of(anchor)
        if index.isValid():
            opened = is_open(document.structure, self._session.view, anchor.id)
            self._open_up_to(index)
            self.tree.setExpanded(index, opened)

    def _open_up_to(self, index: QModelIndex) -> None:
        above = index.parent()
        while above.isValid():
            self.tree.setExpanded(above, True)
            above = above.parent()

    def _selected_targets(self) -> set[Target]:
        rows = (self._model.row_at(index) for index in self.tree.selectionModel().selectedIndexes())
        return {row.target for row in rows if row is not None and row.target is not None}
