"""Whole models compared with Keras: nested, shared, Sequential, random; in files of every kind."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resnet_viz.engine.inspection import live_tensors
from resnet_viz.graph.types import Graph, Tensor
from resnet_viz.reading.read import read_config, read_file
from tests.support.keras.reader_comparison import check

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras")]


def encoder() -> Any:
    import keras

    dense = keras.layers.Dense
    return keras.Sequential([dense(8, activation="relu", name="a"), dense(4, name="b")], name="enc")


def siamese() -> Any:
    """Two calls of a model with two outputs around a Sequential."""
    import keras

    inside = keras.Input((16,), name="inside")
    h = keras.layers.Dense(4, name="h")(encoder()(inside))
    tower = keras.Model(inside, [h, keras.layers.Dense(2, name="more")(h)], name="tower")
    x, y = keras.Input((16,), name="x"), keras.Input((16,), name="y")
    (left, extra), (right, _) = tower(x), tower(y)
    total = keras.layers.Add(name="total")([left, right])
    return keras.Model([x, y], [total, extra], name="siamese")


def any_size() -> Any:
    """A backbone for images of any size, on two sizes, and in another model once more."""
    import keras

    layers = keras.layers
    image = keras.Input((None, None, 3), name="image")
    h = layers.Conv2D(4, 3, padding="same", strides=2, name="down")(image)
    h = layers.Add(name="add")([layers.Conv2D(4, 3, padding="same", name="conv")(h), h])
    body = keras.Model(image, [h, layers.GlobalAveragePooling2D(name="pool")(h)], name="body")
    outer = keras.Input((48, 32, 3), name="outer")
    shell = keras.Model(outer, body(outer)[0], name="shell")
    small, large = keras.Input((48, 32, 3), name="small"), keras.Input((64, 64, 3), name="large")
    flat = layers.Flatten(name="flat")(shell(small))
    outputs = [flat, *body(large)]
    return keras.Model([small, large], outputs, name="sizes")


def with_dicts() -> Any:
    import keras

    layers = keras.layers
    image, vector = keras.Input((4, 4, 3), name="image"), keras.Input((4,), name="vector")
    inner = keras.Model(
        {"vector": vector, "image": image},
        {"z": layers.Flatten(name="f")(image), "a": layers.Rescaling(2.0, name="r")(vector)},
        name="inner",
    )
    p, q = keras.Input((4, 4, 3), name="p"), keras.Input((4,), name="q")
    made = inner({"image": p, "vector": q})
    return keras.Model(
        {"p": p, "q": q}, {"out": layers.Concatenate(name="c")([made["z"], made["a"]])}
    )


def sequential() -> Any:
    import keras

    layers = keras.layers
    return keras.Sequential(
        [keras.Input((20, 20, 3)), layers.Conv2D(4, 3), layers.MaxPooling2D(), layers.Flatten(),
         keras.Sequential([layers.Dense(5), layers.ReLU()], name="head"), layers.Dense(2)],
        name="chain",
    )  # fmt: skip


def recurrent() -> Any:
    import keras

    layers = keras.layers
    words = keras.Input((None,), dtype="int32", name="words")
    h = layers.Embedding(50, 8, mask_zero=True, name="embed")(words)
    h = layers.Bidirectional(layers.LSTM(4, return_sequences=True), name="both")(h)
    h = layers.MultiHeadAttention(2, 4, name="attention")(h, h)
    return keras.Model(words, layers.TimeDistributed(layers.Dense(3), name="each")(h), name="words")


def branches() -> Any:
    """Shared layers, operations and integers; inputs and outputs in dicts."""
    import keras
    from keras import layers, ops

    left, right = keras.Input((32, 24, 3), name="left"), keras.Input((32, 24, 3), name="right")
    size = keras.Input((4,), dtype="int32", name="size")
    shared = layers.Conv2D(8, 3, strides=2, padding="same", name="shared")
    a, b = shared(left), shared(right)
    gate = layers.GlobalAveragePooling2D(keepdims=True)(a)
    joined = layers.Concatenate()([ops.multiply(a, gate), b + 1.0])
    code = layers.Flatten()(layers.Embedding(5, 2)(size))
    outputs = {"map": ops.pad(joined, ((0, 0), (1, 1), (2, 0), (0, 3))), "code": code, "gate": gate}
    return keras.Model({"left": left, "right": right, "size": size}, outputs, name="branches")


def channels_first() -> Any:
    import keras
    from keras import layers

    data_format = {"data_format": "channels_first"}
    x = inputs = keras.Input((3, 33, 31), name="image")
    x = layers.ZeroPadding2D(1, **data_format)(x)
    x = layers.BatchNormalization(axis=1)(x)
    x = layers.MaxPooling2D(2, **data_format)(x)
    return keras.Model(inputs, layers.GlobalMaxPooling2D(**data_format)(x), name="first")


def mixed() -> Any:
    import keras
    from keras import layers

    x = inputs = keras.Input((16, 16, 3), name="image")
    x = layers.Conv2D(8, 3, dtype="mixed_float16")(x)
    y = layers.Conv2D(8, 1, dtype="mixed_float16")(x)
    x = layers.Add(dtype="mixed_float16")([x, y])
    return keras.Model(inputs, layers.Dense(2, dtype="float32")(layers.Flatten()(x)), name="mixed")


def sequence() -> Any:
    import keras
    from keras import layers

    query, key = keras.Input((5, 8), name="query"), keras.Input((7, 8), name="key")
    x = layers.MultiHeadAttention(2, 4)(query, key, key)
    x = layers.LayerNormalization()(x + query)
    out, state, carry = layers.LSTM(6, return_state=True)(x)
    x, _, last = layers.LSTM(6, return_state=True)(query, initial_state=[state, carry])
    return keras.Model([query, key], [x, out, last], name="sequence")


MODELS = [
    siamese, any_size, with_dicts, sequential, recurrent, branches, channels_first, mixed, sequence,
]  # fmt: skip


@pytest.mark.parametrize("make", MODELS)
def test_that_models_in_models_are_read_as_keras_has_them(make: Any) -> None:
    graph = check(make())
    assert all(t.shape is not None for call in graph.calls for t in call.outputs)


def test_that_a_nested_models_shapes_are_those_of_this_call() -> None:
    graph = check(any_size())
    assert graph.by_id["shell/body/down"].output_shape == (None, 24, 16, 4)
    assert graph.by_id["body/down"].output_shape == (None, 32, 32, 4)
    assert [scope.id for scope in graph.scopes] == ["shell", "shell/body", "body"]
    assert graph.by_id["flat"].inputs[0].call == "shell/body/add"


def test_that_a_shared_model_has_its_calls_once_for_each_use() -> None:
    graph = check(siamese())
    twice = [call for call in graph.calls if call.layer == "tower/enc/a"]
    assert [(c.id, c.call_index) for c in twice] == [("tower/enc/a", 0), ("tower:1/enc/a", 1)]
    assert [s.id for s in graph.scopes] == ["tower", "tower/enc", "tower:1", "tower:1/enc"]


@pytest.mark.parametrize("suffix", [".keras", ".h5", ".json"])
@pytest.mark.parametrize("make", MODELS)
def test_that_files_of_all_kinds_read_alike(make: Any, suffix: str, tmp_path: Path) -> None:
    model = make()
    path = tmp_path / f"model{suffix}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras calls HDF5 legacy
        if suffix == ".json":
            path.write_text(model.to_json())
        else:
            model.save(path)
    graph = read_file(path)
    theirs = live_tensors(model)
    assert {call.id: call.outputs for call in graph.calls} == theirs
    if suffix != ".json":
        check_weights(graph, model)


def check_weights(graph: Graph, model: Any) -> None:
    """The headers' shapes are those of the live weights, of every layer of the graph."""
    shapes = [shape for weights in graph.weights.values() for shape in weights.shapes]
    theirs = [tuple(weight.shape) for weight in model.weights]
    if model.name == "sizes":  # two models share one: an HDF5 file has it twice, a .keras file once
        assert set(shapes) == set(theirs)
        return
    assert sorted(shapes) == sorted(theirs)
    layers = {call.layer for call in graph.calls if call.type != "InputLayer"}
    operations = {call.layer for call in graph.calls if "ops" in str(call.module)}
    assert layers - set(graph.weights) <= operations


def test_that_outputs_of_operations_are_known() -> None:
    graph = check(branches())
    assert [graph.tensor(ref) for ref in graph.outputs] == [
        Tensor((None, 8), "float32"),
        Tensor((None, 1, 1, 8), "float32"),
        Tensor((None, 18, 14, 19), "float32"),
    ]


def test_that_an_unbuilt_sequential_model_has_unknown_shapes() -> None:
    import keras

    model = keras.Sequential([keras.layers.Dense(3, name="d")], name="raw")
    graph = read_config(model.to_json().encode(), where="raw")
    assert [call.output_shape for call in graph.calls] == [None, None]
    assert graph.by_id["d"].inputs[0].call == "input"


@st.composite
def random_model(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    kinds = ["conv", "down", "pool", "norm", "act", "add", "cat", "up", "pad", "times", "wide"]
    step = st.tuples(st.sampled_from(kinds), st.integers(0, 50), st.integers(0, 50))
    return draw(st.lists(step, min_size=1, max_size=14))


def built(steps: list[tuple[str, int, int]], size: int) -> Any:
    """A model whose every step takes earlier tensors; steps that don't fit are left out."""
    import keras

    layers, ops = keras.layers, keras.ops
    tensors = [keras.Input((size, size + 1, 4), name="x")]
    makers: dict[str, Any] = {
        "conv": lambda a, _b: layers.Conv2D(4, 3, padding="same")(a),
        "down": lambda a, _b: layers.Conv2D(6, 2, strides=2)(a),
        "pool": lambda a, _b: layers.AveragePooling2D(3, 2, padding="same")(a),
        "norm": lambda a, _b: layers.LayerNormalization()(a),
        "act": lambda a, _b: ops.gelu(a),
        "add": lambda a, b: layers.Add()([a, b]),
        "cat": lambda a, b: layers.Concatenate()([a, b]),
        "up": lambda a, _b: layers.UpSampling2D(2)(a),
        "pad": lambda a, _b: layers.ZeroPadding2D(((1, 0), (2, 1)))(a),
        "times": lambda a, b: a * ops.mean(b, axis=(1, 2, 3), keepdims=True),
        "wide": lambda a, _b: layers.Dense(5)(a),
    }
    for kind, first, second in steps:
        a, b = tensors[first % len(tensors)], tensors[second % len(tensors)]
        fits = {
            "add": a.shape == b.shape,
            "cat": a.shape[:3] == b.shape[:3],
            "down": min(a.shape[1:3]) > 2,
        }
        if fits.get(kind, True) and a.shape[1] < 100:
            tensors.append(makers[kind](a, b))
    return keras.Model(tensors[0], tensors[-1])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(random_model(), st.integers(4, 9))
def test_that_random_models_are_read_as_keras_has_them(
    steps: list[tuple[str, int, int]], size: int
) -> None:
    import keras

    with keras.StatelessScope(initialize_variables=False):
        check(built(steps, size))


@pytest.mark.parametrize("suffix", [".keras", ".h5", ".json"])
def test_that_outputs_that_nothing_consumes_are_there(suffix: str, tmp_path: Path) -> None:
    import keras

    layers, ops = keras.layers, keras.ops
    x = keras.Input((6, 8), name="x")
    y = layers.LSTM(5, return_sequences=True, return_state=True, name="lstm")(x)[0]
    y = layers.Bidirectional(layers.GRU(3, return_state=True), name="both")(y)[0]
    z = layers.MultiHeadAttention(2, 4, name="attention")(x, x, return_attention_scores=True)[0]
    z = layers.Attention(name="plain")([z, x], return_attention_scores=True)[0]
    z = layers.GroupQueryAttention(4, 4, 2, name="grouped")(z, x, return_attention_scores=True)[0]
    z = ops.split(ops.mean(z, axis=1), 4, axis=-1)[1]
    model = keras.Model(x, layers.Concatenate(name="all")([y, z]))
    path = tmp_path / f"m{suffix}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras calls HDF5 legacy
        path.write_text(model.to_json()) if suffix == ".json" else model.save(path)
    found = {call.id: call.outputs for call in read_file(path).calls}
    assert [len(found[name]) for name in ("lstm", "both", "attention", "plain")] == [3, 3, 2, 2]
    assert found == live_tensors(model)


@pytest.mark.parametrize("suffix", [".keras", ".h5", ".json"])
def test_that_a_sequential_model_of_nameless_layers_is_read(suffix: str, tmp_path: Path) -> None:
    import keras

    class TimesTwo(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def call(self, x: Any) -> Any:
            return 2 * x

        def get_config(self) -> dict[str, Any]:
            return {}

    dense = keras.layers.Dense(3, name="last")
    model = keras.Sequential([keras.Input((4,), name="x"), TimesTwo(), TimesTwo(), dense])
    path = tmp_path / f"m{suffix}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras calls HDF5 legacy
        path.write_text(model.to_json()) if suffix == ".json" else model.save(path)
    calls = read_file(path).calls
    assert [call.type for call in calls[1:]] == ["TimesTwo", "TimesTwo", "Dense"]
    assert [call.id for call in calls[1:]] == ["times_two", "times_two_1", "last"]
