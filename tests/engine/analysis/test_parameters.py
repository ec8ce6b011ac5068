"""Parameters from configuration and shapes, compared layer by layer with Keras's own counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.reading.read import read_config
from resnet_viz.sources import catalog
from resnet_viz.sources.keras_applications import APPLICATION_NAMES
from tests.support.keras.layer_weights import LayerWeights, layer_weights

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras")]

SOURCES = (
    *catalog.BUILTIN_NAMES,
    "resnet18?shortcut=A",
    "resnet18?shortcut=C",
    "resnet34?input=64x64x3&classes=10",
    "resnet50?stride_on=1x1",
)


def assert_agreement(model: LayerWeights) -> None:
    graph = read_config(model.config.encode(), where="test")
    numbers = numbers_of(structure_of(graph))
    calls_of: dict[str, list[str]] = {}
    for call in graph.calls:
        calls_of.setdefault(call.layer, []).append(call.id)
    for path, (count, fixed) in model.layers.items():
        for call in calls_of[path]:
            found = numbers.calls[call]
            assert (found.parameters, found.non_trainable_parameters) == (count, fixed), path
    assert not numbers.totals.numbers.parameters_at_least
    assert numbers.totals.numbers.parameters == model.parameters
    if not graph.scopes:
        assert numbers.totals.layers == model.operations  # layers, and operations such as Pad


@pytest.mark.parametrize("source", SOURCES)
def test_that_every_layer_of_the_built_ins_agrees(source: str) -> None:
    import keras

    from resnet_viz.zoo.build import build

    with keras.StatelessScope(initialize_variables=False):
        assert_agreement(layer_weights(build(catalog.parse_builtin(source))))


@pytest.mark.parametrize("name", APPLICATION_NAMES)
def test_that_every_layer_of_every_application_agrees(
    name: str, application: Callable[[str], LayerWeights]
) -> None:
    assert_agreement(application(name))


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
    assert_agreement(layer_weights(keras.Model(first, x)))


def test_that_attention_agrees() -> None:
    import keras

    layers = keras.layers
    query, value = keras.Input((20, 16)), keras.Input((24, 8))
    x = layers.MultiHeadAttention(2, 5, value_dim=3)(query, value)
    x = layers.MultiHeadAttention(2, 5, use_bias=False, output_shape=6)(x, x)
    x = layers.Attention(use_scale=True)([x, x])
    assert_agreement(layer_weights(keras.Model([query, value], x)))
