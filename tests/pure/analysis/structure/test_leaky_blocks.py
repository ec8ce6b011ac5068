"""Blocks and gates whose branch has other ties: WaveNet, highway nets, Attention U-Nets."""

from __future__ import annotations

from collections import Counter

import pytest

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.graph.types import Graph, TensorRef
from tests.support.graphs.net import Net


def wavenet(layers: int, *, separate_skip: bool) -> Graph:
    """Gated convolutions whose outputs are added to the path and summed up aside.

    The skip sum has a 1×1 convolution of its own (van den Oord et al. 2016, Fig. 4), or shares it.
    """
    net = Net("wavenet")
    x = net.conv(net.input(64, 64, 1), 16, 1)
    skips = []
    for _ in range(layers):
        gated = net.multiply(
            net.conv(x, 16, 3, activation="tanh"), net.conv(x, 16, 3, activation="sigmoid")
        )
        out = net.conv(gated, 16, 1)
        skips.append(net.conv(gated, 16, 1) if separate_skip else out)
        x = net.add(x, out)
    y = net.relu(net.add(*skips, net.conv(x, 16, 1)))
    return net.graph(net.conv(net.conv(y, 16, 1, activation="relu"), 8, 1))


@pytest.mark.parametrize("separate_skip", [True, False])
@pytest.mark.parametrize("layers", [2, 5])
def test_that_wavenets_layers_have_identity_shortcuts(layers: int, *, separate_skip: bool) -> None:
    structure = structure_of(wavenet(layers, separate_skip=separate_skip))
    assert [shortcut.kind for shortcut in structure.shortcuts] == ["identity"] * layers
    assert len(structure.blocks) == layers  # and none around the stack
    for block in structure.blocks:
        types = Counter(structure.graph.by_id[call].type for call in block.calls)
        assert types == {"Conv2D": 3, "Multiply": 1, "Add": 1}


def highway(layers: int) -> Graph:
    """h·t + x·(1 - t), as in Srivastava et al. 2015."""
    net = Net("highway")
    x = net.dense(net.input(64), 32)
    for _ in range(layers):
        h, t = net.dense(x, 32, "relu"), net.dense(x, 32, "sigmoid")
        rest = net.call("Subtract", t, shape=(None, 32), module="keras.src.ops.numpy")
        x = net.add(net.multiply(h, t), net.multiply(x, rest))
    return net.graph(net.dense(x, 10))


def test_that_a_highways_carry_gates_are_gates() -> None:
    structure = structure_of(highway(4))
    assert [shortcut.kind for shortcut in structure.shortcuts] == ["gate"] * 4
    assert [block.block_kind for block in structure.blocks] == ["gate"] * 4


def attention_gate(net: Net, kept: TensorRef, x: TensorRef, filters: int) -> TensorRef:
    """Oktay et al. 2018, Fig. 2: what is kept is scaled by what is below it."""
    both = net.relu(net.add(net.conv(kept, filters, 1), net.conv(x, filters, 1)))
    return net.multiply(kept, net.conv(both, 1, 1, activation="sigmoid"))


def attention_unet(levels: int) -> Graph:
    net = Net("attention_unet")
    x, kept = net.input(64, 64, 3), []
    for level in range(levels):
        x = net.relu(net.conv(x, 8 * 2**level))
        kept.append(x)
        x = net.max_pool(x, 2, 2)
    x = net.relu(net.conv(x, 8 * 2**levels))
    for level in reversed(range(levels)):
        x = net.conv(net.upsample(x), 8 * 2**level)
        x = net.concat(attention_gate(net, kept[level], x, 8 * 2**level), x)
        x = net.relu(net.conv(x, 8 * 2**level))
    return net.graph(net.conv(x, 1, 1))


def test_that_an_attention_unets_gates_are_gates() -> None:
    structure = structure_of(attention_unet(3))
    gates = [shortcut for shortcut in structure.shortcuts if shortcut.kind == "gate"]
    assert len(gates) == 3
    assert [len(gate.skipped) for gate in gates] == [4] * 3  # 1×1, addition, ReLU, 1×1
    assert [block.block_kind for block in structure.blocks] == ["gate"] * 3


def test_that_a_branch_which_leaks_and_changes_size_is_no_block() -> None:
    """A feature pyramid's sum: the finer level feeds an output of its own too."""
    net = Net()
    x = net.conv(net.input(32, 32, 3), 8)
    fine = net.conv(net.upsample(x), 8)
    total = net.add(x, net.conv(fine, 8, 3, 2))
    structure = structure_of(net.graph(net.conv(total, 4, 1), net.conv(fine, 4, 1)))
    assert not structure.blocks
    assert not structure.shortcuts


def test_that_blocks_that_feed_each_other_both_ways_are_drawn_open() -> None:
    net = Net()
    image = net.input(32, 32, 3)
    one, two = net.conv(image, 8), net.conv(image, 8)
    first, second = net.conv(one, 8), net.conv(two, 8)
    out_one = net.add(one, net.conv(net.add(first, second), 8))
    out_two = net.add(two, net.conv(net.add(second, first), 8))
    structure = structure_of(net.graph(out_one, out_two))
    assert len(structure.graph.calls) == sum(
        len(structure.by_id[stage].calls) for stage in structure.stages
    )
