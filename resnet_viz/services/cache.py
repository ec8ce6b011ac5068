"""Configs of built variants in the user's cache directory: checked on the way out, never needed.

An entry is one file, named by its key: a header line (JSON: format, key, version of what built it,
size, checksum), then the config. Whatever is wrong with an entry or with the directory, the answer
is "not there", and the engine builds again.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Final

import msgspec

_FORMAT: Final = 1
_SUFFIX: Final = ".config"
_MOST_ENTRIES: Final = 200
_LONGEST_HEADER: Final = 4096


class _Header(msgspec.Struct, frozen=True):
    """First line of an entry."""

    format: int
    key: str
    version: str
    size: int
    digest: str


def default_directory() -> Path | None:
    """Where this platform keeps caches: XDG_CACHE_HOME, ~/Library/Caches or LOCALAPPDATA.

    None for a user without a home, as in some containers.
    """
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
        return base / "resnet-viz" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "resnet-viz"
    named = Path(os.environ.get("XDG_CACHE_HOME") or "")
    # The specification says to ignore a relative one.
    return (named if named.is_absolute() else home / ".cache") / "resnet-viz"


class ConfigCache:
    """Configs by key, valid for one version of what builds them.

    Args:
        directory: where the entries are, made when the first is stored; None keeps nothing.
        version: whatever an entry depends on besides its key; entries of others are stale.
    """

    def __init__(self, directory: Path | None, *, version: str) -> None:
        self._directory = directory
        self._version = version

    def load(self, key: str) -> bytes | None:
        """The config stored under ``key``, or None. Corrupt and stale entries are removed."""
        if self._directory is None:
            return None
        try:
            data = self._path(self._directory, key).read_bytes()
        except OSError:
            return None
        config = self._content(data, key)
        if config is None:
            self.discard(key)
        return config

    def store(self, key: str, config: bytes) -> bool:
        """Keep ``config`` under ``key``, whole or not at all; whether that worked."""
        if self._directory is None:
            return False
        header = _Header(_FORMAT, key, self._version, len(config), _digest(config))
        try:
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self._path(self._directory, key)
            _write_atomically(path, msgspec.json.encode(header) + b"\n" + config)
            _prune(self._directory)
        except OSError:
            return False
        return True

    def discard(self, key: str) -> None:
        """Remove what is stored under ``key``, if anything."""
        if self._directory is not None:
            with contextlib.suppress(OSError):
                self._path(self._directory, key).unlink()

    @staticmethod
    def _path(directory: Path, key: str) -> Path:
        name = "".join(letter if letter.isalnum() else "-" for letter in key if letter.isascii())
        return directory / f"{name[:60]}-{_digest(key.encode())[:16]}{_SUFFIX}"

    def _content(self, data: bytes, key: str) -> bytes | None:
        """The config in an entry's ``data``; None if the entry can't be trusted."""
        line, _, config = data.partition(b"\n")
        if len(line) > _LONGEST_HEADER:
            return None
        try:
            header = msgspec.json.decode(line, type=_Header)
        except msgspec.DecodeError:
            return None
        expected = _Header(_FORMAT, key, self._version, len(config), _digest(config))
        return config if header == expected else None


def _prune(directory: Path) -> None:
    """Keep the newest entries only."""
    entries = [
        (entry.stat().st_mtime, entry.path)
        for entry in os.scandir(directory)
        if entry.name.endswith(_SUFFIX)
    ]
    for _, path in sorted(entries, reverse=True)[_MOST_ENTRIES:]:
        Path(path).unlink(missing_ok=True)


def _digest(data: bytes) -> str:
    import hashlib  # only variants need it: it would cost every start 2 ms

    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _write_atomically(path: Path, data: bytes) -> None:
    """Write beside ``path``, then put it in place in one step; nothing is left behind."""
    import tempfile  # rare, and not cheap to import

    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
