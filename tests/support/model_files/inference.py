"""Shape inference alone, without the tensors that a file has recorded."""

from __future__ import annotations

from resnet_viz.graph.types import Graph, Tensor
from resnet_viz.reading.shape_inference.infer import infer_outputs

_UNKNOWN = Tensor(None, None)


def inferred_outputs(graph: Graph) -> dict[str, tuple[Tensor, ...]]:
    """Every call's outputs by rules alone, from nothing but the tensors of the model's inputs."""
    inferred: dict[str, tuple[Tensor, ...]] = {}
    for call in graph.calls:
        inputs = [
            (*inferred[ref.call], *[_UNKNOWN] * (ref.output + 1))[ref.output] for ref in call.inputs
        ]
        if call.type == "InputLayer":
            inferred[call.id] = tuple(inputs) or call.outputs
        else:
            inferred[call.id] = infer_outputs(
                call.type, call.module, call.config, call.arguments, inputs
            )
    return inferred
