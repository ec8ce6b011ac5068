"""Cache in the user's cache directory: configs that the engine has built, analysed built-ins.

An entry is one file, named by its key: a header line (JSON: format, key, version of its maker,
size, checksum), then the content. Entries are verified when loaded. An entry or directory with any
fault counts as missing, and its content is made again.
"""

from __future__ import annotations

import contextlib
import os
import sys
import zlib
from pathlib import Path
from typing import Final

import msgspec

from resnet_viz.files import WriteError, atomic_write

_FORMAT: Final = 2
_MAX_ENTRIES: Final = 200
_MAX_HEADER_SIZE: Final = 4096


class _Header(msgspec.Struct, frozen=True):
    """First line of an entry."""

    format: int
    key: str
    version: str
    size: int
    checksum: int


def default_directory() -> Path | None:
    """Cache directory on this platform: in XDG_CACHE_HOME, ~/Library/Caches or LOCALAPPDATA.

    None for a user without a home directory, as in some containers.
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
    base = Path(os.environ.get("XDG_CACHE_HOME") or "")
    # The XDG specification says to ignore relative paths.
    return (base if base.is_absolute() else home / ".cache") / "resnet-viz"


class EntryCache:
    """Entries of one kind by key, valid for one version of their maker.

    Args:
        directory: folder of the entries, made when the first is stored; None stores nothing.
        version: version of the maker; entries of other versions are invalid.
        suffix: of the entries' names, for the kind.
    """

    def __init__(self, directory: Path | None, *, version: str, suffix: str) -> None:
        self._directory = directory
        self._version = version
        self._suffix = suffix

    def load(self, key: str) -> bytes | None:
        """The content stored under ``key``, or None. Corrupt and invalid entries are removed."""
        if self._directory is None:
            return None
        path = self._path(self._directory, key)
        try:
            data = path.read_bytes() if path.is_file() else b""
        except OSError:
            return None
        content = self._content(data, key)
        if content is None:
            self.discard(key)
        return content

    def store(self, key: str, content: bytes) -> bool:
        """Store ``content`` under ``key``; returns whether that worked."""
        if self._directory is None:
            return False
        header = _Header(_FORMAT, key, self._version, len(content), zlib.crc32(content))
        try:
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self._path(self._directory, key)
            if not path.is_file():  # a pipe would be written to, and waited for
                self.discard(key)
            with atomic_write(path) as file:
                file.write(msgspec.json.encode(header) + b"\n" + content)
            _prune(self._directory, self._suffix)
        except (OSError, WriteError):
            return False
        return True

    def discard(self, key: str) -> None:
        """Remove the entry of ``key``, if there is one."""
        if self._directory is not None:
            with contextlib.suppress(OSError):
                self._path(self._directory, key).unlink()

    def _path(self, directory: Path, key: str) -> Path:
        name = "".join(letter if letter.isalnum() else "-" for letter in key if letter.isascii())
        return directory / f"{name[:60]}-{zlib.crc32(key.encode()):08x}{self._suffix}"

    def _content(self, data: bytes, key: str) -> bytes | None:
        """The content of an entry's ``data``; None if the entry is not valid."""
        line, _, content = data.partition(b"\n")
        if len(line) > _MAX_HEADER_SIZE:
            return None
        try:
            header = msgspec.json.decode(line, type=_Header)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        expected = _Header(_FORMAT, key, self._version, len(content), zlib.crc32(content))
        return content if header == expected else None


def _prune(directory: Path, suffix: str) -> None:
    """Remove all but the newest entries."""
    entries = [
        (entry.stat().st_mtime, entry.path)
        for entry in os.scandir(directory)
        if entry.name.endswith(suffix)
    ]
    for _, path in sorted(entries, reverse=True)[_MAX_ENTRIES:]:
        Path(path).unlink(missing_ok=True)
