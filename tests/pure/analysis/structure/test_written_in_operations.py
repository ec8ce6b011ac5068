"""Attention, gated MLPs and learned transforms that are written as operations."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.graph.types import Graph, TensorRef
from tests.support.graphs.net import Net

WIDTH, TOKENS = 32, 16


def attention(net: Net, x: TensorRef, *, product: str = "Matmul") -> TensorRef:
    """softmax(q·kᵀ / √d)·v, then a projection, as papers write it."""
    q, k, v = (net.dense(x, WIDTH) for _ in range(3))
    scores = net.call(product, q, k, shape=(None, TOKENS, TOKENS))
    scaled = net.call("TrueDivide", scores, shape=(None, TOKENS, TOKENS))
    weights = net.activation(scaled, "softmax")
    return net.dense(net.call(product, weights, v, shape=(None, TOKENS, WIDTH)), WIDTH)


def swiglu(net: Net, x: TensorRef) -> TensorRef:
    return net.dense(net.multiply(net.dense(x, 64, "silu"), net.dense(x, 64)), WIDTH)


def encoder(layers: int, product: str = "Matmul") -> Graph:
    net = Net("encoder")
    x = net.input(TOKENS, WIDTH)
    for _ in range(layers):
        x = net.add(x, attention(net, net.layer_norm(x), product=product))
        x = net.add(x, swiglu(net, net.layer_norm(x)))
    return net.graph(net.dense(net.layer_norm(x), 10))


@pytest.mark.parametrize("product", ["Matmul", "Einsum", "Dot"])
def test_that_attention_in_operations_is_attention_and_swiglu_an_mlp(product: str) -> None:
    structure = structure_of(encoder(3, product))
    assert [block.block_kind for block in structure.blocks] == ["attention", "mlp"] * 3
    titles = [group.title for group in structure.groups if group.kind == "repeat"]
    assert titles == ["encoder layer 1", "encoder layer 2", "encoder layer 3"]


def test_that_a_softmax_without_a_product_of_two_tensors_before_it_is_no_attention() -> None:
    net = Net()
    x = net.input(TOKENS, WIDTH)
    weights = net.activation(net.dense(x, TOKENS), "softmax")
    mixed = net.call("Matmul", weights, net.dense(x, WIDTH), shape=(None, TOKENS, WIDTH))
    x = net.add(x, net.dense(mixed, WIDTH))
    (block,) = structure_of(net.graph(net.dense(x, 10))).blocks
    assert block.block_kind == "mlp"


def test_that_a_squeeze_in_a_branch_is_still_a_gate_and_no_part_of_its_kind() -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 3), 8)
    y = net.conv(x, 8)
    y = net.multiply(y, net.conv(net.gap(y, keepdims=True), 8, 1, activation="sigmoid"))
    x = net.add(x, net.conv(y, 8))
    (block,) = structure_of(net.graph(net.dense(net.gap(x), 10))).blocks
    assert block.block_kind == "basic"


def test_that_a_learned_transform_of_points_is_no_dense_connection() -> None:
    """PointNet's T-Net: the points are multiplied with a matrix made from them."""
    net = Net()
    x = net.input(128, 3)
    features = net.call(
        "GlobalMaxPooling1D", net.dense(x, 16, "relu"), shape=(None, 16), keepdims=False
    )
    matrix = net.reshape(net.dense(features, 9), 3, 3)
    moved = net.call("Dot", x, matrix, shape=(None, 128, 3), axes=[2, 1])
    structure = structure_of(net.graph(net.dense(moved, 10)))
    assert not structure.shortcuts
    assert [block.block_kind for block in structure.blocks] == ["parallel"]


@pytest.mark.parametrize("depth", [1, 2])
def test_that_attention_in_a_submodel_makes_an_attention_block(depth: int) -> None:
    """GPT-2's, Llama's and T5's attention is a layer of its own, whose inside is operations."""

    def inside(net: Net, level: int) -> Callable[[TensorRef], TensorRef]:
        def build(x: TensorRef) -> TensorRef:
            if level == 0:
                return attention(net, x)
            made: TensorRef = net.nested("inner", inside(net, level - 1), x)
            return net.dense(made, WIDTH)

        return build

    net = Net("decoder")
    x = net.input(TOKENS, WIDTH)
    for number in range(2):
        y = net.nested(f"attention_{number}", inside(net, depth - 1), net.layer_norm(x))
        x = net.add(x, y)
        x = net.add(x, swiglu(net, net.layer_norm(x)))
    structure = structure_of(net.graph(net.dense(net.layer_norm(x), 10)))
    outer = [
        block for block in structure.blocks if block.join in {"add_0", "add_1", "add_2", "add_3"}
    ]
    assert [block.block_kind for block in outer] == ["attention", "mlp"] * 2
    titles = [group.title for group in structure.groups if group.kind == "repeat"]
    assert titles == ["encoder layer 1", "encoder layer 2"]
