"""Temporary files and folders, and removal of those whose writer was killed.

A writer holds a lock on its temporary file or folder, which the system takes from it when it ends.
Files need none on Windows: there one that is open can't be removed. Folders are left alone there.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from resnet_viz.interruption import OnInterruption

if sys.platform != "win32":
    import fcntl

ENGINE_PREFIX: Final = "resnet-viz-engine-"
"""Beginning of the names of engines' temporary folders."""
_NAME: Final = re.compile(r"\..+\.\d+\.part", re.DOTALL)


def part_path(target: Path) -> Path:
    """Path of this process's temporary file for a target."""
    return target.with_name(f".{target.name[:200]}.{os.getpid()}.part")


def open_part(path: Path) -> IO[bytes]:
    """Create the temporary file and lock it for as long as it is open.

    Raises:
        OSError: it can't be created.
    """
    while True:
        file = path.open("xb")
        # One that takes the file for a leftover may have locked it first, to remove it.
        if not _lock(file.fileno(), waits=True) or _is_at(path, file.fileno()):
            return file
        file.close()


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files in a folder that nobody writes any more."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    _remove_if_unlocked(Path(entry.path))


@contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """Folder for the time of the block, without links in its path; leftovers of others go first.

    Args:
        prefix: of its name; says which folders are of this kind.

    Raises:
        OSError: it can't be created.
    """
    remove_leftover_folders(prefix)
    folder, descriptor = locked_folder(prefix)

    def remove() -> None:
        shutil.rmtree(folder, ignore_errors=True)

    try:
        with OnInterruption(remove):
            yield folder.resolve()
    finally:
        remove()
        if descriptor is not None:
            os.close(descriptor)


def remove_leftover_folders(prefix: str) -> None:
    """Remove the temporary folders of a kind whose process has ended."""
    if sys.platform == "win32":
        return
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if entry.name.startswith(prefix) and entry.is_dir(follow_symlinks=False):
                with suppress(OSError):
                    _remove_unlocked_folder(Path(entry.path))


def locked_folder(prefix: str) -> tuple[Path, int | None]:
    """Make a temporary folder; no leftover as long as its descriptor is open in some process.

    The descriptor is None where folders are not locked.

    Raises:
        OSError: it can't be created.
    """
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix))
        if sys.platform == "win32":
            return folder, None
        descriptor = os.open(folder, os.O_RDONLY)
        # One that takes the folder for a leftover may have locked it first, to remove it.
        if not _lock(descriptor, waits=True) or _is_at(folder, descriptor):
            return folder, descriptor
        os.close(descriptor)


def _remove_unlocked_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        if _lock(descriptor, waits=False) and _is_at(folder, descriptor):
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)


def _remove_if_unlocked(path: Path) -> None:
    if sys.platform == "win32":
        path.unlink()
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if _lock(descriptor, waits=False) and _is_at(path, descriptor):
            path.unlink()
    finally:
        os.close(descriptor)


def _is_at(path: Path, descriptor: int) -> bool:
    """True if the open file is still the one with this path."""
    with suppress(FileNotFoundError):
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    return False


def _lock(descriptor: int, *, waits: bool) -> bool:
    """Lock an open file; False if another has it, or if files can't be locked here."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
    except OSError:  # as on some network file systems
        return False
    return True
