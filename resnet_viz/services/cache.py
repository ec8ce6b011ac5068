"""Cache of configs that the engine has built, in the user's cache directory.

An entry is one file, named by its key: a header line (JSON: format, key, version of the builder,
size, checksum), then the config. Entries are verified when loaded. An entry or directory with any
fault counts as missing, and the engine builds again.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Final

import msgspec

from resnet_viz.files import WriteError, atomic_write

_FORMAT: Final = 1
_SUFFIX: Final = ".config"
_MAX_ENTRIES: Final = 200
_MAX_HEADER_SIZE: Final = 4096


class _Header(msgspec.Struct, frozen=True):
    """First line of an entry."""

    format: int
    key: str
    version: str
    size: int
    digest: str


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


class ConfigCache:
    """Configs by key, valid for one version of their builder.

    Args:
        directory: folder of the entries, made when the first is stored; None stores nothing.
        version: version of the builder; entries of other versions are invalid.
    """

    def __init__(self, directory: Path | None, *, version: str) -> None:
        self._directory = directory
        self._version = version

    def load(self, key: str) -> bytes | None:
        """The config stored under ``key``, or None. Corrupt and invalid entries are removed."""
        if self._directory is None:
            return None
        path = self._path(self._directory, key)
        try:
            data = path.read_bytes() if path.is_file() else b""
        except OSError:
            return None
        config = self._content(data, key)
        if config is None:
            self.discard(key)
        return config

    def store(self, key: str, config: bytes) -> bool:
        """Store ``config`` under ``key``; returns whether that worked."""
        if self._directory is None:
            return False
        header = _Header(_FORMAT, key, self._version, len(config), _digest(config))
        try:
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self._path(self._directory, key)
            if not path.is_file():  # a pipe would be written to, and waited for
                self.discard(key)
            with atomic_write(path) as file:
                file.write(msgspec.json.encode(header) + b"\n" + config)
            _prune(self._directory)
        except (OSError, WriteError):
            return False
        return True

    def discard(self, key: str) -> None:
        """Remove the entry of ``key``, if there is one."""
        if self._directory is not None:
            with contextlib.suppress(OSError):
                self._path(self._directory, key).unlink()

    @staticmethod
    def _path(directory: Path, key: str) -> Path:
        name = "".join(letter if letter.isalnum() else "-" for letter in key if letter.isascii())
        return directory / f"{name[:60]}-{_digest(key.encode())[:16]}{_SUFFIX}"

    def _content(self, data: bytes, key: str) -> bytes | None:
        """The config in an entry's ``data``; None if the entry is not valid."""
        line, _, config = data.partition(b"\n")
        if len(line) > _MAX_HEADER_SIZE:
            return None
        try:
            header = msgspec.json.decode(line, type=_Header)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        expected = _Header(_FORMAT, key, self._version, len(config), _digest(config))
        return config if header == expected else None


def _prune(directory: Path) -> None:
    """Remove all but the newest entries."""
    entries = [
        (entry.stat().st_mtime, entry.path)
        for entry in os.scandir(directory)
        if entry.name.endswith(_SUFFIX)
    ]
    for _, path in sorted(entries, reverse=True)[_MAX_ENTRIES:]:
        Path(path).unlink(missing_ok=True)


def _digest(data: bytes) -> str:
    import hashlib  # only variants need it; its import takes 2 ms

    return hashlib.blake2b(data, digest_size=16).hexdigest()
