"""The messages between the window (or command line) and the engine, and their JSON.

One conversation: the engine says ``Hello`` before it imports TensorFlow and ``Ready`` after it.
Then every ``Build`` or ``Check`` gets any number of ``Progress`` and exactly one of ``Built`` or
``Checked``, ``Failed``, ``CancelledReply``. ``Failed`` with id 0 answers no request: it says why
the engine can't work at all.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

from resnet_viz.graph.values import Tensor
from resnet_viz.protocol.framing import ProtocolError, excerpt, frame
from resnet_viz.sources import BuiltIn

PROTOCOL_VERSION: Final = 1
NO_REQUEST: Final = 0


class Build(msgspec.Struct, frozen=True, tag="build"):
    """Build a built-in architecture and hand back its config.

    Attributes:
        id: names the request in every answer; positive.
        revision: the document's revision that asks; comes back with the answer.
        source: which architecture, with which parameters.
    """

    id: int
    revision: int
    source: BuiltIn


class Check(msgspec.Struct, frozen=True, tag="check"):
    """Rebuild a functional model from its config and compare every tensor that the reader gave.

    Attributes:
        config: the model's config as JSON text, as the file has it.
        where: how the user named the model, for messages.
    """

    id: int
    revision: int
    config: str
    where: str


class Cancel(msgspec.Struct, frozen=True, tag="cancel"):
    """Give up the request ``id`` at the next step; it is answered with ``CancelledReply``."""

    id: int


class Shutdown(msgspec.Struct, frozen=True, tag="shutdown"):
    """End the engine now."""


Request: TypeAlias = Build | Check | Cancel | Shutdown


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """The engine's first message, sent before TensorFlow is imported."""

    protocol: int
    app: str
    pid: int


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Keras is imported: requests are taken.

    Attributes:
        keras, tensorflow: versions, "3.15.0".
        device: what computes: "CPU".
    """

    keras: str
    tensorflow: str
    device: str


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """A request has come to another step.

    Attributes:
        stage: what happens now, a verb: "building", "reading", "checking".
        done, total: steps finished, steps in all.
        elapsed: seconds since the engine began with the request.
    """

    id: int
    stage: str
    done: int
    total: int
    elapsed: float


class Mismatch(msgspec.Struct, frozen=True):
    """A tensor for which the reader and Keras disagree.

    Attributes:
        call: id of the call that makes the tensor.
        output: which of its outputs.
        ours: what the reader gave; None if the reader has no such tensor.
        keras: what Keras has; None if Keras has no such tensor.
    """

    call: str
    output: int
    ours: Tensor | None
    keras: Tensor | None

    def __str__(self) -> str:
        """One line: ``conv1, output 0: 9×9 float32 read, 8×8 float32 in Keras``."""
        return (
            f"{self.call}, output {self.output}: {_tensor_text(self.ours)} read, "
            f"{_tensor_text(self.keras)} in Keras"
        )


class Built(msgspec.Struct, frozen=True, tag="built"):
    """Answer to ``Build``: the live model's config as JSON text, and where the reader errs."""

    id: int
    revision: int
    config: str
    mismatches: tuple[Mismatch, ...]


class Checked(msgspec.Struct, frozen=True, tag="checked"):
    """Answer to ``Check``: where the reader errs; empty if it agrees with Keras everywhere."""

    id: int
    revision: int
    mismatches: tuple[Mismatch, ...]


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A request could not be answered; the engine goes on.

    Attributes:
        id: the request, or 0 if it answers none.
        code: for programs: one of the ``CODE_`` constants of this module.
        message: one sentence for people: what and where.
        hint: what to do, one sentence; may be empty.
        details: the traceback, for "Copy details"; may be empty.
    """

    id: int
    code: str
    message: str
    hint: str = ""
    details: str = ""

    @property
    def sentence(self) -> str:
        """What and where, and what to do, in one text."""
        return f"{self.message} {self.hint}".strip()


class CancelledReply(msgspec.Struct, frozen=True, tag="cancelled"):
    """A request was given up because it was cancelled."""

    id: int


Reply: TypeAlias = Hello | Ready | Progress | Built | Checked | Failed | CancelledReply

CODE_MISSING: Final = "tensorflow_missing"
CODE_PROTOCOL: Final = "protocol"
CODE_UNKNOWN_REQUEST: Final = "unknown_request"
CODE_CUSTOM: Final = "custom_class"
CODE_UNSAFE: Final = "unsafe"
CODE_MODEL: Final = "model"
CODE_KERAS: Final = "keras"
CODE_MEMORY: Final = "memory"
CODE_DIED: Final = "engine_died"
CODE_DOWN: Final = "engine_down"

_ENCODER: Final = msgspec.json.Encoder()
_REQUESTS: Final[msgspec.json.Decoder[Request]] = msgspec.json.Decoder(Request)
_REPLIES: Final[msgspec.json.Decoder[Reply]] = msgspec.json.Decoder(Reply)


class _Addressed(msgspec.Struct, frozen=True):
    """What can be read of a request that this version does not know."""

    type: str
    id: int = NO_REQUEST


_ADDRESSED: Final = msgspec.json.Decoder(_Addressed)


class UnknownRequestError(ProtocolError):
    """A well-formed message that this engine doesn't understand.

    Attributes:
        id: the request's id if it has one, else 0.
    """

    def __init__(self, message: str, *, request: int, details: str) -> None:
        super().__init__(message, details=details)
        self.id = request


def encode(message: Request | Reply) -> bytes:
    """``message`` as one frame.

    Raises:
        ProtocolError: it is larger than a frame may be.
    """
    return frame(_ENCODER.encode(message))


def decode_request(payload: bytes) -> Request:
    """The request in ``payload``.

    Raises:
        UnknownRequestError: JSON with a ``type``, but not a request that this version knows.
        ProtocolError: anything else that is not a request.
    """
    try:
        return _REQUESTS.decode(payload)
    except msgspec.DecodeError as error:
        raise _refusal(payload, reason=str(error)) from error


def decode_reply(payload: bytes) -> Reply:
    """The reply in ``payload``.

    Raises:
        ProtocolError: it is not a reply.
    """
    try:
        return _REPLIES.decode(payload)
    except msgspec.DecodeError as error:
        raise ProtocolError(
            "The engine sent something that is not a message.",
            details=f"{error}\nReceived: {excerpt(payload)}",
        ) from error


def _refusal(payload: bytes, *, reason: str) -> ProtocolError:
    details = f"{reason}\nReceived: {excerpt(payload)}"
    try:
        addressed = _ADDRESSED.decode(payload)
    except msgspec.DecodeError:
        return ProtocolError("The engine was sent something that is no request.", details=details)
    return UnknownRequestError(
        f"The engine does not understand the request {addressed.type!r}: {reason}.",
        request=addressed.id,
        details=details,
    )


def _tensor_text(tensor: Tensor | None) -> str:
    if tensor is None:
        return "no such tensor"
    sizes = "an unknown shape"
    if tensor.shape is not None:
        sizes = "×".join("?" if size is None else str(size) for size in tensor.shape[1:])
    return f"{sizes or 'scalar'} {tensor.dtype or 'of unknown type'}"
