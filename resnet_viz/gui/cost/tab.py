"""Cost tab: a chart of the costs of all items, and each stage's share."""

from __future__ import annotations

from typing import Final, cast

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from resnet_viz.analysis.costs.measures import Measure
from resnet_viz.analysis.costs.memory.basis import own_dtype
from resnet_viz.analysis.wording.numbers import at_least_mark
from resnet_viz.gui.cost.charts.bars import BarChart
from resnet_viz.gui.cost.charts.scatter import ScatterChart
from resnet_viz.gui.cost.charts.shares import ShareChart
from resnet_viz.gui.cost.model import MEASURES, Costs, bars_of, costs_of
from resnet_viz.gui.diagram.memory_basis_button import BasisButton
from resnet_viz.gui.dock.dock import TabWidget
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.choice_button import ChoiceButton
from resnet_viz.gui.widgets.controls import label, row
from resnet_viz.services.preferences import Preferences
from resnet_viz.typing_compat import override

VIEWS: Final = (
    ("running", "Bars and running total"),
    ("bars", "Bars"),
    ("scatter", "Parameters against MACs"),
)
HINT: Final = "click a bar to select it"
_LEAST_FOR_SHARES: Final = 560
"""Width of the tab, in pixels, from which on there is room for the shares too."""
_LARGE: Final = 400
"""Number of calls from which on a refresh takes noticeable time."""


class CostTab(TabWidget):
    """A bar or scatter chart, and the shares of the stages beside it."""

    def __init__(self, session: Session, preferences: Preferences) -> None:
        super().__init__()
        self._session = session
        self._preferences = preferences
        self.costs: Costs | None = None
        self.bars = BarChart(session.theme)
        self.scatter = ScatterChart(session.theme)
        self._stale = False
        self.measure = ChoiceButton(tuple(MEASURES.items()), name="Measure", quiet=True)
        self.basis = BasisButton(session)
        self.view = ChoiceButton(VIEWS, name="View", quiet=True)
        self.shares = ShareChart(session.theme)
        self.total = label("", size=11, weight=600, tabular=True)
        self._stack = QStackedWidget()
        self._side = QWidget()
        self._delayed = QTimer(self, singleShot=True, interval=0)
        self._build()
        self._connect()
        self.measure.set_value(preferences.choice("cost.measure", tuple(MEASURES)))
        self.view.set_value(preferences.choice("cost.view", tuple(key for key, _ in VIEWS)))
        self.set_theme()
        self.refresh()

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        for chart in (self.bars, self.scatter):
            self._stack.addWidget(chart)
        head = row(self.measure, self.basis, 1, self.view, spacing=12)
        left = QVBoxLayout()
        left.setContentsMargins(12, 5, 12, 2)
        left.setSpacing(0)
        left.addLayout(head)
        left.addWidget(self._stack, 1)
        line = QFrame()
        line.setObjectName("rule")
        line.setFixedWidth(1)
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 12, 0, 12)
        middle.addWidget(line)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(left, 1)
        layout.addWidget(self._side)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # see resizeEvent
        beside = QHBoxLayout(self._side)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addLayout(middle)
        beside.addWidget(self._right())

    def _right(self) -> QWidget:
        area = QScrollArea()
        area.setObjectName("plain")
        area.setWidget(self.shares)
        area.setWidgetResizable(True)
        right = QWidget()
        right.setFixedWidth(258)
        layout = QVBoxLayout(right)
        layout.setContentsMargins(22, 8, 12, 2)
        layout.setSpacing(3)
        title = label("Share by stage", size=11, tone="text-2")
        self.total.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addLayout(row(title, 1, self.total))
        layout.addWidget(area, 1)
        return right

    def _connect(self) -> None:
        session = self._session
        self.measure.chosen.connect(self._choose_measure)
        self.view.chosen.connect(self._choose_view)
        self._delayed.timeout.connect(self.refresh)
        self.bars.picked.connect(self._pick)
        self.scatter.picked.connect(self._pick)
        self.shares.picked.connect(self._pick_share)
        session.document_changed.connect(self._refresh_soon)
        session.picture_changed.connect(lambda _: self._follow_detail())
        session.basis_changed.connect(self._refresh_soon)
        session.selection_changed.connect(self._follow)
        session.theme_changed.connect(self.set_theme)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the shares where there is room for the chart only."""
        super().resizeEvent(event)
        self._side.setVisible(self.width() >= _LEAST_FOR_SHARES)

    @override
    def sizeHint(self) -> QSize:
        """Return the height that the dock has on the design board."""
        return QSize(900, 160)

    # -- content ---------------------------------------------------------------------------------

    @property
    @override
    def hint(self) -> str:
        return HINT

    @override
    def focus_widget(self) -> QWidget:
        return self.scatter if self._shows_scatter() else self.bars

    def refresh(self) -> None:
        """Compute the costs again and show them."""
        document, memory = self._session.document, self._session.memory
        if document is None or memory is None:
            return
        self.costs = costs_of(
            document, memory, detail=self._session.view.detail, measure=self._measure(),
            basis=self._session.basis.text(own_dtype(document.graph)),
        )  # fmt: skip
        costs = self.costs
        self.measure.set_value(self.measure.value(), costs.title)
        self.basis.set_text(costs.basis)
        self.basis.setVisible(bool(costs.basis))
        mark = at_least_mark(costs.at_least)
        self.total.setText(mark + costs.exact(costs.total))
        self.total.setToolTip(
            f"{mark}{2 * costs.total:,} FLOPs = 2 × MACs" if costs.measure == "macs" else ""
        )
        self.shares.show_costs(costs)
        self._show_view()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Show now what has changed while the tab was hidden."""
        super().showEvent(event)
        if self._stale:
            self._refresh_soon()
        else:
            self._follow()

    def set_theme(self) -> None:
        """Use the session's theme."""
        theme = self._session.theme
        for choice in (self.measure, self.view):
            choice.set_colors(text="text-2", glyph=theme["text-3"])
        self.basis.set_theme()
        for chart in (self.shares, self.bars, self.scatter):
            chart.set_theme(theme)

    def _measure(self) -> Measure:
        return cast("Measure", self.measure.value())

    def _choose_measure(self, measure: str) -> None:
        self._preferences.remember_choice("cost.measure", measure)
        self.refresh()

    def _choose_view(self, view: str) -> None:
        self._preferences.remember_choice("cost.view", view)
        self._show_view()

    def _shows_scatter(self) -> bool:
        return self.view.value() == "scatter"

    def _show_view(self) -> None:
        """Show the chosen chart."""
        if self.costs is None:
            return
        self.measure.setVisible(not self._shows_scatter())
        self.basis.setVisible(not self._shows_scatter() and bool(self.costs.basis))
        self.bars.set_running(shown=self.view.value() == "running")
        chart = self.scatter if self._shows_scatter() else self.bars
        chart.show_costs(self.costs)
        self._stack.setCurrentWidget(chart)
        self._follow()

    # -- selection -------------------------------------------------------------------------------

    def _follow_detail(self) -> None:
        if self.costs is not None and self.costs.detail != self._session.view.detail:
            self._refresh_soon()

    def _refresh_soon(self) -> None:
        """Refresh now, or for a large model in a later turn of the event loop.

        A hidden tab is refreshed when it is shown.
        """
        document = self._session.document
        self._stale = not self.isVisible()
        if self._stale:
            return
        if document is not None and len(document.graph.calls) >= _LARGE:
            self._delayed.start()
        else:
            self._delayed.stop()
            self.refresh()

    def _follow(self) -> None:
        """Highlight the session's selection."""
        document = self._session.document
        if document is None or self.costs is None or self._delayed.isActive() or self._stale:
            return
        if not self.isVisible():
            return
        targets = self._session.selection
        marks = bars_of(document, self._session.picture, self.costs, targets)
        self.bars.select(marks)
        self.scatter.select(marks)
        shares = enumerate(self.costs.shares)
        self.shares.select(frozenset(mark for mark, share in shares if share.target in targets))

    def _pick(self, mark: int, extends: bool) -> None:
        if self.costs is None:
            return
        target = self.costs.bars[mark].target
        others = self._session.selection if extends else ()
        if target in others:
            self.picked.emit(tuple(other for other in others if other != target))
        else:
            self.picked.emit((*others, target))

    def _pick_share(self, mark: int) -> None:
        if self.costs is not None:
            self.picked.emit((self.costs.shares[mark].target,))
