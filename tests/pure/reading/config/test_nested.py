"""Models in models: flat calls with scopes, and Sequential models."""

from __future__ import annotations

from typing import Any

import pytest

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.errors import ModelError
from resnet_viz.graph.types import Graph, Scope, TensorRef
from resnet_viz.reading.read import read_config
from tests.support.model_files.configs import data, layer, model, node, source, tensor
from tests.support.model_files.samples import bare, nested, old_siamese, sequential


def read(config: Any) -> Graph:
    return read_config(data(config), where="m.json")


def refusal(config: Any) -> str:
    with pytest.raises(ModelError) as caught:
        read(config)
    return caught.value.message


def test_that_a_nested_model_is_flat_calls_and_a_scope() -> None:
    graph = read(nested(2))
    assert [call.id for call in graph.calls] == ["x", "m/x", "m/r"]
    assert [call.scope for call in graph.calls] == ["", "m", "m"]
    assert graph.by_id["m/x"].inputs == (TensorRef("x"),)
    assert graph.by_id["m/x"].type == "InputLayer"
    assert graph.outputs == (TensorRef("m/r"),)
    assert graph.scopes == (
        Scope("m", "m", 0, "Functional", "", (TensorRef("x"),), (TensorRef("m/r"),)),
    )


def test_that_calls_multiply_and_share_their_layers() -> None:
    graph = read(nested(3, calls=2))
    assert [s.id for s in graph.scopes] == ["m", "m/m", "m/m:1", "m:1", "m:1/m", "m:1/m:1"]
    assert [s.parent for s in graph.scopes] == ["", "m", "m", "", "m:1", "m:1"]
    inner = [call for call in graph.calls if call.layer == "m/m/r"]
    assert [call.call_index for call in inner] == [0, 1, 2, 3]
    assert inner[-1].id == "m:1/m:1/r"
    assert graph.outputs == (TensorRef("m:1/m:1/r"),)


def test_that_calls_that_multiply_without_bound_are_refused_at_once() -> None:
    assert "at most 80,000" in refusal(nested(25, calls=3))


def test_that_models_in_models_have_a_limit() -> None:
    assert len(read(nested(40)).calls) == 41
    assert "levels deep" in refusal(nested(80))


def test_that_ids_stay_unique_whatever_layers_are_called() -> None:
    config = nested(2)
    shape = [None, 4]
    clash = layer("ReLU", "m/r", node(tensor("x", shape)))
    add = layer("Add", "add", node([tensor("m", shape), tensor("m/r", shape)]))
    config["config"]["layers"] += [clash, add]
    config["config"]["output_layers"] = [["add", 0, 0]]
    graph = read(config)
    assert len({call.id for call in graph.calls}) == len(graph.calls) == 5
    assert len({call.layer for call in graph.calls}) == 5
    assert len(set(graph.by_id["add"].inputs)) == 2


def test_that_what_is_wrong_inside_names_its_place() -> None:
    config = nested(2)
    inner = config["config"]["layers"][1]["config"]
    inner["layers"].append(3)
    assert "layers[1].layers[2]" in refusal(config)
    config = nested(2)
    config["config"]["layers"][1]["inbound_nodes"][0]["args"] = []
    assert '"m" is a model with 1 inputs, but is given 0' in refusal(config)
    config = nested(2)
    config["config"]["output_layers"] = [["m", 1, 4]]
    assert 'output 4 of "m", which has 1' in refusal(config)


def test_that_the_outer_models_word_on_what_leaves_counts() -> None:
    config = nested(2)
    mine = layer("Mine", "mine", node(tensor("x", [None, 4])), module="my.code")
    inner = config["config"]["layers"][1]["config"]
    inner["layers"][1] = mine
    inner["output_layers"] = [["mine", 0, 0]]
    after = layer("ReLU", "after", node(tensor("m", [None, 7])))
    config["config"]["layers"].append(after)
    config["config"]["output_layers"] = [["after", 0, 0]]
    assert read(config).by_id["m/mine"].output_shape == (None, 7)


def test_that_a_model_for_any_size_has_the_sizes_of_this_call() -> None:
    shape = [None, 4]
    config = nested(2)
    inner = config["config"]["layers"][1]["config"]
    inner["layers"] = [
        source(shape=(None, None)),
        layer("ReLU", "r", node(tensor("x", [None, None])), trainable=True),
        layer("Mine", "mine", node(tensor("r", [None, None])), module="my.code"),
        layer("Add", "end", node([tensor("mine", [None, 9]), tensor("r", [None, None])])),
    ]
    inner["output_layers"] = [["mine", 0, 0], ["r", 0, 0]]
    graph = read(config)
    assert graph.by_id["m/x"].output_shape == tuple(shape)
    assert graph.by_id["m/r"].output_shape == tuple(shape)
    assert graph.by_id["m/mine"].output_shape == (None, 9)  # as its own file says


def test_that_sequential_models_are_chains() -> None:
    first = bare("InputLayer", "in", batch_shape=[None, 6])
    graph = read(sequential(first, bare("Dense", "a", units=3), bare("ReLU", "b")))
    assert [(c.id, c.output_shape) for c in graph.calls] == [
        ("in", (None, 6)),
        ("a", (None, 3)),
        ("b", (None, 3)),
    ]
    assert graph.outputs == (TensorRef("b"),)
    assert graph.scopes == ()


def test_that_a_sequential_model_without_an_input_gets_one() -> None:
    dense = bare("Dense", "input", units=3)
    graph = read(sequential(dense))
    assert [(c.id, c.type, c.output_shape) for c in graph.calls] == [
        ("input_", "InputLayer", None),
        ("input", "Dense", None),
    ]
    graph = read(sequential(dense, build_input_shape=[None, 6]))
    assert [call.output_shape for call in graph.calls] == [(None, 6), (None, 3)]


def test_that_a_broken_sequential_model_is_refused() -> None:
    first = bare("InputLayer", "in", batch_shape=[None, 6])
    late = bare("InputLayer", "late", batch_shape=[None, 6])
    assert "follows other layers" in refusal(sequential(first, bare("ReLU", "b"), late))
    assert "two layers" in refusal(sequential(first, bare("ReLU", "b"), bare("ReLU", "b")))
    assert "size of" in refusal(sequential(bare("ReLU", "b"), build_input_shape=[None, -6]))
    assert "no layers" in refusal(sequential())


@pytest.mark.parametrize("config", [nested(3, calls=2), old_siamese()])
def test_that_structure_is_found_in_nested_models(config: Any) -> None:
    graph = read(config)
    assert structure_of(graph).graph == graph


def test_that_numbers_that_are_not_finite_are_texts() -> None:
    mask = layer("ReLU", "r", node(tensor("x", [None, 4])), threshold=float("-inf"),
                 other=float("nan"), quote='"NaN" \\ Infinity')  # fmt: skip
    graph = read(model([source(shape=(None, 4)), mask]))
    assert graph.by_id["r"].config["threshold"] == "-Infinity"
    assert graph.by_id["r"].config["other"] == "NaN"
    assert graph.by_id["r"].config["quote"] == '"NaN" \\ Infinity'
