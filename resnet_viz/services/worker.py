"""Worker thread that runs jobs in order and reports their outcomes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec
from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

Job: TypeAlias = Callable[[], Any]


class Outcome(msgspec.Struct, frozen=True):
    """Outcome of a job: a value or an error, never both.

    Attributes:
        ticket: the job's ticket from ``submit``.
        value: the job's return value.
        error: the exception that it raised; Cancelled if it was cancelled.
    """

    ticket: int
    value: Any = None
    error: Exception | None = None


class _Runner(QObject):
    """Object in the worker thread that runs the jobs."""

    ended = Signal(object)

    @Slot(int, object)
    def run(self, ticket: int, job: Job) -> None:
        """Run one job; its exception is part of the outcome, since the thread must go on."""
        try:
            outcome = Outcome(ticket, value=job())
        except Exception as error:  # noqa: BLE001 - the receiver handles it
            outcome = Outcome(ticket, error=error)
        self.ended.emit(outcome)


class Worker(QObject):
    """Runs jobs one after another in a thread of its own.

    Signals:
        ended(Outcome): a job has ended; emitted in the thread of the worker's owner.
    """

    ended = Signal(object)
    _submitted = Signal(int, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last_ticket = 0
        self._thread = QThread(self)
        self._thread.setObjectName(name)
        self._runner = _Runner()
        self._runner.moveToThread(self._thread)
        self._submitted.connect(self._runner.run, Qt.ConnectionType.QueuedConnection)
        self._runner.ended.connect(self.ended, Qt.ConnectionType.QueuedConnection)
        self._thread.start()

    def submit(self, job: Job) -> int:
        """Queue a job; returns its ticket, which its Outcome carries."""
        self._last_ticket += 1
        self._submitted.emit(self._last_ticket, job)
        return self._last_ticket

    def stop(self) -> None:
        """End the thread after the job that runs now; queued jobs are dropped."""
        self._thread.requestInterruption()
        self._thread.quit()
        self._thread.wait()
