"""Regions in each other: as by the definition, and in time that grows like the graph."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_viz.analysis.problems.layer_chains import long_chains
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.indexing.dominators import (
    immediate_dominators,
    immediate_post_dominators,
)
from resnet_viz.analysis.structure.indexing.indexed_graph import index_graph
from resnet_viz.analysis.structure.regions.search import find_regions
from resnet_viz.graph.types import Graph, TensorRef
from tests.support.counted_work import count_calls
from tests.support.graphs import brute_force, tangled
from tests.support.graphs.net import Net


@pytest.mark.parametrize("graph", [tangled.nested_additions, tangled.ladder, tangled.residual_net])
def test_that_twice_the_graph_is_twice_the_work(graph: Callable[[int], Graph]) -> None:
    small, large = graph(210), graph(420)
    assert count_calls(lambda: structure_of(large)) < 2.2 * count_calls(lambda: structure_of(small))


def test_that_gates_in_gates_beyond_a_budget_are_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resnet_viz.analysis.structure.regions.search._MOST_VISITS", 3_000)
    small, large = tangled.gates(1_000), tangled.gates(2_000)
    assert count_calls(lambda: structure_of(large)) < 2.2 * count_calls(lambda: structure_of(small))


def test_that_a_shortcut_skips_all_that_is_between_however_deep() -> None:
    structure = structure_of(tangled.nested_additions(60))
    lengths = [len(shortcut.skipped) for shortcut in structure.shortcuts]
    # the innermost skips two convolutions, each one around it an addition and two more
    assert lengths == [2 + 3 * level for level in range(60)]


def nest(net: Net, x: TensorRef, recipe: list[int], *, first: bool = True) -> TensorRef:
    """Additions and concatenations in and after each other, as the numbers of a recipe have it."""
    entry = x
    while recipe:
        kind = recipe.pop()
        if kind == 0 and not first:
            break
        x = net.conv(x, 4)
        if kind == 1:  # a region inside
            x = nest(net, x, recipe, first=False)
        elif kind == 2:  # a tensor from the side
            x = net.add(x, net.inputs[1])
        elif kind == 3:
            x = net.add(net.conv(x, 4), x)
        elif kind == 4:  # of the same entry
            x = net.add(net.conv(x, 4), entry)
        elif kind == 5:
            x = net.conv(net.concat(net.conv(x, 4), x), 4)
    return net.add(net.conv(x, 4), entry)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=14))
def test_that_regions_in_each_other_are_those_of_the_definition(recipe: list[int]) -> None:
    net = Net()
    x = net.input(8, 8, 4)
    net.input(8, 8, 4)
    graph = net.graph(nest(net, x, recipe))
    indexed = index_graph(graph)
    found = find_regions(
        indexed,
        immediate_dominators(indexed.preds),
        immediate_post_dominators(indexed.succs, {len(indexed.calls) - 1}),
        leaks=False,
    )
    named = [
        brute_force.BruteRegion(
            indexed.calls[region.entry].id,
            indexed.calls[region.join].id,
            frozenset(indexed.calls[index].id for index in region.calls),
        )
        for region in found
    ]
    assert named == brute_force.nested(brute_force.regions(graph, graph))
    assert all(region.count == len(region.calls) for region in found)
    assert all(region.first == region.calls[0] for region in found)


def test_that_no_long_chain_is_found_below_a_shortcut_past_it() -> None:
    assert not list(long_chains(structure_of(tangled.nested_additions(40)), None))  # type: ignore[arg-type]
