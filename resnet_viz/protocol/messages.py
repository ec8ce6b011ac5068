"""Messages between the window (or command line) and the engine; ``encoding`` makes them JSON.

One conversation: the engine says ``Hello`` before it imports TensorFlow and ``Ready`` after it.
Then every piece of ``Work`` gets any number of ``Progress`` and exactly one of its answer
(``Built``, ``Checked``, ``Completed``, ``Traced``, ``Concluded``), ``Failed`` or
``CancelledReply``. An ``Experiment`` also gets ``Measurement``s, each with the whole result so far.
``Failed`` with id 0 answers no request: it is the reason that the engine can't work at all.
"""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.errors import AppError, EngineError
from resnet_viz.graph.failed_build import BuildError, FailedBuild
from resnet_viz.graph.layer_tree import LayerNode, UntracedError
from resnet_viz.graph.types import Graph, LayerWeights, Tensor
from resnet_viz.protocol.mismatch import Mismatch as Mismatch  # noqa: PLC0414 - re-exported
from resnet_viz.sources.types import Buildable, PastFunction, PythonFunction

PROTOCOL_VERSION: Final = 5
NO_REQUEST: Final = 0


class Build(msgspec.Struct, frozen=True, tag="build"):
    """Build a built-in architecture or a model of keras.applications; return its config.

    Attributes:
        id: identifies the request in every answer; positive.
        revision: revision of the requesting document; comes back with the answer.
        source: name and parameters of the model.
    """

    id: int
    revision: int
    source: Buildable


class Check(msgspec.Struct, frozen=True, tag="check"):
    """Rebuild a functional model from its config and compare every tensor with the reader's.

    Attributes:
        config: the model's config as JSON text, as in the file.
        where: the user's name for the model, for messages.
    """

    id: int
    revision: int
    config: str
    where: str


class Complete(msgspec.Struct, frozen=True, tag="complete"):
    """Rebuild a model from its config; return every tensor's shape and dtype, and all weights.

    No code in the file is run: a Lambda or a class that isn't Keras's fails.

    Attributes:
        config: the model's config as JSON text, as in the file.
        where: the user's name for the model, for messages.
    """

    id: int
    revision: int
    config: str
    where: str


class RunFunction(msgspec.Struct, frozen=True, tag="run"):
    """Run the user's function and read the model that it returns.

    This runs the user's code: only after they have named it, or agreed.

    Attributes:
        source: module or file, and the function there.
        folder: the user's working directory: importable, and current while the code runs.
    """

    id: int
    revision: int
    source: PythonFunction | PastFunction
    folder: str


class Pause(msgspec.Struct, frozen=True, tag="pause"):
    """Halt the experiment ``id`` before its next step."""

    id: int


class Resume(msgspec.Struct, frozen=True, tag="resume"):
    """Let the paused experiment ``id`` go on."""

    id: int


class Cancel(msgspec.Struct, frozen=True, tag="cancel"):
    """Cancel the request ``id`` at its next step; it is answered with ``CancelledReply``."""

    id: int


class Shutdown(msgspec.Struct, frozen=True, tag="shutdown"):
    """End the engine now."""


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """The engine's first message, sent before TensorFlow is imported."""

    protocol: int
    app: str
    pid: int


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Keras is imported: the engine takes requests.

    Attributes:
        keras, tensorflow: versions, "3.15.0".
        device: the device that computes, "CPU".
    """

    keras: str
    tensorflow: str
    device: str


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """A request has come to another step.

    Attributes:
        stage: the current step, a verb: "building", "reading", "checking".
        done, total: number of finished steps and of all steps.
        elapsed: seconds since the engine began with the request.
    """

    id: int
    stage: str
    done: int
    total: int
    elapsed: float


class Built(msgspec.Struct, frozen=True, tag="built"):
    """Answer to ``Build``: the live model's config as JSON text, and the reader's mismatches."""

    id: int
    revision: int
    config: str
    mismatches: tuple[Mismatch, ...]


class Checked(msgspec.Struct, frozen=True, tag="checked"):
    """Answer to ``Check``: mismatches between the reader and Keras; empty if they agree."""

    id: int
    revision: int
    mismatches: tuple[Mismatch, ...]


class Completed(msgspec.Struct, frozen=True, tag="completed"):
    """Answer to ``Complete``: Keras's own outputs and weights; for ``complete_graph``.

    Attributes:
        tensors: outputs by call id.
        weights: by ``LayerCall.layer``.
    """

    id: int
    revision: int
    tensors: dict[str, tuple[Tensor, ...]]
    weights: dict[str, LayerWeights]


class Traced(msgspec.Struct, frozen=True, tag="traced"):
    """Answer to ``RunFunction``: the graph of the model that the function returned."""

    id: int
    revision: int
    graph: Graph


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A request could not be answered; the engine goes on.

    Attributes:
        id: the request, or 0 if it answers none.
        code: for programs: one of the ``CODE_`` constants of this module.
        message: one sentence for people: what and where.
        hint: what to do, one sentence; may be empty.
        details: the traceback, for "Copy details"; may be empty.
        layers: the layers of a model that could not be traced.
        build: what a function had built when it failed.
    """

    id: int
    code: str
    message: str
    hint: str = ""
    details: str = ""
    layers: tuple[LayerNode, ...] = ()
    build: FailedBuild | None = None

    @property
    def sentence(self) -> str:
        """Message and hint in one text."""
        return f"{self.message} {self.hint}".strip()

    @property
    def error(self) -> AppError:
        """The exception for the one who made the request."""
        if self.layers:
            return UntracedError(self.sentence, layers=self.layers)
        if self.build is not None:
            return BuildError(self.sentence, details=self.details, build=self.build)
        return EngineError(self.sentence, details=self.details)


class CancelledReply(msgspec.Struct, frozen=True, tag="cancelled"):
    """A request was given up because it was cancelled."""

    id: int


CODE_MISSING: Final = "tensorflow_missing"
CODE_PROTOCOL: Final = "protocol"
CODE_UNKNOWN_REQUEST: Final = "unknown_request"
CODE_CUSTOM: Final = "custom_class"
CODE_UNSAFE: Final = "unsafe"
CODE_MODEL: Final = "model"
CODE_FUNCTION: Final = "function"
CODE_KERAS: Final = "keras"
CODE_MEMORY: Final = "memory"
CODE_DIED: Final = "engine_died"
CODE_DOWN: Final = "engine_down"
