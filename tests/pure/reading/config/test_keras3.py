"""Functional configurations in all forms that Keras 3 writes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_viz.graph.types import Graph, Tensor, TensorRef
from resnet_viz.reading.read import read_config
from tests.support.model_files.configs import (
    SHAPE,
    data,
    layer,
    model,
    node,
    op,
    relu,
    residual,
    source,
    tensor,
)


def read(config: Any) -> Graph:
    return read_config(data(config), where="m.json")


def two_inputs() -> list[Any]:
    add = layer("Add", "add", node([tensor("x", SHAPE), tensor("y", SHAPE)]))
    return [source("x"), source("y"), add]


@pytest.mark.parametrize(
    "inputs",
    [
        [["x", 0, 0], ["y", 0, 0]],
        [[["x", 0, 0]], ["y", 0, 0]],
        {"first": ["x", 0, 0], "second": ["y", 0, 0]},
        {"both": [["x", 0, 0], ["y", 0, 0]]},
    ],
)
def test_that_inputs_may_be_a_list_nested_lists_or_a_dict(inputs: Any) -> None:
    graph = read(model(two_inputs(), inputs, ["add", 0, 0]))
    assert graph.inputs == (TensorRef("x"), TensorRef("y"))
    assert graph.outputs == (TensorRef("add"),)


def test_that_a_single_input_may_stand_without_a_list() -> None:
    graph = read(model([source(), relu("a", "x")], ["x", 0, 0], {"out": ["a", 0, 0]}))
    assert graph.inputs == (TensorRef("x"),)
    assert graph.outputs == (TensorRef("a"),)


def test_that_a_shared_layer_has_one_call_for_each_use() -> None:
    shared = layer(
        "Dense", "d", node(tensor("x", [None, 4])), node(tensor("d", [None, 4])), units=4
    )
    add = layer("Add", "add", node([tensor("d", [None, 4]), tensor("d", [None, 4], 1)]))
    graph = read(model([source(shape=(None, 4)), shared, add]))
    assert [(c.id, c.layer, c.call_index) for c in graph.calls] == [
        ("x", "x", 0),
        ("d", "d", 0),
        ("d:1", "d", 1),
        ("add", "add", 0),
    ]
    assert graph.by_id["d:1"].inputs == (TensorRef("d"),)
    assert graph.by_id["add"].inputs == (TensorRef("d"), TensorRef("d:1"))


def test_that_ids_stay_unique_when_a_layer_is_named_like_a_second_call() -> None:
    shared = layer("ReLU", "d", node(tensor("x", SHAPE)), node(tensor("d:1", SHAPE)))
    graph = read(model([source(), shared, relu("d:1", "d")], None, [["d", 1, 0]]))
    assert {call.id for call in graph.calls} == {"x", "d", "d:1", "d::1"}
    assert graph.by_id["d::1"].inputs == (TensorRef("d:1"),)


def test_that_tensors_are_found_at_any_depth_of_arguments_in_their_order() -> None:
    call = node([tensor("x", SHAPE), {"k": tensor("y", SHAPE)}], states=[[tensor("z", SHAPE)]])
    layers = [source("x"), source("y"), source("z"), layer("Mine", "mine", call)]
    graph = read(model(layers, [["x", 0, 0], ["y", 0, 0], ["z", 0, 0]]))
    assert [ref.call for ref in graph.by_id["mine"].inputs] == ["x", "y", "z"]
    assert graph.by_id["mine"].arguments == {}


def test_that_constants_among_the_arguments_are_kept() -> None:
    call = node(tensor("x", SHAPE), 2.5, [None, tensor("x", SHAPE)], constant_values=None, axis=-1)
    graph = read(model([source(), op("Mine", "mine", call)]))
    assert graph.by_id["mine"].inputs == (TensorRef("x"), TensorRef("x"))
    assert graph.by_id["mine"].arguments == {
        "1": 2.5,
        "2": [None, {"tensor": 1}],
        "constant_values": None,
        "axis": -1,
    }


def test_that_operations_keep_their_class_module_and_configuration() -> None:
    widths = [[0, 0], [0, 0], [0, 0], [0, 4]]
    pad = op("Pad", "pad", node(tensor("x", SHAPE), constant_values=None), pad_width=widths)
    call = read(model([source(), pad])).by_id["pad"]
    assert (call.type, call.module) == ("Pad", "keras.src.ops.numpy")
    assert call.config == {"name": "pad", "pad_width": widths}
    assert call.outputs == (Tensor((None, 8, 8, 8), "float32"),)


def test_that_a_call_has_as_many_outputs_as_are_consumed() -> None:
    split = op("Split", "split", node(tensor("x", SHAPE)), indices_or_sections=3)
    layers = [source(), split, relu("a", "split", shape=[None, 8, 8, 1])]
    layers[2]["inbound_nodes"][0]["args"][0]["config"]["keras_history"] = ["split", 0, 1]
    graph = read(model(layers, None, [["a", 0, 0], ["split", 0, 2]]))
    shapes = [t.shape for t in graph.by_id["split"].outputs]
    assert shapes == [None, (None, 8, 8, 1), None]


def test_that_an_unconsumed_input_still_has_its_shape() -> None:
    layers = [source("x"), source("y", (2, 5), "int32"), relu("a", "x")]
    graph = read(model(layers, [["x", 0, 0], ["y", 0, 0]]))
    assert graph.by_id["y"].outputs == (Tensor((2, 5), "int32"),)


def test_that_a_layer_without_a_rule_has_an_unknown_output() -> None:
    mine = layer("Mine", "mine", node(tensor("x", SHAPE)), module="my.code")
    assert read(model([source(), mine])).by_id["mine"].outputs == (Tensor(None, None),)


def test_that_the_users_own_class_of_a_known_name_is_not_inferred() -> None:
    mine = layer("Dense", "mine", node(tensor("x", SHAPE)), module=None, units="many")
    assert read(model([source(), mine])).by_id["mine"].outputs == (Tensor(None, None),)


def test_that_a_byte_order_mark_and_a_missing_name_are_no_obstacle() -> None:
    config = residual()
    del config["config"]["name"]
    del config["config"]["layers"][1]["name"]  # the configuration inside has it too
    graph = read_config(b"\xef\xbb\xbf" + data(config), where="m.json")
    assert graph.name == "Functional"
    assert "a" in graph.by_id


def test_that_addresses_of_shared_objects_are_no_settings() -> None:
    def policy(**mark: int) -> dict[str, Any]:
        return {"class_name": "DTypePolicy", "config": {"name": "float16"}, **mark}

    layers = [source(), relu("a", "x"), relu("b", "a")]
    layers[1]["config"]["dtype"] = policy()
    layers[2]["config"]["dtype"] = policy(shared_object_id=139_847_210_319_568)
    graph = read(model(layers))
    assert graph.by_id["a"].config["dtype"] == graph.by_id["b"].config["dtype"] == policy()


def test_that_a_dict_of_inputs_counts_by_its_keys_as_in_keras() -> None:
    call = node({"b": tensor("x", SHAPE), "a": tensor("y", SHAPE)})
    layers = [source("x"), source("y"), layer("Functional", "inner", call)]
    graph = read(model(layers, {"q": ["x", 0, 0], "p": ["y", 0, 0]}))
    assert [ref.call for ref in graph.inputs] == ["y", "x"]
    assert [ref.call for ref in graph.by_id["inner"].inputs] == ["y", "x"]


@given(st.permutations(range(7)))
def test_that_any_order_in_the_file_gives_a_topological_order(order: list[int]) -> None:
    layers = [source()]
    layers += [relu(f"r{i}", f"r{i - 1}" if i else "x") for i in range(5)]
    layers.append(layer("Add", "add", node([tensor("r4", SHAPE), tensor("r1", SHAPE)])))
    graph = read(model([layers[i] for i in order], None, [["add", 0, 0]]))
    assert [call.id for call in graph.calls] == ["x", "r0", "r1", "r2", "r3", "r4", "add"]


def test_that_ties_follow_the_file_and_not_the_names() -> None:
    def ids(names: list[str]) -> list[str]:
        branches = [relu(name, "x") for name in names]
        add = layer("Add", "add", node([tensor(name, SHAPE) for name in names]))
        return [call.id for call in read(model([source(), *branches, add])).calls]

    assert ids(["p", "q", "r"]) == ["x", "p", "q", "r", "add"]
    assert ids(["r", "q", "p"]) == ["x", "r", "q", "p", "add"]
