"""Progress bar on stderr for commands that do several things in a row."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from resnet_viz.errors import escape_controls
from resnet_viz.interruption import OnInterruption

Thing = TypeVar("Thing")


def progress(
    things: Sequence[Thing], label: Callable[[Thing], str], *, quiet: bool
) -> Iterator[Thing]:
    """The things one after another, with a bar on stderr; none if it is no terminal."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield from things
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with (
        OnInterruption(_clear_line),
        Progress(*columns, console=Console(stderr=True), transient=True) as bar,
    ):
        task = bar.add_task("", total=len(things))
        for thing in things:
            bar.update(task, description=escape(escape_controls(label(thing), kept="")))
            yield thing
            bar.advance(task)


def _clear_line() -> None:
    """Remove the bar and show the cursor again, past rich, which may be writing just now."""
    os.write(2, b"\r\x1b[2K\x1b[?25h")
