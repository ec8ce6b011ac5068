"""Completion of a field while typing: a list under it, without a row chosen until one is."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.widgets.style_sheet import palette, style_sheet
from resnet_viz.paint.fonts import font


class Completion(QCompleter):
    """Offers whole texts for a field; those offered contain what is typed."""

    def __init__(self, field: QLineEdit, theme: Theme) -> None:
        super().__init__(field)
        self._offers = QStringListModel(self)
        self.setModel(self._offers)
        # A filtered list opens without a current row, so that Enter means what was typed.
        self.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setMaxVisibleItems(12)
        self._list = QListView()
        self._list.setObjectName("completion")
        self._list.setFont(font(12))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setPopup(self._list)
        self.set_theme(theme)
        field.setCompleter(self)

    @property
    def offers(self) -> tuple[str, ...]:
        """Texts listed under the field now."""
        return tuple(self._offers.stringList())

    @property
    def is_listing(self) -> bool:
        """True if the list is open."""
        return self._list.isVisible()

    @property
    def has_choice(self) -> bool:
        """True if a row of the open list has been chosen with the arrow keys."""
        return self.is_listing and self._list.currentIndex().isValid()

    def offer(self, texts: Iterable[str]) -> None:
        """List other texts."""
        self._offers.setStringList(list(texts))

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._list.setPalette(palette(theme))
        self._list.setStyleSheet(style_sheet(theme))
