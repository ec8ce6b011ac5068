"""Modules that concatenate: found alike whatever number of blocks they hold in a row."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.graph.types import Graph, TensorRef
from tests.support.graphs.architectures import conv_bn
from tests.support.graphs.net import Net


def conv(net: Net, x: TensorRef, filters: int, kernel: int = 3, stride: int = 1) -> TensorRef:
    return net.relu(conv_bn(net, x, filters, kernel, stride))


def bottleneck(net: Net, x: TensorRef, width: int) -> TensorRef:
    return net.add(x, conv(net, conv(net, x, width, 1), width))


def csp_stage(net: Net, x: TensorRef, width: int, blocks: int) -> TensorRef:
    """A stage of a CSPDarkNet: residual blocks on one half, the other half passes by."""
    main, beside = conv(net, x, width, 1), conv(net, x, width, 1)
    for _ in range(blocks):
        main = bottleneck(net, main, width)
    return conv(net, net.concat(main, beside), 2 * width, 1)


def c2f(net: Net, x: TensorRef, width: int, blocks: int) -> TensorRef:
    """YOLOv8's C2f without the split: every bottleneck's output is concatenated."""
    made = [conv(net, x, width, 1)]
    for _ in range(blocks):
        made.append(bottleneck(net, made[-1], width))
    return conv(net, net.concat(*made), 2 * width, 1)


def backbone(
    module: Callable[[Net, TensorRef, int, int], TensorRef], depths: tuple[int, ...]
) -> Graph:
    net = Net("backbone")
    x = conv(net, net.input(256, 256, 3), 8)
    for number, blocks in enumerate(depths):
        x = module(net, conv(net, x, 8 * 2**number, 3, 2), 4 * 2**number, blocks)
    return net.graph(net.dense(net.gap(x), 10))


@pytest.mark.parametrize("depths", [(1, 2, 8, 8, 4), (1, 3, 3, 1), (2, 2, 2)])
def test_that_csp_stages_are_blocks_of_one_kind(depths: tuple[int, ...]) -> None:
    structure = structure_of(backbone(csp_stage, depths))  # CSPDarkNet53 has the first depths
    assert [block.block_kind for block in structure.blocks] == ["parallel"] * len(depths)
    identities = [shortcut.kind for shortcut in structure.shortcuts]
    assert identities == ["identity"] * sum(depths)
    assert not any(shortcut.long for shortcut in structure.shortcuts)


def test_that_a_c2f_is_found_with_one_bottleneck_and_with_two() -> None:
    structure = structure_of(backbone(c2f, (1, 2, 2, 1)))  # YOLOv8n's depths
    assert [block.block_kind for block in structure.blocks] == ["dense"] * 4
    assert [shortcut.long for shortcut in structure.shortcuts] == [False] * (6 + 4)


def test_that_the_body_of_a_model_with_all_features_concatenated_is_no_block() -> None:
    net = Net()
    x = conv(net, net.input(32, 32, 3), 8)
    made = [x]
    for _ in range(4):
        made.append(bottleneck(net, made[-1], 8))
    structure = structure_of(net.graph(conv(net, net.concat(*made), 8, 1)))
    assert len(structure.blocks) == 4
    assert [shortcut.kind for shortcut in structure.shortcuts if shortcut.long] == ["dense"]
