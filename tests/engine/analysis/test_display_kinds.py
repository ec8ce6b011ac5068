"""Display kinds: only user code is custom; every layer and operation of Keras has a family."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import pytest

from resnet_viz.analysis.keras_ops.display_kind import display_kind
from resnet_viz.drawing.glyphs import OP_TOKENS, OP_WORDS
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.types import LayerCall, Tensor
from resnet_viz.reading.read import read_config

pytestmark = pytest.mark.engine

FOREIGN = {"Lambda", "TFSMLayer", "JaxLayer", "FlaxLayer", "TorchModuleWrapper"}
ABSTRACT = {"Wrapper", "TimeDistributed"}  # shown as what they wrap


def call(kind: str, module: str | None, **config: Any) -> LayerCall:
    return LayerCall("it", "it", 0, kind, module, config, {}, (), (Tensor((None, 4), None),))


def operations() -> set[str]:
    import keras.src.ops as room
    from keras.src.ops.operation import Operation

    found: set[str] = set()
    for module in pkgutil.iter_modules(room.__path__):
        if not module.name.endswith("_test"):
            content = vars(importlib.import_module(f"keras.src.ops.{module.name}"))
            found |= {
                name
                for name, one in content.items()
                if inspect.isclass(one) and issubclass(one, Operation)
            }
    return found


@pytest.mark.usefixtures("keras")
def test_that_no_operation_of_keras_is_custom() -> None:
    names = operations()
    assert {"GetItem", "Moments", "Matmul", "Cast"} <= names
    kinds = {name: display_kind(call(name, "keras.src.ops.numpy")) for name in names}
    assert [name for name, kind in kinds.items() if kind == "custom"] == []
    assert set(kinds.values()) <= set(OP_TOKENS) & set(OP_WORDS)


def test_that_no_layer_of_keras_is_custom_but_those_around_foreign_code(keras: Any) -> None:
    layers = {
        one.__name__
        for _, one in inspect.getmembers(keras.layers, inspect.isclass)
        if issubclass(one, keras.layers.Layer)
    }
    kinds = {name: display_kind(call(name, "keras.layers")) for name in layers - ABSTRACT}
    assert {name for name, kind in kinds.items() if kind == "custom"} == FOREIGN


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("GetItem", "reshape"), ("Split", "reshape"), ("Cast", "elementwise"),
        ("Where", "elementwise"), ("Moments", "other"), ("Mean", "other"), ("Matmul", "other"),
        ("LayerNorm", "norm"), ("Conv", "conv"), ("AdaptiveMaxPool", "pool"),
        ("DotProductAttention", "attention"), ("LogSigmoid", "activation"), ("Relu", "activation"),
    ],
)  # fmt: skip
def test_that_an_operation_has_its_family(kind: str, expected: str) -> None:
    assert display_kind(call(kind, "keras.src.ops.nn")) == expected


@pytest.mark.parametrize("module", [None, "mine", "__main__", "keras_hub.layers", "kerasx"])
def test_that_a_users_class_is_custom_whatever_its_name(module: str | None) -> None:
    for kind in ("Mine", "Dense", "GetItem", "TimeDistributed", "mine>Conv2D"):
        assert display_kind(call(kind, module)) == "custom"


def test_that_a_wrapper_is_shown_as_what_it_wraps(keras: Any) -> None:
    layers = keras.layers
    x = keras.Input((6, 8, 8, 3))
    y = layers.TimeDistributed(layers.Conv2D(4, 3), name="each")(x)
    y = layers.TimeDistributed(layers.TimeDistributed(layers.Dense(4)), name="twice")(y)
    z = layers.Bidirectional(layers.LSTM(3, return_sequences=True), name="both")(
        layers.Reshape((6, 144))(y)
    )
    z = layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)], name="cells")(z)
    graph = read_config(keras.Model(x, z).to_json().encode(), where="test")
    kinds = {name: display_kind(graph.by_id[name]) for name in ("each", "twice", "both", "cells")}
    assert kinds == {"each": "conv", "twice": "dense", "both": "recurrent", "cells": "recurrent"}


def test_that_an_operation_with_a_display_kind_is_custom_for_structure() -> None:
    assert op_kind(call("GetItem", "keras.src.ops.numpy")) == "custom"
