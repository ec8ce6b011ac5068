"""Config of a live functional model with its layers opened, in Keras's format.

Keras's ``get_config`` fails if one layer's does, and does not describe the calls in a layer. Here a
layer without a usable config has its name only, and an opened layer is written as a nested model of
its class.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from resnet_viz.engine.keras_nodes import (
    distinct_inputs,
    function_of,
    is_of_model,
    names_of,
    nodes_of,
    passed_inputs,
    wrapped_model,
)
from resnet_viz.engine.opening.layer_opening import known_size
from resnet_viz.engine.tensor_sources import is_source, variable_of
from resnet_viz.graph.keras_classes import LAYERS_MODULE, OPERATIONS_MODULE, is_keras

if TYPE_CHECKING:
    from resnet_viz.engine.opening.openings import Openings

_Refs = dict[int, list[Any]]  # id(tensor) → [layer, call index, output index]


def live_config(model: Any, openings: Openings) -> dict[str, Any]:  # noqa: ANN401
    """Config of the functional or built Sequential ``model``, of JSON values only."""
    return _Writer(openings).model(model)


class _Writer:
    def __init__(self, openings: Openings) -> None:
        self._openings = openings

    def model(self, model: Any, function: Any = None) -> dict[str, Any]:  # noqa: ANN401
        """Config of a model; ``function`` is a copy of it for other sizes."""
        kind = "Sequential" if type(model).__name__ == "Sequential" else "Functional"
        config = self._function(function or function_of(model), model.name)
        return {"module": "keras", "class_name": kind, "config": config}

    def _function(self, function: Any, name: str) -> dict[str, Any]:  # noqa: ANN401
        is_opened = not is_of_model(function)
        names, nodes = names_of(function), nodes_of(function)
        refs: _Refs = {
            id(tensor): [names[id(node.operation)], index, output]
            for node, index in nodes
            for output, tensor in enumerate(node.output_tensors)
        }
        layers: dict[int, dict[str, Any]] = {}
        for node, _index in nodes:
            entry = layers.setdefault(id(node.operation), {})
            if not entry:
                entry |= self._layer(node, is_opened=is_opened) | {
                    "name": names[id(node.operation)],
                    "inbound_nodes": [],
                }
        for node, _index in sorted(nodes, key=lambda pair: pair[1]):
            if is_source(node.operation):
                layers[id(node.operation)]["inbound_nodes"].append({"args": [], "kwargs": {}})
            elif not node.is_input:
                call = self._call(node, refs, is_opened=is_opened)
                layers[id(node.operation)]["inbound_nodes"].append(call)
        return {
            "name": name,
            "layers": list(layers.values()),
            "input_layers": [refs[id(tensor)] for tensor in passed_inputs(function)],
            "output_layers": [self._output(tensor, nodes, refs) for tensor in function.outputs],
        }

    def _layer(self, node: Any, *, is_opened: bool) -> dict[str, Any]:  # noqa: ANN401
        operation = node.operation
        if function_of(operation) is not None:
            return self.model(operation, self._openings.get(id(node)))
        if id(node) in self._openings:
            config = self._function(self._openings[id(node)], operation.name)
            is_per_step = wrapped_model(operation) is not None
            return {
                **_described(operation),
                "config": config,
                "is_layer": True,
                "is_per_step": is_per_step,
            }
        described = _described(operation)
        # Inputs and operations that opening made may hold sizes that stand in for unknown ones.
        if is_opened and (node.is_input or not hasattr(operation, "weights")):
            described["config"] = _without_stand_ins(described["config"])
        return described

    def _call(self, node: Any, refs: _Refs, *, is_opened: bool) -> dict[str, Any]:  # noqa: ANN401
        if id(node) in self._openings and function_of(node.operation) is None:
            args: Any = ([*distinct_inputs(node)],)
            kwargs: Any = {}
        else:
            args, kwargs = node.arguments.args, node.arguments.kwargs
        call = {"args": _json(list(args), refs), "kwargs": _json(dict(kwargs), refs)}
        return _without_stand_ins(call) if is_opened else call

    def _output(self, tensor: Any, nodes: list[Any], refs: _Refs) -> list[Any]:  # noqa: ANN401
        """Reference of an output; Keras counts a nested model's own call there too."""
        layer, index, output = refs[id(tensor)]
        (node,) = (n for n, _ in nodes if any(tensor is own for own in n.output_tensors))
        is_model = function_of(node.operation) is not None or id(node) in self._openings
        is_sequential = type(node.operation).__name__ == "Sequential"
        return [layer, index + (is_model and not is_sequential), output]


def _described(operation: Any) -> dict[str, Any]:  # noqa: ANN401 - a layer or operation
    """Class and config as Keras writes them; only the name if Keras can't."""
    import keras

    if is_source(operation):
        class_name = "Constant" if variable_of(operation) is None else "Variable"
        config = {"name": operation.name}
        return {"module": OPERATIONS_MODULE, "class_name": class_name, "config": config}
    if type(operation) is keras.layers.Lambda and _passes_on(operation):
        config = {"name": operation.name}
        return {"module": LAYERS_MODULE, "class_name": "Identity", "config": config}
    try:
        described = keras.saving.serialize_keras_object(operation)
        config = dict(json.loads(json.dumps(described["config"], default=str)))
    except Exception:  # noqa: BLE001 - get_config of a user's class raises anything
        described, config = {}, {}
    kind = type(operation)
    return {
        "module": described.get("module", kind.__module__ if is_keras(kind.__module__) else None),
        "class_name": described.get("class_name", kind.__name__),
        "registered_name": described.get("registered_name"),
        "config": config or {"name": operation.name},
    }


def _passes_on(layer: Any) -> bool:  # noqa: ANN401 - a Lambda layer
    """Return whether the layer returns its very argument: "lambda x: x" (TCN)."""
    with contextlib.suppress(Exception):  # the user's code raises anything
        (tensor,) = layer._inbound_nodes[0].input_tensors  # noqa: SLF001
        return layer.call(tensor) is tensor
    return False


def _without_stand_ins(value: Any) -> Any:  # noqa: ANN401
    """JSON with null for sizes that stand in for unknown ones."""
    if isinstance(value, dict):
        return {key: _without_stand_ins(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_stand_ins(item) for item in value]
    return known_size(value)


def _json(value: Any, refs: _Refs) -> Any:  # noqa: ANN401
    """An argument of a call as JSON: tensors as references, constants by shape and dtype."""
    if id(value) in refs:
        return _tensor("__keras_tensor__", value, keras_history=refs[id(value)])
    converted: Any = str(value)
    if isinstance(value, list | tuple):
        converted = [_json(item, refs) for item in value]
    elif isinstance(value, dict):
        converted = {str(key): _json(item, refs) for key, item in value.items()}
    elif isinstance(value, slice):
        config = {"start": value.start, "stop": value.stop, "step": value.step}
        converted = {"class_name": "__slice__", "config": _json(config, refs)}
    elif value is Ellipsis:
        converted = {"class_name": "__ellipsis__", "config": {}}
    elif value is None or isinstance(value, bool | int | float | str):
        converted = value
    elif hasattr(value, "shape") and hasattr(value, "dtype"):
        converted = _tensor("__constant__", value)
    return converted


def _tensor(kind: str, tensor: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    import keras

    shape = [None if size is None else int(size) for size in tensor.shape]
    dtype = keras.backend.standardize_dtype(tensor.dtype)
    return {"class_name": kind, "config": {"shape": shape, "dtype": dtype, **more}}
