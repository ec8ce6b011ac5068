"""Entry point: ``python -m resnet_viz.engine``, with requests on stdin and replies on stdout.

The engine's guard is a process that kills the engine's process group when its client is gone. The
engine ends by itself then, unless the user's code holds the interpreter's lock; and what that code
has started would go on in any case. The client kills the group while it lives; the guard does so
after a client that was killed. It is forked before anything is imported, so it costs next to no
memory. Windows has no process groups: there the engine only ends by itself.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Final

from resnet_viz.engine.message_stream import take_over_stdio

_STDIN: Final = 0
_GRACE_S: Final = 0.5
"""Time for the engine to end by itself."""


def main() -> None:
    """Take over stdin and stdout first; only then import the rest, which may print."""
    _start_guard()
    stream = take_over_stdio()
    # Only the owner ends the engine, whoever has started both in one process group.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from resnet_viz.engine.serve import serve
    from resnet_viz.engine_client.command import GPU_FLAG

    serve(stream, with_gpu=GPU_FLAG in sys.argv)


def _start_guard() -> None:
    """Fork the guard, if this process leads a group. Call it before any thread is started."""
    if sys.platform == "win32" or os.getpgrp() != os.getpid():
        return
    child = os.fork()
    if child == 0:
        # A grandchild: code that waits for any of its children must not wait for the guard.
        if os.fork() == 0:
            _guard()
        os._exit(0)
    os.waitpid(child, 0)


def _guard() -> None:
    """Wait until the other end of stdin is closed, reading nothing; then kill the group."""
    import select

    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (1, 2):  # or the client would wait for the end of what the engine writes
        os.dup2(nothing, number)
    closed = select.poll()
    closed.register(_STDIN, 0)
    closed.poll()
    time.sleep(_GRACE_S)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
