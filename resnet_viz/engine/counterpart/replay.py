"""Replay of a live model's calls on copies of its layers, with additions that keep some inputs.

Nested models and opened layers stay as they are unless such an addition is in them: then the calls
inside become calls of the model itself. Calls that lead to nothing any more are not made.
"""

from __future__ import annotations

from typing import Any

import keras
import msgspec

from resnet_viz.analysis.counterpart.removals import Kept
from resnet_viz.engine.counterpart.layer_copies import LayerCopies
from resnet_viz.engine.keras_nodes import (
    distinct_inputs,
    function_of,
    has_graph,
    names_of,
    nodes_of,
    passed_tensors,
    variables_of,
)
from resnet_viz.engine.layer_opening import Openings
from resnet_viz.errors import ModelError, quoted


class Replayed(msgspec.Struct, frozen=True):
    """A replayed model.

    Attributes:
        model: the keras.Model.
        calls: ids of its calls by their ids in the original; a nested model that stayed as it is
            has the id of its own call.
    """

    model: Any
    calls: dict[str, str]


def replay(model: Any, openings: Openings, kept: Kept) -> Replayed:  # noqa: ANN401
    """Replay the functional ``model`` on copies of its layers, with their weights.

    Args:
        model: functional or built Sequential; it is left as it is.
        openings: of ``opened_layers``.
        kept: inputs that additions keep, by call id.

    Raises:
        ModelError: a layer can't be copied, or an addition lies in one that can't be taken apart.
    """
    walk = _Walk(openings, kept, LayerCopies(model))
    function = function_of(model)
    values = walk.through(function, "", None)

    def new(tensor: Any) -> Any:  # noqa: ANN401
        return values[id(tensor)]

    inputs = keras.tree.map_structure(new, function._inputs_struct)  # noqa: SLF001
    outputs = keras.tree.map_structure(new, function._outputs_struct)  # noqa: SLF001
    replayed = keras.Model(inputs, outputs, name=model.name)
    walk.copies.copy_weights({id(operation) for operation in replayed.operations})
    return Replayed(replayed, _ids(replayed, walk.outputs))


def _ids(model: Any, outputs: dict[str, Any]) -> dict[str, str]:  # noqa: ANN401
    """Ids of the calls in ``model`` by the keys of ``outputs``, their first output tensors."""
    names = names_of(model)
    by_tensor: dict[int, str] = {}
    for node, index in nodes_of(model):
        name = names[id(node.operation)]
        for tensor in node.output_tensors:
            by_tensor[id(tensor)] = f"{name}:{index}" if index else name
    return {call: by_tensor[id(out)] for call, out in outputs.items() if id(out) in by_tensor}


class _Walk:
    """Walk through a model and what is taken apart in it, in the order of the calls.

    Attributes:
        outputs: the first output of each replayed call, by the call's id in the original.
    """

    def __init__(self, openings: Openings, kept: Kept, copies: LayerCopies) -> None:
        self._openings = openings
        self._kept = kept
        self.copies = copies
        self.outputs: dict[str, Any] = {}

    def through(self, function: Any, prefix: str, passed: list[Any] | None) -> dict[int, Any]:  # noqa: ANN401
        """Replay the calls of ``function``; returns the new tensors by the ids of the old.

        Args:
            function: a keras.Function.
            prefix: of the ids of its calls.
            passed: the tensors passed to it; None for the model itself.
        """
        names = names_of(function)
        values: dict[int, Any] = {}
        if passed is not None:
            values |= zip(map(id, function.inputs), passed, strict=True)
        for node, index in nodes_of(function):
            if node.is_input and passed is not None:
                continue
            name = names[id(node.operation)]
            call = prefix + (name if index == 0 else f"{name}:{index}")
            outputs = self._replayed(node, call, prefix + name, values)
            _check_shapes(node, outputs, call)
            values |= zip(map(id, node.output_tensors), outputs, strict=True)
        return values

    def _replayed(self, node: Any, call: str, name: str, values: dict[int, Any]) -> list[Any]:  # noqa: ANN401
        if self._is_taken_apart(node, call):
            return self._inside(node, call, values)
        positions = self._kept.get(call)
        if positions is not None:
            inputs = [values[id(node.input_tensors[position])] for position in positions]
            if len(inputs) == 1:
                return inputs
            args, kwargs = (inputs,), {}
        elif not node.is_input:
            args, kwargs = node.arguments.fill_in(values)
        copy = self.copies.copy_of(node.operation, name)
        made = copy.output if node.is_input else copy(*args, **kwargs)
        outputs: list[Any] = keras.tree.flatten(made)
        self.outputs[call] = outputs[0]
        return outputs

    def _is_taken_apart(self, node: Any, call: str) -> bool:  # noqa: ANN401
        if node.is_input or not any(join.startswith(f"{call}/") for join in self._kept):
            return False
        return id(node) in self._openings or has_graph(node.operation)

    def _inside(self, node: Any, call: str, values: dict[int, Any]) -> list[Any]:  # noqa: ANN401
        opened = self._openings.get(id(node))
        if opened is None:
            function = function_of(node.operation)
            passed = [values[id(tensor)] for tensor in passed_tensors(node)]
        else:
            function = opened
            passed = [values[id(tensor)] for tensor in distinct_inputs(node)]
            _check_weights(node, opened)
        inside = self.through(function, f"{call}/", passed)
        return [inside[id(tensor)] for tensor in function.outputs]


def _check_weights(node: Any, opened: Any) -> None:  # noqa: ANN401
    """Raise if a layer's operations use its weights directly: nobody would train them then."""
    for inner, _index in nodes_of(opened):
        if not hasattr(inner.operation, "weights") and variables_of(inner):
            raise ModelError(
                f"The layer {quoted(node.operation.name)} adds inside and uses weights of its own "
                "there; it can be drawn without its shortcuts, but not be trained so."
            )


def _check_shapes(node: Any, outputs: list[Any], call: str) -> None:  # noqa: ANN401
    """Raise if sizes that stood in for unknown ones while a layer was opened have come back."""
    for tensor, output in zip(node.output_tensors, outputs, strict=True):
        pairs = zip(tensor.shape, output.shape, strict=False)
        if len(tensor.shape) != len(output.shape) or any(
            None not in (old, new) and old != new for old, new in pairs
        ):
            raise ModelError(
                f"The call {quoted(call)} has another shape when it is made again, "
                f"{tuple(output.shape)} and not {tuple(tensor.shape)}; the model around it can be "
                "drawn without its shortcuts, but not be trained so."
            )
