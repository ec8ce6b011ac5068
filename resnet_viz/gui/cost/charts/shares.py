"""Each stage's share of the total: a line with bar and percentage for every stage."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.cost.charts.chart import Chart
from resnet_viz.gui.cost.model import NO_COSTS, Costs
from resnet_viz.paint.printable import printable
from resnet_viz.typing_compat import override

_LINE: Final = 20.0
_NAME: Final = 52.0
_PERCENT: Final = 46.0
_BAR: Final = 9.0


class ShareChart(Chart):
    """A line for each stage; it lies in a scroll area if there are many."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Share by stage")
        self.costs = NO_COSTS
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_costs(self, costs: Costs) -> None:
        """Show the shares of ``costs``."""
        self.costs, self.count = costs, len(costs.shares)
        self.updateGeometry()
        self.refresh()

    @override
    def description(self) -> str:
        """The lines as text."""
        shares = self.costs.shares
        return "\n".join(f"{each.title} {self.costs.share_text(each.value)}" for each in shares)

    @override
    def sizeHint(self) -> QSize:
        return QSize(224, round(_LINE * max(self.count, 1)))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def line_rect(self, mark: int) -> QRectF:
        """The pixels of a stage's line."""
        return QRectF(0, _LINE * mark, self.width(), _LINE)

    @override
    def mark_at(self, point: QPointF) -> int | None:
        mark = int(point.y() // _LINE)
        return mark if 0 <= mark < self.count else None

    @override
    def tip_of(self, mark: int) -> str:
        """The stage and its exact value."""
        share = self.costs.shares[mark]
        return f"{share.title}\n{self.costs.exact(share.value)}"

    @override
    def draw(self, painter: QPainter) -> None:
        largest = max((share.value for share in self.costs.shares), default=0) or 1
        middle = Qt.AlignmentFlag.AlignVCenter
        for mark, share in enumerate(self.costs.shares):
            rect, is_selected = self.line_rect(mark), mark in self.selected
            painter.setFont(self.font_of(bold=is_selected))
            painter.setPen(self.color("accent" if is_selected else "text-2"))
            name = painter.fontMetrics().elidedText(
                printable(share.title), Qt.TextElideMode.ElideMiddle, round(_NAME - 4)
            )
            painter.drawText(rect.adjusted(2, 0, 0, 0), middle, name)
            text = self.costs.share_text(share.value)
            painter.drawText(rect, middle | Qt.AlignmentFlag.AlignRight, text)
            length = max(1.0, (rect.width() - _NAME - _PERCENT - 14) * share.value / largest)
            bar = QRectF(_NAME + 4, rect.center().y() - _BAR / 2, length, _BAR)
            painter.fillRect(bar, self.color(share.token))
