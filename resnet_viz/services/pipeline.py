"""Pipeline from a source to a picture, in a worker thread; the newest request wins.

Opening: the graph is loaded (shipped, cached or from a file) or built by the engine; document and
picture follow. Drawing: the picture of an open document in another view. Late answers are dropped.
"""

from __future__ import annotations

from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, Signal

from resnet_viz.analysis.costs.types import Memory
from resnet_viz.document import Document, make_document
from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.drawing.measure import Measurer
from resnet_viz.engine_client.client import EngineClient
from resnet_viz.graph.types import Graph
from resnet_viz.layout.view import View
from resnet_viz.protocol.messages import Built, Failed, Traced
from resnet_viz.services.document_cache import DocumentCache
from resnet_viz.services.events import Drawn, Failure, Opened, Opening
from resnet_viz.services.graph_source import cache_config, graph_for, load_graph
from resnet_viz.services.shape_check import ShapeChecker
from resnet_viz.services.source_title import source_title
from resnet_viz.services.worker import Outcome, Worker
from resnet_viz.sources.types import ModelFile, PastFile, PythonFunction, Source, base_of


class _Request:
    """A request, whose job runs dot until it is cancelled."""

    def __init__(self) -> None:
        self.ticket = 0
        self.cancelled = Event()


class _OpenRequest(_Request):
    def __init__(self, revision: int, source: Source, view: View) -> None:
        super().__init__()
        self.revision = revision
        self.source = source
        self.view = view
        self.engine_request = 0


class Pipeline(QObject):
    """Opens sources and draws views in one worker thread.

    Signals:
        opening(Opening): a source is being opened, or its opening has come to the engine.
        opened(Opened): it has been opened.
        drawn(Drawn): the picture requested last.
        failed(Failure): a source could not be opened, or a view could not be drawn.
        cancelled(): the user has cancelled the opening.
        drawing(): a view of the open document is being drawn.
        drawing_ended(): it no longer is, whatever has come of it.
        mismatched(str, object): a document's title and the tensors where Keras disagrees with the
            reader.
        completed(Document): the document opened last, with Keras's shapes in place of unknown ones.
        incomplete(Opened, Failed): the reason that some of its shapes stay unknown.
    """

    opening = Signal(object)
    opened = Signal(object)
    drawn = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    drawing = Signal()
    drawing_ended = Signal()
    mismatched = Signal(str, object)
    completed = Signal(object)
    incomplete = Signal(object, object)

    def __init__(
        self,
        engine: EngineClient,
        measurer: Measurer,
        *,
        documents: DocumentCache | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._documents = documents or DocumentCache(None)
        self._engine = engine
        self._measurer = measurer
        self._revision = 0
        self._open: _OpenRequest | None = None
        self._draw: _Request | None = None
        self._last_opened: Opened | None = None
        self._worker = Worker("pipeline", self)
        self._worker.ended.connect(self._on_job_ended)
        engine.built.connect(self._on_built)
        engine.traced.connect(self._on_traced)
        engine.failed.connect(self._on_engine_failed)
        self._checker = ShapeChecker(engine, self)
        self._checker.mismatched.connect(self.mismatched)
        self._checker.completed.connect(self._on_completed)
        self._checker.incomplete.connect(self._on_incomplete)
        self._checker.failed.connect(self._on_completion_failed)

    def open(self, source: Source, view: View) -> int:
        """Open a source, in place of what is being opened; returns the revision.

        A Python function is run by the engine: only open one that the user has agreed to.
        """
        self._cancel_opening()
        self._revision += 1
        request = _OpenRequest(self._revision, source, view)
        self._open = request
        self.opening.emit(Opening(source, "reading"))
        request.ticket = self._worker.submit(lambda: self._read(request))
        return request.revision

    def draw(
        self,
        document: Document,
        view: View,
        *,
        kept: DisplayList | None = None,
        memory: Memory | None = None,
    ) -> None:
        """Draw a view of a document, in place of the view that is being drawn.

        Args:
            document: the model.
            view: the view to draw.
            kept: a picture of the document that shows this view already.
            memory: the document's memory for some basis; reused if that is the view's.
        """
        self.cancel_drawing()
        request = _Request()
        self._draw = request

        def job() -> Drawn:
            counted = _memory(document, view, memory)
            shown = kept or self._picture(document, view, request, counted)
            return Drawn(document, view, shown, counted)

        self.drawing.emit()
        request.ticket = self._worker.submit(job)

    def cancel(self) -> None:
        """Cancel the opening; the open document stays."""
        if self._open is not None:
            self._cancel_opening()
            self.cancelled.emit()

    def cancel_drawing(self) -> None:
        """Cancel the drawing of a view; the picture stays."""
        request, self._draw = self._draw, None
        if request is not None:
            request.cancelled.set()
            self._worker.cancel(request.ticket)
            self.drawing_ended.emit()

    @property
    def busy(self) -> bool:
        """True while a source is being opened."""
        return self._open is not None

    def keep_opened(self) -> None:
        """Keep the document opened last, with its first picture, for the next start with it."""
        opened = self._last_opened
        if opened is not None:
            self._worker.submit(lambda: _store(self._documents, opened))

    def stop(self) -> None:
        """Cancel everything and end the threads."""
        self._cancel_opening()
        self.cancel_drawing()
        self._checker.stop()
        self._worker.stop()

    # -- in the worker thread ------------------------------------------------------------------

    def _read(self, request: _OpenRequest) -> Opened | None:
        kept = self._documents.load(request.source, request.view)
        if kept is not None:
            document, drawn, memory = kept
            return Opened(request.revision, document, request.view, drawn, memory)
        graph = load_graph(request.source)
        return None if graph is None else self._finish(request, graph)

    def _read_built(self, request: _OpenRequest, config: bytes) -> Opened:
        from resnet_viz.reading.read import read_config

        graph = read_config(config, where=str(request.source))
        cache_config(request.source, config)
        return self._finish_built(request, graph)

    def _finish_built(self, request: _OpenRequest, base: Graph) -> Opened:
        return self._finish(request, graph_for(request.source, base))

    def _finish(self, request: _OpenRequest, graph: Graph) -> Opened:
        document = make_document(request.source, source_title(request.source), graph)
        memory = _memory(document, request.view)
        drawn = self._picture(document, request.view, request, memory)
        return Opened(request.revision, document, request.view, drawn, memory)

    def _picture(
        self, document: Document, view: View, request: _Request, memory: Memory
    ) -> DisplayList:
        from resnet_viz.drawing.compose import picture  # a kept picture needs none of it
        from resnet_viz.services.dot_budget import DotBudget

        dot = DotBudget(cancelled=request.cancelled.is_set)
        return picture(document, view, self._measurer, dot, memory=memory)

    # -- in the owner's thread -----------------------------------------------------------------

    def _on_job_ended(self, outcome: Outcome) -> None:
        if self._open is not None and outcome.ticket == self._open.ticket:
            self._on_open_ended(self._open, outcome)
        elif self._draw is not None and outcome.ticket == self._draw.ticket:
            self._draw = None
            self.drawing_ended.emit()
            if isinstance(outcome.value, Drawn):
                self.drawn.emit(outcome.value)
            elif outcome.error is not None:
                self.failed.emit(Failure("draw", outcome.error))

    def _on_open_ended(self, request: _OpenRequest, outcome: Outcome) -> None:
        if outcome.value is None and outcome.error is None:
            self._ask_engine(request)
            return
        self._open = None
        if isinstance(outcome.value, Opened):
            self.cancel_drawing()  # of the document that is replaced now
            self._last_opened = outcome.value
            self.opened.emit(outcome.value)
            if not request.engine_request:  # a graph built by the engine has been checked there
                self._checker.check(outcome.value)
        elif outcome.error is not None:
            self.failed.emit(Failure("open", outcome.error, request.source))

    def _ask_engine(self, request: _OpenRequest) -> None:
        source = base_of(request.source)
        assert not isinstance(source, ModelFile | PastFile)  # files are read without the engine
        self._checker.give_way()
        if isinstance(source, PythonFunction):
            self.opening.emit(Opening(source, "running"))
            request.engine_request = self._engine.run_function(
                source, folder=str(Path.cwd()), revision=request.revision
            )
        else:
            self.opening.emit(Opening(source, "building"))
            request.engine_request = self._engine.build(source, request.revision)

    def _request_of(self, reply: Built | Traced | Failed) -> _OpenRequest | None:
        """The current open request if ``reply`` answers it."""
        request = self._open
        return request if request is not None and request.engine_request == reply.id else None

    def _on_built(self, reply: Built) -> None:
        request = self._request_of(reply)
        if request is not None:
            if reply.mismatches:
                self.mismatched.emit(source_title(request.source), reply.mismatches)
            config = reply.config.encode()
            request.ticket = self._worker.submit(lambda: self._read_built(request, config))

    def _on_traced(self, reply: Traced) -> None:
        request = self._request_of(reply)
        if request is not None:
            request.ticket = self._worker.submit(lambda: self._finish_built(request, reply.graph))

    def _on_engine_failed(self, reply: Failed) -> None:
        request = self._request_of(reply)
        if request is not None:
            self._open = None
            self.failed.emit(Failure("open", reply.error, request.source))

    def _on_completed(self, opened: Opened, document: Document) -> None:
        if opened is self._last_opened:
            self.completed.emit(document)

    def _on_incomplete(self, opened: Opened, reply: Failed) -> None:
        if opened is self._last_opened:
            self.incomplete.emit(opened, reply)

    def _on_completion_failed(self, opened: Opened, error: Exception) -> None:
        if opened is self._last_opened:
            self.failed.emit(Failure("complete", error, opened.document.source))

    def _cancel_opening(self) -> None:
        request, self._open = self._open, None
        if request is not None:
            request.cancelled.set()
            self._worker.cancel(request.ticket)
            if request.engine_request:
                self._engine.cancel(request.engine_request)


def _store(documents: DocumentCache, opened: Opened) -> None:
    documents.store(opened.document, opened.view, opened.picture, opened.memory)


def _memory(document: Document, view: View, known: Memory | None = None) -> Memory:
    """Memory for the view's basis: ``known`` if that is for the same."""
    if known is not None and (known.batch, known.dtype) == (view.basis.batch, view.basis.dtype):
        return known
    return view.basis.memory(document.structure, document.numbers)
