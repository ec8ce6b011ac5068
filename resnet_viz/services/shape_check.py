"""Comparison of opened graphs with Keras, and completion of shapes that the reader left unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from resnet_viz.document import Document, make_document
from resnet_viz.errors import Cancelled, quoted
from resnet_viz.graph.keras_classes import resolve_class
from resnet_viz.protocol.messages import CODE_CUSTOM, CODE_KERAS, Checked, Completed, Failed
from resnet_viz.services.events import Opened
from resnet_viz.services.graph_source import graph_for, load_config, load_graph
from resnet_viz.services.worker import Outcome, Worker
from resnet_viz.sources.types import Counterpart, base_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from resnet_viz.engine_client.client import EngineClient
    from resnet_viz.graph.types import Graph

CHECK_LIMIT_S: Final = 60.0
"""Time limit of the engine for one document."""


class ShapeChecker(QObject):
    """Has the engine check the document opened last, once it has nothing else to do.

    A document with unknown shapes is completed instead. A model that Keras can't rebuild (because
    of a custom class, say) is reported only if its shapes stay unknown; so is one that takes Keras
    too long. It has a thread of its own, so that nothing waits for it.

    Signals:
        mismatched(str, object): the document's title and the tensors where Keras disagrees.
        completed(Opened, Document): the document with Keras's shapes in place of unknown ones.
        incomplete(Opened, Failed): the reason that shapes stay unknown.
        failed(Opened, Exception): the completion failed here, not in the engine.
    """

    mismatched = Signal(str, object)
    completed = Signal(object, object)
    incomplete = Signal(object, object)
    failed = Signal(object, object)

    def __init__(self, engine: EngineClient, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._worker = Worker("checks", self)
        self._waiting: Opened | None = None
        self._reading: dict[int, Opened] = {}
        self._asked: dict[int, Opened] = {}
        self._completing: dict[int, Opened] = {}
        self._limit = QTimer(self, singleShot=True, interval=int(CHECK_LIMIT_S * 1000))
        self._limit.timeout.connect(self._on_overdue)
        self._worker.ended.connect(self._on_job_ended)
        engine.checked.connect(self._on_checked)
        engine.completed.connect(self._on_completed)
        engine.failed.connect(self._on_failed)
        engine.cancelled.connect(self._forget_if_asked)
        engine.state_changed.connect(lambda _: self._check_next())

    def check(self, opened: Opened) -> None:
        """Check a document as soon as the engine is free, in place of any other."""
        self._cancel((*self._reading, *self._completing))
        self._waiting = opened
        self._check_next()

    def give_way(self) -> None:
        """Leave the engine to a model that is being opened; the check begins anew after it."""
        for opened in (*self._reading.values(), *self._asked.values()):
            self._waiting = opened
        self._cancel(self._reading)

    def stop(self) -> None:
        """Check nothing more, and end the thread."""
        self._waiting = None
        self._limit.stop()
        self._worker.stop()

    def _cancel(self, tickets: Iterable[int]) -> None:
        """Cancel these jobs and what the engine was asked."""
        for ticket in tuple(tickets):
            self._worker.cancel(ticket)
        for request in tuple(self._asked):
            self._forget_if_asked(request)
            self._engine.cancel(request)

    def _forget_if_asked(self, request: int) -> Opened | None:
        """The document of a request that has ended, if it was asked here."""
        if request not in self._asked:
            return None
        self._limit.stop()
        return self._asked.pop(request)

    def _on_overdue(self) -> None:
        for request, opened in tuple(self._asked.items()):
            self._forget_if_asked(request)
            self._engine.cancel(request)
            if _has_unknown_shapes(opened.document.graph):
                message = f"Keras needs more than {CHECK_LIMIT_S:.0f} s to compute them."
                self.incomplete.emit(opened, Failed(id=0, code=CODE_KERAS, message=message))

    def _check_next(self) -> None:
        opened = self._waiting
        if opened is None or self._engine.state != "ready":
            return
        self._waiting = None
        source = opened.document.source
        self._reading[self._worker.submit(lambda: load_config(source))] = opened

    def _on_job_ended(self, outcome: Outcome) -> None:
        opened = self._reading.pop(outcome.ticket, None)
        if opened is not None and isinstance(outcome.value, bytes):  # else the file has gone since
            self._ask(opened, outcome.value.decode(errors="replace"))
        opened = self._completing.pop(outcome.ticket, None)
        if opened is None:
            return
        if outcome.error is None:
            self.completed.emit(opened, outcome.value)
        elif not isinstance(outcome.error, Cancelled):
            self.failed.emit(opened, outcome.error)

    def _ask(self, opened: Opened, config: str) -> None:
        document = opened.document
        foreign = _user_class(document.graph)
        if foreign:
            self._on_user_class(opened, foreign)
            return
        ask = self._engine.complete if _has_unknown_shapes(document.graph) else self._engine.check
        self._asked[ask(config, where=document.title, revision=opened.revision)] = opened
        self._limit.start()

    def _on_user_class(self, opened: Opened, name: str) -> None:
        """Keras would take a class of its own for the user's, which has the same name."""
        if _has_unknown_shapes(opened.document.graph):
            message = (
                f"{opened.document.title} uses the class {quoted(name)}, which does not belong to "
                "Keras; its unknown shapes stay unknown."
            )
            self.incomplete.emit(opened, Failed(id=0, code=CODE_CUSTOM, message=message))

    def _on_checked(self, reply: Checked) -> None:
        opened = self._forget_if_asked(reply.id)
        if opened is not None and reply.mismatches:
            self.mismatched.emit(opened.document.title, reply.mismatches)

    def _on_completed(self, reply: Completed) -> None:
        opened = self._forget_if_asked(reply.id)
        if opened is not None:
            document = opened.document
            ticket = self._worker.submit(lambda: _completed_document(document, reply))
            self._completing[ticket] = opened

    def _on_failed(self, reply: Failed) -> None:
        opened = self._forget_if_asked(reply.id)
        if opened is not None and _has_unknown_shapes(opened.document.graph):
            self.incomplete.emit(opened, reply)


def _has_unknown_shapes(graph: Graph) -> bool:
    return any(tensor.shape is None for call in graph.calls for tensor in call.outputs)


def _user_class(graph: Graph) -> str:
    """Name of a user's class that is called like one of Keras's; "" if there is none."""
    own = (call for call in graph.calls if not call.keras_class)
    return next((call.type for call in own if resolve_class(call.type, call.config, {})[1]), "")


def _completed_document(document: Document, reply: Completed) -> Document:
    from resnet_viz.reading.read import complete_graph

    source = document.source
    # What is a shortcut may depend on shapes, so a counterpart is made anew from the whole model.
    whole = load_graph(base_of(source)) if isinstance(source, Counterpart) else None
    graph = complete_graph(whole or document.graph, reply.tensors, reply.weights)
    graph = graph if whole is None else graph_for(source, graph)
    return make_document(source, document.title, graph)
