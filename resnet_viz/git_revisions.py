"""Files of a git revision, in a temporary folder for the time of a block.

Only git's objects are read, so nothing of the repository is run: no hooks, no filters of its
attributes, no fetch of what is missing. A file that a filter such as git-lfs keeps elsewhere is
the pointer to it.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Final, TypeVar

import msgspec

from resnet_viz.errors import ModelError, quoted
from resnet_viz.part_files import temporary_folder
from resnet_viz.sources.types import PastFile, PastFunction

Past = TypeVar("Past", PastFile, PastFunction)

FOLDER_PREFIX: Final = "resnet-viz-git-"
_SECONDS: Final = 120
_MOST_FILES: Final = 200_000
_MOST_BYTES: Final = 1 << 30
_LINK, _MODULE = "120000", "160000"
_SAFE: Final = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
_ENVIRONMENT: Final = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C",
}


class _Entry(msgspec.Struct, frozen=True):
    """A file or a link in a revision's tree; its path is relative, of plain names."""

    mode: str
    object_id: str
    size: int
    path: PurePosixPath


@contextmanager
def past_file(source: PastFile, *, folder: str) -> Iterator[Path]:
    """The file as it was, under its name.

    Args:
        source: its path may be relative to ``folder``.
        folder: the user's working directory.

    Raises:
        ModelError: git is missing, or has no such repository, revision or file.
    """
    repository, relative = _place(Path(folder, source.path), source.revision)
    commit = _commit(repository, source.revision)
    entries = [entry for entry in _entries(repository, commit) if entry.path == relative]
    if not entries or entries[0].mode == _LINK:
        raise ModelError(
            f"{quoted(source.path)} is not in the revision {quoted(source.revision)}; name a "
            "revision that has it."
        )
    with temporary_folder(FOLDER_PREFIX) as root:
        name = entries[0].path.name
        flat = msgspec.structs.replace(entries[0], path=PurePosixPath(name))
        _write_all(repository, [flat], root)
        yield root / name


@contextmanager
def past_folder(source: PastFunction, *, folder: str) -> Iterator[tuple[PastFunction, Path]]:
    """All files as they were: the function relative to the working directory, and that.

    Args:
        source: its file's path may be relative to ``folder``.
        folder: the user's working directory.

    Raises:
        ModelError: git is missing, has no such repository, revision or file, or too much in it.
    """
    file = Path(folder, source.location) if source.is_file else None
    repository, relative = _place(file or Path(folder, "module"), source.revision)
    commit = _commit(repository, source.revision)
    entries = list(_entries(repository, commit))
    if file is not None and all(entry.path != relative for entry in entries):
        raise ModelError(
            f"{quoted(source.location)} is not in the revision {quoted(source.revision)}; name a "
            "revision that has it."
        )
    with temporary_folder(FOLDER_PREFIX) as root:
        _write_all(repository, entries, root)
        inside = Path(folder).resolve()
        inside = root / inside.relative_to(repository) if _is_in(inside, repository) else root
        inside.mkdir(parents=True, exist_ok=True)  # it may be younger than the revision
        if file is not None:
            location = os.path.relpath(root / relative, inside)
            source = msgspec.structs.replace(source, location=location)
        yield source, inside


def _is_in(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents


def _place(path: Path, revision: str) -> tuple[Path, PurePosixPath]:
    """The repository around a path, which need not exist any more, and the path in it."""
    path = Path(os.path.abspath(path))  # noqa: PTH100 - a link in the repository stays one
    start = next(parent for parent in path.parents if parent.is_dir())
    advice = f"{quoted(str(start), longest=200)} is in no git repository that can be read"
    top = Path(
        _git(
            start,
            "rev-parse",
            "--show-toplevel",
            advice=f"{advice}, so it has no revision {quoted(revision)}.",
        )
    )
    real = start.resolve() / path.relative_to(start)
    return top, PurePosixPath(real.relative_to(top.resolve()).as_posix())


def _commit(repository: Path, revision: str) -> str:
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    advice = f"git knows no revision {quoted(revision)} in {quoted(str(repository), longest=200)}."
    return _git(repository, *arguments, advice=advice)


def _git(folder: Path, *arguments: str, advice: str) -> str:
    try:
        answer = subprocess.run(
            _command(arguments),
            cwd=folder,
            env=_environment(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        raise ModelError("git is not installed; install it to open a source of git.") from None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise ModelError(f"git can't be asked: {error}.") from error
    if answer.returncode:
        raise ModelError(advice, details=answer.stderr.decode(errors="replace"))
    return answer.stdout.decode(errors="surrogateescape").removesuffix("\n")


def _command(arguments: Sequence[str]) -> list[str]:
    return ["git", *_SAFE, *arguments]


def _environment() -> dict[str, str]:
    return {**os.environ, **_ENVIRONMENT}


def _entries(repository: Path, commit: str) -> Iterator[_Entry]:
    """Files and links of a commit; names that could lead out of its folder are left out."""
    advice = (
        f"The files of revision {commit[:12]} can't be listed; check the repository (git fsck)."
    )
    listed = _git(repository, "ls-tree", "-r", "-z", "-l", "--full-tree", commit, advice=advice)
    for line in filter(None, listed.split("\0")):
        about, _, name = line.partition("\t")
        mode, _kind, object_id, size = about.split()
        path = PurePosixPath(name)
        if mode != _MODULE and _is_plain(path, name):
            yield _Entry(mode, object_id, int(size), path)


def _is_plain(path: PurePosixPath, name: str) -> bool:
    forbidden = {"..", ".git"} if os.name == "posix" else {"..", ".git", "\\", ":"}
    return not path.is_absolute() and not any(
        part.lower() in forbidden or any(len(sign) == 1 and sign in part for sign in forbidden)
        for part in name.split("/")
    )


def _write_all(repository: Path, entries: Sequence[_Entry], root: Path) -> None:
    """Write files, then links that stay inside, so that no file is written through a link."""
    total = sum(entry.size for entry in entries)
    if len(entries) > _MOST_FILES or total > _MOST_BYTES:
        raise ModelError(
            f"The revision has {len(entries):,} files of {total / 1e6:,.0f} MB together; "
            f"at most {_MOST_FILES:,} of {_MOST_BYTES / 1e6:,.0f} MB are unpacked."
        )
    entries = sorted(entries, key=lambda entry: entry.mode == _LINK)
    with tempfile.TemporaryFile() as wanted:
        wanted.writelines(f"{entry.object_id}\n".encode() for entry in entries)
        wanted.seek(0)
        with subprocess.Popen(
            _command(["cat-file", "--batch"]),
            cwd=repository,
            env=_environment(),
            stdin=wanted,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            limit = threading.Timer(_SECONDS, process.kill)
            limit.start()
            try:
                assert process.stdout is not None
                for entry in entries:
                    _write(entry, _content(process.stdout, entry), root)
            except OSError as error:
                raise ModelError(f"The revision can't be unpacked: {error}.") from error
            finally:
                limit.cancel()
                process.kill()


def _content(stream: IO[bytes], entry: _Entry) -> bytes:
    header = stream.readline().split()
    content = stream.read(entry.size + 1)
    if len(header) != 3 or len(content) != entry.size + 1:
        raise ModelError(
            f"{quoted(str(entry.path), longest=200)} of the revision can't be read: the repository "
            "does not hold it (git fetch may bring it), or git took too long."
        )
    return content[:-1]


def _write(entry: _Entry, content: bytes, root: Path) -> None:
    path = root / entry.path
    path.parent.mkdir(parents=True, exist_ok=True)
    if entry.mode != _LINK:
        path.write_bytes(content)
        return
    target = (path.parent / os.fsdecode(content)).resolve()
    if _is_in(target, root) and _is_in(path.parent.resolve(), root):
        path.symlink_to(os.fsdecode(content))
