"""Configurations of Keras 2: calls as lists, no shapes, calls of nested models counted from 1."""

from __future__ import annotations

from typing import Any

import pytest

from resnet_viz.graph.types import Graph, TensorRef
from resnet_viz.reading.read import read_config
from tests.support.model_files.configs import data
from tests.support.model_files.samples import (
    conv,
    old_functional,
    old_input,
    old_layer,
    old_model,
    old_siamese,
)


def read(config: Any) -> Graph:
    return read_config(data(config), where="old.json")


def test_that_shapes_are_inferred_throughout() -> None:
    graph = read(old_functional())
    assert {call.id: call.output_shape for call in graph.calls} == {
        "x": (None, 8, 8, 3), "c1": (None, 8, 8, 4), "c2": (None, 8, 8, 4),
        "add": (None, 8, 8, 4), "tf.math.multiply": (None, 8, 8, 4),
        "tf.__operators__.add": (None, 8, 8, 4), "gap": (None, 4), "fc": (None, 2),
    }  # fmt: skip


def test_that_a_layer_without_a_dtype_computes_in_float32() -> None:
    config = old_functional()
    for layer in config["config"]["layers"]:
        layer["config"].pop("dtype", None)
    assert {call.outputs[0].dtype for call in read(config).calls} == {"float32"}


def test_that_functions_of_tensorflow_are_the_operations_that_they_are() -> None:
    graph = read(old_functional())
    plus = graph.by_id["tf.__operators__.add"]
    assert plus.type == "Add"
    assert plus.inputs == (TensorRef("tf.math.multiply"), TensorRef("c1"))
    assert graph.by_id["tf.math.multiply"].arguments == {"y": 2.0, "name": None}


def test_that_calls_of_models_are_counted_from_one() -> None:
    graph = read(old_siamese())
    assert graph.by_id["total"].inputs == (TensorRef("tower/d"), TensorRef("tower:1/d"))
    assert graph.outputs == (TensorRef("total"), TensorRef("tower/more"))
    assert graph.by_id["tower:1/enc/b"].output_shape == (None, 4)
    assert [scope.type for scope in graph.scopes] == ["Functional", "Sequential"] * 2


def test_that_a_sequential_model_that_was_not_built_counts_from_zero() -> None:
    config = old_siamese()
    tower = config["config"]["layers"][2]["config"]
    tower["layers"][1]["config"]["layers"].pop(0)  # no InputLayer: it was not built
    tower["layers"][2]["inbound_nodes"] = [[["enc", 0, 0, {}]]]
    graph = read(config)
    assert graph.by_id["tower/d"].inputs == (TensorRef("tower/enc/b"),)
    assert graph.by_id["tower/enc/b"].output_shape == (None, 4)


@pytest.mark.parametrize(
    "node",
    [
        [["x", 0, 0]],
        [["x", 0, 0, {}]],
        ["x", 0, 0, {"training": False}],
        {"inputs": ["x", 0, 0, {}]},
        [[["x", 0, 0, {}]]],
    ],
)
def test_that_a_call_may_be_written_in_all_these_forms(node: Any) -> None:
    layers = [old_input("x", 4), old_layer("Dense", "d", node, units=3)]
    graph = read(old_model(layers, [["x", 0, 0]], [["d", 0, 0]]))
    assert graph.by_id["d"].inputs == (TensorRef("x"),)
    assert graph.by_id["d"].output_shape == (None, 3)


def test_that_constants_and_tensors_among_arguments_are_distinguished() -> None:
    call = [
        ["x", 0, 0, {"mask": ["m", 0, 0], "axes": ["far", 0, 0], "n": [1, 2]}],
        ["_CONSTANT_VALUE", -1, 7.5, {}],
    ]
    layers = [old_input("x", 4), old_input("m", 4), old_layer("Mine", "d", call)]
    graph = read(old_model(layers, [["x", 0, 0], ["m", 0, 0]], [["d", 0, 0]]))
    mine = graph.by_id["d"]
    assert mine.inputs == (TensorRef("x"), TensorRef("m"))
    assert mine.arguments == {"1": 7.5, "axes": ["far", 0, 0], "n": [1, 2]}
    assert mine.module is None
    assert mine.output_shape is None


def test_that_a_sequential_model_of_the_first_keras_2_is_a_bare_list() -> None:
    first = conv("c", "x", batch_input_shape=[None, 9, 9, 1])
    layers = [{k: v for k, v in first.items() if k != "inbound_nodes"}]
    graph = read({"class_name": "Sequential", "config": layers, "keras_version": "2.1.0"})
    assert [call.output_shape for call in graph.calls] == [(None, 9, 9, 1), (None, 9, 9, 4)]


def test_that_whole_numbers_keep_an_unknown_type() -> None:
    layers = [old_input("x", 4), old_layer("Concatenate", "c", [["x", 0, 0, {}]] * 2, axis=-1)]
    layers[0]["config"]["dtype"] = "int32"
    graph = read(old_model(layers, [["x", 0, 0]], [["c", 0, 0]]))
    assert graph.by_id["c"].outputs[0].shape == (None, 8)
    assert graph.by_id["c"].outputs[0].dtype is None


WHOLE = {"start": None, "stop": None, "step": None}
SLICES = {
    "all": WHOLE,
    "steps": {**WHOLE, "step": 2},
    "inner": {**WHOLE, "start": 1, "stop": -1},
}
TWICE = [["x", 0, 0, {"axis": -1}], ["x", 0, 0, {"axis": -1}]]


@pytest.mark.parametrize(
    ("function", "arguments", "shapes"),
    [  # what TensorFlow makes of N×10×12×4
        ("concat", TWICE, [(None, 10, 12, 8)]),
        ("stack", [["x", 0, 0, {}], ["x", 0, 0, {}]], [(2, None, 10, 12, 4)]),
        ("stack", TWICE, [(None, 10, 12, 4, 2)]),
        ("tile", {"multiples": [1, 2, 3, 1]}, [(None, 20, 36, 4)]),
        ("cast", {"dtype": "float16"}, [(None, 10, 12, 4)]),
        ("split", {"num_or_size_splits": 2, "axis": 1}, [(None, 5, 12, 4)] * 2),
        ("split", {"num_or_size_splits": [3, 9], "axis": 2}, [(None, 10, 3, 4), (None, 10, 9, 4)]),
        ("split", {"num_or_size_splits": [3, -1], "axis": 2}, [None]),
        ("linalg.matmul", {"b": ["x", 0, 0], "transpose_b": True}, [(None, 10, 12, 12)]),
        ("linalg.matmul", {"b": ["x", 0, 0], "transpose_a": True}, [(None, 10, 4, 4)]),
        ("linalg.matmul", {"b": ["x", 0, 0]}, [None]),  # 12×4 by 12×4: TensorFlow fails
        ("compat.v1.pad", {"paddings": [[0, 0], [1, 2], [0, 3], [0, 0]]}, [(None, 13, 15, 4)]),
        ("compat.v1.pad", {"paddings": [[0, 0], 3, [0, 3], [0, 0]]}, [None]),
        ("image.resize", {"size": [5, 7]}, [(None, 5, 7, 4)]),
        ("image.resize", {"size": [5, 7], "preserve_aspect_ratio": True}, [None]),
        ("nn.leaky_relu", {}, [(None, 10, 12, 4)]),
        ("__operators__.getitem", {"slice_spec": [SLICES["all"], 3]}, [(None, 12, 4)]),
        (
            "__operators__.getitem",
            {"slice_spec": [SLICES["all"], SLICES["steps"], SLICES["inner"]]},
            [(None, 5, 10, 4)],
        ),
        ("__operators__.getitem", {"slice_spec": [SLICES["all"], None]}, [(None, 1, 10, 12, 4)]),
        (
            "__operators__.getitem",
            {"slice_spec": [{"class_name": "__ellipsis__"}, 0]},
            [(None, 10, 12)],
        ),
        ("__operators__.getitem", {"slice_spec": [SLICES["all"], {"class_name": "T"}]}, [None]),
        ("math.reduce_sum", {"axis": [1, 2]}, [(None, 4)]),
        ("transpose", {"perm": [0, 3, 1, 2]}, [(None, 4, 10, 12)]),
        ("image.depth_chart", {}, [None]),
    ],
)
def test_that_functions_of_tensorflow_have_tensorflows_shapes(
    function: str, arguments: Any, shapes: list[Any]
) -> None:
    node = ["x", 0, 0, arguments] if isinstance(arguments, dict) else arguments
    kind = "SlicingOpLambda" if "getitem" in function else "TFOpLambda"
    layers = [old_input("x", 10, 12, 4), old_layer(kind, "f", node, function=function)]
    outputs = [["f", 0, index] for index in range(len(shapes))]
    tensors = read(old_model(layers, [["x", 0, 0]], outputs)).by_id["f"].outputs
    assert [tensor.shape for tensor in tensors] == shapes
    if function == "cast":
        assert tensors[0].dtype == "float16"


def test_that_squeezing_is_tensorflows_too() -> None:
    layers = [
        old_input("x", 10, 1, 4),
        old_layer("TFOpLambda", "f", ["x", 0, 0, {"axis": [2]}], function="compat.v1.squeeze"),
    ]
    call = read(old_model(layers, [["x", 0, 0]], [["f", 0, 0]])).by_id["f"]
    assert call.output_shape == (None, 10, 4)


def test_that_names_that_tensorflow_1_wrote_are_understood() -> None:
    """It saved the two versions of BatchNormalization under these names, and loads them so."""
    layers = [
        old_input("x", 9, 3),
        old_layer("BatchNormalizationV1", "one", [["x", 0, 0, {}]], axis=[2]),
        old_layer("BatchNormalizationV2", "two", [["one", 0, 0, {}]], axis=[2]),
    ]
    graph = read(old_model(layers, [["x", 0, 0]], [["two", 0, 0]]))
    shown = [(call.type, call.module, call.output_shape) for call in graph.calls[1:]]
    assert shown == [("BatchNormalization", "keras.layers", (None, 9, 3))] * 2


def test_that_recurrent_layers_on_cudnn_have_shapes() -> None:
    settings = {"units": 5, "return_state": False, "stateful": False, "go_backwards": False}
    back = {"class_name": "CuDNNGRU", "config": {"name": "g", "trainable": True, **settings}}
    layers = [
        old_input("x", 9, 3),
        old_layer("CuDNNLSTM", "l", [["x", 0, 0, {}]], return_sequences=True, **settings),
        old_layer("Bidirectional", "b", [["l", 0, 0, {}]], layer=back, merge_mode="concat"),
    ]
    graph = read(old_model(layers, [["x", 0, 0]], [["b", 0, 0]]))
    assert [call.output_shape for call in graph.calls[1:]] == [(None, 9, 5), (None, 10)]
