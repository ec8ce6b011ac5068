"""Table of both models' totals with their deltas."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from resnet_viz.comparison.types import Comparison
from resnet_viz.gui.widgets.controls import column
from resnet_viz.gui.widgets.panel_header import PanelHeader
from resnet_viz.paint.fonts import font
from resnet_viz.paint.printable import printable
from resnet_viz.reports.comparison_json import comparison_values
from resnet_viz.reports.comparison_lines import total_lines

_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEAST_WIDTH: Final = 96


class TotalsTable(QWidget):
    """Parameters, MACs, memory, layers and shortcuts of a and of b."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.header = PanelHeader("Totals")
        self.table = QTreeWidget()
        self.table.setObjectName("layerTree")
        self.table.setAccessibleName("Totals")
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setFont(font(11.5, tabular=True))
        self.table.header().setFont(font(11))
        self.table.header().setStretchLastSection(False)
        self.table.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self.setLayout(column(self.header, (self.table, 1)))

    def show_comparison(self, comparison: Comparison) -> None:
        """Show the totals of another comparison."""
        titles = (comparison.a.title, comparison.b.title)
        names = [f"{side} · {printable(title)}" for side, title in zip("AB", titles, strict=True)]
        self.table.clear()
        self.table.setHeaderLabels(["Metric", *names, "Δ B − A", "Δ of A"])
        for values in total_lines(comparison_values(comparison)):
            item = QTreeWidgetItem([*values, _share(values[1], values[3])])
            for at in range(1, 5):
                item.setTextAlignment(at, _RIGHT)
            if values[3] not in ("0", "–"):
                item.setFont(3, font(11.5, 600, tabular=True))
            self.table.addTopLevelItem(item)
        for at in range(5):
            side = _RIGHT if at else Qt.AlignmentFlag.AlignLeft
            self.table.headerItem().setTextAlignment(at, side)
            self.table.resizeColumnToContents(at)
            self.table.setColumnWidth(at, max(_LEAST_WIDTH, self.table.columnWidth(at) + 16))

    def texts(self) -> list[list[str]]:
        """Cells of all rows."""
        items = (self.table.topLevelItem(row) for row in range(self.table.topLevelItemCount()))
        return [[item.text(at) for at in range(5)] for item in items if item is not None]


def _share(a: str, delta: str) -> str:
    """A delta as a share of a's value: "−0.80 %"; "" where there is none."""
    whole = int(a.replace(",", "")) if a.replace(",", "").isdigit() else 0
    part = delta.replace(",", "").replace("−", "-")
    if not whole or not part.lstrip("+-").isdigit() or int(part) == 0:
        return ""
    share = 100 * int(part) / whole
    return f"{'+' if share > 0 else '−'}{abs(share):.2f} %"
