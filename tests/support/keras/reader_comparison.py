"""The reader's tensors, recorded and inferred, compared with Keras's own."""

from __future__ import annotations

from typing import Any

from resnet_viz.engine.inspection import live_tensors
from resnet_viz.graph.types import Graph, Tensor
from resnet_viz.reading.read import read_config
from tests.support.model_files.inference import inferred_outputs


def check(model: Any) -> Graph:
    """The graph of a live model as read, after comparing it with Keras; unknown is never wrong."""
    graph = read_config(model.to_json().encode(), where=model.name)
    in_keras = live_tensors(model)
    assert {call.id for call in graph.calls} == set(in_keras)
    for call in graph.calls:
        for ours, theirs in zip(call.outputs, in_keras[call.id], strict=False):
            assert _agree(ours, theirs), (call.id, ours, theirs)
    for refs, tensors in ((graph.inputs, model.inputs), (graph.outputs, model.outputs)):
        for ref, tensor in zip(refs, tensors, strict=True):
            assert graph.tensor(ref).shape in {None, tuple(tensor.shape)}
    for name, outputs in inferred_outputs(graph).items():
        assert len(outputs) <= len(in_keras[name]), name
        for ours, theirs in zip(outputs, in_keras[name], strict=False):
            assert _agree(ours, theirs), (name, ours, theirs)
    return graph


def _agree(ours: Tensor, theirs: Tensor) -> bool:
    return ours.shape in {None, theirs.shape} and ours.dtype in {None, theirs.dtype}
