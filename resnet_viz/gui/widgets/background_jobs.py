"""Background jobs: work on large models in a worker thread, so that the window never waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Signal

from resnet_viz.errors import Cancelled
from resnet_viz.services.worker import Outcome, Worker

LARGE: Final = 1_000
"""From so many calls (or rows) on a job is done aside; below it is over before anyone notices."""
Made = TypeVar("Made")


class BackgroundJobs(QObject):
    """Runs jobs; of several of one kind only the newest delivers its result.

    Signals:
        failed(Exception): a job has raised it.
    """

    failed = Signal(object)

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self._name = name
        self._worker: Worker | None = None
        self._newest: dict[str, int] = {}
        self._waiting: dict[int, tuple[str, Callable[..., None]]] = {}

    def run(
        self, kind: str, job: Callable[[], Made], then: Callable[[Made], None], *, size: int
    ) -> None:
        """Run ``job`` and call ``then`` with its result; a small job runs at once, in this thread.

        Args:
            kind: earlier jobs of this kind no longer matter and are cancelled.
            job: touches no widget.
            then: takes what it has made, in the owner's thread.
            size: how many calls or rows the job is about.
        """
        before = self._newest.pop(kind, None)
        if self._worker is not None and before is not None:
            self._worker.cancel(before)
        if size < LARGE:
            then(job())
            return
        if self._worker is None:
            self._worker = Worker(self._name, self)
            self._worker.ended.connect(self._ended)
        ticket = self._worker.submit(job)
        self._newest[kind] = ticket
        self._waiting[ticket] = (kind, then)

    def waits_for(self, kind: str) -> bool:
        """Return whether a job of this kind is still running."""
        return kind in self._newest

    def stop(self) -> None:
        """End the thread; jobs that have not ended are dropped."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop()

    def _ended(self, outcome: Outcome) -> None:
        kind, then = self._waiting.pop(outcome.ticket)
        is_newest = self._newest.get(kind) == outcome.ticket
        if is_newest:
            del self._newest[kind]
        if outcome.error is not None:
            if not isinstance(outcome.error, Cancelled):
                self.failed.emit(outcome.error)
        elif is_newest:
            then(outcome.value)
