"""Groups, attributes and the shapes of datasets in an HDF5 file; links elsewhere don't exist here.

Soft and external links are left out, as if they were not in the file: they could name anything.
"""

from __future__ import annotations

from typing import Final

from resnet_viz.errors import quoted
from resnet_viz.reading.container.hdf5_blocks import Blocks, Bytes, Message, damaged, number
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_NAME, MAX_RANK

_DATASPACE: Final = 0x01
_LINK_INFO: Final = 0x02
_LINK: Final = 0x06
_LAYOUT: Final = 0x08
_ATTRIBUTE: Final = 0x0C
_SYMBOL_TABLE: Final = 0x11
_ATTRIBUTE_INFO: Final = 0x15
_SOFT_LINK: Final = 2
_MAX_TREE: Final = 64
_STRING: Final = 3
_VARIABLE: Final = 9
_LARGEST_HEAP: Final = 1 << 26


class Hdf5:
    """The tree of groups and datasets in a file; objects are named by their addresses."""

    def __init__(self, file: Bytes) -> None:
        self._blocks = Blocks(file)
        self._headers: dict[int, list[Message]] = {}

    @property
    def root(self) -> int:
        """The root group."""
        return self._blocks.root

    def children(self, group: int) -> dict[str, int]:
        """What ``group`` holds, by name, in the order of names; nothing for a dataset."""
        found: dict[str, int] = {}
        for message in self._messages(group):
            if message.kind == _SYMBOL_TABLE:
                self._symbols(message.body, found)
            elif message.kind == _LINK:
                self._link(message.body, found)
            elif message.kind == _LINK_INFO:
                self._refuse_dense(message.body, 8)
        return dict(sorted(found.items()))

    def is_dataset(self, item: int) -> bool:
        """Whether ``item`` holds values and not other objects."""
        return any(message.kind == _LAYOUT for message in self._messages(item))

    def shape(self, item: int) -> tuple[int, ...] | None:
        """The sizes of a dataset; None for a group, and for a dataset without plain sizes."""
        messages = self._messages(item)
        if not self.is_dataset(item):
            return None
        space = next((m for m in messages if m.kind == _DATASPACE and not m.is_shared), None)
        return None if space is None else self._extent(space.body)

    def text(self, item: int, name: str, *, is_config: bool = False) -> bytes | None:
        """The one string in the attribute ``name``; None if there is no such attribute.

        Args:
            item: a group or dataset.
            name: of the attribute.
            is_config: it may be as large as a configuration. Other texts count as structure, of
                which a file has little: many objects may share one long text.

        Raises:
            Unreadable: it is no string, too long, or stored in a way that isn't supported.
        """
        for message in self._messages(item):
            if message.kind == _ATTRIBUTE and not message.is_shared:
                found = self._attribute(message.body, name, is_config=is_config)
                if found is not None:
                    return found
            elif message.kind == _ATTRIBUTE_INFO:
                self._refuse_dense(message.body, 2)
        return None

    def _messages(self, item: int) -> list[Message]:
        known = self._headers.get(item)
        if known is None:
            known = self._headers[item] = self._blocks.messages(item)
        return known

    def _refuse_dense(self, body: bytes, index_size: int) -> None:
        """Refuse links or attributes in a heap of their own: its address comes behind an index."""
        tracked = number(body, 1, 1) & 1
        if self._blocks.offset(body, 2 + (index_size if tracked else 0)) is not None:
            raise Unreadable(
                "its HDF5 objects are packed in a way that isn't supported; load the model with "
                "Keras and save it as .keras"
            )

    # -- attributes --------------------------------------------------------------------------

    def _attribute(self, body: bytes, wanted: str, *, is_config: bool) -> bytes | None:
        version = number(body, 0, 1)
        if version not in {1, 2, 3}:
            raise damaged("an attribute is of no known version")
        sizes = [number(body, place, 2) for place in (2, 4, 6)]
        place = 9 if version == 3 else 8
        parts: list[bytes] = []
        for size in sizes:
            parts.append(body[place : place + size])
            place += (size + 7) // 8 * 8 if version == 1 else size
        name, kind, space = parts
        if name.rstrip(b"\0") != wanted.encode():
            return None
        if version > 1 and number(body, 1, 1):  # its type is a reference to a named one
            raise Unreadable(f"its attribute {quoted(wanted)} is of an unknown type")
        if self._extent(space) in {(), (1,)}:
            found = self._string(body[place:], kind, is_config=is_config)
            if found is not None:
                return found
        raise Unreadable(f"its attribute {quoted(wanted)} is no text")

    def _string(self, data: bytes, kind: bytes, *, is_config: bool) -> bytes | None:
        """The string that is all of an attribute's ``data``; None if that is something else."""
        type_class = number(kind, 0, 1) & 0x0F
        if type_class == _STRING:
            return data[: number(kind, 4, 4)].rstrip(b"\0")
        if type_class != _VARIABLE or number(kind, 1, 1) & 0x0F != 1:
            return None
        length, heap = number(data, 0, 4), self._blocks.offset(data, 4)
        if not length or not heap:
            return b""
        index = number(data, 4 + self._blocks.offset_size, 4)
        return self._blocks.global_object(heap, index, is_content=is_config)[:length].rstrip(b"\0")

    def _extent(self, body: bytes) -> tuple[int, ...] | None:
        """Sizes of a dataspace: () for a scalar, None for one that holds nothing."""
        version, rank = number(body, 0, 1), number(body, 1, 1)
        if version not in {1, 2} or rank > MAX_RANK:
            raise damaged("a dataspace is of no known kind")
        if version == 2 and number(body, 3, 1) == 2:
            return None
        start, width = 8 if version == 1 else 4, self._blocks.length_size
        return tuple(self._blocks.length(body, start + n * width) for n in range(rank))

    # -- groups ------------------------------------------------------------------------------

    def _link(self, body: bytes, found: dict[str, int]) -> None:
        flags = number(body, 1, 1)
        place, kind = 2, 0
        if flags & 8:
            kind = number(body, place, 1)
            place += 1
        place += (8 if flags & 4 else 0) + (1 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        size = number(body, place, width)
        place += width
        if kind == 0:
            target = self._blocks.offset(body, place + size)
            if target is not None:
                found[_name(body[place : place + size])] = target

    def _symbols(self, body: bytes, found: dict[str, int]) -> None:
        """An old group: a B-tree of symbol table nodes, with the names in a local heap."""
        tree, heap = self._blocks.offset(body, 0), self._blocks.offset(body, self._osize)
        if tree is None or heap is None:
            return
        names = self._local_heap(heap)
        seen: set[int] = set()
        todo = [(tree, _MAX_TREE)]
        while todo:
            node, depth = todo.pop()
            if node in seen or not depth:
                raise damaged("a group holds itself")
            seen.add(node)
            if self._blocks.read(node, 4) == b"SNOD":
                self._symbol_node(node, names, found)
            else:
                todo.extend((child, depth - 1) for child in self._tree_node(node))

    @property
    def _osize(self) -> int:
        return self._blocks.offset_size

    def _local_heap(self, address: int) -> bytes:
        lsize = self._blocks.length_size
        head = self._blocks.read(address, 8 + 2 * lsize + self._osize)
        start = self._blocks.offset(head, 8 + 2 * lsize)
        size = self._blocks.length(head, 8)
        if head[:4] != b"HEAP" or start is None or size > _LARGEST_HEAP:
            raise damaged("a group has no names")
        return self._blocks.read(start, size)

    def _tree_node(self, address: int) -> list[int]:
        lsize, osize = self._blocks.length_size, self._osize
        head = self._blocks.read(address, 8)
        if head[:4] != b"TREE" or head[4] != 0:
            raise damaged("a group has no index")
        used = number(head, 6, 2)
        data = self._blocks.read(address + 8 + 2 * osize, used * (lsize + osize))
        children = [self._blocks.offset(data, lsize + n * (lsize + osize)) for n in range(used)]
        return [child for child in children if child is not None]

    def _symbol_node(self, address: int, names: bytes, found: dict[str, int]) -> None:
        osize = self._osize
        width = 2 * osize + 24
        count = number(self._blocks.read(address, 8), 6, 2)
        self._blocks.count(count)
        data = self._blocks.read(address + 8, count * width)
        for place in range(0, count * width, width):
            start, target = (
                self._blocks.offset(data, place),
                self._blocks.offset(data, place + osize),
            )
            if number(data, place + 2 * osize, 4) == _SOFT_LINK or start is None or target is None:
                continue
            end = names.find(b"\0", start)
            if not 0 <= start < len(names) or end < 0:
                raise damaged("a name is missing")
            found[_name(names[start:end])] = target


def _name(raw: bytes) -> str:
    if len(raw) > MAX_NAME:
        raise damaged("a name is endless")
    return raw.decode("utf-8", "replace")
