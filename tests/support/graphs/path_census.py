"""Blocks and shortcuts counted by enumerating paths in networkx; shares no code with analysis."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import NamedTuple

import networkx as nx

from resnet_viz.graph.types import Graph, LayerCall
from tests.support.graphs.brute_force import (
    BruteRegion,
    adds,
    digraph,
    nested,
    passes,
    regions,
    spans_blocks,
)

WORKING = {"Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Dense"}
GLOBAL = {"GlobalAveragePooling2D", "GlobalMaxPooling2D"}
SIZING = ("Conv", "Depthwise", "Separable", "MaxPool", "AveragePool")


class Census(NamedTuple):
    blocks: Counter[str]
    shortcuts: Counter[str]
    long: Counter[str]


class Branch(NamedTuple):
    """The calls that lead to one input of a join, and its first two paths."""

    calls: frozenset[str]
    paths: list[tuple[str, ...]]
    work: int


def census(graph: Graph) -> Census:
    kept = nested(regions(graph, graph))
    net = digraph(graph)
    long = {one.join for one in kept if is_long(graph, net, kept, one)}
    blocks: Counter[str] = Counter()
    shortcuts: Counter[str] = Counter()
    longs: Counter[str] = Counter()
    for region in kept:
        found = shortcuts_of(graph, net, region, region.join in long)
        (longs if region.join in long else shortcuts).update(kind for kind, _ in found)
        around = [one for one in kept if region.join in one.calls and one.join not in long]
        if region.join not in long and not around:
            blocks[block_kind(graph, net, kept, region, found)] += 1
    return Census(blocks, shortcuts, longs)


def height(graph: Graph, name: str) -> int | None:
    shape = graph.by_id[name].output_shape
    return shape[1] if shape is not None and len(shape) == 4 else None


def is_long(graph: Graph, net: nx.DiGraph, kept: list[BruteRegion], region: BruteRegion) -> bool:
    if graph.by_id[region.join].type == "Multiply":
        return False
    if spans_blocks(graph, kept, region, graph):
        return True
    ends = [height(graph, region.entry), height(graph, region.join)]
    pools = [name for name in region.calls if graph.by_id[name].type in GLOBAL]
    without = net.subgraph([region.entry, *(region.calls - set(pools))])
    for name in nx.descendants(without, region.entry):
        here = height(graph, name)
        if not graph.by_id[name].type.startswith(SIZING) or None in (here, *ends):
            continue
        if here * 1.5 <= min(ends) or here >= 1.5 * max(ends):  # type: ignore[operator,type-var]
            return True
    return False


def branches(graph: Graph, net: nx.DiGraph, region: BruteRegion) -> list[Branch]:
    found = []
    part = net.subgraph([region.entry, *region.calls])
    for last in dict.fromkeys(ref.call for ref in graph.by_id[region.join].inputs):
        if last == region.entry:
            found.append(Branch(frozenset(), [()], 0))
            continue
        paths = islice(nx.all_simple_paths(part, region.entry, last), 2)
        calls = (nx.ancestors(part, last) | {last}) - {region.entry}
        work = sum(works(graph, name) for name in calls)
        found.append(Branch(frozenset(calls), [tuple(path[1:]) for path in paths], work))
    return found


def shortcuts_of(
    graph: Graph, net: nx.DiGraph, region: BruteRegion, long: bool
) -> list[tuple[str, Branch]]:
    every = branches(graph, net, region)
    least, most = min(one.work for one in every), max(one.work for one in every)
    found = []
    for branch in every:
        others = {name for one in every if one is not branch for name in one.calls}
        simple = len(branch.paths) == 1 and not branch.calls & others
        light = all(passes(graph.by_id[name]) for name in branch.calls)
        if least < most and branch.work == least and simple and light:
            kind = kind_of(graph, region, branch, long)
            if kind is not None:
                found.append((kind, branch))
    return found


def kind_of(graph: Graph, region: BruteRegion, branch: Branch, long: bool) -> str | None:
    join = graph.by_id[region.join]
    types = [graph.by_id[name].type for name in branch.paths[0]]
    same = all(type_ in {"Dropout", "Identity"} for type_ in types)
    if join.type == "Multiply":
        return "gate"
    if not adds(join):
        return "dense" if same else "other" if long else None
    if same:
        return "identity"
    if any("Pooling" in type_ for type_ in types):
        return "pooled"
    return "projection" if types.count("Conv2D") == 1 else "other"


def block_kind(
    graph: Graph,
    net: nx.DiGraph,
    kept: list[BruteRegion],
    region: BruteRegion,
    shortcuts: list[tuple[str, Branch]],
) -> str:
    join = graph.by_id[region.join]
    if join.type == "Multiply":
        return "gate"
    if not shortcuts:
        return "parallel"
    if not adds(join):
        return "dense"
    gates = [one for one in kept if one.join in region.calls and multiplies(graph, one)]
    left_out = {name for _, branch in shortcuts for name in branch.calls}
    left_out = left_out.union(*(one.calls for one in gates))
    part = nx.DiGraph(net.subgraph([region.entry, *region.calls]))
    weighted = {name for name in region.calls if works(graph, name) and name not in left_out}
    for before, after in part.edges:
        part.edges[before, after]["weight"] = int(after in weighted)
    path = nx.dag_longest_path(part, default_weight=0)
    on_path = [graph.by_id[name] for name in path if name in weighted]
    return pattern(graph, on_path) if len(on_path) == len(weighted) else "residual"


def multiplies(graph: Graph, region: BruteRegion) -> bool:
    return graph.by_id[region.join].type == "Multiply"


def works(graph: Graph, name: str) -> bool:
    return graph.by_id[name].type in WORKING


def pattern(graph: Graph, branch: list[LayerCall]) -> str:
    """The kind by letters: d depthwise, s separable, p pointwise, k wider kernel; + widens."""
    letters, growth = "", ""
    for call in branch:
        before, after = graph.input_shapes(call)[0], call.output_shape
        assert before is not None
        assert after is not None
        more = (after[-1] or 0) - (before[-1] or 0)
        growth += "+" if more > 0 else "-" if more < 0 else "="
        if call.type == "DepthwiseConv2D" or call.config.get("groups") == before[-1]:
            letters += "d"
        elif call.type == "SeparableConv2D":
            letters += "s"
        elif call.type == "Dense" or call.config["kernel_size"] == [1, 1]:
            letters += "p"
        else:
            letters += "k"
    rest = "".join(g for g, letter in zip(growth, letters, strict=True) if letter != "d")
    if sorted(letters) == ["d", "p", "p"] and rest == "+-":
        return "inverted_bottleneck"
    if letters == "kp" and growth == "+-":
        return "inverted_bottleneck"
    if letters == "pkp" and growth[-1] != "-":
        return "bottleneck"
    return "basic" if letters == "kk" else "residual"
