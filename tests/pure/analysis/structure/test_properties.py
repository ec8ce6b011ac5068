"""Properties of the structure of any acyclic model (``resources/docs/structure.md``)."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.indexing.dominators import (
    immediate_dominators,
    immediate_post_dominators,
)
from resnet_viz.analysis.structure.indexing.indexed_graph import index_graph
from resnet_viz.analysis.structure.regions.regions import is_gate
from resnet_viz.analysis.structure.regions.search import find_regions
from resnet_viz.analysis.structure.scope_findings import findings_by_scope
from resnet_viz.analysis.structure.signatures import Signer
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.types import is_join
from tests.support.graphs import brute_force
from tests.support.graphs.net import renamed, reordered
from tests.support.graphs.random_nets import random_net

pytestmark = pytest.mark.long

nets = st.tuples(st.integers(0, 2**32), st.integers(1, 150))  # seed and size
checked = settings(max_examples=60, deadline=None)


@given(nets)
@checked
def test_that_every_call_is_in_exactly_one_place(recipe: tuple[int, int]) -> None:
    graph = random_net(*recipe)
    structure = structure_of(graph)
    counts = Counter(
        child.id for group in structure.groups for child in group.children if child.kind == "call"
    )
    assert counts == Counter(call.id for call in graph.calls)
    children = [child.id for group in structure.groups for child in group.children]
    inner = {group.id for group in structure.groups if group.parent is not None}
    assert Counter(each for each in children if each in inner and each not in counts) <= Counter(
        inner
    )
    for group in structure.groups:
        inside: list[str] = []
        for child in group.children:
            inside += structure.by_id[child.id].calls if child.kind == "group" else [child.id]
            if child.kind == "group":
                assert structure.by_id[child.id].parent == group.id
        assert Counter(inside) == Counter(group.calls)


@given(nets)
@checked
def test_that_groups_of_one_level_are_disjoint_and_convex(recipe: tuple[int, int]) -> None:
    graph = random_net(*recipe)
    structure = structure_of(graph)
    net = brute_force.digraph(graph)
    for parent in {group.parent for group in structure.groups}:
        siblings = [group for group in structure.groups if group.parent == parent]
        counts = Counter(call for group in siblings for call in group.calls)
        assert set(counts.values()) <= {1}
    for group in structure.groups:
        inside = set(group.calls)
        after = set().union(*(nx.descendants(net, call) for call in inside)) - inside
        before = set().union(*(nx.ancestors(net, call) for call in inside)) - inside
        assert not after & before


@given(nets)
@checked
def test_that_siblings_and_calls_are_in_topological_order(recipe: tuple[int, int]) -> None:
    graph = random_net(*recipe)
    structure = structure_of(graph)
    index = {call.id: number for number, call in enumerate(graph.calls)}
    for group in structure.groups:
        assert list(group.calls) == sorted(group.calls, key=index.__getitem__)
        child_of: dict[str, int] = {}
        for number, child in enumerate(group.children):
            inside = structure.by_id[child.id].calls if child.kind == "group" else (child.id,)
            child_of.update(dict.fromkeys(inside, number))
        for edge in graph.edges:
            if edge.source.call in child_of and edge.target in child_of:
                assert child_of[edge.source.call] <= child_of[edge.target]
    order = {call: n for n, s in enumerate(structure.stages) for call in structure.by_id[s].calls}
    for edge in graph.edges:
        assert order[edge.source.call] <= order[edge.target]


@given(nets)
@checked
def test_that_a_groups_border_is_the_same_open_and_closed(recipe: tuple[int, int]) -> None:
    graph = random_net(*recipe)
    structure = structure_of(graph)

    def border(calls: tuple[str, ...]) -> tuple[set[Any], set[Any]]:
        inside = set(calls)
        entering = {(e.source, e.target) for e in graph.edges if e.target in inside}
        leaving = {(e.source, e.target) for e in graph.edges if e.source.call in inside}
        return (
            {pair for pair in entering if pair[0].call not in inside},
            {pair for pair in leaving if pair[1] not in inside},
        )

    for group in structure.groups:
        closed = border(group.calls)
        parts = [
            border(structure.by_id[child.id].calls if child.kind == "group" else (child.id,))
            for child in group.children
        ]
        inside = set(group.calls)
        entering = {p for part in parts for p in part[0] if p[0].call not in inside}
        leaving = {p for part in parts for p in part[1] if p[1] not in inside}
        assert (entering, leaving) == closed
        # nothing in between is lost: what leaves one part for another enters that other
        crossing = {p for part in parts for p in part[1]} - leaving
        assert crossing == {p for part in parts for p in part[0]} - entering


def shape_of(structure: Structure, names: dict[str, str]) -> Any:
    """The structure without titles, ids and order; calls by the names that they had."""

    def old(calls: tuple[str, ...]) -> frozenset[str]:
        return frozenset(names[call] for call in calls)

    groups = {
        (
            group.kind, group.block_kind, old(group.calls), group.signature,
            group.entry and names[group.entry], group.join and names[group.join],
            old(group.tail), group.main and names[group.main],
        )
        for group in structure.groups
    }  # fmt: skip
    shortcuts = {
        (names[s.entry], names[s.join], s.kind, s.long, tuple(names[c] for c in s.calls),
         old(s.skipped), s.block is None)
        for s in structure.shortcuts
    }  # fmt: skip
    stages = [old(structure.by_id[stage].calls) for stage in structure.stages]
    return groups, shortcuts, stages, structure.recognised


@given(nets, st.integers(0, 2**32))
@checked
def test_that_renaming_changes_no_structure(recipe: tuple[int, int], seed: int) -> None:
    graph = random_net(*recipe)
    layers = list(dict.fromkeys(call.layer for call in graph.calls))
    fresh = [f"x{number}_{Random(seed).random()}" for number in range(len(layers))]
    Random(seed).shuffle(fresh)
    other = renamed(graph, fresh)
    back = {new.id: old.id for new, old in zip(other.calls, graph.calls, strict=True)}
    same = {call.id: call.id for call in graph.calls}
    assert shape_of(structure_of(other), back) == shape_of(structure_of(graph), same)


@given(nets, st.integers(0, 2**32))
@checked
def test_that_reordering_changes_no_structure(recipe: tuple[int, int], seed: int) -> None:
    graph = random_net(*recipe)
    random = Random(seed)
    other = reordered(graph, [random.random() for _ in graph.calls])
    same = {call.id: call.id for call in graph.calls}
    assert shape_of(structure_of(other), same) == shape_of(structure_of(graph), same)


@given(nets)
@checked
def test_that_edges_follow_from_calls_and_joins(recipe: tuple[int, int]) -> None:
    graph = random_net(*recipe)
    totals = numbers_of(structure_of(graph)).totals
    sources = sum(1 for call in graph.calls if not call.inputs)
    more = sum(len(set(call.inputs)) - 1 for call in graph.calls if is_join(call))
    assert totals.edges == len(graph.edges) == totals.calls - sources + more


@given(nets)
@checked
def test_that_sums_are_over_calls_with_shared_weights_once(recipe: tuple[int, int]) -> None:
    graph = random_net(*recipe)
    structure = structure_of(graph)
    numbers = numbers_of(structure)
    everything = [(group.calls, numbers.groups[group.id]) for group in structure.groups]
    everything.append((tuple(call.id for call in graph.calls), numbers.totals.numbers))
    for calls, sums in everything:
        layers = {graph.by_id[call].layer: numbers.calls[call] for call in calls}
        assert sums.parameters == sum(one.parameters or 0 for one in layers.values())
        assert sums.parameters == sums.trainable_parameters + sums.non_trainable_parameters
        assert sums.macs == sum(numbers.calls[call].macs or 0 for call in calls)
    stages = [numbers.groups[stage] for stage in structure.stages]
    assert sum(stage.macs for stage in stages) == numbers.totals.numbers.macs


@given(nets)
@checked
def test_that_regions_are_those_of_the_definition(recipe: tuple[int, int]) -> None:
    graph = random_net(*recipe)
    whole = index_graph(graph)
    for level in findings_by_scope(whole, Signer(whole)).values():
        calls = level.graph.calls
        outputs = {index for index, is_output in enumerate(level.graph.is_output) if is_output}
        closed = find_regions(
            level.graph,
            immediate_dominators(level.graph.preds),
            immediate_post_dominators(level.graph.succs, outputs),
            leaks=False,
        )
        as_names = [
            brute_force.BruteRegion(
                calls[region.entry].id,
                calls[region.join].id,
                frozenset(calls[index].id for index in region.calls),
            )
            for region in closed
        ]
        expected = brute_force.nested(brute_force.regions(level.graph.original, graph))
        assert as_names == expected
        for region, one in zip(closed, expected, strict=True):
            if is_gate(level.graph, region):
                continue
            if brute_force.spans_blocks(level.graph.original, expected, one, graph):
                assert region.long


@given(nets)
@checked
def test_that_every_shortcut_skips_more_convolutions_than_it_holds(recipe: tuple[int, int]) -> None:
    graph = random_net(*recipe)
    structure = structure_of(graph)
    for shortcut in structure.shortcuts:
        own = [graph.by_id[name].type for name in shortcut.calls]
        others = [graph.by_id[name].type for name in shortcut.skipped]
        assert others.count("Conv2D") > own.count("Conv2D")
        inputs = {ref.call for ref in graph.by_id[shortcut.join].inputs}
        assert (shortcut.calls[-1] if shortcut.calls else shortcut.entry) in inputs
        if shortcut.kind == "identity":
            assert set(own) <= {"Dropout", "Identity"}


@given(nets)
@checked
def test_that_every_nested_model_is_a_submodel_or_a_single_unit(recipe: tuple[int, int]) -> None:
    graph = random_net(*recipe)
    structure = structure_of(graph)
    submodels = [set(group.calls) for group in structure.groups if group.kind == "submodel"]
    units = [set(group.calls) for group in structure.groups if group.kind == "unit"]
    scopes = {
        scope.id: {call.id for call in graph.calls if call.id.startswith(f"{scope.id}/")}
        for scope in graph.scopes
    }
    for inside in submodels:
        assert inside in scopes.values()
    for inside in scopes.values():
        assert (inside in submodels) != any(inside <= unit for unit in units)
    assert len(submodels) <= len(scopes)
