"""Cache of analysed built-ins with their first picture, so that a start needs no analysis.

An entry is valid for the files of code, models and fonts that it was made from, as they are on the
disk: a change of one makes all entries invalid. A start reads an entry in a few milliseconds, where
reading, analysis, layout and drawing take a hundred, imports included.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import qVersion

from resnet_viz import assets
from resnet_viz._version import __version__
from resnet_viz.analysis.costs.memory.basis import MODEL_BASIS
from resnet_viz.analysis.costs.types import Memory, Numbers
from resnet_viz.analysis.problems.types import Problem
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.document import Document
from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.layout.view import View
from resnet_viz.services.cache import EntryCache
from resnet_viz.services.source_title import source_title
from resnet_viz.sources.buildable import is_default
from resnet_viz.sources.types import BuiltIn, Source, base_of

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_ROOMS: Final = ("analysis", "drawing", "graph", "layout", "paint", "reading", "sources")


class _KeptDocument(msgspec.Struct, frozen=True, array_like=True):
    """A document with a picture; ``memory`` for its view's basis, None for the model's own."""

    structure: Structure
    numbers: Numbers
    problems: tuple[Problem, ...]
    picture: DisplayList
    memory: Memory | None


class DocumentCache:
    """Documents and pictures of built-ins with default parameters, as they look when opened.

    Args:
        directory: folder of the entries; None stores nothing.
        made_from: folders of all files that documents and pictures depend on; None for the
            program's own.
    """

    def __init__(self, directory: Path | None, *, made_from: Sequence[Path] | None = None) -> None:
        self._directory = directory
        self._made_from = made_from

    def load(self, source: Source, view: View) -> tuple[Document, DisplayList, Memory] | None:
        """A model, its picture and its memory in a view; None if they have to be made."""
        if not _is_kept(source, view):
            return None
        data = self._entries.load(_key(source, view))
        if data is None:
            return None
        try:
            entry = msgspec.msgpack.decode(data, type=_KeptDocument)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        structure, numbers = _with_tuples(entry.structure), entry.numbers
        title = source_title(source)
        document = Document(source, title, structure.graph, structure, numbers, entry.problems)
        return document, entry.picture, entry.memory or numbers.memory

    def store(self, document: Document, view: View, picture: DisplayList, memory: Memory) -> None:
        """Keep a document and its picture in a view for the next start, if it can begin so."""
        if not _is_kept(document.source, view):
            return
        numbers = document.numbers
        own = None if memory is numbers.memory else memory
        entry = _KeptDocument(
            _with_tuples(document.structure), numbers, document.problems, picture, own
        )
        self._entries.store(_key(document.source, view), msgspec.msgpack.encode(entry))

    @cached_property
    def _entries(self) -> EntryCache:
        version = _version_on_disk(self._made_from or _own_folders())
        return EntryCache(self._directory, version=version, suffix=".document")


def _is_kept(source: Source, view: View) -> bool:
    base = base_of(source)
    opens_so = msgspec.structs.replace(view, basis=MODEL_BASIS) == View()
    return opens_so and isinstance(base, BuiltIn) and is_default(base)


def _key(source: Source, view: View) -> str:
    return f"{source}, {view.basis.text('own dtype')}"


def _with_tuples(structure: Structure) -> Structure:
    """The structure with its shortcuts' lists of calls as tuples: msgspec reads lists."""
    shortcuts = tuple(
        msgspec.structs.replace(shortcut, skipped=tuple(shortcut.skipped))
        for shortcut in structure.shortcuts
    )
    return msgspec.structs.replace(structure, shortcuts=shortcuts)


def _own_folders() -> tuple[Path, ...]:
    rooms = (_PACKAGE / room for room in _ROOMS)
    return (*rooms, assets.root() / "fonts", assets.root() / "models")


def _version_on_disk(folders: Sequence[Path]) -> str:
    """Version that changes with every file in these folders."""
    checksum = 0
    for folder in folders:
        for line in _files_inside(str(folder)):
            checksum = zlib.crc32(line.encode(errors="surrogateescape"), checksum)
    return f"{__version__}, Qt {qVersion()}, {checksum:08x}"


def _files_inside(folder: str) -> Iterator[str]:
    """Path, size and time of change of every file below a folder; none if there is no folder."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files_inside(entry.path)
        else:
            status = entry.stat()
            yield f"{entry.path} {status.st_size} {status.st_mtime_ns}"
