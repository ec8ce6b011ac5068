"""Blocks and gates whose branch has other ties: WaveNet, highway nets, Attention U-Nets."""

from __future__ import annotations

from collections import Counter

import pytest

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.graph.types import Graph, TensorRef
from tests.support.graphs.leaky import highway, wavenet
from tests.support.graphs.net import Net


@pytest.mark.parametrize("separate_skip", [True, False])
@pytest.mark.parametrize("layers", [2, 5])
def test_that_wavenets_layers_have_identity_shortcuts(layers: int, *, separate_skip: bool) -> None:
    structure = structure_of(wavenet(layers, separate_skip=separate_skip))
    assert [shortcut.kind for shortcut in structure.shortcuts] == ["identity"] * layers
    assert len(structure.blocks) == layers  # and none around the stack
    for block in structure.blocks:
        types = Counter(structure.graph.by_id[call].type for call in block.calls)
        assert types == {"Conv2D": 3, "Multiply": 1, "Add": 1}


def test_that_a_highways_layers_are_blocks_with_a_gated_shortcut() -> None:
    structure = structure_of(highway(4))
    assert [shortcut.kind for shortcut in structure.shortcuts] == ["gate", "gated"] * 4
    assert [block.block_kind for block in structure.blocks] == ["residual"] * 4
    for block in structure.blocks:
        (own,) = structure.own_shortcuts(block)
        assert (own.kind, own.entry) == ("gated", block.entry)
        assert [structure.graph.by_id[call].type for call in own.calls] == ["Multiply"]
        types = Counter(structure.graph.by_id[call].type for call in block.calls)
        assert types == {"Dense": 2, "Multiply": 2, "Subtract": 1, "Add": 1}


def test_that_a_sum_of_two_gates_has_no_gated_shortcut() -> None:
    """Squeezed in space and in channels (scSE): both branches scale, none does the work."""
    net = Net()
    x = net.conv(net.input(32, 32, 3), 8)
    channels = net.multiply(x, net.conv(net.gap(x, keepdims=True), 8, 1, activation="sigmoid"))
    space = net.multiply(x, net.conv(x, 1, 1, activation="sigmoid"))
    structure = structure_of(net.graph(net.conv(net.add(channels, space), 8)))
    assert [shortcut.kind for shortcut in structure.shortcuts] == ["gate", "gate"]
    assert [block.block_kind for block in structure.blocks] == ["gate", "gate"]


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
    skips = [shortcut for shortcut in structure.shortcuts if shortcut.kind == "gated"]
    assert [skip.long for skip in skips] == [True] * 3
    assert [skip.calls for skip in skips] == [(gate.join,) for gate in gates]
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


def test_that_an_identity_may_lie_before_a_leaky_blocks_addition() -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 3), 8)
    inner = net.conv(net.relu(net.conv(x, 8)), 8)
    x = net.add(net.identity(net.dropout(x)), inner)
    structure = structure_of(net.graph(net.conv(x, 8), net.conv(inner, 4)))
    assert [block.block_kind for block in structure.blocks] == ["basic"]
    assert [shortcut.kind for shortcut in structure.shortcuts] == ["identity"]


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
