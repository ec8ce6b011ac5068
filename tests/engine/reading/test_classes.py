"""Keras's own classes are known as such in files that don't say where a class lives."""

from __future__ import annotations

import inspect
import warnings
from pathlib import Path

import pytest

from resnet_viz.engine.inspection import live_tensors
from resnet_viz.reading.classes import identity_of
from resnet_viz.reading.read import read_file

pytestmark = pytest.mark.engine

# What no file has as a layer in a model: bases, cells and what is given to others.
ABSTRACT = {"Layer", "AbstractRNNCell", "Wrapper", "InputSpec"}


def test_that_every_layer_of_keras_is_known() -> None:
    import keras

    classes = inspect.getmembers(keras.layers, inspect.isclass)
    layers = {c.__name__ for _, c in classes if issubclass(c, keras.layers.Layer)} - ABSTRACT
    config = {"name": "it", "trainable": True, "dtype": "float32"}
    unknown = {name for name in layers if identity_of(name, config, {})[1] != "keras.layers"}
    assert unknown == set()


def test_that_a_class_of_the_users_own_is_not() -> None:
    config = {"name": "it", "trainable": True, "dtype": "float32"}
    assert identity_of("MyBlock", config, {}) == ("MyBlock", None)
    assert identity_of("package>Dense", config, {}) == ("package>Dense", None)
    assert identity_of("Dense", config, {"module": None}) == ("Dense", None)
    assert identity_of("Dense", config, {"module": "mine"}) == ("Dense", "mine")
    assert identity_of("Dense", config, {"module": "tf_keras.src.x"})[1] == "keras.src.x"


def test_that_operations_in_hdf5_files_are_operations(tmp_path: Path) -> None:
    import keras

    x = keras.Input((8, 6), name="x")
    y = keras.ops.mean(x[:, ::2] + 1.0, axis=1)
    model = keras.Model(x, keras.ops.cast(y, "float16"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras calls HDF5 legacy
        model.save(tmp_path / "m.h5")
    graph = read_file(tmp_path / "m.h5")
    assert {call.id: call.outputs for call in graph.calls} == live_tensors(model)
    modules = [call.module for call in graph.calls]
    assert modules == ["keras.layers", *["keras.ops"] * 4]
