"""What both kinds of weight files share: datasets below a group, each object seen once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from resnet_viz.reading.container.hdf5_blocks import damaged
from resnet_viz.reading.container.hdf5_tree import Hdf5
from resnet_viz.reading.limits import MAX_NESTING

Shapes: TypeAlias = tuple[tuple[int, ...], ...]
Found: TypeAlias = dict[str, Shapes]
"""By layer the shapes of all its weights; layers that aren't certain are missing."""


class WeightTree:
    """The tree of groups in an HDF5 file, walked once.

    A damaged file may have groups in themselves, or one in many places; then walking would never
    end. Keras writes no such thing.
    """

    def __init__(self, file: Hdf5) -> None:
        self._file = file
        self._seen: set[int] = set()

    @property
    def root(self) -> int:
        """The root group."""
        return self._file.root

    def name(self, group: int) -> str | None:
        """The name that Keras gave the group of a layer's variables; None if there is none."""
        name = self._file.text(group, "name")
        return None if name is None else name.decode("utf-8", "replace")

    def children(self, group: int) -> dict[str, int]:
        """What ``group`` holds.

        Raises:
            Unreadable: it has been walked before.
        """
        if group in self._seen:
            raise damaged("a group is in two places")
        self._seen.add(group)
        return self._file.children(group)

    def is_dataset(self, item: int) -> bool:
        """Whether ``item`` holds values."""
        return self._file.is_dataset(item)

    def shape(self, item: int) -> tuple[int, ...] | None:
        """The sizes of a dataset; None for one that has no plain ones."""
        return self._file.shape(item)

    def datasets(self, group: int) -> Iterator[tuple[tuple[str, ...], tuple[int, ...] | None]]:
        """Path below ``group`` and sizes of every dataset in it.

        Raises:
            Unreadable: groups lie too deep in each other.
        """
        todo: list[tuple[int, tuple[str, ...]]] = [(group, ())]
        while todo:
            inside, path = todo.pop()
            if len(path) > MAX_NESTING:
                raise damaged("its groups lie too deep in each other")
            for name, item in self.children(inside).items():
                if self.is_dataset(item):
                    yield (*path, name), self.shape(item)
                else:
                    todo.append((item, (*path, name)))
