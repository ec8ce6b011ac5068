"""Keras's own classes are recognised in files that don't name a class's module."""

from __future__ import annotations

import inspect
import json
import warnings
from math import prod
from pathlib import Path
from typing import Any

import pytest

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.keras_ops.display_kind import display_kind
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.engine.inspection import live_tensors
from resnet_viz.graph.keras_classes import resolve_class
from resnet_viz.reading.read import read_config, read_file
from resnet_viz.services.graph_source import read_model_file
from resnet_viz.sources.types import Application

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras")]

# Never layers in a file: base classes and specifications.
ABSTRACT = {"Layer", "AbstractRNNCell", "Wrapper", "InputSpec"}


def test_that_every_layer_of_keras_is_known() -> None:
    import keras

    classes = inspect.getmembers(keras.layers, inspect.isclass)
    layers = {c.__name__ for _, c in classes if issubclass(c, keras.layers.Layer)} - ABSTRACT
    config = {"name": "it", "trainable": True, "dtype": "float32"}
    unknown = {name for name in layers if resolve_class(name, config, {})[1] != "keras.layers"}
    assert unknown == set()


def test_that_a_class_of_the_users_own_is_not() -> None:
    config = {"name": "it", "trainable": True, "dtype": "float32"}
    assert resolve_class("MyBlock", config, {}) == ("MyBlock", None)
    assert resolve_class("package>Dense", config, {}) == ("Dense", None)
    assert resolve_class("Dense", config, {"module": None}) == ("Dense", None)
    assert resolve_class("Dense", config, {"module": "mine"}) == ("Dense", "mine")
    assert resolve_class("Dense", config, {"module": "tf_keras.src.x"})[1] == "keras.src.x"


@pytest.mark.parametrize("name", ["ConvNeXtTiny", "InceptionResNetV2"])
def test_that_layers_of_the_pretrained_models_are_known_in_hdf5_files(name: str) -> None:
    """Classes that Keras does not export are known in files without modules."""
    import keras

    from resnet_viz.zoo.build import build

    with keras.StatelessScope(initialize_variables=False):
        model = build(Application(name))
    named = read_config(model.to_json().encode(), where=name)
    config = json.dumps(without_modules(json.loads(model.to_json())))
    graph = read_config(config.encode(), where=name)
    own = {call.type for call in graph.calls if call.module == "keras.applications"}
    assert len(own) == 1
    assert {call.type for call in named.calls if "applications" in str(call.module)} == own
    # Keras's own count: an independent number of all weights and of those that train.
    total = numbers_of(structure_of(graph)).totals.numbers
    assert total.parameters == model.count_params()
    trainable = sum(prod(weight.shape) for weight in model.trainable_weights)
    assert total.trainable_parameters == trainable
    assert total.macs == numbers_of(structure_of(named)).totals.numbers.macs


def without_modules(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_modules(item) for key, item in value.items() if key != "module"}
    return [without_modules(item) for item in value] if isinstance(value, list) else value


def test_that_a_users_class_of_such_a_name_is_the_users() -> None:
    config = {"name": "it", "trainable": True, "dtype": "float32"}
    for more in ({}, {"init_values": 1e-6}, {"dim": 96, "init_values": 1e-6}):
        assert resolve_class("LayerScale", config | more, {}) == ("LayerScale", None)
    more = {"projection_dim": 96, "init_values": 1e-6}
    assert resolve_class("LayerScale", config | more, {"module": "mine"}) == ("LayerScale", "mine")


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


def user_classes() -> tuple[Any, Any]:
    """Users' layers called like Keras's: a recurrent model's attention, and a scaled addition."""
    import keras

    @keras.saving.register_keras_serializable("mine", "Attention")
    class Attention(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def build(self, shape: Any) -> None:
            self.kernel = self.add_weight(shape=(shape[-1], shape[-1]), name="kernel")
            self.context = self.add_weight(shape=(shape[-1],), name="context")

        def call(self, x: Any) -> Any:
            score = keras.ops.sum(keras.ops.tanh(x @ self.kernel) * self.context, -1, keepdims=True)
            return keras.ops.sum(x * keras.ops.softmax(score, axis=1), axis=1)

    class Add(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def build(self, shapes: Any) -> None:
            self.scale = self.add_weight(shape=(shapes[0][-1],), name="scale")

        def call(self, pair: Any) -> Any:
            return pair[0] + self.scale * pair[1]

    return Attention, Add


def test_that_weights_in_hdf5_files_tell_users_classes_from_kerass(tmp_path: Path) -> None:
    import keras

    Attention, Add = user_classes()  # noqa: N806
    x = keras.Input((5, 4), name="x")
    y = Add(name="add")([x, keras.layers.Dense(4, name="dense")(x)])
    model = keras.Model(x, keras.layers.Dense(2, name="last")(Attention(name="attention")(y)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras calls HDF5 legacy
        keras.saving.get_custom_objects().clear()
        model.save(tmp_path / "m.h5")
    graph = read_model_file(str(tmp_path / "m.h5"))
    structure = structure_of(graph)
    numbers = numbers_of(structure)
    assert [(graph.by_id[name].module, display_kind(graph.by_id[name])) for name in
            ("add", "attention")] == [(None, "join"), (None, "custom")]  # fmt: skip
    assert (numbers.calls["attention"].parameters, numbers.calls["attention"].macs) == (20, None)
    assert (numbers.calls["add"].parameters, numbers.calls["add"].other_ops) == (4, None)
    assert numbers.totals.numbers.parameters == model.count_params() == 20 + 20 + 4 + 10
    assert numbers.totals.weighted_layers is None
    assert graph.by_id["attention"].output_shape == (None, 4)
    assert {call.id: call.outputs for call in graph.calls} == live_tensors(model)


@pytest.mark.parametrize("suffix", [".h5", ".keras"])
def test_that_a_registered_class_has_the_same_type_in_all_files(
    suffix: str, tmp_path: Path
) -> None:
    import keras

    Attention, _ = user_classes()  # noqa: N806
    x = keras.Input((5, 4), name="x")
    model = keras.Model(x, Attention(name="attention")(x))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras calls HDF5 legacy
        model.save(tmp_path / f"m{suffix}")
    call = read_file(tmp_path / f"m{suffix}").by_id["attention"]
    assert (call.type, call.registered, display_kind(call)) == (
        "Attention",
        "mine>Attention",
        "custom",
    )
