"""The bytes of an HDF5 file: superblock, object headers and heaps, each read within bounds.

Only what Keras's files need is understood, and only metadata is ever read. It is not done with
libhdf5: that library trusts what a file says of itself and dies of damaged ones, and the window
must outlive every file. Names and numbers are those of the "HDF5 File Format Specification".
"""

from __future__ import annotations

import os
from typing import Final, Protocol

import msgspec

from resnet_viz.reading.container.zip_archive import check_size
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_BLOCKS, MAX_ENTRIES, MAX_METADATA_BYTES

SIGNATURE: Final = b"\x89HDF\r\n\x1a\n"
_CONTINUATION: Final = 0x10
_MAX_MESSAGES: Final = 4_096
_MAX_HEADER: Final = 1 << 24


class Message(msgspec.Struct, frozen=True):
    """One message of an object header: what kind it is (a number of the specification), its body.

    Attributes:
        is_shared: the body is only a reference to another object's message.
    """

    kind: int
    body: bytes
    is_shared: bool


class Bytes(Protocol):
    """What an HDF5 file is read from: a file, or a member of a zip."""

    def seek(self, place: int, whence: int = ..., /) -> int:
        """Go to ``place``."""

    def read(self, size: int, /) -> bytes:
        """Up to ``size`` bytes."""


class Blocks:
    """Random access to an HDF5 file.

    Attributes:
        root: address of the root group's object header.
        offset_size, length_size: bytes of an address and of a length in this file.
    """

    def __init__(self, file: Bytes) -> None:
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
        """``size`` bytes at ``address``; those of a content don't count as structure.

        Raises:
            Unreadable: they are not all in the file, or too much has been read already.
        """
        start = self._base + address
        if not 0 <= start <= self._size - size or size < 0:
            raise damaged("it points outside the file")
        self._blocks_left -= 1
        self._bytes_left -= 0 if is_content else size
        if self._blocks_left < 0 or self._bytes_left < 0:
            raise _too_many()
        self._file.seek(start)
        data = self._file.read(size)
        if len(data) < size:
            raise damaged("it is cut short")
        return data

    def count(self, entries: int) -> None:
        """Take note that so many messages or links are looked at: many may share few bytes.

        Raises:
            Unreadable: those were too many in all.
        """
        self._entries_left -= entries
        if self._entries_left < 0:
            raise _too_many()

    def offset(self, data: bytes, place: int) -> int | None:
        """The address at ``place`` in ``data``; None if it is the undefined one."""
        raw = data[place : place + self.offset_size]
        if len(raw) < self.offset_size:
            raise damaged("an address is cut short")
        return None if raw.count(0xFF) == len(raw) else int.from_bytes(raw, "little")

    def length(self, data: bytes, place: int) -> int:
        """The length at ``place`` in ``data``."""
        return number(data, place, self.length_size)

    def messages(self, address: int) -> list[Message]:
        """All messages of the object header at ``address``, continuation blocks included."""
        head = self.read(address, 16)
        if head[:4] == b"OHDR":
            return self._messages_2(address, head)
        if head[0] != 1:
            raise damaged("an object has no header")
        found: list[Message] = []
        blocks = [(address + 16, number(head, 8, 4))]
        for start, size in blocks:
            self._check_block(len(blocks), size)
            self._parse_1(self.read(start, size), found, blocks)
        return found

    def global_object(self, collection: int, index: int, *, is_content: bool) -> bytes:
        """Object ``index`` of a global heap collection; see ``read`` for ``is_content``."""
        known = self._heaps.get(collection)
        if known is None:
            known = self._heaps[collection] = self._heap(collection)
        if index not in known:
            raise damaged("a heap lacks an object")
        place, size = known[index]
        if is_content:
            check_size(size)
        return self.read(place, size, is_content=is_content)

    def _heap(self, collection: int) -> dict[int, tuple[int, int]]:
        """Place and size of every object in a global heap collection."""
        head = self.read(collection, 8 + self.length_size)
        if head[:4] != b"GCOL":
            raise damaged("a heap is missing")
        end = collection + self.length(head, 8)
        place = collection + 8 + self.length_size
        found: dict[int, tuple[int, int]] = {}
        while place + 8 + self.length_size <= end:
            head = self.read(place, 8 + self.length_size)
            index, size = number(head, 0, 2), self.length(head, 8)
            if index == 0:
                break
            found.setdefault(index, (place + 8 + self.length_size, size))
            place += 8 + self.length_size + (size + 7) // 8 * 8
        return found

    def _superblock(self) -> int:
        head = self._at_most(0, 128)
        version = head[8] if len(head) > 8 else -1
        if head[:8] != SIGNATURE or version not in {0, 1, 2, 3}:
            raise damaged("its superblock is of no known version")
        old = version < 2
        sizes = head[13:15] if old else head[9:11]
        if not set(sizes) <= {2, 4, 8} or len(sizes) != 2:
            raise damaged("its addresses have an odd size")
        self.offset_size, self.length_size = sizes
        first = {0: 24, 1: 28}.get(version, 12)
        places = [first + n * self.offset_size for n in range(6)]
        base, end = self.offset(head, places[0]), self.offset(head, places[2])
        root = self.offset(head, places[5] if old else places[3])
        if base is None or end is None or root is None:
            raise damaged("its superblock has no addresses")
        self._base = base
        if base + end > self._size:
            raise Unreadable(
                f"it is cut short: {self._size:,} bytes are there, and {base + end:,} should be"
            )
        return root

    def _at_most(self, start: int, size: int) -> bytes:
        self._file.seek(start)
        return self._file.read(size)

    def _check_block(self, blocks: int, size: int) -> None:
        if blocks > _MAX_MESSAGES or size > _MAX_HEADER:
            raise damaged("an object's header is endless")

    def _parse_1(self, data: bytes, found: list[Message], blocks: list[tuple[int, int]]) -> None:
        place = 0
        while place + 8 <= len(data):
            kind, size, flags = number(data, place, 2), number(data, place + 2, 2), data[place + 4]
            self._add(found, blocks, kind, data[place + 8 : place + 8 + size], flags)
            place += 8 + size

    def _messages_2(self, address: int, head: bytes) -> list[Message]:
        flags = head[5]
        if head[4] != 2:
            raise damaged("an object's header is of no known version")
        start = 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        size = number(self.read(address + start, width), 0, width)
        found: list[Message] = []
        blocks = [(address + start + width, size)]
        for index, (place, length) in enumerate(blocks):
            self._check_block(len(blocks), length)
            data = self.read(place, length)
            if index:  # continuation blocks have a signature before and a checksum behind
                if data[:4] != b"OCHK":
                    raise damaged("a part of an object's header is missing")
                data = data[4:-4]
            self._parse_2(data, found, blocks, tracked=bool(flags & 4))
        return found

    def _parse_2(
        self, data: bytes, found: list[Message], blocks: list[tuple[int, int]], *, tracked: bool
    ) -> None:
        place, extra = 0, 2 if tracked else 0
        while place + 4 + extra <= len(data):
            kind, size, flags = data[place], number(data, place + 1, 2), data[place + 3]
            place += 4 + extra
            self._add(found, blocks, kind, data[place : place + size], flags)
            place += size

    def _add(
        self,
        found: list[Message],
        blocks: list[tuple[int, int]],
        kind: int,
        body: bytes,
        flags: int,
    ) -> None:
        if len(found) >= _MAX_MESSAGES:
            raise damaged("an object's header is endless")
        if kind == _CONTINUATION:
            start = self.offset(body, 0)
            if start is not None:
                blocks.append((start, self.length(body, self.offset_size)))
        else:
            self.count(1)
            found.append(Message(kind, body, bool(flags & 2)))


def number(data: bytes, place: int, width: int) -> int:
    """The little-endian number of ``width`` bytes at ``place``.

    Raises:
        Unreadable: ``data`` ends before it.
    """
    raw = data[place : place + width]
    if len(raw) < width or place < 0:
        raise damaged("a number is cut short")
    return int.from_bytes(raw, "little")


def _too_many() -> Unreadable:
    return Unreadable("its HDF5 structure has too many parts")


def damaged(how: str) -> Unreadable:
    """The reason for a file that contradicts the specification."""
    return Unreadable(f"its HDF5 structure is damaged ({how})")
