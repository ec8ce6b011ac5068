"""Weights and MACs of layer types, by sums written out here."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.graph.types import Tensor, TensorRef
from tests.support.graphs.net import Net
from tests.support.graphs.single_layers import Make, layer, numbers_of_layer


def around(type_: str, shape: tuple[int | None, ...], inner: str, **config: object) -> Make:
    """A wrapper around a Keras layer of class ``inner``."""

    def make(net: Net, x: TensorRef) -> TensorRef:
        ref = net.call(type_, x, shape=shape)
        wrapped = {"module": "keras.layers", "class_name": inner, "config": config}
        call = net.calls[-1]
        net.calls[-1] = replace(call, config={**call.config, "layer": wrapped})
        return ref

    return make


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
    "lstm of Keras 2 on cuDNN": (  # two biases for each gate, as cuDNN has them
        layer("CuDNNLSTM", (None, 5), units=5), (9, 3),
        4 * (3 * 5 + 5 * 5 + 10), 0, 9 * 4 * (3 * 5 + 5 * 5),
    ),
    "gru of Keras 2 on cuDNN": (
        layer("CuDNNGRU", (None, 5), units=5), (9, 3),
        3 * (3 * 5 + 5 * 5 + 10), 0, 9 * 3 * (3 * 5 + 5 * 5),
    ),
    "attention": (
        lambda net, x: net.attention(x, x, 4, 16), (20, 64), 4 * (64 * 64 + 64), 0,
        4 * 20 * 64 * 64 + 2 * 20 * 20 * 64,
    ),
    "einsum dense": (
        layer("EinsumDense", (None, 20, 4, 16), equation="abc,cde->abde", bias_axes="de",
              output_shape=[None, 4, 16]),
        (20, 64), 64 * 64 + 64, 0, 20 * 64 * 64,
    ),
    "attention over one axis": (  # each of 10 rows attends along 12 columns
        lambda net, x: net.call(
            "MultiHeadAttention", x, x, shape=(None, *IMAGE), num_heads=2, key_dim=3, value_dim=5,
            use_bias=False, output_shape=None, attention_axes=[2], use_gate=False,
        ),
        IMAGE, 2 * 8 * 6 + 2 * 8 * 10, 0,
        120 * (2 * 8 * 6 + 2 * 8 * 10) + 10 * 12 * 12 * (6 + 10),
    ),
    "gated attention": (
        lambda net, x: net.call(
            "MultiHeadAttention", x, x, shape=(None, 20, 64), num_heads=2, key_dim=3, value_dim=5,
            use_bias=True, output_shape=None, attention_axes=[1], use_gate=True,
        ),
        (20, 64), 2 * (64 * 6 + 6) + 2 * (64 * 10 + 10) + (10 * 64 + 64), 0,
        20 * (2 * 64 * 6 + 2 * 64 * 10 + 10 * 64) + 20 * 20 * (6 + 10),
    ),
    "grouped queries": (  # eight heads of queries share two of keys and values
        lambda net, x: net.call(
            "GroupQueryAttention", x, x, shape=(None, 20, 64), head_dim=4, num_query_heads=8,
            num_key_value_heads=2, use_bias=True,
        ),
        (20, 64), (64 * 32 + 32) + 2 * (64 * 8 + 8) + (32 * 64 + 64), 0,
        20 * (64 * 32 + 2 * 64 * 8 + 32 * 64) + 2 * 20 * 20 * 32,
    ),
    "plain attention": (
        lambda net, x: net.call("Attention", x, x, shape=(None, 20, 64), use_scale=True),
        (20, 64), 1, 0, 2 * 20 * 20 * 64,
    ),
    "additive attention": (
        lambda net, x: net.call("AdditiveAttention", x, x, shape=(None, 20, 64), use_scale=True),
        (20, 64), 64, 0, 2 * 20 * 20 * 64,
    ),
    "cells in a row": (
        layer("RNN", (None, 3), cell={
            "module": "keras.layers", "class_name": "StackedRNNCells", "config": {"cells": [
                {"module": "keras.layers", "class_name": "LSTMCell", "config": {"units": 5}},
                {"module": "keras.layers", "class_name": "SimpleRNNCell", "config": {"units": 3}},
            ]},
        }),
        (9, 4), 4 * (4 * 5 + 5 * 5 + 5) + (5 * 3 + 3 * 3 + 3), 0,
        9 * (4 * (4 * 5 + 5 * 5) + 5 * 3 + 3 * 3),
    ),
    "one step of a cell": (
        layer("GRUCell", (None, 5), units=5, reset_after=False), (4,),
        3 * (4 * 5 + 5 * 5 + 5), 0, 3 * (4 * 5 + 5 * 5),
    ),
    "both directions": (
        around("Bidirectional", (None, 10), "LSTM", units=5),
        (9, 3), 2 * 4 * (3 * 5 + 5 * 5 + 5), 0, 2 * 9 * 4 * (3 * 5 + 5 * 5),
    ),
    "convolutional lstm": (
        layer("ConvLSTM2D", (None, 6, 6, 5), filters=5, kernel_size=[3, 3], strides=[1, 1],
              padding="valid", data_format="channels_last", use_bias=True),
        (7, 8, 8, 3), 4 * (9 * 3 * 5 + 9 * 5 * 5 + 5), 0, 7 * 36 * 4 * 9 * (3 * 5 + 5 * 5),
    ),
    "at every step": (
        around("TimeDistributed", (None, 7, 4, 4, 6), "Conv2D", filters=6, kernel_size=[3, 3],
               strides=[2, 2], padding="same"),
        (7, 8, 8, 3), 9 * 3 * 6 + 6, 0, 7 * 16 * 9 * 3 * 6,
    ),
    "spectral norm": (
        around("SpectralNormalization", (None, 10, 12, 6), "Conv2D", filters=6,
               kernel_size=[3, 3], strides=[1, 1], padding="same"),
        IMAGE, 9 * 8 * 6 + 6, 6, 120 * 9 * 8 * 6,
    ),
    "renormalisation": (
        layer("BatchNormalization", (None, *IMAGE), axis=-1, renorm=True), IMAGE, 16, 40, 0,
    ),
    "products of vectors": (
        lambda net, x: net.call("Dot", x, net.relu(x), shape=(None, 20, 20), axes=2),
        (20, 64), 0, 0, 20 * 20 * 64,
    ),
    "matrix product": (
        lambda net, x: net.call(
            "Matmul", x, net.relu(x), shape=(None, 20, 20), module="keras.src.ops.numpy"),
        (20, 20), 0, 0, 20 * 20 * 20,
    ),
    "einsum": (
        lambda net, x: net.call(
            "Einsum", x, net.relu(x), shape=(None, 20, 30, 30), subscripts="bthd,bshd->bhts",
            module="keras.src.ops.numpy"),
        (30, 20, 5), 0, 0, 30 * 30 * 20 * 5,
    ),
    "adaptive pooling": (
        layer("AdaptiveAveragePooling2D", (None, 2, 2, 8), output_size=[2, 2]), IMAGE, 0, 0, 0,
    ),
    "prelu": (layer("PReLU", (None, *IMAGE), shared_axes=[1, 2]), IMAGE, 8, 0, 0),
    "relu": (Net.relu, IMAGE, 0, 0, 0),
    "pool": (lambda net, x: net.max_pool(x, 2), IMAGE, 0, 0, 0),
    "up": (lambda net, x: net.upsample(x), IMAGE, 0, 0, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_that_weights_and_macs_follow_from_the_layers_definition(name: str) -> None:
    make, sizes, trainable, fixed, macs = CASES[name]
    found = numbers_of_layer(make, *sizes)
    assert (found.trainable_parameters, found.non_trainable_parameters) == (trainable, fixed)
    assert found.parameters == trainable + fixed
    assert found.macs == macs


def test_that_frozen_layers_have_no_trainable_weights() -> None:
    found = numbers_of_layer(layer("Dense", (None, 5), units=5, use_bias=True, trainable=False), 4)
    assert (found.trainable_parameters, found.non_trainable_parameters) == (0, 25)


@pytest.mark.parametrize(
    "more",
    [
        {"quantization_config": {"mode": "int8"}},
        {"dtype": {"class_name": "QuantizedDTypePolicy",
                   "config": {"name": "int8_from_float32"}}},
    ],
)  # fmt: skip
def test_that_quantised_weights_are_unknown_but_their_macs_are_not(more: dict[str, object]) -> None:
    found = numbers_of_layer(layer("Dense", (None, 5), units=5, use_bias=True, **more), 4)
    assert (found.parameters, found.macs) == (None, 20)


def test_that_lora_multiplies_its_kernels_on_every_call() -> None:
    """A kernel of 4·5 and an adapter of 4·3 and 3·5, by Keras's own product of the two."""
    settings = {"units": 5, "use_bias": True, "lora_rank": 3}
    found = numbers_of_layer(layer("Dense", (None, 7, 5), **settings), 7, 4)
    assert (found.parameters, found.macs) == (None, 7 * 4 * 5 + 4 * 3 * 5)
    quantised = settings | {"quantization_config": {"mode": "int8"}}
    found = numbers_of_layer(layer("Dense", (None, 7, 5), **quantised), 7, 4)
    assert found.macs == 7 * 4 * 5 + 7 * 4 * 3 + 7 * 3 * 5


def test_that_masks_are_no_keys() -> None:
    net = Net()
    x = net.input(20, 64)
    mask = net.input(20, 20)
    net.calls[-1] = replace(net.calls[-1], outputs=(Tensor((None, 20, 20), "bool"),))
    made = net.call(
        "MultiHeadAttention", x, x, mask, shape=(None, 20, 64), num_heads=4, key_dim=16,
        value_dim=16, use_bias=False, output_shape=None, attention_axes=[1],
    )  # fmt: skip
    found = numbers_of(structure_of(net.graph(made))).calls[made.call]
    assert found.parameters == 4 * 64 * 64
    assert found.macs == 4 * 20 * 64 * 64 + 2 * 20 * 20 * 64


def test_that_operations_have_no_weights() -> None:
    found = numbers_of_layer(lambda net, x: net.pad_channels(x, 4), *IMAGE)
    assert (found.parameters, found.macs) == (0, 0)


def test_that_layers_without_a_rule_have_unknown_parameters_and_macs() -> None:
    for make in (
        layer("MyLayer", (None, 4), units=4),
        layer("RNN", (None, 4)),
        layer("SpectralNormalization", (None, *IMAGE)),
        layer("TimeDistributed", (None, *IMAGE)),
    ):
        found = numbers_of_layer(make, *IMAGE)
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


@pytest.mark.parametrize("function", ["GetItem", "Mean", "TFOpLambda"])
def test_that_functions_of_tensorflow_hold_no_weights(function: str) -> None:
    def make(net: Net, x: TensorRef) -> TensorRef:
        return net.call(function, x, shape=(None, 12, 8), module="tensorflow")

    assert numbers_of_layer(make, *IMAGE).parameters == 0
