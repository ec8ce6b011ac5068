"""View of an experiment's picture, drawn to fit its size; it scrolls where that is too small."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy

from resnet_viz.drawing.charts.experiment_picture import GAP, experiment_picture, panel_id
from resnet_viz.drawing.themes import Theme
from resnet_viz.errors import Cancelled
from resnet_viz.experiments.results import Result
from resnet_viz.paint.painter import paint_list
from resnet_viz.services.worker import Outcome, Worker
from resnet_viz.typing_compat import override


class ChartView(QAbstractScrollArea):
    """Draws a result once for each size, in a thread: feature maps take a second.

    The last picture stays until the next one is drawn; results that come meanwhile are left out.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._result: Result | None = None
        self._pixels = QImage()
        self._is_stale = False
        self._marked: int | None = None
        self._is_to_reveal = False
        self._ticket = 0
        self._worker = Worker("chart", self)
        self._worker.ended.connect(self._on_drawn)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Result of the experiment")

    @property
    def result(self) -> Result | None:
        """The result that is shown."""
        return self._result

    @property
    def is_current(self) -> bool:
        """True if the result is drawn as it is, in this size and theme."""
        return not self._is_stale and not self._ticket

    def show_result(self, result: Result | None) -> None:
        """Show a result; None shows nothing."""
        if result is not self._result:
            if _subject(result) != _subject(self._result):
                self._worker.cancel(self._ticket)
                self._pixels = QImage()
            self._result = result
            if result is None:
                self.verticalScrollBar().setRange(0, 0)
            self.setAccessibleDescription("" if result is None else result.finding)
            self._redraw()

    def mark(self, panel: int | None) -> None:
        """Frame a chart, by its number from 0, and scroll to it; None frames none."""
        if panel != self._marked:
            self._marked, self._is_to_reveal = panel, True
            self._redraw()

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._theme = theme
        self._redraw()

    def stop(self) -> None:
        """End the thread."""
        self._worker.stop()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(200, 40)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._redraw()
        super().resizeEvent(event)

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._result is None:
            with QPainter(self.viewport()) as painter:
                painter.fillRect(self.viewport().rect(), QColor(self._theme["surface"]))
            return
        if self._is_stale and not self._ticket:
            self._is_stale = False
            size, ratio = self.viewport().size(), self.devicePixelRatioF()
            job = partial(_drawn, self._result, size, ratio, self._theme, self._marked)
            self._ticket = self._worker.submit(job)
        with QPainter(self.viewport()) as painter:
            painter.drawImage(0, -self.verticalScrollBar().value(), self._pixels)

    def _redraw(self) -> None:
        self._is_stale = True
        self.viewport().update()

    def _on_drawn(self, outcome: Outcome) -> None:
        self._ticket = 0
        if isinstance(outcome.error, Cancelled):
            return
        if outcome.error is not None:
            raise outcome.error
        self._pixels, top = outcome.value
        shown, bar = self.viewport().height(), self.verticalScrollBar()
        bar.setPageStep(shown)
        bar.setRange(0, max(0, round(self._pixels.deviceIndependentSize().height()) - shown))
        if self._is_to_reveal:
            self._is_to_reveal = False
            bar.setValue(top)
        self.viewport().update()


def _subject(result: Result | None) -> tuple[str, ...]:
    """The experiment and the model that a result is of."""
    return () if result is None else (result.experiment, *(run.source for run in result.runs[:1]))


def _drawn(
    result: Result, size: QSize, ratio: float, theme: Theme, marked: int | None
) -> tuple[QImage, int]:
    """The picture as pixels, as wide as ``size`` and at least as high; the marked chart's top."""
    picture = experiment_picture(result, size.width(), size.height())
    height = max(size.height(), round(picture.bounds.height))
    pixels = QImage(QSize(size.width(), height) * ratio, QImage.Format.Format_RGB32)
    pixels.setDevicePixelRatio(ratio)
    pixels.fill(QColor(theme["canvas"]))
    with QPainter(pixels) as painter:
        paint_list(painter, picture, theme)
        panel = None if marked is None else picture.by_id.get(panel_id(marked))
        if panel is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme["accent"]), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            rect = panel.bounds
            painter.drawRoundedRect(QRectF(rect.x, rect.y, rect.width, rect.height), 6, 6)
    return pixels, 0 if panel is None else max(0, round(panel.bounds.y - GAP))
