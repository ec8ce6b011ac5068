"""Cells: chains of concatenations, each fed by the two before it."""

from __future__ import annotations

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.types import Group, Structure
from resnet_viz.analysis.wording.captions import block_captions
from resnet_viz.graph.types import Graph, TensorRef
from tests.support.graphs.net import Net, renamed, reordered


def cell(net: Net, before: TensorRef, x: TensorRef, stride: int = 1) -> TensorRef:
    """A small NASNet cell: both inputs adjusted, two additions and a pooling concatenated."""
    shrink = (net.shape(before)[1] or 0) // (net.shape(x)[1] or 1)
    if shrink > 1:  # two ways that are concatenated, as in NASNet
        halves = [net.conv(net.avg_pool(before, 1, shrink), 4, 1) for _ in range(2)]
        p = net.bn(net.concat(*halves))
    else:
        p = net.conv(net.relu(before), 8, 1)
    h = net.conv(net.relu(x), 8, 1)
    one = net.add(net.conv(p, 8, 3, stride), net.conv(h, 8, 5, stride))
    two = net.add(net.conv(h, 8, 3, stride), net.avg_pool(h, 3, stride))
    return net.concat(one, two, net.max_pool(p, 3, stride))


def nasnet(strides: tuple[int, ...] = (2, 1, 1, 2, 1, 1), taps: tuple[int, ...] = ()) -> Graph:
    net = Net("nasnet")
    before = x = net.conv(net.input(64, 64, 3), 8)
    outputs = []
    for number, stride in enumerate(strides):
        before, x = x, cell(net, before, x, stride)
        if number in taps:
            outputs.append(net.dense(net.gap(x), 10))
    return net.graph(*outputs, net.dense(net.gap(net.relu(x)), 10))


def cells(structure: Structure) -> list[Group]:
    return [group for group in structure.groups if group.kind == "cell"]


def test_that_a_chain_of_concatenations_is_cells() -> None:
    found = cells(structure_of(nasnet()))
    assert [each.title for each in found] == [
        "reduction cell 1", "normal cell 1", "normal cell 2",
        "reduction cell 2", "normal cell 3", "normal cell 4",
    ]  # fmt: skip
    assert [each.output_shape and each.output_shape[1] for each in found] == [32] * 3 + [16] * 3


def test_that_every_call_but_stem_and_head_is_in_a_cell() -> None:
    structure = structure_of(nasnet())
    inside = [call for each in cells(structure) for call in each.calls]
    assert len(inside) == len(set(inside))
    outside = [call.type for call in structure.graph.calls if call.id not in set(inside)]
    assert outside == ["InputLayer", "Conv2D", "ReLU", "GlobalAveragePooling2D", "Dense"]


def test_that_a_cell_ends_with_its_concatenation_and_starts_at_the_cell_before() -> None:
    structure = structure_of(nasnet())
    found = cells(structure)
    joins = [each.join for each in found]
    assert [each.entry for each in found[1:]] == joins[:-1]
    assert all(each.calls[-1] == each.join for each in found)


def test_that_stages_are_those_of_the_cells() -> None:
    structure = structure_of(nasnet())
    assert [structure.by_id[stage].title for stage in structure.stages] == [
        "64×64", "32×32", "16×16", "head",
    ]  # fmt: skip


def test_that_an_output_tapped_from_a_cell_changes_no_cell() -> None:
    assert len(cells(structure_of(nasnet(taps=(2, 4))))) == 6


def test_that_modules_with_a_single_input_are_parallel_blocks() -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 3), 8)
    for _ in range(4):
        x = net.concat(net.conv(x, 8), net.conv(x, 8, 5), net.max_pool(x, 3, 1))
    structure = structure_of(net.graph(x))
    assert not cells(structure)
    assert [block.block_kind for block in structure.blocks] == ["parallel"] * 4


def test_that_concatenations_whose_branches_leak_are_no_cells() -> None:
    net = Net()
    made = [net.conv(net.input(32, 32, 3), 8) for _ in range(3)]
    for _ in range(5):  # as in a dense block that concatenates all before it
        made.append(net.conv(net.concat(*made), 8))
    assert not cells(structure_of(net.graph(made[-1])))


def test_that_names_and_order_change_no_cell() -> None:
    graph = nasnet()
    expected = [set(each.calls) for each in cells(structure_of(graph))]
    shuffled = reordered(graph, [(37 * n) % 101 / 101 for n in range(len(graph.calls))])
    assert [set(each.calls) for each in cells(structure_of(shuffled))] == expected
    names = [f"x{number}" for number in range(len({call.layer for call in graph.calls}))]
    titles = [each.title for each in cells(structure_of(renamed(graph, names)))]
    assert titles == [each.title for each in cells(structure_of(graph))]


def test_that_a_cells_captions_count_branches_and_calls() -> None:
    structure = structure_of(nasnet())
    reduction, normal = cells(structure)[:2]
    assert block_captions(structure, reduction)[0] == "3 branches, /2"
    assert block_captions(structure, normal)[0] == "3 branches"
    assert "2 × 3×3, 8" in block_captions(structure, normal)
