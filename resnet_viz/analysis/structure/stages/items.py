"""Items of a stage: cells, blocks, units and calls in none of them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from resnet_viz.analysis.structure.blocks.blocks import Block
from resnet_viz.analysis.structure.blocks.cells import Cell
from resnet_viz.analysis.structure.blocks.units import Unit
from resnet_viz.analysis.structure.indexing.indexed_graph import IndexedGraph
from resnet_viz.analysis.structure.indexing.ordering import topological


class StageItem(msgspec.Struct, frozen=True, eq=False):
    """A part of a stage: a period, cell, block, unit outside blocks, or a call in none of them.

    A submodel outside blocks is a call here.

    Attributes:
        calls: ascending; but for periods, only the last feeds calls outside the item.
        repeat: for one of several equal periods, its kind: "encoder layer".
        parts: the items inside a cell or period, in topological order.
    """

    calls: list[int]
    block: Block | None = None
    unit: Unit | None = None
    cell: Cell | None = None
    repeat: str = ""
    parts: tuple[StageItem, ...] = ()

    @property
    def end(self) -> int:
        """The join of a block or cell, or the last call: the same for no two items."""
        return self.calls[-1] if self.block is None else self.block.end

    @property
    def is_block(self) -> bool:
        """True for a block and for a cell."""
        return self.block is not None or self.cell is not None

    def walk(self) -> Iterator[StageItem]:
        """The item, then those inside it."""
        yield self
        for part in self.parts:
            yield from part.walk()


def stage_items(
    graph: IndexedGraph, blocks: list[Block], units: list[Unit], cells: list[Cell]
) -> list[StageItem]:
    """Items that hold every call exactly once, in topological order.

    Leaky blocks that feed each other both ways have no order; they, and what follows, are missing.
    """
    inside = {index for block in blocks for index in block.calls}
    items = [StageItem(block.calls, block=block) for block in blocks]
    items += [StageItem(unit.calls, unit=unit) for unit in units if unit.main not in inside]
    taken = inside.union(*(unit.calls for unit in units))
    items += [StageItem([index]) for index in range(len(graph.calls)) if index not in taken]
    items.sort(key=lambda item: item.calls[-1])
    items = _with_cells(items, cells) if cells else items
    if any(block.region is not None and block.region.is_leaky for block in blocks):
        return _in_order(graph, items)
    return items


def _with_cells(items: list[StageItem], cells: list[Cell]) -> list[StageItem]:
    """The items with those of each cell inside it; no cell that an item crosses."""
    cell_at = {index: number for number, cell in enumerate(cells) for index in cell.calls}
    parts: dict[int, list[StageItem]] = {number: [] for number in range(len(cells))}
    crossed: set[int] = set()
    for item in items:
        around = {cell_at.get(index) for index in item.calls}
        if len(around) == 1 and None not in around:
            parts[cell_at[item.calls[0]]].append(item)
        else:
            crossed.update(number for number in around if number is not None)
    kept = {number: cell for number, cell in enumerate(cells) if number not in crossed}
    made = [
        StageItem(cell.calls, cell=cell, parts=tuple(parts[number]))
        for number, cell in kept.items()
    ]
    made += [item for item in items if cell_at.get(item.calls[0]) not in kept]
    return sorted(made, key=lambda item: item.calls[-1])


def _in_order(graph: IndexedGraph, items: list[StageItem]) -> list[StageItem]:
    """The items after all that feed them; those that feed each other are left out."""
    item_of = {index: number for number, item in enumerate(items) for index in item.calls}
    before = {
        number: {item_of[source] for index in item.calls for source in graph.preds[index]}
        - {number}
        for number, item in enumerate(items)
    }
    return [items[number] for number in topological(before)]
