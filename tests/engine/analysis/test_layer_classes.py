"""Numbers of every layer class of Keras that computes, compared with Keras's own weights."""

from __future__ import annotations

import math
from typing import Any

import pytest

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.costs.types import CallNumbers
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.reading.read import read_config
from tests.support.keras.layer_samples import ABSTRACT, AUGMENTING, DTYPES, SAMPLES

pytestmark = pytest.mark.engine


def called(keras: Any, name: str) -> tuple[Any, Any]:
    """The layer of a sample, and a model of nothing else."""
    make, shapes = SAMPLES[name]
    dtype = DTYPES.get(name, "float32")
    inputs = [keras.Input(shape, dtype=dtype) for shape in shapes]
    layer = make(keras.layers)
    listed = len(inputs) > 1 and name not in {"MultiHeadAttention", "GroupedQueryAttention"}
    if name.endswith("Cell"):
        outputs = layer(inputs[0], inputs[1:] if len(inputs) > 2 else inputs[1])
    elif len(inputs) == 1:
        outputs = layer(inputs[0])
    elif listed:
        outputs = layer(inputs)
    elif len(inputs) == 3:
        outputs = layer(inputs[0], inputs[1], key=inputs[2])
    else:
        outputs = layer(*inputs)
    return layer, keras.Model(inputs, outputs)


def numbers(model: Any, layer: Any) -> CallNumbers:
    graph = read_config(model.to_json().encode(), where="test")
    return numbers_of(structure_of(graph)).calls[layer.name]


@pytest.mark.parametrize("name", SAMPLES)
def test_that_a_layer_class_has_keras_weights_and_known_operations(keras: Any, name: str) -> None:
    layer, model = called(keras, name)
    assert type(layer).__name__ == name
    found = numbers(model, layer)
    fixed = sum(math.prod(weight.shape) for weight in layer.non_trainable_weights)
    assert (found.parameters, found.non_trainable_parameters) == (layer.count_params(), fixed)
    assert found.macs is not None
    assert found.other_ops is not None


def test_that_no_layer_class_is_forgotten(keras: Any) -> None:
    classes = {
        one.__name__
        for one in map(keras.layers.__dict__.get, dir(keras.layers))
        if isinstance(one, type)
    }
    random = {name for name in classes if name.startswith("Random")}
    assert classes - random - ABSTRACT - AUGMENTING == set(SAMPLES)


def test_that_augmentation_has_no_weights(keras: Any) -> None:
    x = keras.Input((32, 32, 3))
    y = keras.layers.RandomFlip()(x)
    y = keras.layers.RandomRotation(0.1)(y)
    y = keras.layers.Solarization()(y)
    graph = read_config(keras.Model(x, y).to_json().encode(), where="test")
    found = numbers_of(structure_of(graph)).totals.numbers
    assert (found.parameters, found.macs) == (0, 0)
    assert not found.parameters_at_least
    assert not found.macs_at_least
