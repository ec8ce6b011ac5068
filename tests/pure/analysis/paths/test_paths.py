"""Paths through models: counts from Veit et al. 2016 and by enumeration, and parts of graphs."""

from __future__ import annotations

from collections import Counter
from math import comb

import networkx as nx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from resnet_viz.analysis.paths.count import MOST_BRANCHES, count_paths
from resnet_viz.analysis.paths.flow import (
    ancestors,
    descendants,
    paths_between,
    paths_through,
    shortcut_path,
)
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.graph.types import Graph
from tests.support.graphs.architectures import resnet, squeeze_excite
from tests.support.graphs.net import Net
from tests.support.graphs.random_nets import random_net
from tests.support.graphs.shipped import shipped


@pytest.mark.parametrize(
    ("name", "blocks"), [("resnet34", 16), ("resnet50", 16), ("resnet152", 50)]
)
def test_that_residual_blocks_in_a_row_hold_a_binomial_number_of_paths(
    name: str, blocks: int
) -> None:
    counts = count_paths(structure_of(shipped(name)))
    assert counts.total == 2**blocks
    assert counts.by_branches == tuple(comb(blocks, taken) for taken in range(blocks + 1))


def test_that_a_plain_net_has_one_path() -> None:
    counts = count_paths(structure_of(shipped("plain34")))
    assert (counts.total, counts.by_branches) == (1, (1,))


def test_that_a_gate_adds_no_path() -> None:
    structure = structure_of(squeeze_excite())
    residual = [each for each in structure.shortcuts if each.kind != "gate"]
    assert residual
    assert any(each.kind == "gate" for each in structure.shortcuts)
    assert count_paths(structure).total == 2 ** len(residual)


def test_that_a_thousand_blocks_are_counted_without_their_lengths() -> None:
    net = Net()
    x = net.input(8, 8, 4)
    for _ in range(MOST_BRANCHES + 1):
        x = net.add(x, net.conv(x, 4))
    counts = count_paths(structure_of(net.graph(x)))
    assert counts.total == 2 ** (MOST_BRANCHES + 1)
    assert counts.by_branches is None


def digraph(graph: Graph) -> nx.DiGraph:
    made = nx.DiGraph()
    made.add_nodes_from(call.id for call in graph.calls)
    made.add_edges_from((edge.source.call, edge.target) for edge in graph.edges)
    return made


@given(st.integers(0, 400))
def test_that_the_total_is_that_of_enumeration(seed: int) -> None:
    graph = random_net(seed, 4)
    structure = structure_of(graph)
    assume(not any(shortcut.kind == "gate" for shortcut in structure.shortcuts))
    counts = count_paths(structure)
    assume(counts.total <= 2_000)  # enumeration takes as many steps
    net = digraph(graph)
    ends = Counter(ref.call for ref in dict.fromkeys(graph.outputs))
    total = sum(
        count
        * (1 if start.call == end else sum(1 for _ in nx.all_simple_paths(net, start.call, end)))
        for end, count in ends.items()
        for start in dict.fromkeys(graph.inputs)
    )
    assert counts.total == total
    assert counts.by_branches is not None
    assert sum(counts.by_branches) == total


@given(st.integers(0, 400), st.data())
def test_that_parts_are_those_of_reachability(seed: int, data: st.DataObject) -> None:
    graph = random_net(seed, 4)
    net = digraph(graph)
    call = data.draw(st.sampled_from([each.id for each in graph.calls]))
    assert ancestors(graph, [call]).calls == nx.ancestors(net, call) | {call}
    assert descendants(graph, [call]).calls == nx.descendants(net, call) | {call}


def test_that_what_passes_a_branch_by_is_on_no_path_through_it() -> None:
    graph = shipped("resnet34")
    part = paths_through(graph, ["conv3_2_conv_a"])
    assert {"conv3_1_relu", "conv3_2_add"} <= part.calls
    edges = {(ref.call, call) for ref, call in part.edges}
    assert ("conv3_1_relu", "conv3_2_conv_a") in edges
    assert ("conv3_1_relu", "conv3_2_add") not in edges  # the shortcut


def test_that_what_lies_between_two_calls_holds_both_branches() -> None:
    graph = shipped("resnet34")
    for ends in (("conv3_1_relu", "conv3_2_add"), ("conv3_2_add", "conv3_1_relu")):
        part = paths_between(graph, *([end] for end in ends))
        assert part is not None
        assert part.calls == {
            "conv3_1_relu", "conv3_2_conv_a", "conv3_2_bn_a", "conv3_2_relu_a", "conv3_2_conv_b",
            "conv3_2_bn_b", "conv3_2_add",
        }  # fmt: skip


def test_that_calls_side_by_side_have_nothing_between_them() -> None:
    graph = shipped("resnet34")
    assert paths_between(graph, ["conv3_1_conv_a"], ["conv3_1_shortcut_conv"]) is None


def test_that_the_shortcut_path_of_resnet_34_holds_no_branch() -> None:
    structure = structure_of(shipped("resnet34"))
    path = shortcut_path(structure)
    types = Counter(structure.graph.by_id[call].type for call in path.calls)
    assert types["Conv2D"] == 1 + 3  # conv1 and the projections
    assert types["Add"] == 16
    assert not any(call.endswith(("conv_a", "conv_b")) for call in path.calls)


def test_that_the_shortcut_path_of_option_a_has_one_convolution() -> None:
    structure = structure_of(resnet(34, shortcut="A"))
    path = shortcut_path(structure)
    types = Counter(structure.graph.by_id[call].type for call in path.calls)
    assert types["Conv2D"] == 1
