"""Imports the charts (pyqtgraph with numpy: 0.4 s) in a thread, so that the window never waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from PySide6.QtCore import QObject, Signal

from resnet_viz.services.worker import Outcome, Worker

if TYPE_CHECKING:  # at run time they come through the thread
    from resnet_viz.gui.cost.charts.bars import BarChart
    from resnet_viz.gui.cost.charts.scatter import ScatterChart

FAILED: Final = "Charts are not available: pyqtgraph could not be loaded."


class Charts(msgspec.Struct, frozen=True):
    """The classes of the charts."""

    bars: type[BarChart]
    scatter: type[ScatterChart]


def import_charts() -> Charts:
    """Import the charts; slow the first time.

    Raises:
        ImportError: pyqtgraph or numpy is missing or broken.
    """
    from resnet_viz.gui.cost.charts.bars import BarChart
    from resnet_viz.gui.cost.charts.scatter import ScatterChart

    return Charts(BarChart, ScatterChart)


class ChartLoader(QObject):
    """Imports once, when asked.

    Signals:
        loaded(Charts): the charts can be made.
        failed(Exception): they never will; the numbers stay as text.
    """

    loaded = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._worker: Worker | None = None
        self._asked = False

    def start(self) -> None:
        """Begin, if it has not begun yet."""
        if self._asked:
            return
        self._asked = True
        self._worker = Worker("charts", self)
        self._worker.ended.connect(self._ended)
        self._worker.submit(import_charts)

    def stop(self) -> None:
        """End the thread; an import that runs is finished first."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop()

    def _ended(self, outcome: Outcome) -> None:
        self.stop()
        if outcome.error is not None:
            self.failed.emit(outcome.error)
        else:
            self.loaded.emit(outcome.value)
