"""Worker thread that runs jobs in order, reports their outcomes, and can be interrupted.

A job is ordinary Python without checks for cancellation. One that is cancelled while it runs is
left alone in its thread, and the next one gets a thread of its own at once. If it does not end by
itself, an exception is raised in its thread, as for Ctrl+C in the main thread.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, Final, TypeAlias

import msgspec
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from resnet_viz.errors import Cancelled

Job: TypeAlias = Callable[[], Any]

_TICK_MS: Final = 100
"""Time for a cancelled job to end by itself, at least; at most twice as long."""
_TICKS_BETWEEN_INTERRUPTS: Final = 10
_TRIES_AT_END: Final = 10
_SHORT_S: Final = 0.1


class JobInterrupted(BaseException):
    """Raised in a job's thread to end it; no ``except Exception`` of the job may catch it."""


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


class Worker(QObject):
    """Runs jobs one after another in a thread of its own, made with the first.

    Signals:
        ended(Outcome): a job has ended; emitted in the thread of the worker's owner, once for each.
    """

    ended = Signal(object)
    _done = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._last_ticket = 0
        self._waiting: deque[tuple[int, Job]] = deque()
        self._running = 0
        self._runner: _Runner | None = None
        self._retired: list[_Runner] = []
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._interrupt_retired)
        self._done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)

    def submit(self, job: Job) -> int:
        """Queue a job; returns its ticket, which its Outcome carries."""
        self._last_ticket += 1
        self._waiting.append((self._last_ticket, job))
        self._run_next()
        return self._last_ticket

    def cancel(self, ticket: int) -> None:
        """End a job at once, as seen from here, if it has not ended: its error is Cancelled."""
        if ticket and ticket == self._running and self._runner is not None:
            self._running = 0
            self._runner.finish()
            self._retired.append(self._runner)
            self._runner = None
            if not self._tick.isActive():
                self._tick.start()
        else:
            rest = deque(each for each in self._waiting if each[0] != ticket)
            if len(rest) == len(self._waiting):
                return
            self._waiting = rest
        self.ended.emit(Outcome(ticket, error=Cancelled()))
        self._run_next()

    def stop(self, *, patience_s: float = 0.0) -> None:
        """End the thread; queued jobs are dropped.

        A job that goes on all the same, as in a long call of a C library, is left to itself; its
        thread does not keep the process from ending.

        Args:
            patience_s: time for the job that runs to end by itself.
        """
        self._waiting.clear()
        self._tick.stop()
        runners = [*self._retired, *([self._runner] if self._runner else [])]
        self._retired, self._runner, self._running = [], None, 0
        for runner in runners:
            runner.finish()
        for runner in runners:
            runner.end(patience_s)

    def _run_next(self) -> None:
        if self._running or not self._waiting:
            return
        self._running, job = self._waiting.popleft()
        if self._runner is None:
            self._runner = _Runner(self._name, self._done.emit)
        self._runner.run(self._running, job)

    def _on_done(self, outcome: Outcome) -> None:
        if outcome.ticket == self._running:  # else it was cancelled
            self._running = 0
            self.ended.emit(outcome)
            self._run_next()

    def _interrupt_retired(self) -> None:
        self._retired = [runner for runner in self._retired if runner.is_alive]
        for runner in self._retired:
            runner.ticks_left -= 1
            if runner.ticks_left <= 0 and runner.interrupt():
                runner.ticks_left = _TICKS_BETWEEN_INTERRUPTS
        if not self._retired:
            self._tick.stop()


class _Runner:
    """A thread that runs jobs until it is told to finish.

    Attributes:
        ticks_left: ticks until its job is interrupted, after it was told to.
    """

    def __init__(self, name: str, report: Callable[[Outcome], object]) -> None:
        self.ticks_left = 2
        self._report = report
        self._jobs: SimpleQueue[tuple[int, Job] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """True until its last job has ended."""
        return self._thread.is_alive()

    def run(self, ticket: int, job: Job) -> None:
        """Run a job after those before it."""
        self._jobs.put((ticket, job))

    def finish(self) -> None:
        """End after the job that runs."""
        self._jobs.put(None)

    def end(self, patience_s: float) -> None:
        """Wait for the end, then interrupt the job."""
        self._thread.join(max(patience_s, _SHORT_S))
        for _ in range(_TRIES_AT_END):
            if self.interrupt():
                break
            self._thread.join(_SHORT_S / _TRIES_AT_END)
        self._thread.join(_SHORT_S)

    def interrupt(self) -> bool:
        """Raise JobInterrupted in the job that runs; False if there is none, or not just now."""
        import ctypes

        thread = self._thread.ident or 0
        raised = _can_be_interrupted(thread)
        if raised:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread), ctypes.py_object(JobInterrupted)
            )
        return raised

    def _run(self) -> None:
        with suppress(JobInterrupted, RuntimeError):  # the latter: its worker has been deleted
            while (entry := self._jobs.get()) is not None:
                self._report(_outcome(*entry))


def _outcome(ticket: int, job: Job) -> Outcome:
    """Run one job; its exception is part of the outcome, since the thread must go on."""
    try:
        return Outcome(ticket, value=job())
    except Exception as error:  # noqa: BLE001 - the receiver handles it
        return Outcome(ticket, error=error)


def _can_be_interrupted(thread: int) -> bool:
    """True in a job, except where an exception would do harm or be dropped.

    An import would leave locks; destructors and callbacks of the garbage collector drop it.
    """
    callbacks = {getattr(callback, "__code__", None) for callback in gc.callbacks}
    frame = sys._current_frames().get(thread)  # noqa: SLF001 - documented, for such purposes
    while frame is not None and frame.f_code is not _outcome.__code__:
        code = frame.f_code
        if code.co_filename.startswith("<frozen importlib") or code.co_name == "__del__":
            return False
        if code in callbacks:
            return False
        frame = frame.f_back
    return frame is not None
