"""Nested regions: which lies directly in which, and which overlap without nesting."""

from __future__ import annotations

from resnet_viz.analysis.structure.regions.regions import Region


class Nest:
    """Nested regions; of two that overlap without nesting, the later join stays open.

    Attributes:
        regions: in the topological order of their joins, which is that of ``add``.
    """

    def __init__(self, count: int) -> None:
        self.regions: list[Region] = []
        self._innermost: list[Region | None] = [None] * count
        self._around: dict[int, Region] = {}  # a region around that of the join; not the next one
        self._open: set[int] = set()  # joins of regions that were not added

    def add(self, region: Region) -> None:
        """Add the region, unless it overlaps another without holding it."""
        self._spell_out_open(region)
        shared: dict[int, tuple[Region, int]] = {}
        for index in region.steps:
            inner = self._outermost(index)
            if inner is not None:
                held = region.held.get(index)
                calls = 1 if held is None else 1 + held.count
                shared[inner.join] = (inner, shared.get(inner.join, (inner, 0))[1] + calls)
        if any(count != inner.count + 1 for inner, count in shared.values()):
            self._open.add(region.join)
            return
        for inner, _ in sorted(shared.values(), key=lambda pair: pair[0].first):
            inner.parent = region
            self._around[inner.join] = region
            region.children.append(inner)
        for index in (*region.steps, region.join):
            if self._innermost[index] is None:
                self._innermost[index] = region
        self.regions.append(region)

    def _spell_out_open(self, region: Region) -> None:
        """List the calls of regions inside that were not added among the steps."""
        while inner := [join for join in region.held if join in self._open]:
            for join in inner:
                held = region.held.pop(join)
                bits = region.reach[join]
                region.reach.update(dict.fromkeys(held.steps, bits))
                region.held.update(held.held)
            region.steps[:] = sorted(region.reach)

    def _outermost(self, index: int) -> Region | None:
        """The outermost region so far that has the call inside it, or as its join."""
        region = self._innermost[index]
        if region is None:
            return None
        passed: list[Region] = []
        while region.join in self._around:
            passed.append(region)
            region = self._around[region.join]
        for each in passed[:-1]:  # the next time it is near
            self._around[each.join] = region
        return region
