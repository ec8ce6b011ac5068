"""Layers that compute with weights and constants of their own, and layers that stay closed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import resnet_viz
from resnet_viz.analysis.costs.macs import mac_terms
from resnet_viz.analysis.explain.unknown_reasons import unknown_reason
from resnet_viz.document import Document, make_document
from resnet_viz.engine.opening.layer_opening import opened_layers
from resnet_viz.graph.types import Graph
from resnet_viz.sources.types import ModelFile

pytestmark = pytest.mark.engine


def document(graph: Graph) -> Document:
    return make_document(ModelFile("m"), "m", graph)


def parameters(graph: Graph) -> int | None:
    return document(graph).numbers.totals.numbers.parameters


def patch_encoder(keras: Any, *, local: bool) -> Any:
    """Patches with a class token and embedded positions, which are numbered here or in build."""
    layers, ops = keras.layers, keras.ops

    class PatchEncoder(layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.projection = layers.Dense(8, name="projection")
            self.position_embedding = layers.Embedding(5, 8, name="position_embedding")

        def build(self, shape: Any) -> None:
            self.class_token = self.add_weight(shape=(1, 1, 8), name="class_token")
            self.projection.build(shape)
            self.position_embedding.build((1, 5))
            self.positions = ops.expand_dims(ops.arange(5), 0)

        def call(self, patches: Any) -> Any:
            token = ops.tile(self.class_token, (ops.shape(patches)[0], 1, 1))
            tokens = ops.concatenate([token, self.projection(patches)], axis=1)
            positions = ops.expand_dims(ops.arange(5), 0) if local else self.positions
            return tokens + self.position_embedding(positions)

    patches = keras.Input((4, 6), name="patches")
    return keras.Model(patches, PatchEncoder(name="e")(patches))


@pytest.mark.parametrize("local", [True, False])
def test_that_weights_and_positions_are_calls_without_inputs(keras: Any, *, local: bool) -> None:
    model = patch_encoder(keras, local=local)
    layer = model.get_layer("e")
    own = dict(vars(layer))
    graph = resnet_viz.trace(model)
    assert vars(layer) == own
    sources = {call.id: call.type for call in graph.calls if call.scope and not call.inputs}
    constant = "e/constant" if local else "e/positions"
    assert sources == {"e/class_token": "Variable", constant: "Constant"}
    assert graph.by_id["e/class_token"].output_shape == (1, 1, 8)
    assert graph.by_id["e/add"].output_shape == (None, 5, 8)
    numbers = document(graph).numbers
    assert numbers.totals.numbers.parameters == model.count_params() == 8 + 6 * 8 + 8 + 5 * 8
    assert numbers.calls["e/class_token"].trainable_parameters == 8
    assert numbers.totals.numbers.macs == 4 * 6 * 8
    assert not numbers.totals.numbers.macs_at_least


def test_that_what_is_opened_with_its_weights_computes_the_same(keras: Any) -> None:
    model = patch_encoder(keras, local=False)
    layer = model.get_layer("e")
    values = np.random.default_rng(0).normal(size=(1009, 4, 6)).astype("float32")
    with opened_layers(model) as openings:
        (function,) = openings.values()
        given = {"class_token": layer.class_token, "positions": layer.positions}
        names = [tensor.name for tensor in function.inputs]
        (ours,) = function([given.get(name, values) for name in names])
    np.testing.assert_allclose(ours, layer(values), rtol=1e-5, atol=1e-6)


def test_that_outputs_may_be_none(keras: Any) -> None:
    """T5's attention returns a cache, which is None outside of generation."""
    layers = keras.layers

    class Attention(layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.dense = layers.Dense(8, name="dense")

        def call(self, tokens: Any, cache: Any = None) -> Any:
            return self.dense(tokens), cache

    class Block(layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.attention = Attention(name="attention")

        def build(self, shape: Any) -> None:
            self.attention.dense.build(shape)

        def call(self, tokens: Any) -> Any:
            seen, cache = self.attention(tokens)
            assert cache is None
            return tokens + seen

    tokens = keras.Input((5, 8))
    graph = resnet_viz.trace(keras.Model(tokens, Block(name="b")(tokens)))
    assert [scope.id for scope in graph.scopes] == ["b", "b/attention"]
    assert graph.closed == {}


def test_that_a_bias_of_distances_is_looked_up(keras: Any) -> None:
    """T5's: a table of weights, looked up at a constant of as many rows as there are tokens."""
    layers, ops = keras.layers, keras.ops

    class Biased(layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.dense = layers.Dense(8, name="dense")

        def build(self, shape: Any) -> None:
            self.dense.build(shape)
            self.bias = self.add_weight(shape=(32, 2), name="bias")

        def call(self, tokens: Any) -> Any:
            batch, length, _ = ops.shape(tokens)
            heads = ops.reshape(self.dense(tokens), (batch, length, 2, 4))
            scores = ops.einsum("bqhd,bkhd->bhqk", heads, heads)
            rows = ops.arange(length)
            distances = ops.minimum(ops.abs(rows[:, None] - rows[None, :]), 31)
            return scores + ops.transpose(ops.take(self.bias, distances, axis=0), (2, 0, 1))

    tokens = keras.Input((None, 8))
    model = keras.Model(tokens, Biased(name="b")(tokens))
    graph = resnet_viz.trace(model)
    assert graph.by_id["b/take"].output_shape == (None, None, 2)
    assert graph.by_id["b/bias"].type == "Variable"
    assert parameters(graph) == model.count_params()


def test_that_a_constant_of_open_sizes_takes_no_memory(keras: Any) -> None:
    layers, ops = keras.layers, keras.ops

    class Masked(layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.dense = layers.Dense(8, name="dense")

        def build(self, shape: Any) -> None:
            self.dense.build(shape)

        def call(self, tokens: Any) -> Any:
            batch, length, _ = ops.shape(tokens)
            mask = ops.ones((batch, length, length, 4096))  # terabytes for a thousand of each
            return self.dense(tokens) + ops.max(mask, axis=(2, 3))[..., None]

        def compute_output_spec(self, tokens: Any) -> Any:
            return keras.KerasTensor(tokens.shape, tokens.dtype)

    tokens = keras.Input((None, 8))
    graph = resnet_viz.trace(keras.Model(tokens, Masked(name="m")(tokens)))
    assert graph.by_id["m/dense"].output_shape == (None, None, 8)


def closed_layer(keras: Any, work: Any) -> tuple[Document, str]:
    """A model with a layer whose call does ``work`` and which holds two dense layers."""
    layers = keras.layers

    class Odd(layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.dense = layers.Dense(4, name="dense")

        def build(self, shape: Any) -> None:
            self.dense.build(shape)

        def call(self, inputs: Any) -> Any:
            return work(self.dense, inputs)

        def compute_output_spec(self, inputs: Any) -> Any:  # noqa: ARG002 - Keras names it
            return keras.KerasTensor((None, 4), "float32")

    inputs = keras.Input((6,))
    model = keras.Model(inputs, Odd(name="odd")(inputs))
    opened = document(resnet_viz.trace(model))
    assert opened.graph.scopes == ()
    assert opened.numbers.totals.numbers.parameters == model.count_params()
    return opened, unknown_reason(opened.graph, opened.graph.by_id["odd"], mac_terms)


def tensorflows(dense: Any, inputs: Any) -> Any:
    import tensorflow as tf

    return dense(tf.nn.relu(inputs))


def failing(_dense: Any, _inputs: Any) -> Any:
    raise RuntimeError("No GPU.\nGet one.")


def without_weights(_dense: Any, inputs: Any) -> Any:
    return inputs[:, :4]


def of_another_shape(dense: Any, inputs: Any) -> Any:
    return dense(inputs)[:, :3]


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        (
            tensorflows,
            "its call() uses TensorFlow's own functions, whose calls Keras does not record",
        ),
        (failing, "its call() fails on symbolic tensors (RuntimeError: No GPU)"),
        (
            without_weights,
            "its call() does not pass all weights to a call inside (odd/dense/kernel and 1 more)",
        ),
        (of_another_shape, "its call() makes other outputs on symbolic tensors than in the model"),
    ],
)
def test_that_a_closed_layer_says_why(keras: Any, work: Any, reason: str) -> None:
    opened, text = closed_layer(keras, work)
    assert opened.graph.closed == {"odd": reason}
    assert text == f"Odd can't be opened: {reason}"
