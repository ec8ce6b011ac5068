"""Entry point: ``python -m resnet_viz.engine``, with requests on stdin and replies on stdout."""

from __future__ import annotations

import signal

from resnet_viz.engine.wire import claim_stdio


def main() -> None:
    """Take stdin and stdout first; import the rest, which may print, only then."""
    wire = claim_stdio()
    # Ctrl+C in a terminal reaches the whole group; whether to end us is our owner's decision.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from resnet_viz.engine.serve import serve

    serve(wire)


if __name__ == "__main__":
    main()
