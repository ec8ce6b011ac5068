"""Repeats: periods of equal blocks along the path, such as an encoder's layers."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.types import Group, Structure
from resnet_viz.analysis.wording.captions import block_captions
from resnet_viz.graph.types import Graph, TensorRef
from tests.support.graphs import architectures as nets
from tests.support.graphs.net import Net, renamed, reordered
from tests.support.graphs.random_nets import random_net
from tests.support.graphs.shipped import shipped


def repeats(structure: Structure) -> list[Group]:
    return [group for group in structure.groups if group.kind == "repeat"]


def block(net: Net, x: TensorRef, kernel: int = 3) -> TensorRef:
    return net.add(x, net.conv(net.conv(x, 8, kernel), 8, kernel))


def alternating(kernels: tuple[int, ...]) -> Graph:
    net = Net()
    x = net.conv(net.input(32, 32, 3), 8)
    for kernel in kernels:
        x = block(net, x, kernel)
    return net.graph(net.dense(net.gap(x), 10))


@pytest.mark.parametrize("layers", [2, 6, 12])
@pytest.mark.parametrize("pre_norm", [False, True])
def test_that_a_transformers_layers_are_repeats(layers: int, *, pre_norm: bool) -> None:
    structure = structure_of(nets.transformer(layers, pre_norm=pre_norm))
    titles = [f"{kind} layer {n}" for kind in ("encoder", "decoder") for n in range(1, layers + 1)]
    assert [group.title for group in repeats(structure)] == titles
    held = [
        [structure.by_id[child.id].block_kind for child in group.children]
        for group in repeats(structure)
    ]
    assert held == [["attention", "mlp"]] * layers + [["attention", "attention", "mlp"]] * layers
    assert len({group.signature for group in repeats(structure)}) == 2
    assert block_captions(structure, repeats(structure)[0]) == ("attention + mlp",)


def test_that_blocks_keep_their_place_in_the_census() -> None:
    structure = structure_of(nets.transformer(6))
    assert Counter(each.block_kind for each in structure.blocks) == {"attention": 18, "mlp": 12}
    assert {each.parent for each in structure.blocks} == {each.id for each in repeats(structure)}


@pytest.mark.parametrize(
    ("kernels", "period"),
    [
        ((3, 5) * 3, 2),
        ((3, 3, 5) * 2, 3),
        ((3, 5, 7, 5) * 2, 4),
        ((3, 3, 3, 3), 0),  # single equal blocks need no group
        ((3, 5, 7), 0),
        ((3, 5), 0),
    ],
)
def test_that_the_smallest_period_of_the_longest_run_is_a_group(
    kernels: tuple[int, ...], period: int
) -> None:
    found = repeats(structure_of(alternating(kernels)))
    assert [len(group.children) for group in found] == [period] * (
        len(kernels) // period if period else 0
    )


def test_that_a_part_of_a_period_stays_outside() -> None:
    structure = structure_of(alternating((3, 5, 3, 5, 3)))
    assert len(repeats(structure)) == 2
    last = structure.blocks[-1]
    assert structure.by_id[last.parent or ""].kind == "stage"


def test_that_repeats_are_found_inside_submodels() -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 3), 8)

    def body(inner: TensorRef) -> TensorRef:
        for _ in range(3):
            inner = block(net, block(net, inner), 5)
        return inner

    for number in range(2):
        x = net.nested(f"body_{number}", body, x)
    structure = structure_of(net.graph(net.dense(net.gap(x), 10)))
    around = [structure.ancestors(group.id)[1].title for group in repeats(structure)]
    assert around == ["body_0"] * 3 + ["body_1"] * 3


@pytest.mark.parametrize("name", ["resnet34", "resnet152", "plain34"])
def test_that_a_resnet_has_no_repeat_of_several_blocks(name: str) -> None:
    assert not repeats(structure_of(shipped(name)))


def test_that_periods_that_depend_on_each_other_both_ways_are_no_groups() -> None:
    """Two streams whose every second block takes the other's first: no order for whole periods."""
    net = Net()
    image = net.input(32, 32, 3)
    one, two = net.conv(image, 8), net.conv(image, 8, 5)
    for _ in range(3):
        one, two = block(net, one), block(net, two, 5)
        first = net.add(one, net.conv(net.add(net.conv(one, 8), two), 8))
        second = net.add(two, net.conv(net.add(net.conv(two, 8, 5), one), 8, 5))
        one, two = first, second
    assert not repeats(structure_of(net.graph(net.concat(one, two))))


graphs = st.tuples(st.integers(0, 2**32), st.integers(1, 150))


@given(graphs)
@settings(max_examples=40, deadline=None)
def test_that_repeats_unfold_to_the_same_calls(recipe: tuple[int, int]) -> None:
    structure = structure_of(random_net(*recipe))
    by_run: dict[tuple[str | None, str], list[Group]] = {}
    for group in repeats(structure):
        inside = [
            call
            for child in group.children
            for call in (structure.by_id[child.id].calls if child.kind == "group" else (child.id,))
        ]
        assert sorted(inside) == sorted(group.calls)
        by_run.setdefault((group.parent, group.signature), []).append(group)
    types = structure.graph.by_id
    for run in by_run.values():
        held = [Counter(types[call].type for call in group.calls) for group in run]
        assert len(run) > 1
        assert all(each == held[0] for each in held)


@given(graphs, st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_that_names_and_order_change_no_census(recipe: tuple[int, int], seed: int) -> None:
    graph = random_net(*recipe)
    names = [f"x{number}" for number in range(len({call.layer for call in graph.calls}))]
    keys = [((seed + 7) * (number + 3) % 1009) / 1009 for number in range(len(graph.calls))]
    census = Counter((group.kind, group.block_kind) for group in structure_of(graph).groups)
    for other in (renamed(graph, names), reordered(graph, keys)):
        found = Counter((group.kind, group.block_kind) for group in structure_of(other).groups)
        assert found == census
