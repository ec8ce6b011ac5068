"""Weights and MACs of layer types, by sums written out here."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from resnet_viz.analysis.numbers import numbers_of
from resnet_viz.analysis.structure import structure_of
from resnet_viz.analysis.values import CallNumbers
from resnet_viz.graph.values import TensorRef
from tests.pure.models import Net

Make = Callable[[Net, TensorRef], TensorRef]


def of(make: Make, *sizes: int) -> CallNumbers:
    net = Net()
    x = make(net, net.input(*sizes))
    return numbers_of(structure_of(net.graph(x))).calls[x.call]


def layer(type_: str, shape: tuple[int | None, ...], **config: object) -> Make:
    return lambda net, x: net.call(type_, x, shape=shape, **config)


IMAGE: tuple[int, ...] = (10, 12, 8)
CASES: dict[str, tuple[Make, tuple[int, ...], int, int, int]] = {
    "grouped": (
        lambda net, x: net.conv(x, 16, 3, groups=4), IMAGE, 9 * 2 * 16 + 16, 0, 9 * 2 * 16 * 120,
    ),
    "depthwise": (lambda net, x: net.depthwise(x, 5), IMAGE, 25 * 8, 0, 25 * 8 * 120),
    "separable": (
        layer("SeparableConv2D", (None, 10, 12, 16), filters=16, kernel_size=[3, 3],
              strides=[1, 1], padding="same", depth_multiplier=2, use_bias=True),
        IMAGE, 9 * 16 + 16 * 16 + 16, 0, (9 * 16 + 16 * 16) * 120,
    ),
    "transposed": (
        lambda net, x: net.transposed(x, 4, 3, 2), IMAGE, 9 * 8 * 4 + 4, 0, 9 * 8 * 4 * 120,
    ),
    "one dimension": (
        layer("Conv1D", (None, 5, 6), filters=6, kernel_size=[3], strides=[2], padding="same",
              use_bias=False),
        (10, 4), 3 * 4 * 6, 0, 3 * 4 * 6 * 5,
    ),
    "three dimensions": (
        layer("Conv3D", (None, 4, 4, 4, 6), filters=6, kernel_size=[3, 3, 3], strides=[1, 1, 1],
              padding="same", use_bias=True),
        (4, 4, 4, 2), 27 * 2 * 6 + 6, 0, 27 * 2 * 6 * 64,
    ),
    "channels first": (
        layer("Conv2D", (None, 16, 10, 12), filters=16, kernel_size=[3, 3], strides=[1, 1],
              padding="same", use_bias=False, data_format="channels_first"),
        (8, 10, 12), 9 * 8 * 16, 0, 9 * 8 * 16 * 120,
    ),
    "dense at every position": (lambda net, x: net.dense(x, 5), IMAGE, 45, 0, 40 * 120),
    "batch norm": (Net.bn, IMAGE, 16, 16, 0),
    "bare batch norm": (
        layer("BatchNormalization", (None, *IMAGE), axis=-1, center=False, scale=False),
        IMAGE, 0, 16, 0,
    ),
    "layer norm over two axes": (
        layer("LayerNormalization", (None, *IMAGE), axis=[-2, -1], center=True, scale=False),
        IMAGE, 96, 0, 0,
    ),
    "group norm": (
        layer("GroupNormalization", (None, *IMAGE), axis=-1, groups=4, center=True, scale=True),
        IMAGE, 16, 0, 0,
    ),
    "embedding": (lambda net, x: net.embedding(x, 100, 7), (9,), 700, 0, 0),
    "lstm": (
        layer("LSTM", (None, 5), units=5, use_bias=True), (9, 3),
        4 * (3 * 5 + 5 * 5 + 5), 0, 9 * 4 * (3 * 5 + 5 * 5),
    ),
    "gru": (
        layer("GRU", (None, 5), units=5, use_bias=True, reset_after=True), (9, 3),
        3 * (3 * 5 + 5 * 5 + 10), 0, 9 * 3 * (3 * 5 + 5 * 5),
    ),
    "attention": (
        lambda net, x: net.attention(x, x, 4, 16), (20, 64), 4 * (64 * 64 + 64), 0,
        4 * 20 * 64 * 64 + 2 * 20 * 20 * 64,
    ),
    "einsum": (
        layer("EinsumDense", (None, 20, 4, 16), equation="abc,cde->abde", bias_axes="de",
              output_shape=[None, 4, 16]),
        (20, 64), 64 * 64 + 64, 0, 20 * 64 * 64,
    ),
    "prelu": (layer("PReLU", (None, *IMAGE), shared_axes=[1, 2]), IMAGE, 8, 0, 0),
    "relu": (Net.relu, IMAGE, 0, 0, 0),
    "pool": (lambda net, x: net.max_pool(x, 2), IMAGE, 0, 0, 0),
    "up": (lambda net, x: net.upsample(x), IMAGE, 0, 0, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_that_weights_and_macs_follow_from_the_layers_definition(name: str) -> None:
    make, sizes, trainable, fixed, macs = CASES[name]
    found = of(make, *sizes)
    assert (found.trainable_parameters, found.non_trainable_parameters) == (trainable, fixed)
    assert found.parameters == trainable + fixed
    assert found.macs == macs


def test_that_frozen_layers_have_no_trainable_weights() -> None:
    found = of(layer("Dense", (None, 5), units=5, use_bias=True, trainable=False), 4)
    assert (found.trainable_parameters, found.non_trainable_parameters) == (0, 25)


def test_that_operations_have_no_weights() -> None:
    found = of(lambda net, x: net.pad_channels(x, 4), *IMAGE)
    assert (found.parameters, found.macs) == (0, 0)


def test_that_what_has_no_rule_is_unknown_and_never_zero() -> None:
    for make in (
        layer("MyLayer", (None, 4), units=4),
        layer("RNN", (None, 4)),
        layer("SpectralNormalization", (None, *IMAGE)),
        layer("TimeDistributed", (None, *IMAGE)),
    ):
        found = of(make, *IMAGE)
        assert found.parameters is None
        assert found.macs is None


def test_that_shared_weights_count_once_in_every_sum() -> None:
    net = Net()
    x = net.conv(net.input(16, 16, 8), 8, layer="shared")
    x = net.conv(net.max_pool(x, 2), 8, layer="shared")
    structure = structure_of(net.graph(x))
    numbers = numbers_of(structure)
    weights = 9 * 8 * 8 + 8
    assert numbers.totals.numbers.parameters == weights
    assert [numbers.calls[call].parameters for call in ("shared", "shared:1")] == [weights] * 2
    assert numbers.totals.numbers.macs == 9 * 8 * 8 * (256 + 64)
    assert numbers.totals.layers == numbers.totals.calls - 1
