"""Bounds-checked reader of HDF5 metadata: superblock, object headers and heaps.

Only metadata is read, and only the features that Keras's files use are supported. libhdf5 is not
used: it trusts a file's contents and crashes on damaged ones, and the window must survive every
file. Names and numbers are those of the "HDF5 File Format Specification".
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final, Protocol

import msgspec

from resnet_viz.reading.container.zip_archive import check_config_size
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_BLOCKS, MAX_ENTRIES, MAX_METADATA_BYTES

SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"
_CONTINUATION: Final = 0x10
_MAX_MESSAGES: Final = 4_096
_MAX_HEADER: Final = 1 << 24


class HeaderMessage(msgspec.Struct, frozen=True):
    """One message of an object header: its type (as the specification numbers them) and body.

    Attributes:
        is_shared: the body is a reference to another object's message.
    """

    kind: int
    body: bytes
    is_shared: bool


class SeekableBytes(Protocol):
    """Random-access binary stream: a file, or a member of a zip."""

    def seek(self, position: int, whence: int = ..., /) -> int:
        """Move to ``position``."""

    def read(self, size: int, /) -> bytes:
        """Read up to ``size`` bytes."""


class Hdf5Blocks:
    """Random access to an HDF5 file.

    Attributes:
        root: address of the root group's object header.
        offset_size, length_size: bytes in an address and in a length.
    """

    def __init__(self, file: SeekableBytes) -> None:
        self._file = file
        self._size = file.seek(0, os.SEEK_END)
        self._blocks_left = MAX_BLOCKS
        self._bytes_left = MAX_METADATA_BYTES
        self._entries_left = MAX_ENTRIES
        self._base = 0
        self._heaps: dict[int, dict[int, tuple[int, int]]] = {}
        self.offset_size = self.length_size = 8
        self.root = self._superblock()

    def read(self, address: int, size: int, *, is_content: bool = False) -> bytes:
        """``size`` bytes at ``address``; content does not count towards the limit on metadata.

        Raises:
            Unreadable: they are not all in the file, or too much metadata has been read.
        """
        start = self._base + address
        if not 0 <= start <= self._size - size or size < 0:
            raise damaged_hdf5("it points outside the file")
        self._blocks_left -= 1
        self._bytes_left -= 0 if is_content else size
        if self._blocks_left < 0 or self._bytes_left < 0:
            raise _too_many()
        self._file.seek(start)
        data = self._file.read(size)
        if len(data) < size:
            raise damaged_hdf5("it is cut short")
        return data

    def count(self, entries: int) -> None:
        """Count messages or links towards their limit: many may share few bytes.

        Raises:
            Unreadable: there are too many in all.
        """
        self._entries_left -= entries
        if self._entries_left < 0:
            raise _too_many()

    def address(self, data: bytes, at: int) -> int | None:
        """The address at byte ``at`` of ``data``; None if it is the undefined address."""
        raw = data[at : at + self.offset_size]
        if len(raw) < self.offset_size:
            raise damaged_hdf5("an address is cut short")
        return None if raw.count(0xFF) == len(raw) else int.from_bytes(raw, "little")

    def length(self, data: bytes, at: int) -> int:
        """The length at byte ``at`` of ``data``."""
        return uint_at(data, at, self.length_size)

    def messages(self, address: int) -> list[HeaderMessage]:
        """All messages of the object header at ``address``, continuation blocks included."""
        head = self.read(address, 16)
        is_v2 = head[:4] == b"OHDR"
        messages: list[HeaderMessage] = []
        blocks = [self._first_block_v2(address, head) if is_v2 else _first_block_v1(address, head)]
        prefix_size = (4 + (2 if head[5] & 4 else 0)) if is_v2 else 8
        for index, (start, size) in enumerate(blocks):
            if len(blocks) > _MAX_MESSAGES or size > _MAX_HEADER:
                raise damaged_hdf5("an object's header is endless")
            data = self.read(start, size)
            if is_v2 and index:  # continuation blocks begin with a signature, end with a checksum
                if data[:4] != b"OCHK":
                    raise damaged_hdf5("a part of an object's header is missing")
                data = data[4:-4]
            for message in _split(data, type_size=1 if is_v2 else 2, prefix_size=prefix_size):
                self._add(message, messages, blocks)
        return messages

    def _first_block_v2(self, address: int, head: bytes) -> tuple[int, int]:
        flags = head[5]
        if head[4] != 2:
            raise damaged_hdf5("an object's header has an unknown version")
        start = address + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        return start + width, uint_at(self.read(start, width), 0, width)

    def _add(
        self,
        message: HeaderMessage,
        messages: list[HeaderMessage],
        blocks: list[tuple[int, int]],
    ) -> None:
        if len(messages) >= _MAX_MESSAGES:
            raise damaged_hdf5("an object's header is endless")
        if message.kind == _CONTINUATION:
            start = self.address(message.body, 0)
            if start is not None:
                blocks.append((start, self.length(message.body, self.offset_size)))
        else:
            self.count(1)
            messages.append(message)

    def global_object(self, collection: int, index: int, *, is_content: bool) -> bytes:
        """Object ``index`` of a global heap collection; see ``read`` for ``is_content``."""
        known = self._heaps.get(collection)
        if known is None:
            known = self._heaps[collection] = self._heap(collection)
        if index not in known:
            raise damaged_hdf5("a heap lacks an object")
        start, size = known[index]
        if is_content:
            check_config_size(size)
        return self.read(start, size, is_content=is_content)

    def _heap(self, collection: int) -> dict[int, tuple[int, int]]:
        """Address and size of every object in a global heap collection."""
        head = self.read(collection, 8 + self.length_size)
        if head[:4] != b"GCOL":
            raise damaged_hdf5("a heap is missing")
        end = collection + self.length(head, 8)
        head_size = 8 + self.length_size
        start = collection + head_size
        objects: dict[int, tuple[int, int]] = {}
        while start + head_size <= end:
            head = self.read(start, head_size)
            index, size = uint_at(head, 0, 2), self.length(head, 8)
            if index == 0:
                break
            objects.setdefault(index, (start + head_size, size))
            start += head_size + (size + 7) // 8 * 8
        return objects

    def _superblock(self) -> int:
        self._file.seek(0)
        head = self._file.read(128)
        version = head[8] if len(head) > 8 else -1
        if head[:8] != SIGNATURE or version not in {0, 1, 2, 3}:
            raise damaged_hdf5("its superblock has an unknown version")
        is_old = version < 2
        sizes = head[13:15] if is_old else head[9:11]
        if not set(sizes) <= {2, 4, 8} or len(sizes) != 2:
            raise damaged_hdf5("its addresses have an odd size")
        self.offset_size, self.length_size = sizes
        start = {0: 24, 1: 28}.get(version, 12)
        base, end, root = (
            self.address(head, start + index * self.offset_size)
            for index in (0, 2, 5 if is_old else 3)
        )
        if base is None or end is None or root is None:
            raise damaged_hdf5("its superblock has no addresses")
        self._base = base
        if base + end > self._size:
            raise Unreadable(f"it is cut short: it has {self._size:,} of {base + end:,} bytes")
        return root


def _first_block_v1(address: int, head: bytes) -> tuple[int, int]:
    if head[0] != 1:
        raise damaged_hdf5("an object has no header")
    return address + 16, uint_at(head, 8, 4)


def _split(data: bytes, *, type_size: int, prefix_size: int) -> Iterator[HeaderMessage]:
    """Messages in a block of an object header: type, size, flags and padding, then the body."""
    at = 0
    while at + prefix_size <= len(data):
        kind, size = uint_at(data, at, type_size), uint_at(data, at + type_size, 2)
        is_shared = bool(data[at + type_size + 2] & 2)
        at += prefix_size
        yield HeaderMessage(kind, data[at : at + size], is_shared)
        at += size


def uint_at(data: bytes, at: int, width: int) -> int:
    """Little-endian unsigned integer of ``width`` bytes at byte ``at`` of ``data``.

    Raises:
        Unreadable: ``data`` ends before it.
    """
    raw = data[at : at + width]
    if len(raw) < width or at < 0:
        raise damaged_hdf5("a number is cut short")
    return int.from_bytes(raw, "little")


def _too_many() -> Unreadable:
    return Unreadable("its HDF5 structure has too many parts")


def damaged_hdf5(detail: str) -> Unreadable:
    """Error for a file that violates the specification."""
    return Unreadable(f"its HDF5 structure is damaged ({detail})")
