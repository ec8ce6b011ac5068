"""HDF5 files byte by byte that h5py would never write: shared headers, absurd sizes."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from resnet_viz.reading.container.hdf5_blocks import SIGNATURE

_ATTRIBUTE, _CONTINUATION, _LAYOUT, _LINK, _SPACE, _SYMBOLS = 0x0C, 0x10, 0x08, 0x06, 0x01, 0x11
_NOWHERE = b"\xff" * 8


class Hdf5Bytes:
    """A file with a superblock of version 2; each method adds an object and returns its address."""

    def __init__(self) -> None:
        self.content = bytearray(48)

    def add(self, data: bytes) -> int:
        address = len(self.content)
        self.content += data
        return address

    def item(self, *messages: bytes) -> int:
        """An object whose header holds ``messages``."""
        data = b"".join(messages)
        return self.add(b"OHDR\2\2" + struct.pack("<I", len(data)) + data + bytes(4))

    def dataset(self, *sizes: int) -> int:
        space = bytes([2, len(sizes), 0, 1]) + b"".join(struct.pack("<Q", size) for size in sizes)
        return self.item(message(_SPACE, space), message(_LAYOUT, b"\3\1" + bytes(16)))

    def layer(self, name: bytes, *weights: int) -> int:
        """A layer as Keras 3 stores it: its weights numbered in "vars", which has its name."""
        links = [link(str(number), weight) for number, weight in enumerate(weights)]
        return self.item(link("vars", self.item(named(name), *links)))

    def more(self, data: bytes) -> bytes:
        """A message that continues a header in a separate block."""
        block = b"OCHK" + data + bytes(4)
        return message(_CONTINUATION, struct.pack("<QQ", self.add(block), len(block)))

    def group(self, items: Iterable[tuple[str, int]]) -> int:
        """A group of any size, as old files have it; at most 65,535 items."""
        names, entries = bytearray(8), b""
        for name, target in items:
            entries += struct.pack("<QQ", len(names), target) + bytes(24)
            names += name.encode() + b"\0"
        heap = struct.pack("<QQQ", len(names), 2**64 - 1, self.add(bytes(names)))
        heap_address = self.add(b"HEAP\0\0\0\0" + heap)
        node = self.add(b"SNOD\1\0" + struct.pack("<H", len(entries) // 40) + entries)
        return self.indexed(heap_address, [node])

    def indexed(self, heap: int, nodes: list[int]) -> int:
        """A group of the symbol table ``nodes`` with names in the local ``heap``."""
        children = b"".join(struct.pack("<QQ", 0, node) for node in nodes)
        head = b"TREE\0\0" + struct.pack("<H", len(nodes)) + 2 * _NOWHERE
        tree = self.add(head + children + bytes(8))
        return self.item(message(_SYMBOLS, struct.pack("<QQ", tree, heap)))

    def heap(self, data: bytes) -> int:
        """A global heap that holds ``data`` as its object 1."""
        body = struct.pack("<HHIQ", 1, 1, 0, len(data)) + data + bytes(-len(data) % 8 + 16)
        return self.add(b"GCOL\1\0\0\0" + struct.pack("<Q", 16 + len(body)) + body)

    def weights(self, layers: int) -> bytes:
        """The whole file, as a model.weights.h5 whose model has the group ``layers``."""
        return self.whole(self.item(link("layers", layers), link("vars", self.item(named(b"net")))))

    def whole(self, root: int) -> bytes:
        """The whole file with this root group."""
        addresses = struct.pack("<QQQQ", 0, 2**64 - 1, len(self.content), root)
        self.content[:48] = SIGNATURE + bytes([2, 8, 8, 0]) + addresses + bytes(4)
        return bytes(self.content)


def message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + struct.pack("<H", len(body)) + b"\0" + body


def link(name: str, target: int) -> bytes:
    raw = name.encode()
    head = b"\1\1" + struct.pack("<H", len(raw))
    return message(_LINK, head + raw + struct.pack("<Q", target))


def named(value: bytes) -> bytes:
    """The attribute "name" with an inline text."""
    return _attribute("name", bytes([0x13, 0, 0, 0]) + struct.pack("<I", len(value)), value)


def in_heap(name: str, size: int, heap: int) -> bytes:
    """The attribute ``name``, whose text is the first ``size`` bytes of the global ``heap``."""
    kind = bytes([0x19, 1, 0, 0]) + struct.pack("<I", 16) + bytes(8)
    return _attribute(name, kind, struct.pack("<IQI", size, heap, 1))


def _attribute(name: str, kind: bytes, value: bytes) -> bytes:
    raw, space = name.encode() + b"\0", bytes([2, 0, 0, 0])
    sizes = struct.pack("<HHH", len(raw), len(kind), len(space))
    return message(_ATTRIBUTE, b"\3\0" + sizes + b"\0" + raw + kind + space + value)
