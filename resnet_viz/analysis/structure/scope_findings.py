"""What is found in one scope: regions, shortcuts, blocks, units, stages and their titles."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.structure.blocks import Block, blocks_of
from resnet_viz.analysis.structure.indexed_graph import IndexedGraph, index_level
from resnet_viz.analysis.structure.nesting import Level, Nesting
from resnet_viz.analysis.structure.regions import Region, regions_of
from resnet_viz.analysis.structure.shortcuts import ShortcutPath, shortcut_paths
from resnet_viz.analysis.structure.stages import Stage, items_of, stages_of, submodel_facts
from resnet_viz.analysis.structure.titles import Titles, titles_of
from resnet_viz.analysis.structure.units import Unit, units_of
from resnet_viz.graph.types import TensorRef

MODEL: Final = ""
"""The key of the model itself among its scopes."""


class Findings(msgspec.Struct, frozen=True, eq=False):
    """The findings in one scope; all places are those of its level."""

    level: Level
    flow: IndexedGraph
    regions: list[Region]
    ways: dict[int, list[ShortcutPath]]
    blocks: list[Block]
    units: list[Unit]
    stages: list[Stage]
    titles: Titles

    def entering(self, block: Block) -> TensorRef:
        """The tensor of the whole graph that enters a block where its branches start."""
        ways = self.ways[block.region.join]
        if block.lead:
            return self.level.real_tensor(self.flow.calls[block.lead[0]].inputs[0])
        if ways:
            return self.level.real_tensor(ways[0].source)
        entry = self.flow.calls[block.region.entry].id
        entering = (
            ref
            for place in (*block.region.calls, block.region.join)
            for ref in self.flow.calls[place].inputs
            if ref.call == entry
        )
        return self.level.real_tensor(next(entering))


def findings_of(whole: IndexedGraph) -> dict[str, Findings]:
    """The findings in the model and in every scope that is drawn as a group, by scope id.

    Inner scopes come first, as the ones around need to know what they hold. A scope that holds a
    single unit is no group: its calls are found in the scope around it.
    """
    nesting = Nesting(whole.graph)
    found: dict[str, Findings] = {}
    for scope in reversed(whole.graph.scopes):  # outer ones come first there
        level = nesting.level(scope)
        if not level.graph.calls:
            continue
        one = _find(level, whole, found)
        if _is_one_unit(one):
            nesting.dissolve(scope)
        else:
            found[scope.id] = one
    found[MODEL] = _find(nesting.level(None), whole, found)
    return found


def _find(level: Level, whole: IndexedGraph, found: dict[str, Findings]) -> Findings:
    nested = {
        place: submodel_facts(one.flow, one.regions, one.stages)
        for place, scope in level.nested.items()
        if (one := found[scope.id])
    }
    flow = index_level(level, whole, nested)
    regions = regions_of(flow)
    ways = {region.join: shortcut_paths(flow, region) for region in regions}
    blocks = blocks_of(flow, regions, ways)
    taken = frozenset(place for block in blocks for place in (*block.lead, *block.tail))
    units = units_of(flow, taken)
    stages = stages_of(flow, items_of(flow, blocks, units))
    titles = titles_of(flow, stages, units)
    return Findings(level, flow, regions, ways, blocks, units, stages, titles)


def _is_one_unit(found: Findings) -> bool:
    """Whether a scope holds nothing but one unit, and inputs that feed only that."""
    if len(found.units) != 1:
        return False
    flow, unit = found.flow, set(found.units[0].calls)
    rest = [place for place in range(len(flow.calls)) if place not in unit]
    return all(
        flow.kinds[place] == "input"
        and not flow.is_output[place]
        and len(flow.succs[place]) == 1
        and flow.succs[place][0] in unit
        for place in rest
    )
