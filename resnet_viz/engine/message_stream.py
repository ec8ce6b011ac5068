"""Stream of messages on file descriptors of their own, which no print can disturb.

Prints, native libraries and child processes all write to descriptor 1. So the protocol takes a
duplicate of it, which children don't inherit, and 1 itself is redirected to stderr.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from resnet_viz.protocol.encoding import encode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from resnet_viz.protocol.encoding import Reply

_CHUNK_SIZE: Final = 1 << 16
_STDIN: Final = 0
_STDOUT: Final = 1
_STDERR: Final = 2


class MessageStream:
    """Sends replies, whole and one at a time from any thread; receives bytes of requests.

    Attributes:
        source: descriptor of the requests.
        target: descriptor of the replies.
    """

    def __init__(self, *, source: int, target: int) -> None:
        self.source = source
        self.target = target
        self._lock = threading.Lock()

    def send(self, reply: Reply) -> None:
        """Write ``reply``. If the owner no longer reads, the process ends.

        Raises:
            ProtocolError: the reply is larger than a frame may be; nothing was written.
        """
        rest = memoryview(encode(reply))
        with self._lock:
            try:
                while rest:
                    rest = rest[os.write(self.target, rest) :]
            except OSError:
                os._exit(0)

    def chunks(self) -> Iterator[bytes]:
        """Bytes of the requests as they come, until the owner closes the stream."""
        with suppress(OSError):
            while chunk := os.read(self.source, _CHUNK_SIZE):
                yield chunk


def take_over_stdio() -> MessageStream:
    """Take stdin and stdout for the protocol; prints go to stderr, and stdin is empty.

    Must run before anything that may print is imported, above all TensorFlow.
    """
    source = os.dup(_STDIN)
    target = os.dup(_STDOUT)
    if hasattr(os, "register_at_fork"):  # or a child that outlives us would keep the stream open
        os.register_at_fork(after_in_child=lambda: os.close(target))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, _STDIN)
    os.close(nothing)
    os.dup2(_STDERR, _STDOUT)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(source, os.O_BINARY)
        msvcrt.setmode(target, os.O_BINARY)
    sys.stdout = sys.stderr  # print() must not wait in a buffer of its own
    return MessageStream(source=source, target=target)
