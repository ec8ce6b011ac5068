"""HDF5 groups, attributes and dataset shapes; soft and external links are ignored.

Such links could name any file on this machine.
"""

from __future__ import annotations

from typing import Final

from resnet_viz.errors import quoted
from resnet_viz.reading.container.hdf5_blocks import (
    Hdf5Blocks,
    HeaderMessage,
    SeekableBytes,
    damaged_hdf5,
    uint_at,
)
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_NAME, MAX_RANK

_DATASPACE: Final = 0x01
_LINK_INFO: Final = 0x02
_LINK: Final = 0x06
_LAYOUT: Final = 0x08
_ATTRIBUTE: Final = 0x0C
_SYMBOL_TABLE: Final = 0x11
_ATTRIBUTE_INFO: Final = 0x15
_HARD_LINK: Final = 0
_SOFT_LINK: Final = 2
_MAX_TREE: Final = 64
_STRING: Final = 3
_VARIABLE: Final = 9
_LARGEST_HEAP: Final = 1 << 26


class Hdf5Tree:
    """Tree of groups and datasets in an HDF5 file; an object is named by its address."""

    def __init__(self, file: SeekableBytes) -> None:
        self._blocks = Hdf5Blocks(file)
        self._headers: dict[int, list[HeaderMessage]] = {}

    @property
    def root(self) -> int:
        """Address of the root group."""
        return self._blocks.root

    def children(self, group: int) -> dict[str, int]:
        """Addresses of the objects in ``group`` by name, sorted; empty for a dataset."""
        children: dict[str, int] = {}
        for message in self._messages(group):
            if message.kind == _SYMBOL_TABLE:
                self._add_symbols(message.body, children)
            elif message.kind == _LINK:
                self._add_link(message.body, children)
            elif message.kind == _LINK_INFO:
                self._refuse_dense(message.body, 8)
        return dict(sorted(children.items()))

    def is_dataset(self, item: int) -> bool:
        """True for a dataset, False for a group."""
        return any(message.kind == _LAYOUT for message in self._messages(item))

    def shape(self, item: int) -> tuple[int, ...] | None:
        """Shape of a dataset; None for a group, and for a dataset without a simple shape."""
        messages = self._messages(item)
        if not self.is_dataset(item):
            return None
        space = next((m for m in messages if m.kind == _DATASPACE and not m.is_shared), None)
        return None if space is None else self._extent(space.body)

    def text(self, item: int, name: str, *, is_config: bool = False) -> bytes | None:
        """Value of the string attribute ``name``; None if there is no such attribute.

        Args:
            item: a group or dataset.
            name: name of the attribute.
            is_config: allow the size of a configuration. Other texts count towards the limit on
                metadata: many objects may share one long text.

        Raises:
            Unreadable: it is not a string, too long, or stored in an unsupported way.
        """
        for message in self._messages(item):
            if message.kind == _ATTRIBUTE and not message.is_shared:
                text = self._attribute(message.body, name, is_config=is_config)
                if text is not None:
                    return text
            elif message.kind == _ATTRIBUTE_INFO:
                self._refuse_dense(message.body, 2)
        return None

    def _messages(self, item: int) -> list[HeaderMessage]:
        known = self._headers.get(item)
        if known is None:
            known = self._headers[item] = self._blocks.messages(item)
        return known

    def _refuse_dense(self, body: bytes, index_size: int) -> None:
        """Refuse dense storage of links or attributes; its address follows an optional index."""
        tracked = uint_at(body, 1, 1) & 1
        if self._blocks.address(body, 2 + (index_size if tracked else 0)) is not None:
            raise Unreadable(
                "its HDF5 objects use dense storage, which isn't supported; load the model with "
                "Keras and save it as .keras"
            )

    # -- attributes --------------------------------------------------------------------------

    def _attribute(self, body: bytes, wanted: str, *, is_config: bool) -> bytes | None:
        version = uint_at(body, 0, 1)
        if version not in {1, 2, 3}:
            raise damaged_hdf5("an attribute has an unknown version")
        sizes = [uint_at(body, at, 2) for at in (2, 4, 6)]
        start = 9 if version == 3 else 8
        parts: list[bytes] = []
        for size in sizes:
            parts.append(body[start : start + size])
            start += (size + 7) // 8 * 8 if version == 1 else size
        name, datatype, space = parts
        if name.rstrip(b"\0") != wanted.encode():
            return None
        if version > 1 and uint_at(body, 1, 1):  # its type is a reference to a committed datatype
            raise Unreadable(f"its attribute {quoted(wanted)} has an unknown type")
        if self._extent(space) in {(), (1,)}:
            text = self._string(body[start:], datatype, is_config=is_config)
            if text is not None:
                return text
        raise Unreadable(f"its attribute {quoted(wanted)} is not a text")

    def _string(self, data: bytes, datatype: bytes, *, is_config: bool) -> bytes | None:
        """Value of an attribute whose ``data`` is one string; None for other types."""
        type_class = uint_at(datatype, 0, 1) & 0x0F
        if type_class == _STRING:
            return data[: uint_at(datatype, 4, 4)].rstrip(b"\0")
        if type_class != _VARIABLE or uint_at(datatype, 1, 1) & 0x0F != 1:
            return None
        length, heap = uint_at(data, 0, 4), self._blocks.address(data, 4)
        if not length or not heap:
            return b""
        index = uint_at(data, 4 + self._blocks.offset_size, 4)
        return self._blocks.global_object(heap, index, is_content=is_config)[:length].rstrip(b"\0")

    def _extent(self, body: bytes) -> tuple[int, ...] | None:
        """Shape of a dataspace: () for a scalar, None for a null dataspace."""
        version, rank = uint_at(body, 0, 1), uint_at(body, 1, 1)
        if version not in {1, 2} or rank > MAX_RANK:
            raise damaged_hdf5("a dataspace has an unknown version or rank")
        if version == 2 and uint_at(body, 3, 1) == 2:
            return None
        start, width = 8 if version == 1 else 4, self._blocks.length_size
        return tuple(self._blocks.length(body, start + n * width) for n in range(rank))

    # -- groups ------------------------------------------------------------------------------

    def _add_link(self, body: bytes, children: dict[str, int]) -> None:
        flags = uint_at(body, 1, 1)
        at, link_type = 2, _HARD_LINK
        if flags & 8:
            link_type = uint_at(body, at, 1)
            at += 1
        at += (8 if flags & 4 else 0) + (1 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        size = uint_at(body, at, width)
        at += width
        if link_type == _HARD_LINK:
            target = self._blocks.address(body, at + size)
            if target is not None:
                children[_name(body[at : at + size])] = target

    def _add_symbols(self, body: bytes, children: dict[str, int]) -> None:
        """Children of an old-style group: a B-tree of symbol table nodes, names in a local heap."""
        tree, heap = self._blocks.address(body, 0), self._blocks.address(body, self._osize)
        if tree is None or heap is None:
            return
        names = self._local_heap(heap)
        seen: set[int] = set()
        pending = [(tree, _MAX_TREE)]
        while pending:
            node, depth = pending.pop()
            if node in seen or not depth:
                raise damaged_hdf5("a group holds itself")
            seen.add(node)
            if self._blocks.read(node, 4) == b"SNOD":
                self._add_symbol_node(node, names, children)
            else:
                pending.extend((child, depth - 1) for child in self._tree_node(node))

    @property
    def _osize(self) -> int:
        return self._blocks.offset_size

    def _local_heap(self, address: int) -> bytes:
        lsize = self._blocks.length_size
        head = self._blocks.read(address, 8 + 2 * lsize + self._osize)
        start = self._blocks.address(head, 8 + 2 * lsize)
        size = self._blocks.length(head, 8)
        if head[:4] != b"HEAP" or start is None or size > _LARGEST_HEAP:
            raise damaged_hdf5("a group has no names")
        return self._blocks.read(start, size)

    def _tree_node(self, address: int) -> list[int]:
        lsize, osize = self._blocks.length_size, self._osize
        head = self._blocks.read(address, 8)
        if head[:4] != b"TREE" or head[4] != 0:
            raise damaged_hdf5("a group has no index")
        used = uint_at(head, 6, 2)
        data = self._blocks.read(address + 8 + 2 * osize, used * (lsize + osize))
        children = [self._blocks.address(data, lsize + n * (lsize + osize)) for n in range(used)]
        return [child for child in children if child is not None]

    def _add_symbol_node(self, address: int, names: bytes, children: dict[str, int]) -> None:
        osize = self._osize
        width = 2 * osize + 24
        count = uint_at(self._blocks.read(address, 8), 6, 2)
        self._blocks.count(count)
        data = self._blocks.read(address + 8, count * width)
        for at in range(0, count * width, width):
            start, target = self._blocks.address(data, at), self._blocks.address(data, at + osize)
            if uint_at(data, at + 2 * osize, 4) == _SOFT_LINK or start is None or target is None:
                continue
            end = names.find(b"\0", start)
            if not 0 <= start < len(names) or end < 0:
                raise damaged_hdf5("a name is missing")
            children[_name(names[start:end])] = target


def _name(raw: bytes) -> str:
    if len(raw) > MAX_NAME:
        raise damaged_hdf5("a name is too long")
    return raw.decode("utf-8", "replace")
