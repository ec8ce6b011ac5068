"""From a graph to its structure: the tree of stages, blocks and units, and the shortcuts."""

from __future__ import annotations

from resnet_viz.analysis.blocks import Block, blocks_of
from resnet_viz.analysis.flow import Flow, flow_of
from resnet_viz.analysis.naming import UniqueIds
from resnet_viz.analysis.regions import Region, regions_of
from resnet_viz.analysis.shortcuts import Way, ways_of
from resnet_viz.analysis.signatures import Signer
from resnet_viz.analysis.stages import Item, Stage, items_of, stages_of
from resnet_viz.analysis.titles import Titles, titles_of
from resnet_viz.analysis.units import Unit, units_of
from resnet_viz.analysis.values import Group, ItemRef, Shortcut, Structure
from resnet_viz.graph.values import Graph, Shape


def structure_of(graph: Graph) -> Structure:
    """Stages, blocks, units and shortcuts, from topology, classes and configuration alone.

    Names are labels: renaming layers, or another topological order of the calls, changes titles
    and orders at most. A nested model is one call. Costs about 10 µs a call.
    """
    flow = flow_of(graph)
    regions = regions_of(flow)
    ways = {region.join: ways_of(flow, region) for region in regions}
    blocks = blocks_of(flow, regions, ways)
    units = units_of(flow, frozenset(place for block in blocks for place in block.tail))
    stages = stages_of(flow, items_of(flow, blocks, units))
    titles = titles_of(flow, stages, units)
    builder = _Builder(flow, stages, units, titles)
    groups = builder.groups()
    return Structure(
        graph=graph,
        groups=tuple(groups),
        stages=tuple(builder.stage_ids),
        shortcuts=tuple(_shortcuts(flow, regions, ways, builder.block_ids)),
        recognised=titles.recognised,
    )


class _Builder:
    """Turns the findings into groups with ids."""

    def __init__(self, flow: Flow, stages: list[Stage], units: list[Unit], titles: Titles) -> None:
        self._flow = flow
        self._stages = stages
        self._titles = titles
        self._signer = Signer(flow)
        ids = UniqueIds()
        blocks = [item.block for stage in stages for item in stage.items if item.block is not None]
        self.stage_ids = [ids.take(title) for title in titles.stages]
        self.block_ids = {
            block.region.join: ids.take(titles.blocks[block.region.join]) for block in blocks
        }
        self._unit_ids = {unit.main: ids.take(titles.units[unit.main]) for unit in units}
        self._unit_at: dict[int, Unit] = {place: unit for unit in units for place in unit.calls}

    def groups(self) -> list[Group]:
        """All groups, parents before children, siblings in topological order."""
        found: list[Group] = []
        for number, stage in enumerate(self._stages):
            found.append(self._stage(number, stage))
            for item in stage.items:
                if item.block is not None:
                    found.append(self._block(item.block, self.stage_ids[number]))
                    parent = self.block_ids[item.block.region.join]
                    inner = self._units_in(item.block)
                    found.extend(self._unit(unit, parent) for unit in inner)
                elif item.unit is not None:
                    found.append(self._unit(item.unit, self.stage_ids[number]))
        return found

    def _stage(self, number: int, stage: Stage) -> Group:
        calls = sorted(place for item in stage.items for place in item.calls)
        return Group(
            id=self.stage_ids[number],
            kind="head" if stage.is_head else "stage",
            title=self._titles.stages[number],
            parent=None,
            calls=self._names(calls),
            children=tuple(self._item_ref(item) for item in stage.items),
            input_shape=self._first_entering(calls),
            output_shape=self._last_leaving(calls),
            signature=self._signer.signature(calls),
        )

    def _block(self, block: Block, parent: str) -> Group:
        entry, join = block.region.entry, block.region.join
        return Group(
            id=self.block_ids[join],
            kind="block",
            title=self._titles.blocks[join],
            parent=parent,
            calls=self._names(block.calls),
            children=self._block_children(block),
            block_kind=block.kind,
            entry=self._flow.calls[entry].id,
            join=self._flow.calls[join].id,
            tail=self._names(block.tail),
            input_shape=self._flow.calls[entry].output_shape,
            output_shape=self._flow.calls[block.calls[-1]].output_shape,
            signature=self._signer.signature(block.calls, entry),
        )

    def _unit(self, unit: Unit, parent: str) -> Group:
        return Group(
            id=self._unit_ids[unit.main],
            kind="unit",
            title=self._titles.units[unit.main],
            parent=parent,
            calls=self._names(unit.calls),
            children=tuple(ItemRef("call", name) for name in self._names(unit.calls)),
            main=self._flow.calls[unit.main].id,
            input_shape=self._first_entering(unit.calls),
            output_shape=self._flow.calls[unit.calls[-1]].output_shape,
            signature=self._signer.signature(unit.calls),
        )

    def _units_in(self, block: Block) -> list[Unit]:
        found = {unit.main: unit for p in block.calls if (unit := self._unit_at.get(p))}
        return sorted(found.values(), key=lambda unit: unit.calls[-1])

    def _block_children(self, block: Block) -> tuple[ItemRef, ...]:
        # A unit leaves by its last call only, so the last calls' order is topological.
        children = []
        for place in block.calls:
            unit = self._unit_at.get(place)
            if unit is None:
                children.append(ItemRef("call", self._flow.calls[place].id))
            elif unit.calls[-1] == place:
                children.append(ItemRef("group", self._unit_ids[unit.main]))
        return tuple(children)

    def _item_ref(self, item: Item) -> ItemRef:
        if item.block is not None:
            return ItemRef("group", self.block_ids[item.block.region.join])
        if item.unit is not None:
            return ItemRef("group", self._unit_ids[item.unit.main])
        return ItemRef("call", self._flow.calls[item.calls[0]].id)

    def _names(self, places: list[int]) -> tuple[str, ...]:
        return tuple(self._flow.calls[place].id for place in places)

    def _first_entering(self, calls: list[int]) -> Shape | None:
        """Shape of the first tensor that enters; at the model's start that of its first input."""
        inside = set(calls)
        for place in calls:
            for ref in self._flow.calls[place].inputs:
                if self._flow.index[ref.call] not in inside:
                    return self._flow.graph.tensor(ref).shape
        return self._flow.calls[calls[0]].output_shape

    def _last_leaving(self, calls: list[int]) -> Shape | None:
        inside = set(calls)
        for place in reversed(calls):
            after = self._flow.succs[place]
            if self._flow.is_output[place] or any(one not in inside for one in after):
                return self._flow.calls[place].output_shape
        return self._flow.calls[calls[-1]].output_shape


def _shortcuts(
    flow: Flow, regions: list[Region], ways: dict[int, list[Way]], block_ids: dict[int, str]
) -> list[Shortcut]:
    ids = UniqueIds()
    return [
        _shortcut(flow, way, ids, _block_around(region, block_ids))
        for region in regions
        for way in ways[region.join]
    ]


def _shortcut(flow: Flow, way: Way, ids: UniqueIds, block: str | None) -> Shortcut:
    entry, join = (flow.calls[place].id for place in (way.region.entry, way.region.join))
    return Shortcut(
        id=ids.take(f"{entry}→{join}"),
        entry=entry,
        join=join,
        source=way.source,
        kind=way.kind,
        long=way.region.long,
        block=None if way.region.long else block,
        calls=tuple(flow.calls[place].id for place in way.calls),
        skipped=tuple(flow.calls[place].id for place in way.skipped()),
        input_shape=flow.graph.tensor(way.source).shape,
        output_shape=flow.graph.tensor(way.arrival).shape,
    )


def _block_around(region: Region, block_ids: dict[int, str]) -> str | None:
    around: Region | None = region
    while around is not None:
        if around.join in block_ids:
            return block_ids[around.join]
        around = around.parent
    return None
