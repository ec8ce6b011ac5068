"""Shapes and dtypes that the reader gives against Keras's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from resnet_viz.engine.inspection import live_tensors
from resnet_viz.graph.types import Graph
from resnet_viz.reading.read import read_config, read_file
from resnet_viz.reading.shape_inference.infer import infer_call
from resnet_viz.sources.catalog import BUILTIN_NAMES, parse_builtin

pytestmark = pytest.mark.engine

Made = tuple[tuple[int | None, ...], str]


def compare(model: Any) -> Graph:
    """Read the model's config and check every tensor against the model rebuilt from it."""
    import keras

    graph = read_config(model.to_json().encode(), where=model.name)
    again = keras.models.model_from_json(model.to_json())
    theirs = live_tensors(again)
    for call in graph.calls:
        made = [(t.shape, t.dtype) for t in theirs[call.id]]
        ours = [(t.shape, t.dtype) for t in call.outputs]
        known = [pair for pair, tensor in zip(made, ours, strict=False) if tensor[0] is not None]
        assert known == [tensor for tensor in ours if tensor[0] is not None], call.id
    for refs, tensors in ((graph.inputs, again.inputs), (graph.outputs, again.outputs)):
        shapes = [graph.tensor(ref).shape for ref in refs]
        assert shapes == [tuple(tensor.shape) for tensor in tensors]
    return graph


VARIANTS = [
    *BUILTIN_NAMES,
    "resnet34?shortcut=A",
    "resnet34?shortcut=C&input=97x65x1",
    "resnet50?shortcut=A",
    "resnet50?stride_on=1x1",
    "tutorial_resnet34?input=1x1x1",
]


@pytest.mark.parametrize("text", VARIANTS)
def test_that_every_tensor_of_every_built_in_is_as_keras_says(text: str) -> None:
    import keras

    from resnet_viz.zoo.build import build

    with keras.StatelessScope():
        graph = compare(build(parse_builtin(text)))
    for call in graph.calls:  # nothing unknown, and rule and record agree
        assert infer_call(graph, call) == call.outputs


def branches() -> Any:
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

    first = {"data_format": "channels_first"}
    x = inputs = keras.Input((3, 33, 31), name="image")
    x = layers.Conv2D(8, 3, strides=2, padding="same", **first)(x)
    x = layers.BatchNormalization(axis=1)(x)
    x = layers.MaxPooling2D(2, **first)(layers.ZeroPadding2D(1, **first)(x))
    return keras.Model(inputs, layers.GlobalMaxPooling2D(**first)(x), name="first")


def mixed() -> Any:
    import keras
    from keras import layers

    x = inputs = keras.Input((16, 16, 3), name="image")
    x = layers.Conv2D(8, 3, dtype="mixed_float16")(x)
    y = layers.Conv2D(8, 1, dtype="mixed_float16")(x)
    x = layers.Add(dtype="mixed_float16")([x, y])
    return keras.Model(inputs, layers.Dense(2, dtype="float32")(layers.Flatten()(x)), name="mixed")


def nested() -> Any:
    import keras
    from keras import layers

    inner_input = keras.Input((8, 8, 3))
    inner = keras.Model(inner_input, layers.Conv2D(4, 3)(inner_input), name="inner")
    a, b = keras.Input((8, 8, 3), name="a"), keras.Input((8, 8, 3), name="b")
    x, y = inner(a), inner(b)
    return keras.Model([a, b], [layers.Add()([x, y]), y], name="nested")


def sequence() -> Any:
    import keras
    from keras import layers

    query, key = keras.Input((5, 8), name="query"), keras.Input((7, 8), name="key")
    x = layers.MultiHeadAttention(2, 4)(query, key, key)
    x = layers.LayerNormalization()(x + query)
    out, state, carry = layers.LSTM(6, return_state=True)(x)
    x, *_ = layers.LSTM(6, return_state=True)(query, initial_state=[state, carry])
    return keras.Model([query, key], [x, out], name="sequence")


# Keras's own, when it turns weights into arrays to save them.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("make", [branches, channels_first, mixed, nested, sequence])
def test_that_models_of_users_are_read_as_keras_has_them(
    make: Callable[[], Any], tmp_path: Path
) -> None:
    model = make()
    graph = compare(model)
    model.save(tmp_path / "m.keras")
    saved = read_file(tmp_path / "m.keras")
    assert msgspec.structs.replace(saved, weights={}) == graph  # only the file has weights
    weighted = {layer.name for layer in model.layers if layer.weights}
    assert weighted <= {name.split("/")[0] for name in saved.weights}


def test_that_outputs_of_the_users_models_are_known() -> None:
    graph = compare(branches())
    found = {ref.call: graph.tensor(ref) for ref in graph.outputs}
    shapes = sorted(str(tensor.shape) for tensor in found.values())
    assert shapes == ["(None, 1, 1, 8)", "(None, 18, 14, 19)", "(None, 8)"]
    assert {tensor.dtype for tensor in found.values()} == {"float32"}


def single(layer: Any, *shape: int, dtype: str = "float32") -> tuple[Made, Made]:
    """What the rule and what Keras says of the one output of ``layer``, which nobody consumes."""
    import keras

    inputs = keras.Input(shape, dtype=dtype, name="x")
    model = keras.Model(inputs, layer(inputs))
    graph = read_config(model.to_json().encode(), where=layer.name)
    tensor, theirs = graph.tensor(graph.outputs[0]), model.outputs[0]
    assert tensor.shape is not None
    assert tensor.dtype is not None
    return (tensor.shape, tensor.dtype), (tuple(theirs.shape), theirs.dtype)


IMAGE, LINE, SPACE = (17, 19, 6), (17, 6), (9, 10, 11, 4)
LAYERS: list[tuple[str, tuple[int, ...], dict[str, Any]]] = [
    ("Conv1D", LINE, {"filters": 8, "kernel_size": 3, "strides": 2, "padding": "causal"}),
    ("Conv2D", IMAGE, {"filters": 8, "kernel_size": 3, "dilation_rate": 2}),
    ("Conv3D", SPACE, {"filters": 5, "kernel_size": (1, 2, 3), "strides": (1, 2, 2)}),
    ("DepthwiseConv1D", LINE, {"kernel_size": 3, "depth_multiplier": 3}),
    ("DepthwiseConv2D", IMAGE, {"kernel_size": 3, "strides": 2, "depth_multiplier": 3}),
    ("SeparableConv2D", IMAGE, {"filters": 7, "kernel_size": 3, "padding": "same"}),
    ("Conv1DTranspose", LINE, {"filters": 8, "kernel_size": 3, "strides": 2}),
    ("Conv2DTranspose", IMAGE, {"filters": 8, "kernel_size": 2, "strides": 3}),
    ("Conv2DTranspose", IMAGE, {"filters": 8, "kernel_size": 3, "strides": 2, "padding": "same",
                                "output_padding": 1}),
    ("MaxPooling2D", IMAGE, {"pool_size": 3, "strides": 2, "padding": "same"}),
    ("AveragePooling1D", LINE, {"pool_size": 2}),
    ("AveragePooling3D", SPACE, {"pool_size": 2, "data_format": "channels_first"}),
    ("GlobalAveragePooling2D", IMAGE, {}),
    ("GlobalMaxPooling2D", IMAGE, {"keepdims": True, "data_format": "channels_first"}),
    ("ZeroPadding1D", LINE, {"padding": (1, 2)}),
    ("ZeroPadding2D", IMAGE, {"padding": ((1, 2), (3, 4))}),
    ("Cropping1D", LINE, {"cropping": 2}),
    ("Cropping2D", IMAGE, {"cropping": 2}),
    ("UpSampling1D", LINE, {"size": 3}),
    ("UpSampling2D", IMAGE, {"size": (2, 3), "data_format": "channels_first"}),
    ("Resizing", IMAGE, {"height": 5, "width": 6}),
    ("Dense", IMAGE, {"units": 9}),
    ("Flatten", IMAGE, {"dtype": "mixed_bfloat16"}),
    ("Reshape", IMAGE, {"target_shape": (-1, 6)}),
    ("Permute", IMAGE, {"dims": (3, 1, 2)}),
    ("RepeatVector", (5,), {"n": 3}),
    ("GRU", LINE, {"units": 4, "return_sequences": True}),
    ("Softmax", IMAGE, {}),
    ("PReLU", IMAGE, {}),
    ("GroupNormalization", IMAGE, {"groups": 3, "dtype": "mixed_float16"}),
    ("Dropout", IMAGE, {"rate": 0.1}),
    ("Rescaling", IMAGE, {"scale": 2.0}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "shape", "config"), LAYERS)
def test_that_the_rule_of_each_layer_agrees_with_keras(
    kind: str, shape: tuple[int, ...], config: dict[str, Any]
) -> None:
    import keras

    ours, theirs = single(getattr(keras.layers, kind)(**config), *shape)
    assert ours == theirs


@pytest.mark.parametrize("kind", ["Flatten", "Identity"])
def test_that_integers_stay_integers_where_keras_keeps_them(kind: str) -> None:
    import keras

    ours, theirs = single(getattr(keras.layers, kind)(), 5, 2, dtype="int32")
    assert ours == theirs


OPERATIONS: list[tuple[str, Callable[[Any, Any], Any]]] = [
    ("add a number", lambda _ops, x: x + 1),
    ("divide a number by it", lambda _ops, x: 2.0 / x),
    ("broadcast", lambda ops, x: x * ops.mean(x, axis=(1, 2), keepdims=True)),
    ("sum", lambda ops, x: ops.sum(x, axis=-1)),
    ("transpose", lambda ops, x: ops.transpose(x, (0, 3, 1, 2))),
    ("reshape", lambda ops, x: ops.reshape(x, (-1, 17 * 19 * 6))),
    ("expand", lambda ops, x: ops.expand_dims(x, (1, -1))),
    ("pad", lambda ops, x: ops.pad(x, ((0, 0), (1, 2), (0, 0), (0, 3)))),
    ("concatenate", lambda ops, x: ops.concatenate([x, x], axis=1)),
    ("relu", lambda ops, x: ops.relu(x)),
]


@pytest.mark.parametrize("apply", [pair[1] for pair in OPERATIONS], ids=[p[0] for p in OPERATIONS])
def test_that_the_rule_of_each_operation_agrees_with_keras(
    apply: Callable[[Any, Any], Any],
) -> None:
    import keras

    x = keras.Input(IMAGE, name="x")
    model = keras.Model(x, apply(keras.ops, x))
    graph = read_config(model.to_json().encode(), where="m")
    tensor, theirs = graph.tensor(graph.outputs[0]), model.outputs[0]
    assert (tensor.shape, tensor.dtype) == (tuple(theirs.shape), theirs.dtype)
