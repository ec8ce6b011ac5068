"""One background thread that runs jobs in order and hands back how each of them ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec
from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from resnet_viz.errors import Cancelled

Job: TypeAlias = Callable[[], Any]


class Outcome(msgspec.Struct, frozen=True):
    """How a job ended: with a value or with an error, never both.

    Attributes:
        ticket: what ``submit`` returned for the job.
        value: what the job returned.
        error: what it raised; Cancelled if it gave up because it was asked to.
    """

    ticket: int
    value: Any = None
    error: Exception | None = None


class _Runner(QObject):
    """Lives in the thread; runs what it is sent."""

    ended = Signal(object)

    @Slot(int, object)
    def run(self, ticket: int, job: Job) -> None:
        """Run one job. Whatever it raises belongs to its outcome: the thread must go on."""
        try:
            outcome = Outcome(ticket, value=job())
        except Cancelled as stop:
            outcome = Outcome(ticket, error=stop)
        except Exception as error:  # noqa: BLE001 - the receiver decides what an error means
            outcome = Outcome(ticket, error=error)
        self.ended.emit(outcome)


class Worker(QObject):
    """Runs jobs one after another in its own thread.

    Signals:
        ended(Outcome): a job has ended; emitted in the worker's owner's thread.
    """

    ended = Signal(object)
    _send = Signal(int, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._next = 0
        self._thread = QThread(self)
        self._thread.setObjectName(name)
        self._runner = _Runner()
        self._runner.moveToThread(self._thread)
        self._send.connect(self._runner.run, Qt.ConnectionType.QueuedConnection)
        self._runner.ended.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self._thread.start()

    def submit(self, job: Job) -> int:
        """Queue a job; its ticket comes back in its Outcome."""
        self._next += 1
        self._send.emit(self._next, job)
        return self._next

    def stop(self) -> None:
        """End the thread after the job that runs now; jobs still queued never run."""
        self._thread.requestInterruption()
        self._thread.quit()
        self._thread.wait()

    @Slot(object)
    def _pass_on(self, outcome: Outcome) -> None:
        self.ended.emit(outcome)
