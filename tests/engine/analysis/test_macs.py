"""MACs, compared with half of the operations that TensorFlow's profiler counts.

Its conventions: two operations for a multiply–accumulate, and only in operations that have
statistics. It has none for Einsum, and does not look into functions (Keras runs convolutions with
groups in one), so both are added here from the shapes in TensorFlow's graph.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.reading.read import read_config

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras")]

MULTIPLYING = {
    "Conv2D", "Conv3D", "DepthwiseConv2dNative", "Conv2DBackpropInput", "MatMul", "BatchMatMul",
    "BatchMatMulV2",
}  # fmt: skip


def profiled_macs(model: Any) -> int:
    import tensorflow as tf

    specs = [tf.TensorSpec((1, *one.shape[1:]), one.dtype) for one in model.inputs]
    run = tf.function(lambda *x: model(list(x) if len(x) > 1 else x[0], training=False))
    graph = run.get_concrete_function(*specs).graph
    profiler = tf.compat.v1.profiler
    options = profiler.ProfileOptionBuilder(profiler.ProfileOptionBuilder.float_operation())
    found = profiler.profile(graph, cmd="op", options=options.with_empty_output().build())
    operations = summed(found)
    assert operations % 2 == 0
    return operations // 2 + in_einsums(graph) + in_functions(graph)


def summed(node: Any) -> int:
    own = node.float_ops if node.name in MULTIPLYING else 0
    return own + sum(summed(child) for child in node.children)


def in_einsums(graph: Any) -> int:
    """A MAC for each combination of all letters of an equation of two tensors."""
    found = 0
    for operation in graph.get_operations():
        if operation.type == "Einsum":
            letters = operation.get_attr("equation").decode().split("->")[0].split(",")
            sizes: dict[str, int] = {}
            for text, tensor in zip(letters, operation.inputs, strict=True):
                sizes.update(zip(text, tensor.shape.as_list(), strict=True))
            found += math.prod(sizes.values())
    return found


def in_functions(graph: Any) -> int:
    """Convolutions in functions: all values of the kernel at every position of the output."""
    found = 0
    for operation in graph.get_operations():
        if not operation.type.endswith("PartitionedCall"):
            continue
        inner = graph._get_function(operation.get_attr("f").name)
        for node in inner.graph.get_operations():
            if node.type == "Conv2D":
                kernel = node.inputs[1].shape.as_list()
                out = operation.outputs[0].shape.as_list()
                found += math.prod(kernel) * math.prod(out[1:3])
    return found


def unet(keras: Any) -> Any:
    layers = keras.layers
    x = keras.Input((64, 64, 3))
    a = layers.Conv2D(8, 3, padding="same")(x)
    b = layers.Conv2D(16, 3, strides=2, padding="same")(a)
    c = layers.Conv2DTranspose(8, 2, strides=2, padding="same")(b)
    return keras.Model(x, layers.Conv2D(2, 1)(layers.Concatenate()([a, c])))


def vision_transformer(keras: Any) -> Any:
    layers = keras.layers
    x = first = keras.Input((64, 64, 3))
    x = layers.Reshape((64, 32))(layers.Conv2D(32, 8, strides=8)(x))
    for _ in range(2):
        y = layers.LayerNormalization()(x)
        x = layers.Add()([x, layers.MultiHeadAttention(4, 8, value_dim=6)(y, y)])
        y = layers.LayerNormalization()(x)
        x = layers.Add()([x, layers.Dense(32)(layers.Dense(64, activation="gelu")(y))])
    x = layers.GroupQueryAttention(8, 4, 2)(x, x)
    return keras.Model(first, layers.Dense(10)(layers.GlobalAveragePooling1D()(x)))


def recurrent(keras: Any) -> Any:
    layers = keras.layers
    x = first = keras.Input((7, 5))
    x = layers.Bidirectional(layers.LSTM(6, return_sequences=True, unroll=True))(x)
    x = layers.GRU(4, return_sequences=True, unroll=True)(x)
    x = layers.RNN(layers.LSTMCell(5), unroll=True)(x)
    return keras.Model(first, x)


def convolutions(keras: Any) -> Any:
    layers = keras.layers
    x = first = keras.Input((32, 32, 8))
    x = layers.SeparableConv2D(8, 3, depth_multiplier=2, padding="same")(x)
    x = layers.SeparableConv2D(8, 5, strides=2)(x)  # as in NASNet
    x = layers.Conv2D(8, 3, dilation_rate=2, padding="same")(x)
    x = layers.Conv2D(16, 3, groups=4)(x)
    x = layers.DepthwiseConv2D(5, strides=2, padding="same")(x)
    x = layers.Reshape((-1, 16))(x)
    x = layers.SeparableConv1D(6, 3)(layers.Conv1D(6, 3, padding="causal")(x))
    return keras.Model(first, layers.EinsumDense("abc,cd->abd", output_shape=(None, 3))(x))


def volumes(keras: Any) -> Any:
    x = keras.Input((8, 8, 8, 2))
    y = keras.layers.Conv3D(4, 3, strides=2, padding="same")(x)
    return keras.Model(x, keras.layers.Attention()([keras.layers.Reshape((64, 4))(y)] * 2))


def operations(keras: Any) -> Any:
    """Products with constants, which are no inputs of the model."""
    import numpy as np

    ops = keras.ops
    x = first = keras.Input((16, 16, 8))
    x = ops.conv(x, np.zeros((3, 3, 8, 6), "float32"), strides=2, padding="same")
    x = ops.depthwise_conv(x, ops.zeros((3, 3, 6, 2)), padding="same")
    x = ops.separable_conv(
        x, np.zeros((3, 3, 12, 1), "float32"), np.zeros((1, 1, 12, 4), "float32"), padding="same"
    )
    x = ops.max_pool(x, 1)
    x = ops.matmul(x, np.zeros((4, 6), "float32"))
    x = ops.reshape(ops.tensordot(x, np.zeros((6, 10), "float32"), axes=1), (-1, 64, 10))
    x = ops.einsum("btd,dhe->bthe", x, np.zeros((10, 2, 5), "float32"))
    x = ops.dot_product_attention(x, x, x)
    x = ops.matmul(np.zeros((3, 64), "float32"), ops.reshape(x, (-1, 64, 10)))
    return keras.Model(first, ops.logsumexp(x[..., ::2], axis=-1))


def adapted(keras: Any) -> Any:
    """LoRA on every class that has it; Keras multiplies the adapters' kernels on every call."""
    layers = keras.layers
    x = keras.Input((12,), dtype="int32")
    y = layers.Embedding(20, 6)(x)
    y = layers.Dense(5)(y)
    y = layers.EinsumDense("abc,cde->abde", output_shape=(12, 3, 4))(y)
    y = layers.Conv2D(6, 3, groups=2, padding="same")(y)
    y = layers.Conv1D(4, 3)(layers.Reshape((12, 18))(y))
    model = keras.Model(x, layers.Dense(2)(y))
    for rank, layer in enumerate(model.layers[1:-1], 2):
        if layer.weights:
            layer.enable_lora(rank)
    return model


OWN = (adapted, operations, unet, vision_transformer, recurrent, convolutions, volumes)
# Together with ``OWN`` these use every layer type of keras.applications in every setting.
APPLICATIONS = (
    "ConvNeXtTiny", "EfficientNetB0", "EfficientNetV2B0", "InceptionV3", "MobileNetV2",
    "MobileNetV3Small", "ResNet50", "Xception",
)  # fmt: skip


def assert_agreement(model: Any) -> None:
    graph = read_config(model.to_json().encode(), where="test")
    totals = numbers_of(structure_of(graph)).totals.numbers
    assert not totals.macs_at_least
    assert totals.macs == profiled_macs(model)


@pytest.mark.parametrize("make", OWN)
def test_that_macs_of_layer_types_agree(keras: Any, make: Callable[[Any], Any]) -> None:
    assert_agreement(make(keras))


@pytest.mark.parametrize("name", APPLICATIONS)
def test_that_macs_of_known_models_agree(keras: Any, name: str) -> None:
    make = getattr(keras.applications, name)
    sized = {"input_shape": (224, 224, 3)} if name.startswith("MobileNetV3") else {}
    assert_agreement(make(weights=None, **sized))
