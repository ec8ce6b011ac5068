"""Operations other than MACs, by sums written out here."""

from __future__ import annotations

import pytest

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.graph.types import TensorRef
from tests.support.graphs.net import Net
from tests.support.graphs.single_layers import Make, layer, numbers_of_layer

IMAGE = (10, 12, 8)
VALUES = 10 * 12 * 8


def same(type_: str, **config: object) -> Make:
    return layer(type_, (None, *IMAGE), **config)


def operation(type_: str, shape: tuple[int | None, ...], **config: object) -> Make:
    return layer(type_, shape, module="keras.src.ops.numpy", **config)


def loss(
    net: Net, x: TensorRef, type_: str, shape: tuple[int | None, ...], **config: object
) -> TensorRef:
    target = net.input(*IMAGE, name="target")
    return net.call(type_, target, x, shape=shape, module="keras.src.ops.nn", **config)


OTHERS: dict[str, tuple[Make, int]] = {
    "batch norm": (Net.bn, 2 * VALUES),
    "layer norm": (Net.layer_norm, 7 * VALUES),
    "bare layer norm": (same("LayerNormalization", scale=False, center=False), 5 * VALUES),
    "rms norm": (same("RMSNormalization"), 4 * VALUES),
    "unit norm": (same("UnitNormalization"), 3 * VALUES),
    "relu": (Net.relu, VALUES),
    "softmax": (lambda net, x: net.activation(x, "softmax"), 5 * VALUES),
    "linear": (lambda net, x: net.activation(x, "linear"), 0),
    "bias": (lambda net, x: net.conv(x, 8), VALUES),
    "bias and relu": (lambda net, x: net.conv(x, 8, activation="relu"), 2 * VALUES),
    "no bias": (lambda net, x: net.conv(x, 8, bias=False), 0),
    "max of nine": (lambda net, x: net.max_pool(x, 3, 1), 8 * VALUES),
    "max of one": (lambda net, x: net.max_pool(x, 1, 2), 0),
    "mean of four": (lambda net, x: net.avg_pool(x, 2), 4 * VALUES // 4),
    "global mean": (Net.gap, VALUES),
    "adaptive mean": (
        # along 10 positions 3 cells of 4 each overlap: 0–3, 3–6, 6–9; along 12, 4 cells of 3
        layer("AdaptiveAveragePooling2D", (None, 3, 4, 8), output_size=[3, 4]), 12 * 12 * 8,
    ),
    "adaptive max": (
        layer("AdaptiveMaxPooling2D", (None, 3, 4, 8), output_size=[3, 4]), 12 * 12 * 8 - 12 * 8,
    ),
    "adaptive mean of many cells": (
        # 2^30 cells over 10 positions: all of one, but the 8 that lie over a border of two
        layer("AdaptiveAveragePooling2D", (None, 2**30, 4, 8), output_size=[2**30, 4]),
        (2**30 + 8) * 12 * 8,
    ),
    "addition": (lambda net, x: net.add(x, net.relu(x)), VALUES),
    "three added": (lambda net, x: net.add(x, net.relu(x), net.relu(x)), 2 * VALUES),
    "average of two": (
        lambda net, x: net.call("Average", x, net.relu(x), shape=(None, *IMAGE)), 2 * VALUES,
    ),
    "concatenation": (lambda net, x: net.concat(x, net.relu(x)), 0),
    "padding": (lambda net, x: net.pad(x, (1, 1)), 0),
    "nearest": (lambda net, x: net.upsample(x, 2), 0),
    "bilinear": (lambda net, x: net.upsample(x, 2, "bilinear"), (2 * 4 - 1) * 4 * VALUES),
    "dropout": (Net.dropout, 0),
    "flatten": (Net.flatten, 0),
    "rescaling": (same("Rescaling", scale=2.0), 2 * VALUES),
    "random flip": (same("RandomFlip"), 0),
    "discretization": (same("Discretization"), 0),
    "square": (operation("Square", (None, *IMAGE)), VALUES),
    "mean": (operation("Mean", (None, 10, 12), axis=-1), VALUES),
    "variance": (operation("Var", (None, 10, 12), axis=-1), 4 * VALUES),
    "deviation": (operation("Std", (None, 10, 12), axis=-1), 4 * VALUES + 120),
    "log-sum-exp": (operation("Logsumexp", (None, 10, 12), axis=-1), 4 * VALUES + 2 * 120),
    "norm": (operation("Norm", (None, 10, 12), axis=-1), 2 * VALUES + 120),
    # 8 values of the last axis are sorted in 8·3 comparisons
    "top 2": (operation("TopK", (None, 10, 12, 2), k=2), 3 * VALUES),
    # 4 bits for the 12 of the second
    "sort": (operation("Sort", (None, *IMAGE), axis=2), 4 * VALUES),
    "take": (operation("Take", (None, 10, 8), axis=2), 0),
    "patches": (operation("ExtractPatches", (None, 5, 6, 32), size=[2, 2]), 0),
    # with itself: 8 for each value; 3 for each of 8 and one sum; two functions of a single value
    "binary cross-entropy": (
        lambda net, x: loss(net, x, "BinaryCrossentropy", (None, *IMAGE)), 8 * VALUES,
    ),
    "cross-entropy": (
        lambda net, x: loss(net, x, "CategoricalCrossentropy", (None, 10, 12)), 3 * VALUES + 120,
    ),
    "sparse cross-entropy of logits": (
        lambda net, x: loss(
            net, x, "SparseCategoricalCrossentropy", (None, 10, 12), from_logits=True
        ),
        5 * VALUES + 2 * 120,
    ),
    "matrix product": (operation("Matmul", (None, 10, 12, 3)), 0),
    "transpose": (operation("Transpose", (None, 8, 12, 10)), 0),
    "lstm": (
        # four sums of products, four biases, five functions, three products and a sum
        layer("LSTM", (None, 5), units=5, use_bias=True), 10 * 5 * 17,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_that_other_operations_are_counted_by_convention(name: str) -> None:
    make, count = OTHERS[name]
    found = numbers_of_layer(make, *((10, 3) if name == "lstm" else IMAGE))
    assert found.other_ops == count


def test_that_attention_counts_scores_and_biases() -> None:
    found = numbers_of_layer(lambda net, x: net.attention(x, x, 4, 16), 20, 64)
    assert found.other_ops == 6 * 4 * 20 * 20 + 4 * 20 * 64


def test_that_layers_without_a_rule_have_unknown_other_operations() -> None:
    for make in (
        same("MyLayer", module="my.code"),
        same("Conv2D", module="my.code", filters=8, kernel_size=[3, 3]),  # not Keras's own
        same("Mystery"),
    ):
        found = numbers_of_layer(make, *IMAGE)
        assert (found.other_ops, found.parameters, found.macs) == (None, None, None)


@pytest.mark.parametrize("axis", [[], "x", 7, None])
def test_that_sorting_an_odd_axis_is_unknown(axis: object) -> None:
    found = numbers_of_layer(operation("Sort", (None, *IMAGE), axis=axis), *IMAGE)
    assert (found.macs, found.other_ops) == (0, None)


def test_that_sums_with_unknown_parts_are_lower_bounds() -> None:
    net = Net()
    x = net.relu(net.input(*IMAGE))
    x = net.call("Mystery", x, shape=(None, *IMAGE))
    found = numbers_of(structure_of(net.graph(x))).totals.numbers
    assert (found.other_ops, found.other_ops_at_least) == (VALUES, True)
    assert (found.output_elements, found.output_elements_at_least) == (3 * VALUES, False)


@pytest.mark.parametrize("cells", range(1, 25))
def test_that_adaptive_pooling_counts_the_values_in_each_cell(cells: int) -> None:
    places = [
        [at for at in range(10) if at * cells < (cell + 1) * 10 and (at + 1) * cells > cell * 10]
        for cell in range(cells)
    ]
    pooling = layer("AdaptiveAveragePooling2D", (None, cells, 12, 8), output_size=[cells, 12])
    assert numbers_of_layer(pooling, *IMAGE).other_ops == sum(map(len, places)) * 12 * 8
