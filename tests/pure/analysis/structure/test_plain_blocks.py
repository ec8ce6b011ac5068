"""Blocks without a shortcut: runs of units with the pattern of a residual block."""

from __future__ import annotations

import pytest

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.types import Group, Structure
from resnet_viz.analysis.wording.terms import lacks_shortcut
from resnet_viz.graph.types import TensorRef
from tests.support.graphs import architectures as nets
from tests.support.graphs.net import Net


def inverted(net: Net, x: TensorRef, filters: int, stride: int = 1) -> TensorRef:
    y = net.relu(nets.conv_bn(net, x, 6 * (net.shape(x)[-1] or 0), 1))
    y = net.relu(net.bn(net.depthwise(y, 3, stride)))
    return nets.conv_bn(net, y, filters, 1)


def plain(structure: Structure) -> list[Group]:
    return [block for block in structure.blocks if block.join is None]


def test_that_mobilenet_v2_has_17_blocks_ten_with_identity() -> None:
    structure = structure_of(nets.mobilenet_v2())
    assert len(structure.blocks) == 17  # Table 2 of Sandler et al. 2018
    without = plain(structure)
    assert len(without) == 7
    assert {block.block_kind for block in without} == {"inverted_bottleneck"}
    widths = [block.output_shape and block.output_shape[-1] for block in without]
    assert widths == [16, 24, 32, 64, 96, 160, 320]
    units = [[ref.id for ref in block.children if ref.kind == "group"] for block in without]
    assert [len(each) for each in units] == [2, 3, 3, 3, 3, 3, 3]


def test_that_a_block_lies_in_the_stage_of_its_output() -> None:
    structure = structure_of(nets.mobilenet_v2())
    for block in plain(structure):
        assert block.parent is not None
        assert structure.by_id[block.parent].output_shape is not None
    sizes = [block.output_shape and block.output_shape[1] for block in structure.blocks]
    by_stage = [structure.by_id[block.parent or ""].title for block in structure.blocks]
    assert by_stage == [f"{size}×{size}" for size in sizes]
    counts = [by_stage.count(title) for title in ("112×112", "56×56", "28×28", "14×14", "7×7")]
    assert counts == [1, 2, 3, 7, 4]  # rows of the table by the size of their output


def mobilenet(pairs: int, *, normed: bool = True) -> Structure:
    """Howard et al. 2017, Fig. 3: a stem, then pairs of a depthwise and a pointwise convolution."""
    net = Net("mobilenet")

    def norm(x: TensorRef) -> TensorRef:
        return net.relu(net.bn(x) if normed else x)

    x = norm(net.conv(net.input(224, 224, 3), 32, 3, 2, bias=False))
    for number in range(pairs):
        stride = 2 if number % 2 else 1
        x = norm(net.depthwise(x, 3, stride))
        x = norm(net.conv(x, 32 * 2**number, 1, bias=False))
    return structure_of(net.graph(net.dense(net.gap(x), 10)))


@pytest.mark.parametrize("normed", [True, False])
@pytest.mark.parametrize(("pairs", "blocks"), [(4, 4), (2, 2), (1, 0)])
def test_that_depthwise_separable_pairs_are_blocks(
    pairs: int, blocks: int, *, normed: bool
) -> None:
    structure = mobilenet(pairs, normed=normed)
    assert [block.block_kind for block in structure.blocks] == ["separable"] * blocks
    for block in structure.blocks:
        types = [structure.graph.by_id[call].type for call in block.calls]
        assert [kind for kind in types if "Conv" in kind] == ["DepthwiseConv2D", "Conv2D"]
        assert not lacks_shortcut(block)


def test_that_pairs_beside_residual_blocks_of_their_pattern_are_of_their_kind() -> None:
    net = Net()
    x = net.relu(nets.conv_bn(net, net.input(64, 64, 3), 16, 3, 2))
    for stride in (1, 2, 1, 2):
        y = net.relu(net.bn(net.depthwise(x, 3, stride)))
        y = nets.conv_bn(net, y, 16, 1)
        x = y if stride == 2 else net.add(x, y)
    structure = structure_of(net.graph(net.dense(net.gap(x), 10)))
    assert [block.block_kind for block in structure.blocks] == ["residual"] * 4


@pytest.mark.parametrize("first", ["stem", "fused"])
def test_that_a_stem_is_no_block(first: str) -> None:
    """A stem, then 1×1, is like a fused block; only with a convolution before it, it is one."""
    net = Net()
    x = net.input(64, 64, 3)
    if first == "fused":
        x = nets.conv_bn(net, x, 24)
    x = nets.conv_bn(net, net.relu(nets.conv_bn(net, x, 96)), 24, 1)
    y = nets.conv_bn(net, net.relu(nets.conv_bn(net, x, 96)), 24, 1)
    structure = structure_of(net.graph(net.dense(net.gap(net.add(x, y)), 10)))
    assert len(plain(structure)) == (first == "fused")


def test_that_plain_pairs_of_convolutions_are_no_blocks() -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 3), 8)
    x = net.add(x, net.conv(net.conv(x, 8), 8))
    x = net.conv(net.conv(x, 8), 8)
    assert not plain(structure_of(net.graph(x)))


def test_that_dense_layers_of_a_head_are_no_blocks() -> None:
    structure = structure_of(nets.transformer(2))
    assert not plain(structure)


def test_that_normalisation_tells_blocks_from_other_units() -> None:
    net = Net()
    x = nets.conv_bn(net, net.input(32, 32, 3), 8)
    x = net.add(x, inverted(net, x, 8))
    x = net.conv(net.depthwise(net.conv(x, 48, 1)), 8, 1)
    assert not plain(structure_of(net.graph(x)))


def test_that_gates_inside_belong_to_the_block() -> None:
    net = Net()
    x = nets.conv_bn(net, net.input(32, 32, 3), 8)
    for filters in (8, 16):
        y = net.relu(nets.conv_bn(net, x, 48, 1))
        y = nets.gated(net, net.relu(net.bn(net.depthwise(y))))
        y = nets.conv_bn(net, y, filters, 1)
        x = net.add(x, y) if filters == 8 else y
    structure = structure_of(net.graph(net.dense(net.gap(x), 10)))
    (block,) = plain(structure)
    gates = [shortcut for shortcut in structure.shortcuts if shortcut.kind == "gate"]
    assert [gate.block for gate in gates] == [structure.blocks[0].id, block.id]
    assert gates[1].join in block.calls


def test_that_units_on_a_branch_beside_others_are_no_block() -> None:
    net = Net()
    x = nets.conv_bn(net, net.input(32, 32, 3), 8)
    x = net.add(x, inverted(net, x, 8))
    x = net.concat(inverted(net, x, 8), nets.conv_bn(net, x, 8), net.max_pool(x, 3, 1))
    structure = structure_of(net.graph(net.dense(net.gap(x), 10)))
    assert [block.block_kind for block in structure.blocks] == ["inverted_bottleneck", "parallel"]
