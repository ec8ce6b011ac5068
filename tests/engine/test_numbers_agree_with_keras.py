"""Parameters from configuration and shapes are those that Keras itself counts, layer by layer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.reading.read import read_config
from resnet_viz.sources import catalog

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras")]

SOURCES = (
    *catalog.BUILTIN_NAMES,
    "resnet18?shortcut=A",
    "resnet18?shortcut=C",
    "resnet34?input=64x64x3&classes=10",
    "resnet50?stride_on=1x1",
)


def inner_layers(model: Any, around: str = "") -> Iterator[tuple[str, Any]]:
    """The layers of a model and of the models in it, with the names around them."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from inner_layers(layer, f"{around}{layer.name}/")
        else:
            yield f"{around}{layer.name}", layer


def assert_agreement(model: Any) -> None:
    graph = read_config(model.to_json().encode(), where="test")
    found = numbers_of(structure_of(graph)).calls
    calls_of: dict[str, list[str]] = {}
    for call in graph.calls:
        calls_of.setdefault(call.layer, []).append(call.id)
    for path, layer in inner_layers(model):
        calls = [found[name] for name in calls_of[path]]
        fixed = sum(math.prod(weight.shape) for weight in layer.non_trainable_weights)
        expected = (layer.count_params(), fixed)
        for one in calls:
            assert (one.parameters, one.non_trainable_parameters) == expected, path
    totals = numbers_of(structure_of(graph)).totals
    assert not totals.numbers.parameters_at_least
    assert totals.numbers.parameters == model.count_params()
    if not graph.scopes:
        assert totals.layers == len(model.operations)  # layers, and operations such as Pad


@pytest.mark.parametrize("source", SOURCES)
def test_that_every_layer_of_the_built_ins_agrees(source: str) -> None:
    import keras

    from resnet_viz.zoo.build import build

    with keras.StatelessScope():
        model = build(catalog.parse_builtin(source))
    assert_agreement(model)


APPLICATIONS = (
    "ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtSmall", "ConvNeXtTiny", "ConvNeXtXLarge",
    "DenseNet121", "DenseNet169", "DenseNet201", "EfficientNetB0", "EfficientNetB1",
    "EfficientNetB2", "EfficientNetB3", "EfficientNetB4", "EfficientNetB5", "EfficientNetB6",
    "EfficientNetB7", "EfficientNetV2B0", "EfficientNetV2B1", "EfficientNetV2B2",
    "EfficientNetV2B3", "EfficientNetV2L", "EfficientNetV2M", "EfficientNetV2S",
    "InceptionResNetV2", "InceptionV3", "MobileNet", "MobileNetV2", "MobileNetV3Large",
    "MobileNetV3Small", "NASNetLarge", "NASNetMobile", "ResNet101", "ResNet101V2", "ResNet152",
    "ResNet152V2", "ResNet50", "ResNet50V2", "VGG16", "VGG19", "Xception",
)  # fmt: skip


def test_that_no_application_is_forgotten() -> None:
    import keras

    known = {
        name
        for name in dir(keras.applications)
        if callable(getattr(keras.applications, name)) and name[:1].isupper()
    }
    assert known == set(APPLICATIONS)
    assert len(APPLICATIONS) == 40


@pytest.mark.parametrize("name", APPLICATIONS)
def test_that_every_layer_of_every_application_agrees(name: str) -> None:
    import keras

    with keras.StatelessScope():
        model = getattr(keras.applications, name)(weights=None)
    assert_agreement(model)


def image_layers(layers: Any) -> list[Any]:
    return [
        layers.Conv2D(8, (3, 5), groups=2, use_bias=False),
        layers.SeparableConv2D(8, 3, depth_multiplier=2, padding="same"),
        layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same"),
        layers.Conv2DTranspose(4, 3, strides=2),
        layers.BatchNormalization(scale=False),
        layers.LayerNormalization(axis=[-2, -1]),
        layers.GroupNormalization(groups=2),
        layers.UnitNormalization(),
        layers.PReLU(shared_axes=[1]),
        layers.LeakyReLU(),
        layers.Dropout(0.5),
        layers.UpSampling2D(2),
        layers.ZeroPadding2D(1),
        layers.Normalization(),
        layers.Dense(5, trainable=False),
    ]


def sequence_layers(layers: Any) -> list[Any]:
    return [
        layers.Embedding(50, 8),
        layers.Conv1D(8, 3, padding="causal"),
        layers.SeparableConv1D(6, 3),
        layers.Bidirectional(layers.LSTM(4, return_sequences=True)),
        layers.GRU(5, return_sequences=True),
        layers.GRU(5, return_sequences=True, reset_after=False),
        layers.SimpleRNN(7, return_sequences=True, use_bias=False),
        layers.EinsumDense("abc,cd->abd", output_shape=(None, 6), bias_axes="d"),
        layers.LSTM(3),
    ]


@pytest.mark.parametrize(("make", "shape"), [(image_layers, (32, 32, 4)), (sequence_layers, (20,))])
def test_that_other_layer_types_agree(
    make: Callable[[Any], list[Any]], shape: tuple[int, ...]
) -> None:
    import keras

    x = first = keras.Input(shape)
    for layer in make(keras.layers):
        x = layer(x)
    assert_agreement(keras.Model(first, x))


def test_that_attention_agrees() -> None:
    import keras

    layers = keras.layers
    query, value = keras.Input((20, 16)), keras.Input((24, 8))
    x = layers.MultiHeadAttention(2, 5, value_dim=3)(query, value)
    x = layers.MultiHeadAttention(2, 5, use_bias=False, output_shape=6)(x, x)
    x = layers.Attention(use_scale=True)([x, x])
    assert_agreement(keras.Model([query, value], x))
