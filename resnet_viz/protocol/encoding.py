"""Messages as JSON: all that may be sent, their encoding and decoding."""

from __future__ import annotations

from functools import cache
from typing import Final, TypeAlias

import msgspec

from resnet_viz.graph.integrity import fault_of
from resnet_viz.protocol.experiment_messages import Concluded, Experiment, Measurement
from resnet_viz.protocol.framing import ProtocolError, excerpt, frame
from resnet_viz.protocol.messages import (
    NO_REQUEST,
    Build,
    Built,
    Cancel,
    CancelledReply,
    Check,
    Checked,
    Complete,
    Completed,
    Failed,
    Hello,
    Pause,
    Progress,
    Ready,
    Resume,
    RunFunction,
    Shutdown,
    Traced,
)

Work: TypeAlias = Build | Check | Complete | RunFunction | Experiment
Request: TypeAlias = Work | Pause | Resume | Cancel | Shutdown
Answer: TypeAlias = Built | Checked | Completed | Traced | Concluded
Reply: TypeAlias = Hello | Ready | Progress | Measurement | Answer | Failed | CancelledReply

_ENCODER: Final = msgspec.json.Encoder()

# Nested too deep, msgspec raises RecursionError; for bytes that are no text, UnicodeDecodeError.
_NOT_A_MESSAGE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _RequestHeader(msgspec.Struct, frozen=True):
    """Type and id of a request that this version does not know."""

    type: str
    id: int = NO_REQUEST


# Decoders are made when first used: looking through the types takes 2 ms, and a process receives
# either requests or replies.


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
    graph = reply.graph if isinstance(reply, Traced) else None
    if isinstance(reply, Failed) and reply.build is not None:
        graph = reply.build.graph
    fault = None if graph is None else fault_of(graph)
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


def subject_of(request: Work) -> str:
    """Name of the model that the request is about, for messages."""
    return request.where if isinstance(request, Check | Complete) else str(request.source)
