"""Has the engine compare every opened graph with Keras, when it has nothing better to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from resnet_viz.protocol.messages import Checked, Failed, Mismatch
from resnet_viz.services.engine_client import EngineClient
from resnet_viz.services.models import config_at_hand
from resnet_viz.services.requests import Opened
from resnet_viz.services.worker import Outcome, Worker

Report = Callable[[str, tuple[Mismatch, ...]], None]


class Checker(QObject):
    """Checks the document opened last; ``report`` hears its title and where Keras disagrees.

    A model that Keras can't rebuild (a custom class, say) is no mismatch: nothing is reported.
    """

    def __init__(
        self, engine: EngineClient, worker: Worker, report: Report, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._worker = worker
        self._report = report
        self._waiting: Opened | None = None
        self._reading: dict[int, Opened] = {}
        self._asked: dict[int, str] = {}
        worker.ended.connect(self._read)
        engine.checked.connect(self._checked)
        engine.failed.connect(self._failed)
        engine.cancelled.connect(self._forget)
        engine.state_changed.connect(lambda _: self._next())

    def check(self, opened: Opened) -> None:
        """Check a document as soon as the engine is free, in place of one that still waits."""
        self._waiting = opened
        self._next()

    def _next(self) -> None:
        opened = self._waiting
        if opened is None or self._engine.state != "ready":
            return
        self._waiting = None
        source = opened.document.source
        self._reading[self._worker.submit(lambda: config_at_hand(source))] = opened

    def _read(self, outcome: Outcome) -> None:
        opened = self._reading.pop(outcome.ticket, None)
        if opened is None or not isinstance(outcome.value, bytes):
            return  # not ours, or the file has gone since: what is open stays good
        title = opened.document.title
        config = outcome.value.decode(errors="replace")
        request = self._engine.check(config, where=title, revision=opened.revision)
        self._asked[request] = title

    def _checked(self, reply: Checked) -> None:
        title = self._asked.pop(reply.id, None)
        if title is not None and reply.mismatches:
            self._report(title, reply.mismatches)

    def _failed(self, reply: Failed) -> None:
        self._forget(reply.id)

    def _forget(self, request: int) -> None:
        self._asked.pop(request, None)
