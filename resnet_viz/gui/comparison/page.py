"""Page of the compare view: two canvases or one, the list of differences, the totals."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QWidget

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.comparison.bar import ComparisonBar, ModelLine
from resnet_viz.gui.comparison.difference_panel import DifferencePanel
from resnet_viz.gui.comparison.handles import Handles
from resnet_viz.gui.comparison.link import CanvasLink
from resnet_viz.gui.comparison.totals_table import TotalsTable
from resnet_viz.gui.widgets.controls import column
from resnet_viz.scene.canvas import Canvas
from resnet_viz.services.comparison_pictures import Side
from resnet_viz.typing_compat import override

SIDES: Final[tuple[Side, ...]] = ("a", "b", "union")
_BELOW: Final = 230


class ComparisonPage(QWidget):
    """Widgets of the compare view; the controller says what they show.

    Attributes:
        bar: the tool bar.
        canvases: by side; "union" is shown instead of both others.
        lines: above the canvases.
        differences: the list.
        totals: the table.
        link: between the canvases.
        handles: over the canvases.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.bar = ComparisonBar()
        self.canvases: dict[Side, Canvas] = {side: Canvas(theme) for side in SIDES}
        self.lines: dict[Side, ModelLine] = {side: ModelLine() for side in SIDES}
        self.differences = DifferencePanel()
        self.totals = TotalsTable()
        self._panes: dict[Side, QWidget] = {}
        self._beside = QSplitter(Qt.Orientation.Horizontal)
        for side in SIDES:
            pane = QWidget()
            pane.setLayout(column(self.lines[side], (self.canvases[side], 1)))
            self.canvases[side].setAccessibleName(f"Diagram {side.upper()}")
            self._panes[side] = pane
            self._beside.addWidget(pane)
        below = QSplitter(Qt.Orientation.Horizontal)
        below.addWidget(self.totals)
        below.addWidget(self.differences)
        below.setSizes([640, 560])
        self._area = QWidget()  # a splitter would take the handles for a pane
        self._area.setLayout(column((self._beside, 1)))
        whole = QSplitter(Qt.Orientation.Vertical)
        whole.addWidget(self._area)
        whole.addWidget(below)
        whole.setStretchFactor(0, 1)
        whole.setSizes([1000, _BELOW])
        for splitter in (self._beside, below, whole):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        self.setLayout(column(self.bar, (whole, 1)))
        self.link = CanvasLink(self.canvases["a"], self.canvases["b"], self)
        self.handles = Handles(self.canvases["a"], self.canvases["b"], self._area)
        self._area.installEventFilter(self)
        self._bind_keys()
        self.set_theme(theme)
        self.show_layout("side")

    def _bind_keys(self) -> None:
        keys = {
            "F": self.fit,
            "Esc": self.bar.back.emit,
            "+": self._zoom_in,
            "-": self._zoom_out,
        }
        for key, work in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(work)

    def _zoom_in(self) -> None:
        self.canvases[self.shown[0]].zoom_in()

    def _zoom_out(self) -> None:
        self.canvases[self.shown[0]].zoom_out()

    @property
    def shown(self) -> tuple[Side, ...]:
        """The sides whose canvases are shown."""
        return ("union",) if self._panes["union"].isVisibleTo(self._beside) else ("a", "b")

    def show_layout(self, layout: str) -> None:
        """Show the two canvases ("side") or one ("union")."""
        is_union = layout == "union"
        for side, pane in self._panes.items():
            pane.setVisible((side == "union") is is_union)
        self.handles.setVisible(not is_union)
        if not is_union:
            half = max(1, self._beside.width() // 2)
            self._beside.setSizes([half, half, 0])
        self.bar.sync.setEnabled(not is_union)
        self.bar.layout_choice.set_value(layout)

    def fit(self) -> None:
        """Show both pictures whole."""
        with self.link.apart():
            for side in self.shown:
                self.canvases[side].fit()

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self.bar.set_theme(theme)
        self.handles.set_theme(theme)
        for canvas in self.canvases.values():
            canvas.set_theme(theme)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self.handles.setGeometry(self._area.rect())
            self.handles.raise_()
        return super().eventFilter(watched, event)
