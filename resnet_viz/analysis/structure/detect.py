"""From a graph to its structure: the tree of groups, and the shortcuts."""

from __future__ import annotations

from resnet_viz.analysis.structure.groups import GroupIds, groups_of
from resnet_viz.analysis.structure.indexed_graph import IndexedGraph, index_graph
from resnet_viz.analysis.structure.regions import Region
from resnet_viz.analysis.structure.scope_findings import MODEL, Findings, findings_of
from resnet_viz.analysis.structure.shortcuts import ShortcutPath
from resnet_viz.analysis.structure.types import Shortcut, Structure
from resnet_viz.analysis.structure.unique_ids import UniqueIds
from resnet_viz.graph.types import Graph


def structure_of(graph: Graph) -> Structure:
    """Stages, blocks, units, submodels and shortcuts, from topology, classes and configuration.

    Names are labels: renaming layers, or another topological order of the calls, changes titles
    and orders at most. Each nested model has a structure of its own, and is one call for the
    model around it. Costs about 20 µs a call.
    """
    whole = index_graph(graph)
    found = findings_of(whole)
    ids = GroupIds(found)
    return Structure(
        graph=graph,
        groups=tuple(groups_of(whole, found, ids)),
        stages=tuple(ids.stages[MODEL]),
        shortcuts=tuple(_shortcuts(whole, found, ids)),
        recognised=found[MODEL].titles.recognised,
    )


def _shortcuts(whole: IndexedGraph, found: dict[str, Findings], ids: GroupIds) -> list[Shortcut]:
    """All scopes' shortcuts in the joins' topological order."""
    ways = [
        (whole.index[one.flow.calls[region.join].id], one, region, way)
        for one in found.values()
        for region in one.regions
        for way in one.ways[region.join]
    ]
    ways.sort(key=lambda way: way[0])
    taken = UniqueIds()
    return [
        _shortcut(whole, one, way, taken, _block_around(one, region, ids))
        for _, one, region, way in ways
    ]


def _shortcut(
    whole: IndexedGraph, found: Findings, way: ShortcutPath, taken: UniqueIds, block: str | None
) -> Shortcut:
    source, arrival = (found.level.real_tensor(ref) for ref in (way.source, way.arrival))
    join = found.flow.calls[way.region.join].id
    skipped = sorted(real for place in way.skipped() for real in found.level.inside[place])
    return Shortcut(
        id=taken.take(f"{source.call}→{join}"),
        entry=source.call,
        join=join,
        source=source,
        kind=way.kind,
        long=way.region.long,
        block=None if way.region.long else block,
        calls=tuple(found.flow.calls[place].id for place in way.calls),
        skipped=tuple(whole.calls[place].id for place in skipped),
        input_shape=whole.graph.tensor(source).shape,
        output_shape=whole.graph.tensor(arrival).shape,
    )


def _block_around(found: Findings, region: Region, ids: GroupIds) -> str | None:
    around: Region | None = region
    while around is not None:
        block = ids.blocks.get(found.flow.calls[around.join].id)
        if block is not None:
            return block
        around = around.parent
    return None
