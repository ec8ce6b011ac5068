"""List of differences, grouped and filtered; a click shows both ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from resnet_viz.analysis.wording.numbers import counted
from resnet_viz.gui.comparison.rows import DifferenceEnds, DifferenceGroup
from resnet_viz.gui.widgets.controls import column
from resnet_viz.gui.widgets.fields.search_field import SearchField
from resnet_viz.gui.widgets.panel_header import PanelHeader
from resnet_viz.paint.fonts import font
from resnet_viz.paint.printable import printable

_COLUMNS: Final = ("Difference", "Delta")
_ENDS: Final = Qt.ItemDataRole.UserRole
_MOST: Final = 300
"""Rows of a group: more would hold the window up; the reports have them all."""


class DifferencePanel(QWidget):
    """The groups of differences, each with its members below.

    Signals:
        chosen(object): a tuple of DifferenceEnds was chosen.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._groups: list[DifferenceGroup] = []
        self.filter = SearchField()
        self.filter.setObjectName("small")
        self.filter.setPlaceholderText("Filter")
        self.filter.setAccessibleName("Filter differences")
        self.filter.setFixedWidth(180)
        self.header = PanelHeader("What differs", self.filter)
        self.tree = _tree()
        self.setLayout(column(self.header, (self.tree, 1)))
        self.filter.textChanged.connect(self._fill)
        self.tree.itemSelectionChanged.connect(self._choose)

    def show_groups(self, groups: list[DifferenceGroup]) -> None:
        """Show the differences of another comparison."""
        self._groups = groups
        self._fill()

    def texts(self) -> list[str]:
        """Texts of the groups that are listed."""
        items = (self.tree.topLevelItem(row) for row in range(self.tree.topLevelItemCount()))
        return [item.text(0) for item in items if item is not None]

    def select(self, group: int, row: int | None = None) -> None:
        """Select a group, or one of its rows, as a click does."""
        item = self.tree.topLevelItem(group)
        assert item is not None
        child = item if row is None else item.child(row)
        assert child is not None
        self.tree.setCurrentItem(child)

    def _fill(self) -> None:
        words = self.filter.text().lower().split()
        self.tree.blockSignals(True)
        self.tree.clear()
        shown = 0
        for item, count in _items(self._groups, words):
            self.tree.addTopLevelItem(item)
            item.setExpanded(bool(words))
            shown += count
        self.tree.blockSignals(False)
        self.header.set_note(counted(shown, "difference") if shown else "no difference")
        for at in range(len(_COLUMNS) - 1):
            self.tree.resizeColumnToContents(at)

    def _choose(self) -> None:
        selected = self.tree.selectedItems()
        if not selected:
            return
        item = selected[0]
        children = [item.child(row) for row in range(item.childCount())]
        ends = [each.data(0, _ENDS) for each in (children or [item]) if each is not None]
        found = tuple(each for each in ends if isinstance(each, DifferenceEnds))
        if found:
            self.chosen.emit(found)


def _tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setObjectName("layerTree")
    tree.setAccessibleName("Differences")
    tree.setHeaderLabels(list(_COLUMNS))
    tree.setUniformRowHeights(True)
    tree.setFont(font(11.5, tabular=True))
    tree.header().setFont(font(11))
    return tree


def _items(
    groups: list[DifferenceGroup], words: list[str]
) -> Iterator[tuple[QTreeWidgetItem, int]]:
    """An item for each group with rows that hold all the words, and their count."""
    for group in groups:
        rows = [
            row
            for row in group.rows
            if all(word in f"{group.text} {row.name}".lower() for word in words)
        ]
        if not rows and (group.rows or words):
            continue
        item = QTreeWidgetItem([printable(f"{group.sign} {group.text}".strip()), group.numbers])
        for row in rows[:_MOST]:
            child = QTreeWidgetItem([printable(row.name), row.numbers])
            child.setData(0, _ENDS, row.ends)
            item.addChild(child)
        if len(rows) > _MOST:
            more = QTreeWidgetItem([f"… and {len(rows) - _MOST:,} more"])
            more.setFlags(Qt.ItemFlag.ItemIsEnabled)
            item.addChild(more)
        yield item, len(rows)
