"""Handshake of a client with a fresh engine: hello with a version check, then ready. No I/O.

A client begins with ``AwaitingHello``, passes every reply to ``advance``, and calls ``timed_out``
after ``limit_s`` seconds in one state. It ends ``Established`` or ``Rejected``.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

from resnet_viz._version import __version__
from resnet_viz.protocol.encoding import Reply
from resnet_viz.protocol.messages import NO_REQUEST, PROTOCOL_VERSION, Failed, Hello, Ready

HELLO_LIMIT_S: Final = 10.0
READY_LIMIT_S: Final = 120.0


class AwaitingHello(msgspec.Struct, frozen=True):
    """The process has been started; its hello is next."""

    @property
    def limit_s(self) -> float:
        """Seconds until ``timed_out``."""
        return HELLO_LIMIT_S


class AwaitingReady(msgspec.Struct, frozen=True):
    """Hello has come with the right version; TensorFlow is being imported."""

    @property
    def limit_s(self) -> float:
        """Seconds until ``timed_out``."""
        return READY_LIMIT_S


class Established(msgspec.Struct, frozen=True):
    """The engine takes requests.

    Attributes:
        ready: its versions and device.
    """

    ready: Ready


class Rejected(msgspec.Struct, frozen=True):
    """The engine can't be used and must be ended.

    Attributes:
        message: the reason in one sentence.
        details: more about it; may be empty.
        retry: True if another process may do better.
        failed: the engine's own report, if it sent one.
    """

    message: str
    details: str = ""
    retry: bool = False
    failed: Failed | None = None


HandshakeState: TypeAlias = AwaitingHello | AwaitingReady | Established | Rejected


def advance(state: HandshakeState, reply: Reply) -> HandshakeState:
    """The state after ``reply``; unchanged by an ordinary reply to an established client."""
    if isinstance(state, Rejected):
        return state
    if isinstance(reply, Failed) and reply.id == NO_REQUEST:
        return Rejected(reply.sentence, reply.details, retry=True, failed=reply)
    if isinstance(state, AwaitingHello) and isinstance(reply, Hello):
        return AwaitingReady() if reply.protocol == PROTOCOL_VERSION else _other_version(reply)
    if isinstance(state, AwaitingReady) and isinstance(reply, Ready):
        return Established(reply)
    if isinstance(state, Established) and not isinstance(reply, Hello | Ready):
        return state
    return Rejected(
        "The engine's messages came out of order; if it happens again, reinstall resnet-viz.",
        f"{type(reply).__name__} in the state {type(state).__name__}",
        retry=True,
    )


def timed_out(state: HandshakeState) -> HandshakeState:
    """The state after ``limit_s`` seconds without a reply; final states stay."""
    if isinstance(state, AwaitingHello):
        return Rejected(
            f"The engine did not answer within {HELLO_LIMIT_S:.0f} s of its start; "
            "restart it, or look at its log under Details."
        )
    if isinstance(state, AwaitingReady):
        return Rejected(
            f"TensorFlow was not ready after {READY_LIMIT_S:.0f} s; "
            "restart the engine when the machine is less busy."
        )
    return state


def _other_version(hello: Hello) -> Rejected:
    return Rejected(
        f"The engine has version {hello.app}, this program {__version__}; reinstall resnet-viz."
    )
