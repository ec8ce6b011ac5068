"""Inspection of a live Keras model: its calls with Keras's tensors, nested models flattened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from resnet_viz.engine.keras_nodes import (
    distinct_inputs,
    function_of,
    has_graph,
    is_of_model,
    names_of,
    nodes_of,
    passed_tensors,
    variables_of,
    wrapped_model,
)
from resnet_viz.engine.opening.layer_opening import known_size
from resnet_viz.engine.opening.openings import Openings
from resnet_viz.engine.tensor_sources import is_source
from resnet_viz.graph.types import LayerWeights, Scope, Tensor, TensorRef

_NO_WEIGHTS: Final = LayerWeights(shapes=(), trainable=())


class LiveCall(msgspec.Struct, frozen=True):
    """One call in a live model.

    Attributes:
        id, layer, call_index, scope: as in ``graph.types.LayerCall``.
        operation: the Keras layer or operation.
        weights: weights of the layer, or those that an operation in an opened layer takes and no
            layer that is called has.
        inputs, outputs: as in ``LayerCall``.
    """

    id: str
    layer: str
    call_index: int
    scope: str
    operation: Any
    weights: LayerWeights
    inputs: tuple[TensorRef, ...]
    outputs: tuple[Tensor, ...]


class LiveModel(msgspec.Struct, frozen=True):
    """Calls of a live model in topological order, its scopes, inputs and outputs.

    Attributes:
        same_layers: for layers that are called in several nested models, or in one and outside,
            the name of the layer's first call by its other names.
        closed: reasons why layers that hold layers stay closed, by ``LayerCall.layer``.
    """

    calls: tuple[LiveCall, ...]
    scopes: tuple[Scope, ...]
    inputs: tuple[TensorRef, ...]
    outputs: tuple[TensorRef, ...]
    same_layers: dict[str, str] = {}
    closed: dict[str, str] = {}

    @property
    def tensors(self) -> dict[str, tuple[Tensor, ...]]:
        """Outputs by call id."""
        return {call.id: call.outputs for call in self.calls}

    @property
    def weights(self) -> dict[str, LayerWeights]:
        """Weights of every layer, with those of the layers in it, by ``LayerCall.layer``."""
        weights: dict[str, LayerWeights] = {}
        for call in self.calls:
            weights.setdefault(call.layer, call.weights)
        return weights


def live_tensors(model: Any) -> dict[str, tuple[Tensor, ...]]:  # noqa: ANN401 - a keras.Model
    """Outputs of every call in ``model`` by call id; empty if Keras knows no calls.

    A layer may have been called for other models too; only nodes on a path between this model's
    inputs and outputs count. Ids are ours: the layer's name, ``name:1`` for its second call in the
    model, ``outer/inner`` in a nested one.
    """
    return inspect_model(model).tensors if has_graph(model) else {}


def inspect_model(model: Any, openings: Openings | None = None) -> LiveModel:  # noqa: ANN401
    """Inspect a functional or built Sequential model.

    Args:
        model: a keras.Model.
        openings: opened layers (see ``layer_opening``).
    """
    walk = _ModelWalk(Openings() if openings is None else openings)
    outputs = walk.through(model, _Prefix("", "", ""), None)
    weights = _weights(walk.nodes, {id(weight) for weight in model.trainable_weights})
    return LiveModel(
        calls=tuple(
            msgspec.structs.replace(call, weights=own)
            for call, own in zip(walk.calls, weights, strict=True)
        ),
        scopes=tuple(walk.scopes),
        inputs=tuple(walk.refs[id(tensor)] for tensor in function_of(model).inputs),
        outputs=tuple(value.ref for value in outputs),
        same_layers=_same_layers(walk.calls),
        closed=walk.closed,
    )


def _weights(nodes: list[Any], trainable: set[int]) -> Iterator[LayerWeights]:
    """Weights of each call, in the nodes' order; a variable counts for one operation only."""
    of_layers = {
        id(variable) for node in nodes for variable in getattr(node.operation, "weights", ())
    }
    owners: dict[int, int] = {}  # the operation that a variable counts for, both by id
    for node in nodes:
        operation = id(node.operation)
        is_layer = hasattr(node.operation, "weights") and not is_source(node.operation)
        weights = [
            variable
            for variable in variables_of(node)
            if is_layer
            or (
                id(variable) not in of_layers
                and owners.setdefault(id(variable), operation) == operation
            )
        ]
        yield LayerWeights(
            shapes=tuple(tuple(int(size) for size in weight.shape) for weight in weights),
            trainable=tuple(id(weight) in trainable for weight in weights),
        )


def _same_layers(calls: list[LiveCall]) -> dict[str, str]:
    names: dict[int, str] = {}
    same: dict[str, str] = {}
    for call in calls:
        if getattr(call.operation, "weights", ()):
            first = names.setdefault(id(call.operation), call.layer)
            if first != call.layer:
                same[call.layer] = first
    return same


class _Value(msgspec.Struct, frozen=True):
    """A tensor of the flattened model: Keras's spec of it, and a reference to our call."""

    spec: Any
    ref: TensorRef


class _Prefix(msgspec.Struct, frozen=True):
    """Prefixes of call ids and layer names in a nested model, and its scope."""

    ids: str
    layers: str
    scope: str


class _ModelWalk:
    """Walk through nested models and opened layers, once for each call of one."""

    def __init__(self, openings: Openings) -> None:
        self._openings = openings
        self._opened = {id(each) for each in openings.values() if not is_of_model(each)}
        self.calls: list[LiveCall] = []
        self.nodes: list[Any] = []  # of the calls
        self.scopes: list[Scope] = []
        self.refs: dict[int, TensorRef] = {}
        self.closed: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def through(self, model: Any, prefix: _Prefix, passed: list[_Value] | None) -> list[_Value]:  # noqa: ANN401
        """Walk ``model`` with the tensors ``passed`` to it; returns its outputs."""
        function = function_of(model)
        names = names_of(function)
        values: dict[int, _Value] = {}
        input_index = {id(tensor): index for index, tensor in enumerate(function.inputs)}
        for node, index in nodes_of(function):
            operation = node.operation
            name = names[id(operation)]
            layer = prefix.layers + name
            call_id = prefix.ids + (name if index == 0 else f"{name}:{index}")
            count = self._counts.get(layer, 0)
            self._counts[layer] = count + 1
            if id(node) in self._openings or (not node.is_input and has_graph(operation)):
                outputs = self._nested(node, call_id, layer, count, prefix, values)
            else:
                inputs = [values[id(tensor)] for tensor in node.input_tensors]
                if node.is_input and passed is not None and not is_source(operation):
                    inputs = [passed[input_index[id(tensor)]] for tensor in node.output_tensors]
                specs = _output_specs(node, inputs, values, is_opened=id(model) in self._opened)
                outputs = [_Value(spec, TensorRef(call_id, n)) for n, spec in enumerate(specs)]
                self.nodes.append(node)
                if id(node) in self._openings.closed:
                    self.closed[layer] = self._openings.closed[id(node)]
                self.calls.append(
                    LiveCall(
                        id=call_id,
                        layer=layer,
                        call_index=count,
                        scope=prefix.scope,
                        operation=operation,
                        weights=_NO_WEIGHTS,
                        inputs=tuple(value.ref for value in inputs),
                        outputs=tuple(_tensor(value.spec) for value in outputs),
                    )
                )
            for tensor, value in zip(node.output_tensors, outputs, strict=True):
                values[id(tensor)] = value
                if passed is None:
                    self.refs[id(tensor)] = value.ref
        return [values[id(tensor)] for tensor in function.outputs]

    def _nested(
        self,
        node: Any,  # noqa: ANN401
        scope: str,
        layer: str,
        count: int,
        prefix: _Prefix,
        values: dict[int, _Value],
    ) -> list[_Value]:
        kind, is_model = type(node.operation).__name__, has_graph(node.operation)
        if is_model:
            kind = kind if kind == "Sequential" else "Functional"
        recorded = passed_tensors(node) if is_model else distinct_inputs(node)
        passed = [values[id(tensor)] for tensor in recorded]
        is_per_step = wrapped_model(node.operation) is not None
        scope_index = len(self.scopes)
        self.scopes.append(
            Scope(
                id=scope,
                layer=layer,
                call_index=count,
                type=kind,
                parent=prefix.scope,
                inputs=tuple(value.ref for value in passed),
                outputs=(),
                is_layer=not is_model,
                is_per_step=is_per_step,
            )
        )
        inner = self._openings.get(id(node), node.operation)
        outputs = self.through(inner, _Prefix(f"{scope}/", f"{layer}/", scope), passed)
        if is_per_step:
            outputs = [self._of_all_steps(node, passed[0], outputs[0])]
        self.scopes[scope_index] = msgspec.structs.replace(
            self.scopes[scope_index], outputs=tuple(value.ref for value in outputs)
        )
        if not _match(passed, recorded):
            return outputs
        return [
            _Value(spec, value.ref)
            for spec, value in zip(node.output_tensors, outputs, strict=True)
        ]

    def _of_all_steps(self, node: Any, passed: _Value, output: _Value) -> _Value:  # noqa: ANN401
        """The output of the call before, which stacks all steps' outputs, in its right shape."""
        spec = node.operation.compute_output_spec(passed.spec)
        last = self.calls[-1]
        self.calls[-1] = msgspec.structs.replace(last, outputs=(_tensor(spec),))
        return _Value(spec, output.ref)


def _match(values: list[_Value], recorded: list[Any]) -> bool:
    """True if ``values`` have the shapes and dtypes of the tensors that Keras recorded."""
    return len(values) == len(recorded) and all(
        tuple(value.spec.shape) == tuple(tensor.shape) and value.spec.dtype == tensor.dtype
        for value, tensor in zip(values, recorded, strict=True)
    )


def _output_specs(
    node: Any,  # noqa: ANN401
    inputs: list[_Value],
    values: dict[int, _Value],
    *,
    is_opened: bool,
) -> list[Any]:
    """Outputs of the call for these inputs: as recorded, or computed by Keras again.

    In an opened layer constants may have sizes that stood in for unknown ones: then as recorded.
    """
    if node.is_input:
        return [_input_spec(inputs[0].spec, t) if inputs else t for t in node.output_tensors]
    if _match(inputs, node.input_tensors):
        return list(node.output_tensors)
    import keras

    specs = {key: value.spec for key, value in values.items()}
    args, kwargs = node.arguments.fill_in(specs)
    try:
        found = list(keras.tree.flatten(node.operation.compute_output_spec(*args, **kwargs)))
    except Exception:
        if not is_opened:
            raise
        return list(node.output_tensors)
    if is_opened and any(known_size(size) != size for spec in found for size in spec.shape):
        return list(node.output_tensors)
    return found


def _input_spec(passed: Any, declared: Any) -> Any:  # noqa: ANN401
    """Input of a nested model: the sizes of the tensor passed to it, in the declared dtype."""
    import keras

    shape = [
        inner if size is None else size
        for size, inner in zip(passed.shape, declared.shape, strict=True)
    ]
    return keras.KerasTensor(shape, dtype=declared.dtype)


def _tensor(tensor: Any) -> Tensor:  # noqa: ANN401 - a keras.KerasTensor
    sizes = tuple(None if size is None else int(size) for size in tensor.shape)
    return Tensor(shape=sizes, dtype=str(tensor.dtype))
