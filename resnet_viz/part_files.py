"""Temporary files beside the target of a write, and removal of those whose writer was killed.

A writer holds a lock on its temporary file, which the system takes from it when it ends. Windows
needs none: there a file that is open can't be removed.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

if sys.platform != "win32":
    import fcntl

_NAME: Final = re.compile(r"\..+\.\d+\.part", re.DOTALL)
_MOST_TRIES: Final = 5


def part_path(target: Path) -> Path:
    """Path of this process's temporary file for a target."""
    return target.with_name(f".{target.name[:200]}.{os.getpid()}.part")


def open_part(path: Path) -> IO[bytes]:
    """Create the temporary file and lock it for as long as it is open.

    Raises:
        OSError: it can't be created.
    """
    for _ in range(_MOST_TRIES):
        file = path.open("xb")
        if _try_lock(file.fileno()) is not False and os.fstat(file.fileno()).st_nlink:
            return file
        file.close()  # it was taken for a leftover before it was locked
        path.unlink(missing_ok=True)
    return path.open("xb")


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files in a folder that nobody writes any more."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    _remove_if_unlocked(entry.path)


def _remove_if_unlocked(path: str) -> None:
    if sys.platform == "win32":
        Path(path).unlink()
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if _try_lock(descriptor):
            Path(path).unlink()
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool | None:
    """True if the lock was free and is taken now; None where files can't be locked."""
    if sys.platform == "win32":
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # some network file systems have no locks
        return None
    return True
