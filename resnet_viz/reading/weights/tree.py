"""Groups and datasets in a file of weights, each object visited once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from resnet_viz.reading.container.hdf5_blocks import damaged_hdf5
from resnet_viz.reading.container.hdf5_tree import Hdf5Tree
from resnet_viz.reading.limits import MAX_NESTING

WeightShapes: TypeAlias = tuple[tuple[int, ...], ...]
WeightsByLayer: TypeAlias = dict[str, WeightShapes]
"""Shapes of all weights of a layer, by layer; layers that are uncertain are missing."""


class WeightTree:
    """Tree of groups in an HDF5 file, walked once.

    A damaged file may have groups inside themselves or shared groups, and walking it would not
    end. Keras writes neither.
    """

    def __init__(self, file: Hdf5Tree) -> None:
        self._file = file
        self._seen: set[int] = set()

    @property
    def root(self) -> int:
        """Address of the root group."""
        return self._file.root

    def name(self, group: int) -> str | None:
        """Layer name stored with the group of its variables; None if there is none."""
        name = self._file.text(group, "name")
        return None if name is None else name.decode("utf-8", "replace")

    def children(self, group: int) -> dict[str, int]:
        """Members of ``group`` by name.

        Raises:
            Unreadable: it has been visited before.
        """
        if group in self._seen:
            raise damaged_hdf5("a group is in two places")
        self._seen.add(group)
        return self._file.children(group)

    def is_dataset(self, item: int) -> bool:
        """True if ``item`` is a dataset, not a group."""
        return self._file.is_dataset(item)

    def shape(self, item: int) -> tuple[int, ...] | None:
        """Shape of a dataset; None if it has no simple shape."""
        return self._file.shape(item)

    def datasets(self, group: int) -> Iterator[tuple[tuple[str, ...], tuple[int, ...] | None]]:
        """Path below ``group`` and shape of every dataset in it.

        Raises:
            Unreadable: groups are nested too deep.
        """
        pending: list[tuple[int, tuple[str, ...]]] = [(group, ())]
        while pending:
            parent, path = pending.pop()
            if len(path) > MAX_NESTING:
                raise damaged_hdf5("its groups are nested too deep")
            for name, item in self.children(parent).items():
                if self.is_dataset(item):
                    yield (*path, name), self.shape(item)
                else:
                    pending.append((item, (*path, name)))
