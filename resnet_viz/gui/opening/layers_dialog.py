"""Dialog in place of a picture: why a model cannot be drawn, and the tree of its layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from resnet_viz.drawing.themes import Theme
from resnet_viz.graph.layer_tree import (
    LayerNode,
    UntracedError,
    parameters_text,
    walk_layers,
    weights_text,
)
from resnet_viz.gui.widgets.clipboard import copy_to_clipboard
from resnet_viz.gui.widgets.controls import HintButton, label, row
from resnet_viz.paint.fonts import font
from resnet_viz.paint.printable import printable
from resnet_viz.typing_compat import override

_COLUMNS: Final = ("Layer", "Class", "Parameters", "Weights")
_CLASS, _PARAMETERS = 1, 2
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_AIR: Final = 20
_OPEN_UP_TO: Final = 500
"""So many rows are open at first; of more, only the outermost are to be seen."""
_MOST_ROWS: Final = 2_000
"""More would hold the window up; Copy has them all."""


class LayersDialog(QDialog):
    """Stays beside the window until it is closed."""

    def __init__(self, window: QWidget, title: str, error: UntracedError, theme: Theme) -> None:
        super().__init__(window)
        self.setWindowTitle(f"Layers of {printable(title)}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.reason = label(error.message, selectable=True, wrap=True)
        self.tree = _tree(error.layers)
        self.copy_button = HintButton("Copy")
        self.close_button = HintButton("Close")
        text = f"{error.message}\n{error.details}"
        self.copy_button.clicked.connect(lambda: copy_to_clipboard(text))
        self.close_button.clicked.connect(self.accept)
        for button in (self.copy_button, self.close_button):
            button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(label(f"Layers of {title}", size=16, weight=700))
        layout.addWidget(self.reason)
        layout.addWidget(self.tree, 1)
        layout.addLayout(row(self.copy_button, 1, self.close_button))
        self.resize(760, 560)
        self.set_theme(theme)
        self.tree.setFocus()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        # The widths of the texts are not known earlier.
        super().showEvent(event)
        for column in range(len(_COLUMNS) - 1):
            texts = self.tree.sizeHintForColumn(column)
            wide = max(texts, self.tree.header().sectionSizeHint(column))
            self.tree.setColumnWidth(column, wide + _AIR)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        for button in (self.copy_button, self.close_button):
            button.set_colors(text="text", glyph=theme["text-3"])


def _tree(layers: Sequence[LayerNode]) -> QTreeWidget:
    tree = QTreeWidget()
    tree.setObjectName("layerTree")
    tree.setAccessibleName("Layers")
    tree.setHeaderLabels(list(_COLUMNS))
    tree.setUniformRowHeights(True)
    tree.setFont(font(11.5, tabular=True))
    tree.header().setFont(font(11))
    tree.headerItem().setTextAlignment(_PARAMETERS, _RIGHT)
    nodes = list(walk_layers(layers))
    tree.addTopLevelItems(_items(layers, iter(range(_MOST_ROWS))))
    if len(nodes) > _MOST_ROWS:
        more = QTreeWidgetItem([f"… and {len(nodes) - _MOST_ROWS:,} more (Copy has them all)"])
        tree.addTopLevelItem(more)
        more.setFirstColumnSpanned(True)
        more.setFlags(Qt.ItemFlag.ItemIsEnabled)
    tree.setColumnHidden(_CLASS, not any(node.type for _, node in nodes))
    if len(nodes) <= _OPEN_UP_TO:
        tree.expandAll()
    tree.header().setStretchLastSection(True)
    return tree


def _items(layers: Sequence[LayerNode], rows: Iterator[int]) -> list[QTreeWidgetItem]:
    """A row for each layer with its inner layers below; as many as ``rows`` has left."""
    items = []
    for layer, _ in zip(layers, rows, strict=False):
        texts = [layer.name, layer.type or "", parameters_text(layer), weights_text(layer)]
        item = QTreeWidgetItem(texts)
        item.setTextAlignment(_PARAMETERS, _RIGHT)
        item.addChildren(_items(layer.layers, rows))
        items.append(item)
    return items
