"""Frames on a byte stream: a 4-byte big-endian length, then that many bytes of JSON."""

from __future__ import annotations

from typing import Final

from resnet_viz.errors import EngineError

HEADER_SIZE: Final = 4
MAX_PAYLOAD: Final = 64 * 1024 * 1024
_SHOWN: Final = 200


class ProtocolError(EngineError):
    """What came over the wire is not a message of this protocol; the stream can't be trusted."""


def excerpt(data: bytes) -> str:
    """The first 200 bytes, printable, for logs and details."""
    return repr(data[:_SHOWN])


def frame(payload: bytes) -> bytes:
    """``payload`` with its length before it.

    Raises:
        ProtocolError: the payload is empty or larger than 64 MiB.
    """
    if not payload:
        raise ProtocolError("A message for the engine is empty; this is a defect of resnet-viz.")
    if len(payload) > MAX_PAYLOAD:
        raise ProtocolError(
            f"A message of {len(payload):,} bytes is too large for the engine, which takes "
            f"{MAX_PAYLOAD:,} at most; open a smaller model."
        )
    return len(payload).to_bytes(HEADER_SIZE, "big") + payload


class FrameDecoder:
    """Takes bytes as they come, in pieces of any size, and hands out whole payloads in order.

    After an error the stream has lost its rhythm: every further ``feed`` raises again.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._broken: ProtocolError | None = None

    @property
    def waiting(self) -> int:
        """Number of bytes that belong to a frame that is not complete yet."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """Add ``data``; the payloads that are complete now.

        Raises:
            ProtocolError: a frame says it is empty or larger than 64 MiB. Whole frames that came
                before it in the same piece are lost with it; the sender can't be trusted.
        """
        if self._broken is not None:
            raise self._broken
        self._buffer += data
        payloads: list[bytes] = []
        start = 0
        while len(self._buffer) - start >= HEADER_SIZE:
            body = start + HEADER_SIZE
            end = body + self._length(start)
            if end > len(self._buffer):
                break
            payloads.append(bytes(self._buffer[body:end]))
            start = end
        del self._buffer[:start]
        return payloads

    def _length(self, start: int) -> int:
        length = int.from_bytes(self._buffer[start : start + HEADER_SIZE], "big")
        if 0 < length <= MAX_PAYLOAD:
            return length
        self._broken = ProtocolError(
            f"The engine and the window lost step: a message claims {length:,} bytes.",
            details=f"Received: {excerpt(bytes(self._buffer[start : start + _SHOWN]))}",
        )
        raise self._broken
