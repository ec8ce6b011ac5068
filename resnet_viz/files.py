"""Atomic write of files, and output to stdout, with sentences for what goes wrong."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final, TextIO

from resnet_viz.errors import AppError, quoted
from resnet_viz.interruption import OnInterruption
from resnet_viz.part_files import open_part, part_path, remove_leftovers

_REASONS: Final = {
    errno.EACCES: "permission is denied: choose another folder",
    errno.EPERM: "permission is denied: choose another folder",
    errno.EROFS: "the disk is read-only: choose another folder",
    errno.ENOSPC: "the disk is full: free some space or choose another folder",
    errno.EDQUOT: "your disk quota is used up: free some space or choose another folder",
    errno.ENAMETOOLONG: "the name is too long: choose a shorter one",
    errno.ENOENT: "its folder does not exist: create it or choose another folder",
    errno.ENOTDIR: "a part of its path is a file: choose another folder",
    errno.EISDIR: "it is a folder: name a file in it",
}


_CHUNK: Final = 1 << 20  # letters that are encoded at once


class WriteError(AppError):
    """A file can't be written."""


def check_target(path: Path, *, source: str = "") -> None:
    """Refuse a target that can't or must not be written, before any work is done.

    Args:
        path: the target.
        source: path of the file that is read; links and other names of it count as well.

    Raises:
        WriteError: it is the source or a folder, its folder is missing, or permission is denied.
    """
    try:
        if source and path.exists() and Path(source).exists() and path.samefile(source):
            raise WriteError(
                f"{quoted(str(path), longest=200)} is the model that is read: name another file."
            )
        if path.is_dir():
            raise _refusal(path, errno.EISDIR)
        folder = _resolved(path).parent
        if not folder.is_dir():
            raise _refusal(path, errno.ENOTDIR if folder.exists() else errno.ENOENT)
        special = path.exists() and not path.is_file()
        if not os.access(path if special else folder, os.W_OK):
            raise _refusal(path, errno.EACCES)
    except OSError as error:
        raise _refusal(path, error.errno or 0, error) from error
    except ValueError as error:  # a zero byte in the name
        raise WriteError(
            f"{quoted(str(path), longest=200)} can't be a file's name: choose another."
        ) from error


@contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """Write a file atomically: the file yielded replaces ``path`` once it is complete.

    It is a temporary file in the same folder, so that replacing is one step of the file system. It
    is removed after an error or a signal; one whose writer was killed, by the next write to its
    folder. A link stays a link; a device or pipe is written directly.

    Raises:
        WriteError: it can't be written.
    """
    target = _resolved(path)
    try:
        if target.exists() and not target.is_file() and not target.is_dir():
            with target.open("wb") as file:
                yield file
            return
        remove_leftovers(target.parent)
        temporary = part_path(target)
        with OnInterruption(temporary.unlink):
            try:
                with open_part(temporary) as file:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
                    if target.exists():
                        temporary.chmod(stat.S_IMODE(target.stat().st_mode))
                    if sys.platform == "win32":  # only there an open file can't be moved
                        file.close()  # which elsewhere makes it a leftover
                    temporary.replace(target)
            finally:
                with suppress(OSError):  # after success it is gone already
                    temporary.unlink()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _refusal(path, error.errno or 0, error) from error


def file_target(output: str | None) -> Path | None:
    """The file that ``--output`` names; None for the terminal."""
    return Path(output) if output and output != "-" else None


def write_text(target: Path | None, text: str) -> None:
    """Write text to a file, atomically, or to stdout.

    Raises:
        WriteError: the file can't be written.
    """
    if target is None:
        write_stdout(text)
        return
    with atomic_write(target) as file:
        for start in range(0, len(text), _CHUNK):
            file.write(text[start : start + _CHUNK].encode(errors="backslashreplace"))


def write_stdout(text: str) -> None:
    """Write ``text`` to standard output and flush it.

    Raises:
        WriteError: it is closed, or is a file that can't be written, as on a full disk.
        BrokenPipeError: the reader has closed it.
    """
    stdout = _open_stdout()
    try:
        stdout.write(text)
        stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _stdout_refusal(error) from error


@contextmanager
def binary_stdout() -> Iterator[IO[bytes]]:
    """Standard output for bytes, flushed at the end.

    Raises:
        WriteError: it is closed, or is a file that can't be written, as on a full disk.
        BrokenPipeError: the reader has closed it.
    """
    stdout = _open_stdout()
    try:
        stdout.flush()
        yield stdout.buffer
        stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _stdout_refusal(error) from error


def _open_stdout() -> TextIO:
    if sys.stdout is None:
        raise WriteError("Standard output is closed: redirect it to a file, or use -o FILE.")
    return sys.stdout


def _stdout_refusal(error: OSError) -> WriteError:
    reason = _reason(error.errno or 0, error)
    return WriteError(f"Standard output can't be written: {reason}.", details=str(error))


def _resolved(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _refusal(path: Path, number: int, error: OSError | None = None) -> WriteError:
    reason = _reason(number, error)
    return WriteError(
        f"{quoted(str(path), longest=200)} can't be written: {reason}.", details=str(error or "")
    )


def _reason(number: int, error: OSError | None) -> str:
    known = _REASONS.get(number)
    if known is not None:
        return known
    return (error.strerror if error and error.strerror else "unknown reason").lower()
