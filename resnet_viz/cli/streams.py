"""Standard streams of the command line: closed ones, narrow encodings, readers that have gone."""

from __future__ import annotations

import contextlib
import os
import sys

_STANDARD = (0, 1, 2)


def prepare_streams() -> None:
    """Make the standard streams safe to use, whatever the shell has passed on.

    A closed descriptor is opened on nothing, or the next file that is opened would take its number
    and whatever is written to stdout with it. A terminal that can't show × must not stop us.
    """
    for number in _STANDARD:
        try:
            os.fstat(number)
        except OSError:
            nothing = os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
            os.set_inheritable(nothing, True)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def drop_stdout() -> None:
    """Redirect stdout to nowhere, so that flushing what its reader did not want does not fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def flush_streams() -> None:
    """Flush what is still buffered, as Python does at its end."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
