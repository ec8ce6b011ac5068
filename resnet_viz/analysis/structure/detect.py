"""Structure detection: the tree of groups and the shortcuts of a graph."""

from __future__ import annotations

from functools import partial

from resnet_viz.analysis.structure.call_list import CallList
from resnet_viz.analysis.structure.group_ids import GroupIds
from resnet_viz.analysis.structure.groups import build_groups
from resnet_viz.analysis.structure.indexing.indexed_graph import IndexedGraph, index_graph
from resnet_viz.analysis.structure.regions.regions import Region
from resnet_viz.analysis.structure.regions.shortcuts import ShortcutPath
from resnet_viz.analysis.structure.scope_findings import MODEL, Findings, findings_by_scope
from resnet_viz.analysis.structure.signatures import Signer
from resnet_viz.analysis.structure.types import Shortcut, Structure
from resnet_viz.analysis.structure.unique_ids import UniqueIds
from resnet_viz.graph.types import Graph


def structure_of(graph: Graph) -> Structure:
    """Find stages, blocks, units, submodels and shortcuts by topology, classes and configuration.

    The rules are those of ``resources/docs/structure.md``. Names are labels: renaming layers, or
    another topological order of the calls, changes titles and orders at most. Each submodel has a
    structure of its own and is one call of the model around it. Takes about 20 µs per call.
    """
    whole = index_graph(graph)
    signer = Signer(whole)
    findings = findings_by_scope(whole, signer)
    ids = GroupIds(findings)
    return Structure(
        graph=graph,
        groups=tuple(build_groups(whole, findings, ids, signer)),
        stages=tuple(ids.stages[MODEL]),
        shortcuts=tuple(_shortcuts(whole, findings, ids)),
        recognised=findings[MODEL].titles.recognised,
    )


def _shortcuts(whole: IndexedGraph, findings: dict[str, Findings], ids: GroupIds) -> list[Shortcut]:
    """All scopes' shortcuts in the joins' topological order."""
    found = [
        (whole.index_of[scope.graph.calls[region.join].id], scope, path)
        for scope in findings.values()
        for region in scope.regions
        for path in scope.paths[region.join]
    ]
    found.sort(key=lambda entry: entry[0])
    unique = UniqueIds()
    return [
        _shortcut(whole, scope, path, unique, _block_around(scope, path.region, ids))
        for _, scope, path in found
    ]


def _shortcut(
    whole: IndexedGraph, scope: Findings, path: ShortcutPath, ids: UniqueIds, block: str | None
) -> Shortcut:
    source, arrival = (scope.level.real_tensor(ref) for ref in (path.source, path.arrival))
    join = scope.graph.calls[path.region.join].id
    return Shortcut(
        id=ids.take(f"{source.call}→{join}"),
        entry=source.call,
        join=join,
        source=source,
        arrival=arrival,
        kind=path.kind,
        long=path.region.long,
        block=None if path.region.long else block,
        calls=tuple(scope.graph.calls[index].id for index in path.calls),
        skipped=CallList(partial(_skipped, whole, scope, path)),
        input_shape=whole.original.tensor(source).shape,
        output_shape=whole.original.tensor(arrival).shape,
    )


def _skipped(whole: IndexedGraph, scope: Findings, path: ShortcutPath) -> tuple[str, ...]:
    skipped = sorted(real for index in path.skipped() for real in scope.level.inside[index])
    return tuple(whole.calls[index].id for index in skipped)


def _block_around(scope: Findings, region: Region, ids: GroupIds) -> str | None:
    block = scope.block_at.get(region.join)
    return None if block is None else ids.blocks[scope.graph.calls[block.end].id]
