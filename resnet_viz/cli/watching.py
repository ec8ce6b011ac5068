"""``--watch``: do work again whenever a file changes, until the user interrupts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from resnet_viz.errors import AppError, UsageError

_INTERVAL: Final = 0.4
"""Seconds between two looks at the files."""


def pause() -> None:
    """Wait until the next look at the files."""
    time.sleep(_INTERVAL)


def watch(
    files: Sequence[str],
    work: Callable[[], None],
    tell: Callable[[str], None],
    *,
    wait: Callable[[], None] = pause,
) -> None:
    """Do the work now and after each change; ends with KeyboardInterrupt only.

    A failure is told and does not end it: the next save may repair the file.

    Args:
        files: paths of the files that the work reads.
        work: may raise AppError.
        tell: gets a sentence for each run.
        wait: called between two looks at the files.

    Raises:
        UsageError: there is no file to watch.
    """
    if not all(files) or not files:
        raise UsageError("--watch needs a model file or a Python file: a built-in never changes.")
    seen: list[object] = []
    while True:
        now = [_stamp(file) for file in files]
        if now != seen:
            wait()
            if [_stamp(file) for file in files] != now:
                continue  # it is still being written
            seen = now
            _run(work, tell)
        wait()


def _run(work: Callable[[], None], tell: Callable[[str], None]) -> None:
    try:
        work()
    except AppError as error:
        tell(f"{error.message} Watching for the next change.")
    else:
        tell("Written; watching for changes (Ctrl+C ends).")


def _stamp(file: str) -> object:
    try:
        status = Path(file).stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino)
