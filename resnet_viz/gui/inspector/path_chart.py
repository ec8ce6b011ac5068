"""Bar chart of a model's paths by the number of residual branches that they take."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from resnet_viz.analysis.wording.numbers import counted, percent
from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.inspector.sheets.path_texts import number_of_paths
from resnet_viz.paint.fonts import font
from resnet_viz.paint.printable import tip_html
from resnet_viz.typing_compat import override

_BARS: Final = 56
_FOOT: Final = 18
_WIDEST: Final = 14.0


class PathChart(QWidget):
    """Bars from no branch taken, the shortcut path, to all of them, the plain network's path."""

    def __init__(self, by_branches: tuple[int, ...], theme: Theme) -> None:
        super().__init__()
        self._counts = by_branches
        self._theme = theme
        self.setFixedHeight(_BARS + _FOOT)
        branches = len(by_branches) - 1
        self.setAccessibleName(f"Paths by branches taken, 0 to {branches}")

    def bar(self, branches: int) -> QRectF:
        """Area of the bar of the paths that take so many branches."""
        pitch = self.width() / len(self._counts)
        height = max(_BARS * self._counts[branches] / max(self._counts), 1.0)
        width = min(0.8 * pitch, _WIDEST)
        return QRectF((branches + 0.5) * pitch - width / 2, _BARS - height, width, height)

    def tip_of(self, branches: int) -> str:
        """Tooltip of a bar: "8 of 16 branches: 12,870 paths (20 %)"."""
        count, whole = self._counts[branches], len(self._counts) - 1
        share = percent(count, sum(self._counts))
        paths = f"{number_of_paths(count)} {'path' if count == 1 else 'paths'}"
        return f"{branches} of {counted(whole, 'branch', 'branches')}: {paths} ({share})"

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            pitch = self.width() / len(self._counts)
            at = min(max(int(event.pos().x() / pitch), 0), len(self._counts) - 1)
            QToolTip.showText(event.globalPos(), tip_html(self.tip_of(at)), self)
            return True
        return super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        color = QColor(self._theme["accent"])
        for branches in range(len(self._counts)):
            painter.fillRect(self.bar(branches), color)
        painter.fillRect(QRectF(0, _BARS, self.width(), 1), QColor(self._theme["line-strong"]))
        painter.setPen(QColor(self._theme["text-3"]))
        painter.setFont(font(11, tabular=True))
        foot = QRectF(0, _BARS + 2, self.width(), _FOOT - 2)
        last = len(self._counts) - 1
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, "0 branches taken")
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, f"{last:,}")
