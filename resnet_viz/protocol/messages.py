"""Messages between the window (or command line) and the engine, and their JSON.

One conversation: the engine says ``Hello`` before it imports TensorFlow and ``Ready`` after it.
Then every piece of ``Work`` gets any number of ``Progress`` and exactly one of its answer
(``Built``, ``Checked``, ``Completed``, ``Traced``, ``Concluded``), ``Failed`` or
``CancelledReply``. An ``Experiment`` also gets ``Measurement``s, each with the whole result so far.
``Failed`` with id 0 answers no request: it is the reason that the engine can't work at all.
"""

from __future__ import annotations

from functools import cache
from typing import Final, TypeAlias

import msgspec

from resnet_viz.errors import AppError, EngineError
from resnet_viz.experiments.choices import ExperimentChoices, ExperimentKind
from resnet_viz.experiments.results import Result
from resnet_viz.graph.integrity import fault_of
from resnet_viz.graph.layer_tree import LayerNode, UntracedError
from resnet_viz.graph.types import Graph, LayerWeights, Tensor
from resnet_viz.protocol.framing import ProtocolError, excerpt, frame
from resnet_viz.protocol.mismatch import Mismatch as Mismatch  # noqa: PLC0414 - re-exported
from resnet_viz.sources.types import Buildable, PythonFunction, Source

PROTOCOL_VERSION: Final = 4
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
    source: PythonFunction
    folder: str


class Experiment(msgspec.Struct, frozen=True, kw_only=True, tag="experiment"):
    """Run an experiment on a model and its counterpart; answered by ``Concluded``.

    The engine keeps the networks that it has trained last: another experiment on them, or more
    steps, goes on from there, with the same numbers as a new run of all steps. A Python function
    as a source runs the user's code.

    Attributes:
        source: the model.
        against: its counterpart; None for the model itself without shortcuts.
        alone: True to run the model without a counterpart.
        folder: the user's working directory, for relative paths.
        save: file for the model's trained weights, .keras; "" for none.
        names: names of the model and its counterpart in the result, in place of their sources.
    """

    id: int
    revision: int
    kind: ExperimentKind
    source: Source
    choices: ExperimentChoices
    against: Source | None = None
    alone: bool = False
    folder: str
    save: str = ""
    names: tuple[str, str] = ("", "")


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


Work: TypeAlias = Build | Check | Complete | RunFunction | Experiment
Request: TypeAlias = Work | Pause | Resume | Cancel | Shutdown


def subject_of(request: Work) -> str:
    """Name of the model that the request is about, for messages."""
    return request.where if isinstance(request, Check | Complete) else str(request.source)


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


class Measurement(msgspec.Struct, frozen=True, tag="measurement"):
    """State of an ``Experiment``, sent when there is something new, a few times a second.

    Attributes:
        result: everything measured so far.
        done, total: units of the experiment's work, such as steps or points.
        elapsed: seconds since the engine began with the request, pauses included.
        remaining: seconds that the rest is expected to take; None while unknown.
        paused: True if it waits for ``Resume``.
    """

    id: int
    result: Result
    done: int
    total: int
    elapsed: float
    remaining: float | None = None
    paused: bool = False


class Concluded(msgspec.Struct, frozen=True, tag="concluded"):
    """Answer to ``Experiment``: the whole result, with its finding."""

    id: int
    revision: int
    result: Result


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A request could not be answered; the engine goes on.

    Attributes:
        id: the request, or 0 if it answers none.
        code: for programs: one of the ``CODE_`` constants of this module.
        message: one sentence for people: what and where.
        hint: what to do, one sentence; may be empty.
        details: the traceback, for "Copy details"; may be empty.
        layers: the layers of a model that could not be traced.
    """

    id: int
    code: str
    message: str
    hint: str = ""
    details: str = ""
    layers: tuple[LayerNode, ...] = ()

    @property
    def sentence(self) -> str:
        """Message and hint in one text."""
        return f"{self.message} {self.hint}".strip()

    @property
    def error(self) -> AppError:
        """The exception for the one who made the request."""
        if self.layers:
            return UntracedError(self.sentence, layers=self.layers)
        return EngineError(self.sentence, details=self.details)


class CancelledReply(msgspec.Struct, frozen=True, tag="cancelled"):
    """A request was given up because it was cancelled."""

    id: int


Answer: TypeAlias = Built | Checked | Completed | Traced | Concluded
Reply: TypeAlias = Hello | Ready | Progress | Measurement | Answer | Failed | CancelledReply

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

_ENCODER: Final = msgspec.json.Encoder()

# Nested too deep, msgspec raises RecursionError; for bytes that are no text, UnicodeDecodeError.
_NOT_A_MESSAGE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _RequestHeader(msgspec.Struct, frozen=True):
    """Type and id of a request that this version does not know."""

    type: str
    id: int = NO_REQUEST


# Decoders are made when first used: looking through the types takes 2 ms, and the window's first
# picture comes before the engine.


@cache
def _requests() -> msgspec.json.Decoder[Request]:
    return msgspec.json.Decoder(Request)


@cache
def _replies() -> msgspec.json.Decoder[Reply]:
    return msgspec.json.Decoder(Reply)


class UnknownRequestError(ProtocolError):
    """A well-formed message that this engine doesn't understand.

    Attributes:
        id: the request's id if it has one, else 0.
    """

    def __init__(self, message: str, *, request: int, details: str) -> None:
        super().__init__(message, details=details)
        self.id = request


def encode(message: Request | Reply) -> bytes:
    """Encode ``message`` as one frame.

    Raises:
        ProtocolError: it is larger than a frame may be.
    """
    return frame(_ENCODER.encode(message))


def decode_request(payload: bytes) -> Request:
    """Decode the request in ``payload``.

    Raises:
        UnknownRequestError: JSON with a ``type``, but not a request that this version knows.
        ProtocolError: anything else that is not a request.
    """
    try:
        return _requests().decode(payload)
    except _NOT_A_MESSAGE as error:
        raise _refusal(payload, reason=str(error)) from error


def decode_reply(payload: bytes) -> Reply:
    """Decode the reply in ``payload``.

    Raises:
        ProtocolError: it is not a reply, or holds a graph that is not sound.
    """
    try:
        reply = _replies().decode(payload)
    except _NOT_A_MESSAGE as error:
        raise ProtocolError(
            "The engine sent something that is not a message.",
            details=f"{error}\nReceived: {excerpt(payload)}",
        ) from error
    fault = fault_of(reply.graph) if isinstance(reply, Traced) else None
    if fault is not None:
        raise ProtocolError(f"The engine sent a model that can't be drawn: {fault}.")
    return reply


def _refusal(payload: bytes, *, reason: str) -> ProtocolError:
    details = f"{reason}\nReceived: {excerpt(payload)}"
    try:
        header = msgspec.json.decode(payload, type=_RequestHeader)
    except _NOT_A_MESSAGE:
        return ProtocolError(
            "The engine received something that is not a request.", details=details
        )
    return UnknownRequestError(
        f"The engine does not understand the request {header.type!r}: {reason}.",
        request=header.id,
        details=details,
    )
