"""Equal calls: one is computed for all, and what differs in anything that counts is not equal."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from resnet_viz.graph.equal_calls import once_for_equal, shared_result
from resnet_viz.graph.types import Graph, LayerCall, LayerWeights, Scope, Tensor, TensorRef
from tests.support.graphs.tangled import chain

GRAPH = chain(3)  # three equal convolutions


def numbers(graph: Graph) -> list[int]:
    return [graph.equality_numbers[f"conv_{number}"] for number in range(3)]


def with_second(**changes: Any) -> Graph:
    """The chain with other fields of its second convolution."""
    calls = tuple(replace(call, **changes) if call.id == "conv_1" else call for call in GRAPH.calls)
    return replace(GRAPH, calls=calls)


def test_that_equal_calls_are_computed_once() -> None:
    seen: list[str] = []

    def compute(call: LayerCall) -> str:
        seen.append(call.id)
        return call.type

    once = once_for_equal(GRAPH, compute)
    assert [once(call) for call in GRAPH.calls] == ["InputLayer", *["Conv2D"] * 3]
    assert seen == ["input", "conv_0"]


def test_that_a_name_in_the_configuration_does_not_count() -> None:
    assert len(set(numbers(with_second(config={**GRAPH.calls[2].config, "name": "other"})))) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"config": {**GRAPH.calls[2].config, "filters": 8}},
        {"type": "Conv1D"},
        {"module": "mine"},
        {"registered": "mine>Conv2D"},
        {"is_guessed": True},
        {"arguments": {"training": True}},
        {"inputs": (TensorRef("conv_0"), TensorRef("conv_0"))},
        {"outputs": (Tensor((None, 8, 8, 4), "float16"),)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_that_calls_that_differ_are_not_equal(changes: dict[str, Any]) -> None:
    first, second, _ = numbers(with_second(**changes))
    assert first != second


def test_that_calls_with_other_inputs_are_not_equal() -> None:
    graph = with_second(outputs=(Tensor((None, 4, 4, 4), "float32"),))
    first, _, third = numbers(graph)
    assert first != third  # which takes the smaller tensor


def test_that_a_repeated_tensor_is_not_equal_to_two() -> None:
    pair = (TensorRef("conv_0"), TensorRef("input"))
    twice = (TensorRef("conv_0"), TensorRef("conv_0"))
    calls = tuple(
        replace(call, inputs=pair if call.id == "conv_1" else twice)
        if call.id in {"conv_1", "conv_2"}
        else call
        for call in GRAPH.calls
    )
    _, second, third = numbers(replace(GRAPH, calls=calls))
    assert second != third


def test_that_calls_with_other_weights_or_steps_are_not_equal() -> None:
    weighted = replace(GRAPH, weights={"conv_1": LayerWeights(((3, 3, 4, 4), (4,)))})
    first, second, third = numbers(weighted)
    assert first == third != second
    scopes = (
        Scope("steps", "steps", 0, "TimeDistributed", "", (TensorRef("input"),), (), True, True),
        Scope("steps/model", "steps/model", 0, "Functional", "steps", (), ()),
    )
    stepped = replace(with_second(scope="steps/model"), scopes=scopes)
    first, second, third = numbers(stepped)
    assert first == third != second


def test_that_a_shared_result_is_kept_for_calls_of_the_graph_only() -> None:
    seen: list[str] = []

    def compute(call: LayerCall, _graph: Graph) -> str:
        seen.append(call.id)
        return call.type

    graph = chain(3)
    for call in graph.calls[1:]:
        assert shared_result(graph, call, compute) == "Conv2D"
    assert seen == ["conv_0"]
    assert shared_result(graph, replace(graph.calls[2], type="Dense"), compute) == "Dense"
