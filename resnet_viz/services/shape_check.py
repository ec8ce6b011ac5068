"""Has the engine look over every opened graph, when it has nothing better to do.

A graph whose shapes are all known is compared with Keras; one that leaves some open is completed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from resnet_viz.protocol.messages import Checked, Completed, Failed
from resnet_viz.services.events import Opened, leaves_open
from resnet_viz.services.graph_source import load_config

if TYPE_CHECKING:
    from resnet_viz.engine_client.client import EngineClient
    from resnet_viz.services.worker import Outcome, Worker


class Checker(QObject):
    """Looks over the document opened last.

    A model that Keras can't rebuild (a custom class, say) is no mismatch; only that its open
    shapes stay open is told.

    Signals:
        mismatched(str, object): the document's title and the tensors where Keras disagrees.
        completed(Opened, Completed): Keras's own tensors for a document that left some open.
        incomplete(Opened, Failed): why the open ones stay open.
    """

    mismatched = Signal(str, object)
    completed = Signal(object, object)
    incomplete = Signal(object, object)

    def __init__(self, engine: EngineClient, worker: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._worker = worker
        self._waiting: Opened | None = None
        self._reading: dict[int, Opened] = {}
        self._asked: dict[int, Opened] = {}
        worker.ended.connect(self._read)
        engine.checked.connect(self._checked)
        engine.completed.connect(self._completed)
        engine.failed.connect(self._failed)
        engine.cancelled.connect(self._forget)
        engine.state_changed.connect(lambda _: self._next())

    def check(self, opened: Opened) -> None:
        """Look over a document as soon as the engine is free, in place of one that still waits."""
        self._waiting = opened
        self._next()

    def _next(self) -> None:
        opened = self._waiting
        if opened is None or self._engine.state != "ready":
            return
        self._waiting = None
        source = opened.document.source
        self._reading[self._worker.submit(lambda: load_config(source))] = opened

    def _read(self, outcome: Outcome) -> None:
        opened = self._reading.pop(outcome.ticket, None)
        if opened is None or not isinstance(outcome.value, bytes):
            return  # not ours, or the file has gone since: what is open stays good
        document = opened.document
        ask = self._engine.complete if leaves_open(document.graph) else self._engine.check
        config = outcome.value.decode(errors="replace")
        self._asked[ask(config, where=document.title, revision=opened.revision)] = opened

    def _checked(self, reply: Checked) -> None:
        opened = self._asked.pop(reply.id, None)
        if opened is not None and reply.mismatches:
            self.mismatched.emit(opened.document.title, reply.mismatches)

    def _completed(self, reply: Completed) -> None:
        opened = self._asked.pop(reply.id, None)
        if opened is not None:
            self.completed.emit(opened, reply)

    def _failed(self, reply: Failed) -> None:
        opened = self._asked.pop(reply.id, None)
        if opened is not None and leaves_open(opened.document.graph):
            self.incomplete.emit(opened, reply)

    def _forget(self, request: int) -> None:
        self._asked.pop(request, None)
