"""Small configurations as Keras 3 writes them, put together by hand."""

from __future__ import annotations

import json
from typing import Any

JSON = dict[str, Any]


def tensor(
    layer: str, shape: list[Any], call: int = 0, output: int = 0, dtype: Any = "float32"
) -> JSON:
    config = {"shape": shape, "dtype": dtype, "keras_history": [layer, call, output]}
    return {"class_name": "__keras_tensor__", "config": config}


def node(*args: Any, **kwargs: Any) -> JSON:
    return {"args": list(args), "kwargs": kwargs}


def layer(
    kind: str, name: str, *nodes: JSON, module: str | None = "keras.layers", **config: Any
) -> JSON:
    return {
        "module": module,
        "class_name": kind,
        "config": {"name": name, "dtype": "float32", **config},
        "registered_name": None,
        "name": name,
        "inbound_nodes": list(nodes),
    }


def op(kind: str, name: str, *nodes: JSON, **config: Any) -> JSON:
    made = layer(kind, name, *nodes, module="keras.src.ops.numpy", **config)
    del made["config"]["dtype"]
    return made


def source(
    name: str = "x", shape: tuple[Any, ...] = (None, 8, 8, 4), dtype: str = "float32"
) -> JSON:
    return layer("InputLayer", name, batch_shape=list(shape)) | {
        "config": {"name": name, "batch_shape": list(shape), "dtype": dtype}
    }


def model(layers: list[JSON], inputs: Any = None, outputs: Any = None, name: str = "m") -> JSON:
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": {
            "name": name,
            "trainable": True,
            "layers": layers,
            "input_layers": [["x", 0, 0]] if inputs is None else inputs,
            "output_layers": [[layers[-1]["name"], 0, 0]] if outputs is None else outputs,
        },
        "registered_name": "Functional",
    }


def data(config: Any) -> bytes:
    return json.dumps(config).encode()


SHAPE = [None, 8, 8, 4]


def relu(name: str, of: str, call: int = 0, shape: list[Any] | None = None) -> JSON:
    return layer("ReLU", name, node(tensor(of, SHAPE if shape is None else shape, call)))


def residual() -> JSON:
    """x → relu a → relu b → add with a."""
    return model(
        [
            source(),
            relu("a", "x"),
            relu("b", "a"),
            layer("Add", "add", node([tensor("b", SHAPE), tensor("a", SHAPE)])),
        ]
    )
