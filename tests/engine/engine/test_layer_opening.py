"""Layers that hold layers are opened in live models: same weights, same outputs, calls inside."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import resnet_viz
from resnet_viz.document import make_document
from resnet_viz.engine.inspection import inspect_model
from resnet_viz.engine.keras_nodes import function_of, nodes_of
from resnet_viz.engine.opening.layer_opening import opened_layers
from resnet_viz.graph.types import Graph
from resnet_viz.layout.open_state import is_open
from resnet_viz.layout.view import View
from resnet_viz.sources.types import ModelFile

pytestmark = pytest.mark.engine


@pytest.fixture
def encoder(keras: Any) -> type:
    """A transformer's encoder layer, as users write it."""
    layers = keras.layers

    class Encoder(layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, width: int, **config: Any) -> None:
            super().__init__(**config)
            self.attention = layers.MultiHeadAttention(2, width // 2, name="attention")
            self.norms = [layers.LayerNormalization(name=f"norm_{n}") for n in range(2)]
            self.mlp = keras.Sequential(
                [layers.Dense(4 * width, "gelu", name="up"), layers.Dense(width, name="down")],
                name="mlp",
            )

        def call(self, tokens: Any) -> Any:
            seen = self.norms[0](tokens)
            tokens = tokens + self.attention(seen, seen)
            return tokens + self.mlp(self.norms[1](tokens))

    return Encoder


def parameters(graph: Graph) -> int | None:
    return make_document(ModelFile("m"), "m", graph).numbers.totals.numbers.parameters


def test_that_an_encoder_layer_is_a_scope_titled_by_its_class(keras: Any, encoder: type) -> None:
    tokens = keras.Input((5, 8), name="tokens")
    model = keras.Model(tokens, keras.layers.Dense(3, name="out")(encoder(8, name="e")(tokens)))
    graph = resnet_viz.trace(model)
    scope = graph.scopes[0]
    assert (scope.id, scope.type, scope.is_layer, scope.parent) == ("e", "Encoder", True, "")
    assert [scope.id for scope in graph.scopes] == ["e", "e/mlp"]
    assert [call.id for call in graph.calls] == [
        "tokens", "e/tokens", "e/norm_0", "e/attention", "e/add", "e/norm_1",
        "e/mlp/input_layer", "e/mlp/up", "e/mlp/down", "e/add_1", "out",
    ]  # fmt: skip
    assert graph.by_id["out"].inputs[0].call == "e/add_1"
    assert graph.by_id["e/attention"].type == "MultiHeadAttention"
    assert parameters(graph) == model.count_params()


def test_that_what_is_opened_computes_what_keras_computes(keras: Any, encoder: type) -> None:
    tokens = keras.Input((5, 8))
    layer = encoder(8)
    model = keras.Model(tokens, layer(tokens))
    values = np.random.default_rng(0).normal(size=(2, 5, 8)).astype("float32")
    with opened_layers(model) as openings:
        (function,) = {id(opened): opened for opened in openings.values()}.values()
        (ours,) = function([values])
    np.testing.assert_allclose(ours, layer(values), rtol=1e-5, atol=1e-6)


def test_that_blocks_are_found_inside(keras: Any, encoder: type) -> None:
    tokens = keras.Input((5, 8))
    model = keras.Model(tokens, encoder(8, name="e")(tokens))
    structure = make_document(ModelFile("m"), "m", resnet_viz.trace(model)).structure
    assert [group.block_kind for group in structure.blocks] == ["attention", "mlp"]
    assert [shortcut.kind for shortcut in structure.shortcuts] == ["identity", "identity"]


def test_that_a_layer_called_twice_counts_its_weights_once(keras: Any, encoder: type) -> None:
    tokens = keras.Input((5, 8))
    layer = encoder(8, name="e")
    model = keras.Model(tokens, layer(layer(tokens)))
    graph = resnet_viz.trace(model)
    assert [scope.id for scope in graph.scopes if scope.is_layer] == ["e", "e:1"]
    assert graph.by_id["e:1/mlp/up"].layer == graph.by_id["e/mlp/up"].layer
    assert parameters(graph) == model.count_params()


def test_that_the_users_model_is_left_as_it_was(keras: Any, encoder: type) -> None:
    tokens = keras.Input((5, 8))
    layer = encoder(8)
    model = keras.Model(tokens, layer(tokens))
    before = model.to_json()
    nodes = [len(layer._inbound_nodes) for layer in model._flatten_layers()]
    resnet_viz.trace(model)
    assert [len(layer._inbound_nodes) for layer in model._flatten_layers()] == nodes
    assert "compute_output_spec" not in vars(layer)
    assert model.to_json() == before


def test_that_variables_of_the_layer_itself_count_for_the_operation_that_takes_them(
    keras: Any,
) -> None:
    class Scaled(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.dense = keras.layers.Dense(4, name="dense")

        def build(self, shape: Any) -> None:
            self.scale = self.add_weight(shape=(4,), name="scale")
            self.frozen = self.add_weight(shape=(4, 4), name="frozen", trainable=False)
            self.dense.build(shape)

        def call(self, inputs: Any) -> Any:
            return keras.ops.matmul(self.dense(inputs) * self.scale, self.frozen)

    inputs = keras.Input((6,))
    model = keras.Model(inputs, Scaled(name="s")(inputs))
    graph = resnet_viz.trace(model)
    assert [call.id for call in graph.calls[1:]] == [
        "s/inputs", "s/dense", "s/multiply", "s/matmul"
    ]  # fmt: skip
    assert graph.weights["s/multiply"].shapes == ((4,),)
    assert graph.weights["s/multiply"].trainable == (True,)
    assert graph.weights["s/matmul"].trainable == (False,)
    assert parameters(graph) == model.count_params() == 6 * 4 + 4 + 4 + 16


def test_that_a_weight_of_another_layer_does_not_count_again(keras: Any) -> None:
    class Tied(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, embedding: Any, **config: Any) -> None:
            super().__init__(**config)
            self.embedding = embedding
            self.dense = keras.layers.Dense(8, name="dense")

        def call(self, inputs: Any) -> Any:
            return keras.ops.einsum("bte,ve->btv", self.dense(inputs), self.embedding.embeddings)

    embedding = keras.layers.Embedding(50, 8, name="embedding")
    inputs = keras.Input((16,), dtype="int32")
    model = keras.Model(inputs, Tied(embedding, name="tied")(embedding(inputs)))
    graph = resnet_viz.trace(model)
    assert [scope.id for scope in graph.scopes] == ["tied"]
    assert parameters(graph) == model.count_params() == 50 * 8 + 8 * 9


def test_that_a_layer_with_weights_out_of_sight_stays_closed(keras: Any) -> None:
    class Hidden(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.dense = keras.layers.Dense(4)
            self.unused = keras.layers.Dense(4)

        def build(self, shape: Any) -> None:
            self.dense.build(shape)
            self.unused.build(shape)

        def call(self, inputs: Any) -> Any:
            return self.dense(inputs)

    inputs = keras.Input((6,))
    model = keras.Model(inputs, Hidden(name="h")(inputs))
    graph = resnet_viz.trace(model)
    assert graph.scopes == ()
    assert graph.by_id["h"].type == "Hidden"
    assert parameters(graph) == model.count_params() == 2 * (6 * 4 + 4)


def test_that_a_layer_whose_code_needs_numbers_stays_closed_or_opens_all_the_same(
    keras: Any,
) -> None:
    class Heads(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.dense = keras.layers.Dense(8, name="dense")

        def call(self, inputs: Any) -> Any:
            batch, length, _ = keras.ops.shape(inputs)
            made = keras.ops.reshape(self.dense(inputs), (batch * length, 2, 4))
            return keras.ops.reshape(made, (batch, length, 8))

    inputs = keras.Input((None, 8))
    model = keras.Model(inputs, Heads(name="h")(inputs))
    graph = resnet_viz.trace(model)
    assert {call.id: call.output_shape for call in graph.calls if call.scope} == {
        "h/inputs": (None, None, 8),
        "h/dense": (None, None, 8),
        "h/reshape": (None, 2, 4),
        "h/reshape_1": (None, None, 8),
    }
    assert "1009" not in str(graph.calls)
    assert "1013" not in str(graph.calls)


def test_that_a_layer_opens_in_a_model_that_is_called_with_other_sizes(keras: Any) -> None:
    class Masked(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.dense = keras.layers.Dense(8, name="dense")

        def call(self, inputs: Any) -> Any:
            length = keras.ops.shape(inputs)[1]
            return keras.ops.add(self.dense(inputs), keras.ops.ones((length, 1)))

    inner_input = keras.Input((None, 8))
    inner = keras.Model(inner_input, Masked(name="m")(inner_input), name="inner")
    inputs = keras.Input((16, 8))
    graph = resnet_viz.trace(keras.Model(inputs, inner(inputs)))
    assert graph.by_id["inner/m/dense"].output_shape == (None, 16, 8)
    assert "1013" not in str(graph.calls)


def test_that_layers_in_a_nested_model_open_for_the_sizes_of_its_call(keras: Any) -> None:
    """A causal mask is a constant whose sizes follow from the length, once that is known."""

    class Causal(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.dense = keras.layers.Dense(8, name="dense")

        def call(self, inputs: Any) -> Any:
            places = keras.ops.arange(keras.ops.shape(inputs)[1])
            mask = keras.ops.cast(places[:, None] >= places[None, :], "float32")
            return keras.ops.matmul(mask[None], self.dense(inputs))

        def compute_output_spec(self, inputs: Any) -> Any:
            return keras.KerasTensor(inputs.shape, inputs.dtype)

    inner_input = keras.Input((None, 8), name="x")
    causal = Causal(name="c")(keras.ops.relu(inner_input))
    inner = keras.Model(inner_input, causal, name="inner")
    inputs = keras.Input((16, 8))
    model = keras.Model(inputs, keras.layers.Dense(2)(inner(inputs)))
    before = [len(node.operation._inbound_nodes) for node, _ in nodes_of(function_of(inner))]
    graph = resnet_viz.trace(model)
    assert graph.by_id["inner/c/matmul"].output_shape == (None, 16, 8)
    numbers = make_document(ModelFile("m"), "m", graph).numbers
    assert numbers.calls["inner/c/matmul"].macs == 16 * 16 * 8
    assert [scope.id for scope in graph.scopes] == ["inner", "inner/c"]
    assert [scope.is_layer for scope in graph.scopes] == [False, True]
    after = [len(node.operation._inbound_nodes) for node, _ in nodes_of(function_of(inner))]
    assert after == before


def test_that_a_projection_built_for_any_length_has_the_length_of_its_call(keras: Any) -> None:
    class Projection(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.dense = keras.layers.EinsumDense(
                "btd,dhk->bthk", output_shape=(None, 2, 4), name="dense"
            )

        def build(self, shape: Any) -> None:
            self.dense.build((None, None, shape[-1]))

        def call(self, inputs: Any) -> Any:
            return keras.ops.einsum("bthk,bshk->bhts", *2 * [self.dense(inputs)])

        def compute_output_spec(self, inputs: Any) -> Any:
            length = inputs.shape[1]
            return keras.KerasTensor((inputs.shape[0], 2, length, length), inputs.dtype)

    inputs = keras.Input((16, 8))
    graph = resnet_viz.trace(keras.Model(inputs, Projection(name="p")(inputs)))
    assert graph.by_id["p/dense"].output_shape == (None, 16, 2, 4)
    assert make_document(ModelFile("m"), "m", graph).numbers.calls["p/einsum"].macs == 16 * 16 * 8


def test_that_code_that_fails_leaves_the_layer_closed(keras: Any) -> None:
    class Eager(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.dense = keras.layers.Dense(4)

        def call(self, inputs: Any) -> Any:
            if isinstance(inputs, keras.KerasTensor):
                raise TypeError("no symbols here")
            return self.dense(inputs)

        def compute_output_spec(self, inputs: Any) -> Any:
            return keras.KerasTensor((*inputs.shape[:-1], 4))

    layer = Eager(name="e")
    layer(np.zeros((1, 6), "float32"))
    inputs = keras.Input((6,))
    graph = resnet_viz.trace(keras.Model(inputs, layer(inputs)))
    assert [call.id for call in graph.calls[1:]] == ["e"]
    assert graph.scopes == ()


def test_that_opened_scopes_agree_between_reader_and_keras(keras: Any, encoder: type) -> None:
    tokens = keras.Input((5, 8))
    model = keras.Model(tokens, encoder(8, name="e")(tokens))
    graph = resnet_viz.trace(model)
    with opened_layers(model) as openings:
        live = inspect_model(model, openings)
    assert {call.id: call.outputs for call in graph.calls} == live.tensors
    assert function_of(model) is not None


def test_that_an_argument_may_be_called_like_a_layer_inside(keras: Any) -> None:
    """In attention, the first argument and the layer that projects it are both the "query"."""

    class Projected(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.dense = keras.layers.Dense(4, name="query")

        def call(self, query: Any) -> Any:
            return self.dense(query)

    inputs = keras.Input((6,))
    graph = resnet_viz.trace(keras.Model(inputs, Projected(name="p")(inputs)))
    assert [call.id for call in graph.calls if call.scope] == ["p/query_input", "p/query"]


def test_that_layers_in_layers_open_at_every_depth(keras: Any, encoder: type) -> None:
    class Stack(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.encoders = [encoder(8, name=f"encoder_{n}") for n in range(3)]

        def call(self, tokens: Any) -> Any:
            for encode in self.encoders:
                tokens = encode(tokens)
            return tokens

    tokens = keras.Input((5, 8))
    model = keras.Model(tokens, Stack(name="stack")(tokens))
    graph = resnet_viz.trace(model)
    layers = [scope.id for scope in graph.scopes if scope.is_layer]
    assert layers == ["stack", *(f"stack/encoder_{n}" for n in range(3))]
    assert parameters(graph) == model.count_params()


def test_that_layers_are_titled_by_their_class_and_closed_at_block_detail(
    keras: Any, encoder: type
) -> None:
    tokens = keras.Input((5, 8))
    model = keras.Model(tokens, encoder(8, name="b")(encoder(8, name="a")(tokens)))
    structure = make_document(ModelFile("m"), "m", resnet_viz.trace(model)).structure
    layers = [group for group in structure.groups if group.is_layer]
    assert [group.id for group in layers] == ["Encoder", "Encoder#2"]
    assert [group.title for group in layers] == ["Encoder", "Encoder"]
    assert not any(is_open(structure, View(), group.id) for group in layers)


def test_that_sizes_that_look_like_stand_ins_stay_in_closed_and_opened_layers(
    keras: Any, encoder: type
) -> None:
    tokens = keras.Input((1009, 8), name="tokens")
    wide = keras.layers.Dense(2026, name="wide")(encoder(8, name="e")(tokens))
    model = keras.Model(tokens, keras.layers.Reshape((2026, 1009), name="turned")(wide))
    graph = resnet_viz.trace(model)
    assert graph.by_id["wide"].config["units"] == 2 * 1013
    assert graph.by_id["turned"].config["target_shape"] == [2026, 1009]
    assert graph.by_id["turned"].output_shape == (None, 2026, 1009)
    assert parameters(graph) == model.count_params()


def test_that_a_function_that_returns_its_argument_is_an_identity(keras: Any) -> None:
    """As in TCN, whose skips leave a block before its addition."""
    layers = keras.layers

    class Residual(layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.convolutions = [layers.Conv1D(8, 3, padding="causal") for _ in range(2)]
            self.identity = layers.Lambda(lambda x: x, name="identity")

        def call(self, steps: Any) -> Any:
            made = self.convolutions[1](self.convolutions[0](steps))
            return layers.add([self.identity(steps), made]), made

    steps = keras.Input((16, 8))
    first, one = Residual(name="a")(steps)
    second, other = Residual(name="b")(first)
    doubled = layers.Lambda(lambda x: 2 * x, name="double", output_shape=(16, 8))(second)
    model = keras.Model(steps, layers.add([one, other, doubled]))
    graph = resnet_viz.trace(model)
    assert graph.by_id["a/identity"].type == "Identity"
    assert graph.by_id["double"].type == "Lambda"
    structure = make_document(ModelFile("m"), "m", graph).structure
    blocks = [block for block in structure.blocks if block.block_kind == "basic"]
    assert [structure.own_shortcuts(block)[0].kind for block in blocks] == ["identity"] * 2
