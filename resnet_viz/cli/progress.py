"""Progress bar on stderr for commands that do several things in a row."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

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
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=len(things))
        for thing in things:
            bar.update(task, description=escape(label(thing)))
            yield thing
            bar.advance(task)
