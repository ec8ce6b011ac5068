"""View of an experiment's picture, drawn to fit its size; it scrolls where that is too small."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy

from resnet_viz.drawing.charts.experiment_picture import experiment_picture
from resnet_viz.drawing.themes import Theme
from resnet_viz.experiments.results import Result
from resnet_viz.paint.painter import paint_list
from resnet_viz.typing_compat import override


class ChartView(QAbstractScrollArea):
    """Draws a result; painted once for each result and size, then kept as pixels."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._result: Result | None = None
        self._pixels: QPixmap | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Result of the experiment")

    @property
    def result(self) -> Result | None:
        """The result that is shown."""
        return self._result

    def show_result(self, result: Result | None) -> None:
        """Show a result; None shows nothing."""
        if result is not self._result:
            self._result = result
            self.setAccessibleDescription("" if result is None else result.finding)
            self._redraw()

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._theme = theme
        self._redraw()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(200, 40)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._pixels = None
        super().resizeEvent(event)

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._result is None:
            return
        if self._pixels is None:
            self._pixels = self._drawn(self._result)
        with QPainter(self.viewport()) as painter:
            painter.drawPixmap(0, -self.verticalScrollBar().value(), self._pixels)

    def _redraw(self) -> None:
        self._pixels = None
        self.viewport().update()

    def _drawn(self, result: Result) -> QPixmap:
        """The picture as pixels; sets the range of the scroll bar."""
        size, ratio = self.viewport().size(), self.devicePixelRatioF()
        picture = experiment_picture(result, size.width(), size.height())
        needed = max(size.height(), round(picture.bounds.height))
        bar = self.verticalScrollBar()
        bar.setPageStep(size.height())
        bar.setRange(0, needed - size.height())
        pixels = QPixmap(QSize(size.width(), needed) * ratio)
        pixels.setDevicePixelRatio(ratio)
        pixels.fill(QColor(self._theme["canvas"]))
        with QPainter(pixels) as painter:
            paint_list(painter, picture, self._theme)
        return pixels
