"""Replay of a live model's calls on copies of its layers, with additions that keep some inputs.

Nested models and opened layers stay as they are unless such an addition is in them: then the calls
inside become calls of the model itself. Calls that lead to nothing any more are not made.
"""

from __future__ import annotations

from typing import Any

import keras
import msgspec

from resnet_viz.analysis.counterpart.removals import Kept
from resnet_viz.engine.counterpart.error_details import error_details
from resnet_viz.engine.counterpart.layer_copies import LayerCopies
from resnet_viz.engine.keras_nodes import (
    distinct_inputs,
    function_of,
    has_graph,
    names_of,
    nodes_of,
    passed_tensors,
    variables_of,
    wrapped_model,
)
from resnet_viz.engine.opening.following import shapes_by_call
from resnet_viz.engine.opening.layer_opening import known_size, open_call
from resnet_viz.engine.opening.openings import Closed, Openings
from resnet_viz.engine.tensor_sources import is_source
from resnet_viz.errors import ModelError, quoted


def replay(model: Any, openings: Openings, kept: Kept) -> Any:  # noqa: ANN401
    """Replay the functional ``model`` on copies of its layers, with their weights; a keras.Model.

    Args:
        model: functional or built Sequential; it is left as it is.
        openings: of ``opened_layers``.
        kept: inputs that additions keep, by call id.

    Raises:
        ModelError: a layer can't be copied, or an addition lies in one that can't be taken apart.
    """
    walk = _Walk(openings, kept, LayerCopies(model))
    function = function_of(model)
    walk.through(function, "", None)

    def new(tensor: Any) -> Any:  # noqa: ANN401
        return walk.values[id(tensor)]

    inputs = keras.tree.map_structure(new, function._inputs_struct)  # noqa: SLF001
    outputs = keras.tree.map_structure(new, function._outputs_struct)  # noqa: SLF001
    replayed = keras.Model(inputs, outputs, name=model.name)
    used = {id(operation) for operation in replayed.operations}
    walk.copies.copy_weights(used | walk.taken_apart)
    return replayed


class _Walk:
    """Walk through a model and what is taken apart in it, in the order of the calls.

    Attributes:
        values: the new tensors of the model itself, by ``id`` of the old.
        taken_apart: ``id`` of each copy of a layer whose inside was replayed.
    """

    def __init__(self, openings: Openings, kept: Kept, copies: LayerCopies) -> None:
        self._openings = openings
        self._kept = kept
        self.copies = copies
        self.values: dict[int, Any] = {}
        self.taken_apart: set[int] = set()

    def through(
        self,
        function: Any,  # noqa: ANN401
        prefix: str,
        passed: list[Any] | None,
        inside: Any = None,  # noqa: ANN401
    ) -> list[Any]:
        """Replay the calls of ``function``; returns its outputs.

        Args:
            function: a keras.Function.
            prefix: of the ids of its calls.
            passed: the tensors passed to it; None for the model itself.
            inside: the same function of a copied layer, whose own calls are replayed then.
        """
        source = function if inside is None else inside
        names = names_of(function)
        values: dict[int, Any] = {}
        if passed is not None:
            values |= zip(map(id, source.inputs), passed, strict=True)
        for (recorded, index), (node, _) in zip(nodes_of(function), nodes_of(source), strict=True):
            if node.is_input and passed is not None:
                continue
            name = names[id(recorded.operation)]
            call = prefix + (name if index == 0 else f"{name}:{index}")
            step = _ReplayStep(recorded, node, call, prefix + name, inside is not None)
            outputs = self._replayed(step, values)
            _check_shapes(recorded, outputs, call)
            values |= zip(map(id, node.output_tensors), outputs, strict=True)
        if passed is None:
            self.values = values
        return [values[id(tensor)] for tensor in source.outputs]

    def _replayed(self, step: _ReplayStep, values: dict[int, Any]) -> list[Any]:
        node, positions = step.node, self._kept.get(step.call)
        if self._is_taken_apart(step):
            return self._inside(step, values)
        if positions is not None:
            inputs = [values[id(node.input_tensors[position])] for position in positions]
            if len(inputs) == 1:
                return inputs
            args, kwargs = (inputs,), {}
        elif not node.is_input:
            args, kwargs = node.arguments.fill_in(values)
        copy = self._copy(step)
        made = copy.output if node.is_input else _called(copy, args, kwargs)
        outputs: list[Any] = keras.tree.flatten(made)
        return outputs

    def _copy(self, step: _ReplayStep) -> Any:  # noqa: ANN401
        take = self.copies.adopt if step.is_own else self.copies.copy_of
        return take(step.node.operation, step.name)

    def _is_taken_apart(self, step: _ReplayStep) -> bool:
        node = step.recorded
        if node.is_input or not any(join.startswith(f"{step.call}/") for join in self._kept):
            return False
        return id(node) in self._openings or has_graph(node.operation)

    def _inside(self, step: _ReplayStep, values: dict[int, Any]) -> list[Any]:
        node, prefix = step.node, f"{step.call}/"
        function = self._openings.get(id(step.recorded)) or function_of(step.recorded.operation)
        if has_graph(node.operation):
            passed = [values[id(tensor)] for tensor in passed_tensors(node)]
            own = function_of(node.operation) if step.is_own else None
            return self.through(function, prefix, passed, own)
        if wrapped_model(node.operation) is not None:
            raise ModelError(
                f"The layer {quoted(node.operation.name)} calls a model with shortcuts for each "
                "step; it can be drawn without them, but not be trained so."
            )
        # The layer is copied as a whole, then taken apart: only its class knows how to make what
        # it holds.
        args, kwargs = node.arguments.fill_in(values)
        copy = self._copy(step)
        _called(copy, args, kwargs)
        self.taken_apart.add(id(copy))
        called = copy._inbound_nodes[-1]  # noqa: SLF001
        try:
            opened = open_call(called)
        except Closed as error:
            raise ModelError(_not_alike(node.operation)) from error
        if len(nodes_of(opened)) != len(nodes_of(function)):
            raise ModelError(_not_alike(node.operation))
        _check_weights(called, opened)
        passed = [values[id(tensor)] for tensor in distinct_inputs(node)]
        with shapes_by_call(copy):
            return self.through(function, prefix, passed, opened)


class _ReplayStep(msgspec.Struct, frozen=True):
    """One call to replay.

    Attributes:
        recorded: its node in the original.
        node: the node that is replayed; ``recorded`` but in a copied layer.
        call: its id in the original.
        name: its layer's, with those around it.
        is_own: True in a copied layer: the operation is called itself.
    """

    recorded: Any
    node: Any
    call: str
    name: str
    is_own: bool


def _called(copy: Any, args: Any, kwargs: Any) -> Any:  # noqa: ANN401
    try:
        return copy(*args, **kwargs)
    except Exception as error:
        raise ModelError(_not_alike(copy), details=error_details(error)) from error


def _not_alike(layer: Any) -> str:  # noqa: ANN401
    return (
        f"A copy of the layer {quoted(layer.name)} can't be called as the layer was; the model can "
        "be drawn without its shortcuts, but not be trained so."
    )


def _check_weights(node: Any, opened: Any) -> None:  # noqa: ANN401
    """Raise if a layer's operations use its weights directly: nobody would train them then."""
    for inner, _index in nodes_of(opened):
        is_layer = hasattr(inner.operation, "weights") and not is_source(inner.operation)
        if is_source(inner.operation) or (variables_of(inner) and not is_layer):
            raise ModelError(
                f"The layer {quoted(node.operation.name)} adds inside and uses weights of its own "
                "there; it can be drawn without its shortcuts, but not be trained so."
            )


def _check_shapes(node: Any, outputs: list[Any], call: str) -> None:  # noqa: ANN401
    """Raise if the shapes differ, or sizes that stood in for unknown ones have come back."""
    for tensor, output in zip(node.output_tensors, outputs, strict=True):
        if any(known_size(size) != size for size in output.shape):
            raise ModelError(
                f"The call {quoted(call)} counts with its batch size or length in Python, which "
                "are open in this model; it can be drawn without its shortcuts, but not be "
                "trained so."
            )
        pairs = zip(tensor.shape, output.shape, strict=False)
        if len(tensor.shape) != len(output.shape) or any(
            None not in (old, new) and old != new for old, new in pairs
        ):
            raise ModelError(
                f"The call {quoted(call)} has another shape when it is made again, "
                f"{tuple(output.shape)} and not {tuple(tensor.shape)}; the model around it can be "
                "drawn without its shortcuts, but not be trained so."
            )
