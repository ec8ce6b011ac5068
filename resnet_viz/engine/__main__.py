"""Entry point: ``python -m resnet_viz.engine``, with requests on stdin and replies on stdout."""

from __future__ import annotations

import signal

from resnet_viz.engine.message_stream import take_over_stdio


def main() -> None:
    """Take over stdin and stdout first; only then import the rest, which may print."""
    stream = take_over_stdio()
    # Ctrl+C in a terminal reaches the whole process group; only the owner ends the engine.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from resnet_viz.engine.serve import serve

    serve(stream)


if __name__ == "__main__":
    main()
