"""Least and largest sizes along each axis of many tensors, told apart by their number of axes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from resnet_viz.analysis.keras_ops.spatial_sizes import Sizes

_Axis: TypeAlias = tuple[float, float] | None


class SizeRange(msgspec.Struct, frozen=True):
    """The range of the sizes along each axis; None where no size is known.

    Attributes:
        axes: ranges by number of axes.
    """

    axes: dict[int, tuple[_Axis, ...]] = {}

    def including(self, sizes: Sizes) -> SizeRange:
        """The range with the sizes of one more tensor."""
        return self.union(
            SizeRange({len(sizes): tuple(size if size is None else (size, size) for size in sizes)})
        )

    def union(self, other: SizeRange) -> SizeRange:
        """The range of both; the same object if the other adds nothing."""
        axes = dict(self.axes)
        for count, ranges in other.axes.items():
            own = axes.get(count)
            both = zip(own, ranges, strict=True) if own is not None else ()
            axes[count] = ranges if own is None else tuple(_joined(*pair) for pair in both)
        return self if axes == self.axes else SizeRange(axes)

    def extremes(self) -> Iterator[Sizes]:
        """The sizes that are least along every axis, and those that are largest."""
        for ranges in self.axes.values():
            for end in (0, 1):
                yield tuple(None if each is None else each[end] for each in ranges)


def _joined(one: _Axis, other: _Axis) -> _Axis:
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), max(one[1], other[1])
