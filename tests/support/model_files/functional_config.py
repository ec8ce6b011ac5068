"""Configuration of a Functional model, as Keras 3 writes it, from a graph made by hand."""

from __future__ import annotations

import json

from resnet_viz.graph.types import Graph, LayerCall, TensorRef
from tests.support.model_files.configs import JSON


def functional_config(graph: Graph) -> bytes:
    """The JSON of a graph without submodels whose layers are called once."""

    def tensor(ref: TensorRef) -> JSON:
        made = graph.by_id[ref.call].outputs[ref.output]
        config = {
            "shape": made.shape,
            "dtype": made.dtype,
            "keras_history": [ref.call, 0, ref.output],
        }
        return {"class_name": "__keras_tensor__", "config": config}

    def layer(call: LayerCall) -> JSON:
        tensors = [tensor(ref) for ref in call.inputs]
        args = tensors if len(tensors) < 2 else [tensors]
        return {
            "module": call.module,
            "class_name": call.type,
            "config": call.config,
            "registered_name": None,
            "name": call.layer,
            "inbound_nodes": [{"args": args, "kwargs": {}}] if tensors else [],
        }

    def ends(refs: tuple[TensorRef, ...]) -> list[list[str | int]]:
        return [[ref.call, 0, ref.output] for ref in refs]

    model = {
        "name": graph.name,
        "trainable": True,
        "layers": [layer(call) for call in graph.calls],
        "input_layers": ends(graph.inputs),
        "output_layers": ends(graph.outputs),
    }
    whole = {"module": "keras.src.models.functional", "class_name": "Functional", "config": model}
    return json.dumps({**whole, "registered_name": "Functional"}).encode()
