"""Start of the program: the command ``resnet-viz``, and ``python -m resnet_viz``."""

from __future__ import annotations

import os
import sys


def entry() -> None:
    """Run the command line and end the process with its exit code.

    Signals are handled from here to the very end: Python would spend the time after the last line
    of a command on collecting its values, with signals no longer handled.
    """
    try:
        from resnet_viz.interruption import end_now, end_on_signals

        end_on_signals()
    except KeyboardInterrupt:  # it has come before the handlers
        os.write(2, b"resnet-viz: Interrupted.\n")
        os._exit(130)
    from resnet_viz.cli.main import main
    from resnet_viz.cli.streams import flush_streams

    code = main(sys.argv[1:])
    flush_streams()
    end_now(code)


if __name__ == "__main__":
    entry()
