"""Framing of messages on a byte stream: a 4-byte big-endian length, then that much JSON."""

from __future__ import annotations

from typing import Final

from resnet_viz.errors import EngineError

HEADER_SIZE: Final = 4
MAX_PAYLOAD: Final = 64 * 1024 * 1024
_EXCERPT_SIZE: Final = 200


class ProtocolError(EngineError):
    """Bytes that are not a message of this protocol; the stream can no longer be trusted."""


def excerpt(data: bytes) -> str:
    """Excerpt of ``data`` for details: the first 200 bytes, printable."""
    return repr(data[:_EXCERPT_SIZE])


def frame(payload: bytes) -> bytes:
    """Frame ``payload``: its length, then itself.

    Raises:
        ProtocolError: the payload is empty or larger than 64 MiB.
    """
    if not payload:
        raise ProtocolError("A message for the engine is empty; please report this.")
    if len(payload) > MAX_PAYLOAD:
        raise ProtocolError(
            f"A message of {len(payload):,} bytes is too large for the engine, which takes at most "
            f"{MAX_PAYLOAD:,}; open a smaller model."
        )
    return len(payload).to_bytes(HEADER_SIZE, "big") + payload


class FrameDecoder:
    """Decoder of a stream of frames: takes pieces of any size, returns whole payloads in order.

    After an error the borders of frames are lost: every further ``feed`` raises it again.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._broken: ProtocolError | None = None

    @property
    def waiting(self) -> int:
        """Number of bytes of the frame that is not complete yet."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """Add ``data``; returns the payloads that are complete now.

        Raises:
            ProtocolError: a frame claims to be empty or larger than 64 MiB. Frames before it in
                the same piece are lost with it, since the sender can't be trusted.
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
            f"The engine's messages are out of step: one claims {length:,} bytes.",
            details=f"Received: {excerpt(bytes(self._buffer[start : start + _EXCERPT_SIZE]))}",
        )
        raise self._broken
