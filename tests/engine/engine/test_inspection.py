"""Keras's tensors under our call ids, for models that are harder than the built-in ones."""

from __future__ import annotations

from typing import Any

import pytest

import resnet_viz
from resnet_viz.engine.comparison import find_mismatches
from resnet_viz.engine.inspection import live_tensors
from resnet_viz.engine.request_handlers import rebuild_model
from resnet_viz.errors import ModelError
from resnet_viz.graph.types import Graph, LayerCall, Tensor, TensorRef
from resnet_viz.protocol.messages import Mismatch
from resnet_viz.reading.read import complete_graph, read_config

pytestmark = pytest.mark.engine


def shapes(model: Any) -> dict[str, list[tuple[int | None, ...] | None]]:
    return {
        call: [tensor.shape for tensor in outputs] for call, outputs in live_tensors(model).items()
    }


def test_that_a_shared_layer_has_one_entry_for_each_call(keras: Any) -> None:
    left, right = keras.Input((8,), name="left"), keras.Input((8,), name="right")
    shared = keras.layers.Dense(4, name="shared")
    total = keras.layers.Add(name="total")([shared(left), shared(right)])
    assert shapes(keras.Model([left, right], total)) == {
        "left": [(None, 8)],
        "right": [(None, 8)],
        "shared": [(None, 4)],
        "shared:1": [(None, 4)],
        "total": [(None, 4)],
    }


def test_that_calls_made_for_another_model_are_not_counted(keras: Any) -> None:
    other, mine = keras.Input((5, 8), name="other"), keras.Input((3, 8), name="mine")
    shared = keras.layers.Dense(4, name="shared")
    keras.Model(other, shared(other))
    assert shapes(keras.Model(mine, shared(mine))) == {
        "mine": [(None, 3, 8)],
        "shared": [(None, 3, 4)],
    }


def test_that_every_output_of_a_call_is_there_with_its_dtype(keras: Any) -> None:
    words = keras.Input((None,), dtype="int32", name="words")
    vectors = keras.layers.Embedding(10, 6, name="vectors")(words)
    outputs = keras.layers.LSTM(7, return_state=True, name="lstm")(vectors)
    assert live_tensors(keras.Model(words, outputs)) == {
        "words": (Tensor((None, None), "int32"),),
        "vectors": (Tensor((None, None, 6), "float32"),),
        "lstm": (Tensor((None, 7), "float32"),) * 3,
    }


def test_that_an_input_nobody_uses_is_there(keras: Any) -> None:
    used, unused = keras.Input((2,), name="used"), keras.Input((3,), name="unused")
    model = keras.Model([used, unused], keras.layers.Dense(1, name="out")(used))
    assert set(shapes(model)) == {"used", "unused", "out"}


def harder_models(keras: Any) -> dict[str, Any]:
    """Functional models that exercise what the built-in ones don't."""
    layers, ops = keras.layers, keras.ops
    image = keras.Input((16, 16, 3), name="image")
    half = layers.Conv2D(8, 3, dtype="mixed_float16")(image)
    first = keras.Input((3, 16, 16), name="first")
    turned = layers.Conv2D(4, 3, 2, padding="same", data_format="channels_first")(first)
    padded = ops.relu(ops.pad(image, [[0, 0], [1, 1], [0, 2], [0, 0]])) * 2.0
    chain = layers.Dense(4, name="again")
    vector = keras.Input((4,), name="vector")
    words = keras.Input((None,), dtype="int32", name="words")
    vectors = layers.Embedding(10, 6)(words)
    attended, scores = layers.MultiHeadAttention(2, 8)(
        vectors, vectors, return_attention_scores=True
    )
    inner_start = keras.Input((16, 16, 3), name="inner_start")
    inner = keras.Model(inner_start, layers.Conv2D(2, 3)(inner_start), name="inner")
    return {
        "mixed precision": keras.Model(image, layers.GlobalAveragePooling2D()(half)),
        "channels first": keras.Model(first, layers.Flatten()(turned)),
        "operations": keras.Model(image, [ops.mean(padded, axis=(1, 2)), padded[:, ::2]]),
        "shared": keras.Model(vector, chain(chain(chain(vector)))),
        "attention": keras.Model(words, {"scores": scores, "sum": attended + vectors}),
        "nested": keras.Model(image, inner(image) + inner(image)),
        "layer scale": keras.applications.ConvNeXtTiny(weights=None, input_shape=(32, 32, 3)),
    }


@pytest.mark.parametrize(
    "name",
    ["mixed precision", "channels first", "operations", "shared", "attention", "nested",
     "layer scale"],
)  # fmt: skip
def test_that_reader_keras_and_keras_rebuilt_agree(keras: Any, name: str) -> None:
    with keras.StatelessScope(initialize_variables=False):
        model = harder_models(keras)[name]
        config = model.to_json().encode()
        graph = read_config(config, where=name)
        assert find_mismatches(graph, live_tensors(model)) == ()
        rebuilt = rebuild_model(config, where=name)
        assert find_mismatches(graph, live_tensors(rebuilt)) == ()
        assert shapes(rebuilt) == shapes(model)


def test_that_tracing_gives_keras_shapes_where_the_reader_knows_none(keras: Any) -> None:
    @keras.saving.register_keras_serializable("tests")
    class Halve(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def call(self, value: Any) -> Any:
            return value[:, ::2]

    start = keras.Input((10, 3), name="start")
    model = keras.Model(start, Halve(name="halve")(start), name="mine")
    graph = resnet_viz.trace(model)
    assert graph.name == "mine"
    assert [(call.id, call.output_shape) for call in graph.calls] == [
        ("start", (None, 10, 3)),
        ("halve", (None, 5, 3)),
    ]


def test_that_tracing_a_model_without_a_graph_is_one_clear_sentence(keras: Any) -> None:
    class Own(keras.Model):  # type: ignore[misc, name-defined]
        def call(self, value: Any) -> Any:
            return value

    for model in (Own(name="own"), keras.layers.Dense(3), "a string"):
        with pytest.raises(ModelError):
            resnet_viz.trace(model)


def graph_of(*outputs: Tensor) -> Graph:
    call = LayerCall("conv", "conv", 0, "Conv2D", None, {}, {}, (), outputs)
    return Graph("g", (call,), (), (TensorRef("conv"),))


KNOWN = Tensor((None, 8, 4), "float32")


@pytest.mark.parametrize(
    "ours", [KNOWN, Tensor(None, "float32"), Tensor((None, 8, 4), None), Tensor(None, None)]
)
def test_that_not_knowing_is_no_mismatch(ours: Tensor) -> None:
    assert find_mismatches(graph_of(ours), {"conv": (KNOWN, KNOWN)}) == ()


@pytest.mark.parametrize("ours", [Tensor((None, 8, 5), None), Tensor(None, "float16")])
def test_that_knowing_wrongly_is_a_mismatch(ours: Tensor) -> None:
    assert find_mismatches(graph_of(ours), {"conv": (KNOWN,)}) == (
        Mismatch("conv", 0, ours, KNOWN),
    )


def test_that_a_call_or_output_of_one_side_only_is_a_mismatch() -> None:
    assert find_mismatches(graph_of(KNOWN), {"other": (KNOWN,)}) == (
        Mismatch("conv", 0, KNOWN, None),
        Mismatch("other", 0, None, KNOWN),
    )
    assert find_mismatches(graph_of(KNOWN, KNOWN), {"conv": (KNOWN,)}) == (
        Mismatch("conv", 1, KNOWN, None),
    )


def test_that_completing_takes_keras_side() -> None:
    wrong = graph_of(Tensor(None, "float16"))
    assert complete_graph(wrong, {"conv": (KNOWN, KNOWN)}) == graph_of(KNOWN, KNOWN)
    assert complete_graph(wrong, {}) == wrong
