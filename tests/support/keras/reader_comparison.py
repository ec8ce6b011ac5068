"""Lays what the rules alone say beside Keras's own tensors."""

from __future__ import annotations

from typing import Any

from resnet_viz.engine.inspection import live_tensors
from resnet_viz.graph.types import Graph, Tensor
from resnet_viz.reading.read import read_config
from resnet_viz.reading.shape_inference.infer import infer_outputs


def by_rules(graph: Graph) -> dict[str, tuple[Tensor, ...]]:
    """Every call's outputs by rules alone: nothing that the file has recorded but the inputs."""
    found: dict[str, tuple[Tensor, ...]] = {}
    for call in graph.calls:
        if call.type == "InputLayer" and not call.inputs:
            found[call.id] = call.outputs
            continue
        inputs = [_output(found[ref.call], ref.output) for ref in call.inputs]
        if call.type == "InputLayer":
            found[call.id] = (inputs[0],)
        else:
            found[call.id] = infer_outputs(
                call.type, call.module, call.config, call.arguments, inputs
            )
    return found


def _output(outputs: tuple[Tensor, ...], index: int) -> Tensor:
    return outputs[index] if index < len(outputs) else Tensor(None, None)


def wrong(graph: Graph, theirs: dict[str, tuple[Tensor, ...]]) -> list[str]:
    """What the rules say that Keras doesn't; unknown is never wrong."""
    found = []
    for name, outputs in by_rules(graph).items():
        for index, tensor in enumerate(outputs):
            if index >= len(theirs[name]):
                found.append(f"{name} has {len(theirs[name])} outputs, not {len(outputs)}")
                break
            keras = theirs[name][index]
            if tensor.shape not in (None, keras.shape) or tensor.dtype not in (None, keras.dtype):
                found.append(f"{name}.{index}: {tensor} by rule, {keras} in Keras")
    return found


def check(model: Any) -> Graph:
    """Reader and rules against Keras on a live model; the graph read."""
    graph = read_config(model.to_json().encode(), where=model.name)
    theirs = live_tensors(model)
    assert {call.id for call in graph.calls} == set(theirs)
    for call in graph.calls:
        for ours, keras in zip(call.outputs, theirs[call.id], strict=False):
            assert ours.shape in (None, keras.shape), (call.id, ours, keras)
            assert ours.dtype in (None, keras.dtype), (call.id, ours, keras)
    assert wrong(graph, theirs) == []
    return graph
