"""From a source to a picture, off the window's thread: revisions, cancelling, late answers dropped.

Opening: the graph at hand (shipped, cached or in a file), else built by the engine; then document
and picture. Drawing: the picture of an open document in another view. The newest request wins.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from resnet_viz.analysis.costs.types import Memory
from resnet_viz.document import Document, make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.drawing.measure import Measurer
from resnet_viz.engine_client.client import EngineClient
from resnet_viz.errors import Cancelled
from resnet_viz.graph.types import Graph
from resnet_viz.layout.view import View
from resnet_viz.protocol.messages import Built, Completed, Failed, Traced
from resnet_viz.services.dot_runner import run_dot
from resnet_viz.services.events import Drawn, Failure, Opened, Opening
from resnet_viz.services.graph_source import cache_config, load_graph
from resnet_viz.services.shape_check import Checker
from resnet_viz.services.source_title import source_title
from resnet_viz.services.worker import Outcome, Worker
from resnet_viz.sources.types import Buildable, ModelFile, PythonFunction, Source


class _Request:
    """One open or draw request; other threads read whether it is still wanted."""

    def __init__(self, revision: int) -> None:
        self.revision = revision
        self.cancelled = False
        self.ticket = 0
        self.engine_request = 0

    def is_cancelled(self) -> bool:
        return self.cancelled

    def check(self) -> None:
        if self.cancelled:
            raise Cancelled


class _Open(_Request):
    def __init__(self, revision: int, source: Source, view: View) -> None:
        super().__init__(revision)
        self.source = source
        self.view = view


def _memory(document: Document, view: View, known: Memory | None = None) -> Memory:
    """The memory for a view's basis; ``known``: one that may be it."""
    if known is not None and (known.batch, known.dtype) == (view.basis.batch, view.basis.dtype):
        return known
    return view.basis.memory(document.structure, document.numbers)


_NEEDS_ENGINE: Final = "needs the engine"


class Pipeline(QObject):
    """Opens sources and draws views in one worker thread.

    Signals:
        opening(Opening): an opening has begun, or has come to the engine.
        opened(Opened): it has ended well.
        drawn(Drawn): the picture that was asked for last.
        failed(Failure): it has ended badly.
        cancelled(): the user gave it up.
        mismatched(str, object): title of a document and the tensors where the engine found Keras
            to disagree with what was read.
        completed(Document): the document opened last, with the shapes that the reader left open.
        incomplete(Opened, Failed): some of its shapes stay open, and why.
    """

    opening = Signal(object)
    opened = Signal(object)
    drawn = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    mismatched = Signal(str, object)
    completed = Signal(object)
    incomplete = Signal(object, object)

    def __init__(
        self, engine: EngineClient, measurer: Measurer, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._measurer = measurer
        self._revision = 0
        self._open: _Open | None = None
        self._draw: _Request | None = None
        self._shown: Opened | None = None
        self._completing: dict[int, Opened] = {}
        self._worker = Worker("pipeline", self)
        self._worker.ended.connect(self._ended)
        engine.built.connect(self._built)
        engine.traced.connect(self._traced)
        engine.failed.connect(self._engine_failed)
        self._checker = Checker(engine, self._worker, self)
        self._checker.mismatched.connect(self.mismatched)
        self._checker.completed.connect(self._complete)
        self._checker.incomplete.connect(self._stays_incomplete)

    def open(self, source: Source, view: View) -> int:
        """Open a source, in place of what is being opened; returns the revision.

        A Python function is run by the engine: only open one that the user has agreed to.
        """
        self._give_up_opening()
        self._revision += 1
        request = _Open(self._revision, source, view)
        self._open = request
        self.opening.emit(Opening(source, source_title(source), "reading"))
        request.ticket = self._worker.submit(lambda: self._read(request))
        return request.revision

    def draw(
        self, document: Document, view: View, *, kept: DisplayList | None = None,
        memory: Memory | None = None,
    ) -> None:  # fmt: skip
        """Draw a view of a document, in place of what is being drawn.

        Args:
            document: the model.
            view: what is wanted.
            kept: a picture of the document that shows this view already.
            memory: of the document for some basis; used if it is the view's.
        """
        if self._draw is not None:
            self._draw.cancelled = True
        request = _Request(self._revision)
        self._draw = request

        def job() -> Drawn:
            request.check()
            counted = _memory(document, view, memory)
            request.check()
            shown = kept or self._picture(document, view, request, counted)
            return Drawn(document, view, shown, counted)

        request.ticket = self._worker.submit(job)

    def cancel(self) -> None:
        """Give up what is being opened; the open document stays."""
        if self._open is not None:
            self._give_up_opening()
            self.cancelled.emit()

    @property
    def busy(self) -> bool:
        """Whether something is being opened."""
        return self._open is not None

    def stop(self) -> None:
        """Give up everything and end the thread."""
        self._give_up_opening()
        if self._draw is not None:
            self._draw.cancelled = True
        self._worker.stop()

    # -- in the worker thread ------------------------------------------------------------------

    def _read(self, request: _Open) -> Opened | str:
        request.check()
        graph = load_graph(request.source)
        return _NEEDS_ENGINE if graph is None else self._finish(request, graph)

    def _read_built(self, request: _Open, config: bytes) -> Opened:
        from resnet_viz.reading.read import read_config

        request.check()
        graph = read_config(config, where=str(request.source))
        cache_config(request.source, config)
        return self._finish(request, graph)

    def _finish(self, request: _Open, graph: Graph) -> Opened:
        request.check()
        document = make_document(request.source, source_title(request.source), graph)
        memory = _memory(document, request.view)
        drawn = self._picture(document, request.view, request, memory)
        return Opened(request.revision, document, request.view, drawn, memory)

    def _picture(
        self, document: Document, view: View, request: _Request, memory: Memory
    ) -> DisplayList:
        def dot(text: str) -> str:
            return run_dot(text, cancelled=request.is_cancelled)

        return picture(document, view, self._measurer, dot, memory=memory)

    # -- in the owner's thread -------------------------------------------------------------------

    def _ended(self, outcome: Outcome) -> None:
        completing = self._completing.pop(outcome.ticket, None)
        if completing is not None:
            self._completion_ended(completing, outcome)
        elif self._open is not None and outcome.ticket == self._open.ticket:
            self._open_ended(self._open, outcome)
        elif self._draw is not None and outcome.ticket == self._draw.ticket:
            self._draw = None
            if isinstance(outcome.value, Drawn):
                self.drawn.emit(outcome.value)
            elif outcome.error is not None and not isinstance(outcome.error, Cancelled):
                self.failed.emit(Failure("draw", outcome.error))

    def _open_ended(self, request: _Open, outcome: Outcome) -> None:
        if outcome.value == _NEEDS_ENGINE and not isinstance(request.source, ModelFile):
            self._ask_engine(request, request.source)
            return
        self._open = None
        if isinstance(outcome.value, Opened):
            if self._draw is not None:  # of the document that is replaced now
                self._draw.cancelled = True
                self._draw = None
            self._shown = outcome.value
            self.opened.emit(outcome.value)
            if not request.engine_request:  # what it has built, the engine has checked already
                self._checker.check(outcome.value)
        elif outcome.error is not None and not isinstance(outcome.error, Cancelled):
            self.failed.emit(Failure("open", outcome.error, request.source))

    def _ask_engine(self, request: _Open, source: Buildable | PythonFunction) -> None:
        if isinstance(source, PythonFunction):
            self.opening.emit(Opening(source, source_title(source), "running"))
            request.engine_request = self._engine.run_function(
                source, folder=str(Path.cwd()), revision=request.revision
            )
        else:
            self.opening.emit(Opening(source, source_title(source), "building"))
            request.engine_request = self._engine.build(source, request.revision)

    def _traced(self, reply: Traced) -> None:
        request = self._open
        if request is not None and request.engine_request == reply.id:
            request.ticket = self._worker.submit(lambda: self._finish(request, reply.graph))

    def _complete(self, opened: Opened, reply: Completed) -> None:
        before = opened.document

        def job() -> Document:
            from resnet_viz.reading.read import complete_graph

            graph = complete_graph(before.graph, reply.tensors, reply.weights)
            return make_document(before.source, before.title, graph)

        if opened is self._shown:
            self._completing[self._worker.submit(job)] = opened

    def _completion_ended(self, opened: Opened, outcome: Outcome) -> None:
        if opened is not self._shown:
            return
        if isinstance(outcome.value, Document):
            self.completed.emit(outcome.value)
        elif outcome.error is not None:
            self.failed.emit(Failure("complete", outcome.error, opened.document.source))

    def _stays_incomplete(self, opened: Opened, why: Failed) -> None:
        if opened is self._shown:
            self.incomplete.emit(opened, why)

    def _built(self, reply: Built) -> None:
        request = self._open
        if request is None or request.engine_request != reply.id:
            return
        if reply.mismatches:
            self.mismatched.emit(source_title(request.source), reply.mismatches)
        config = reply.config.encode()
        request.ticket = self._worker.submit(lambda: self._read_built(request, config))

    def _engine_failed(self, reply: Failed) -> None:
        request = self._open
        if request is not None and request.engine_request == reply.id:
            self._open = None
            self.failed.emit(Failure("open", reply.error, request.source))

    def _give_up_opening(self) -> None:
        request, self._open = self._open, None
        if request is None:
            return
        request.cancelled = True
        if request.engine_request:
            self._engine.cancel(request.engine_request)
