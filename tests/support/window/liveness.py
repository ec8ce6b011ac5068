"""Measures how long the event loop stands still: what the user feels as a window that hangs."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

_BEAT_MS = 4


class Pulse(QObject):
    """Beats as long as the loop runs; the gaps between beats are its stalls.

    Attributes:
        stalls: the gaps so far, in seconds.
        work: the processor time of this thread in each gap: what is left of a stall on a machine
            that has nothing else to do.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stalls: list[float] = []
        self.work: list[float] = []
        self._timer = QTimer(self, interval=_BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._last = (time.perf_counter(), time.thread_time())

    def __enter__(self) -> Pulse:
        self.stalls, self.work = [], []
        self._last = (time.perf_counter(), time.thread_time())
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._beat()
        self._timer.stop()

    def _beat(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        self.stalls.append(now[0] - self._last[0])
        self.work.append(now[1] - self._last[1])
        self._last = now


def run_until(done: Callable[[], bool], *, seconds: float = 20) -> None:
    """Run the event loop, asleep in between as a real one is, until something holds."""
    limit = QTimer(singleShot=True, interval=int(seconds * 1000))  # wakes a loop without events
    limit.start()
    while not done():
        if not limit.isActive():
            raise TimeoutError
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
