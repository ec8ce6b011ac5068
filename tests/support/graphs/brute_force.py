"""Regions straight from their definition, by reachability in networkx; slow and independent."""

from __future__ import annotations

from typing import NamedTuple

import networkx as nx

from resnet_viz.graph.ops import WEIGHTED, op_kind
from resnet_viz.graph.types import Graph, LayerCall

SOURCE = "<source>"
SINK = "<sink>"
LIGHT_KINDS = {"norm", "activation", "pad", "resize", "pool", "regularise"}


class BruteRegion(NamedTuple):
    entry: str
    join: str
    calls: frozenset[str]


def digraph(graph: Graph) -> nx.DiGraph:
    net = nx.DiGraph()
    net.add_nodes_from(call.id for call in graph.calls)
    net.add_edges_from((ref.call, call.id) for call in graph.calls for ref in call.inputs)
    return net


def passes(call: LayerCall) -> bool:
    if len({ref.call for ref in call.inputs}) != 1:
        return False
    if call.type in {"Dense", "InputLayer"}:  # the input of a submodel passes its tensor on
        return True
    if call.type == "Conv2D":
        return call.config["kernel_size"] == [1, 1]
    return op_kind(call) in LIGHT_KINDS or call.type.startswith("Cropping")


def adds(call: LayerCall) -> bool:
    """Return whether a join adds: Add, or a user's layer."""
    if call.type in {"Concatenate", "Multiply"}:
        return False
    return call.type == "Add" or "keras.layers" not in (call.module or "")


def entries_of_adding(
    graph: Graph, net: nx.DiGraph, join: LayerCall, gates: dict[str, str]
) -> list[str]:
    """Entries of an addition by each of its inputs that has one; ``gates`` are passed too."""
    sources = list(dict.fromkeys(ref.call for ref in join.inputs))
    seen = {source: nx.ancestors(net, source) | {source} for source in sources}
    found = []
    for source in sources:
        call = source
        while True:
            if all(call in seen[other] for other in sources if other != source):
                found.append(call)
                break
            if call in gates:
                call = gates[call]
            elif passes(graph.by_id[call]):
                call = graph.by_id[call].inputs[0].call
            else:
                break
    return found


def dominators(graph: Graph, net: nx.DiGraph) -> dict[str, str]:
    rooted = net.copy()
    rooted.add_edges_from((SOURCE, call.id) for call in graph.calls if not call.inputs)
    return dict(nx.immediate_dominators(rooted, SOURCE))


def works(name: str, whole: Graph) -> bool:
    """Return whether the call is weighted; "model/" stands for all calls of a submodel."""
    if name.endswith("/"):
        return any(works(call.id, whole) for call in whole.calls if call.id.startswith(name))
    return op_kind(whole.by_id[name]) in WEIGHTED


def regions(graph: Graph, whole: Graph) -> list[BruteRegion]:
    """All regions, overlapping ones included, by join in topological order.

    ``graph`` may be one level of ``whole``, with calls named "model/" for submodels.
    """
    net = digraph(graph)
    before = dominators(graph, net)
    ended = net.copy()
    ended.add_edges_from((ref.call, SINK) for ref in graph.outputs)
    found = []
    gates: dict[str, str] = {}  # the entry whose own tensor a gate scales, by join
    for join in graph.calls:
        if op_kind(join) != "join" or len({ref.call for ref in join.inputs}) < 2:
            continue
        entry: str | None = before[join.id]
        if adds(join) or entry == SOURCE:
            entry = next(iter(entries_of_adding(graph, net, join, {})), None)
            if entry is None:
                past_gates = entries_of_adding(graph, net, join, gates)
                entry = past_gates[0] if len(past_gates) == 1 and adds(join) else None
        if entry is None:
            continue
        calls = nx.descendants(net, entry) & nx.ancestors(net, join.id)
        around = ended.copy()
        around.remove_node(join.id)
        past_the_join = nx.ancestors(around, SINK) if SINK in around else set()
        if any(works(call, whole) for call in calls) and not calls & past_the_join:
            found.append(BruteRegion(entry, join.id, frozenset(calls)))
            if join.type == "Multiply" and entry in {ref.call for ref in join.inputs}:
                gates[join.id] = entry
    return found


def nested(found: list[BruteRegion]) -> list[BruteRegion]:
    """The regions without those that overlap an earlier one without nesting."""
    kept: list[BruteRegion] = []
    for region in found:
        whole = region.calls | {region.join}
        clash = False
        for earlier in kept:
            other = earlier.calls | {earlier.join}
            clash = clash or bool(whole & other and not (whole <= other or other <= whole))
        if not clash:
            kept.append(region)
    return kept


def spans_blocks(graph: Graph, kept: list[BruteRegion], region: BruteRegion, whole: Graph) -> bool:
    """Return whether two direct child regions that are not gates follow each other.

    That makes no region long that concatenates and holds at most half of the graph's work.
    """
    inside = sum(works(name, whole) for name in region.calls)
    if not adds(graph.by_id[region.join]) and 2 * inside <= sum(
        works(call.id, whole) for call in graph.calls
    ):
        return False
    net = digraph(graph)
    inner = [one for one in kept if one.join in region.calls]
    direct = [
        one for one in inner if not any(one.join in other.calls for other in inner if other != one)
    ]
    children = [one for one in direct if graph.by_id[one.join].type != "Multiply"]
    return any(
        one.join == other.entry or nx.has_path(net, one.join, other.entry)
        for one in children
        for other in children
        if one != other
    )
