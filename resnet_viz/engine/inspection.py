"""Walks a live Keras model: its calls, models inside it laid flat, and what Keras says they make.

Keras keeps the graph in attributes with an underscore, the same since Keras 3.0, and offers no
other way to it; they are touched in this module only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from resnet_viz.graph.types import LayerWeights, Scope, Tensor, TensorRef


class LiveCall(msgspec.Struct, frozen=True):
    """One call in a live model.

    Attributes:
        id, layer, call_index, scope: as in ``graph.values.LayerCall``.
        operation: the Keras layer or operation.
        weights: of the layer, or those that an operation in an opened layer takes.
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
    """All calls of a live model in an order that can be computed, and its scopes and borders."""

    calls: tuple[LiveCall, ...]
    scopes: tuple[Scope, ...]
    inputs: tuple[TensorRef, ...]
    outputs: tuple[TensorRef, ...]

    @property
    def tensors(self) -> dict[str, tuple[Tensor, ...]]:
        """Call id → its outputs."""
        return {call.id: call.outputs for call in self.calls}


def is_open(model: Any) -> bool:  # noqa: ANN401 - a keras.Model
    """Whether Keras knows what is inside: a functional model, or a Sequential that is built."""
    return function_of(model) is not None


def live_weights(live: LiveModel) -> dict[str, LayerWeights]:
    """By ``LayerCall.layer`` the weights of every layer, those of layers in it included."""
    weights: dict[str, LayerWeights] = {}
    for call in live.calls:
        weights.setdefault(call.layer, call.weights)
    return weights


def variables_of(node: Any) -> list[Any]:  # noqa: ANN401 - a Keras node
    """The weights of the layer that ``node`` calls, or the variables that an operation takes."""
    import keras

    arguments = keras.tree.flatten((node.arguments.args, node.arguments.kwargs))
    taken = [each for each in arguments if isinstance(each, keras.Variable)]
    return [*getattr(node.operation, "weights", ()), *taken]


def distinct_inputs(node: Any) -> list[Any]:  # noqa: ANN401 - a Keras node
    """The tensors that a call takes, each once, in the order of its arguments."""
    return list({id(tensor): tensor for tensor in node.input_tensors}.values())


def names_of(function: Any) -> dict[int, str]:  # noqa: ANN401 - a keras.Function
    """By ``id(operation)`` names that are unique in ``function``.

    In an opened layer, operations are named after their class: the names that Keras makes up
    count on from one trace to the next.
    """
    import keras

    is_model = isinstance(function, keras.Model)
    names: dict[int, str] = {}
    taken: set[str] = set()
    for node, _index in nodes_of(function):
        operation = node.operation
        if id(operation) in names:
            continue
        is_named = is_model or isinstance(operation, keras.layers.Layer)
        name = base = operation.name if is_named else _snake_case(type(operation).__name__)
        count = 0
        while name in taken:
            count += 1
            name = f"{base}_{count}"
        taken.add(name)
        names[id(operation)] = name
    return names


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def live_tensors(model: Any) -> dict[str, tuple[Tensor, ...]]:  # noqa: ANN401 - a keras.Model
    """Call id → its outputs, for every call that belongs to ``model``; empty if Keras is blind.

    A layer may have been called for other models too; only nodes on a way to this model's inputs
    and outputs count. Ids are ours: the layer's name, ``name:1`` for its second call in the model,
    ``outer/inner`` in a nested one.
    """
    if not is_open(model):
        return {}
    return inspect(model).tensors


def inspect(model: Any, openings: Mapping[int, Any] | None = None) -> LiveModel:  # noqa: ANN401
    """Everything in the functional or built Sequential ``model``.

    Args:
        model: a keras.Model.
        openings: by ``id(node)`` the functions of layers to look into (see ``layer_opening``).
    """
    walk = _ModelWalk(openings or {}, {id(weight) for weight in model.trainable_weights})
    flows = walk.through(model, _Place("", "", ""), None)
    entrances = (walk.refs[id(tensor)] for tensor in function_of(model).inputs)
    return LiveModel(
        calls=tuple(walk.calls),
        scopes=tuple(walk.scopes),
        inputs=tuple(entrances),
        outputs=tuple(flow.ref for flow in flows),
    )


class _Flow(msgspec.Struct, frozen=True):
    """A tensor that really flows: Keras's spec of it and which call of ours makes it."""

    spec: Any
    ref: TensorRef


class _Place(msgspec.Struct, frozen=True):
    """Where in the models we are: what precedes ids and layer names, and the scope."""

    ids: str
    layers: str
    scope: str


class _ModelWalk:
    """Goes through models in models, each call of a nested one anew."""

    def __init__(self, openings: Mapping[int, Any], trainable: set[int]) -> None:
        self._openings = openings
        self._trainable = trainable
        self._owners: dict[int, str] = {}  # by id(variable) the layer that it counts for
        self.calls: list[LiveCall] = []
        self.scopes: list[Scope] = []
        self.refs: dict[int, TensorRef] = {}
        self._counts: dict[str, int] = {}

    def through(self, model: Any, place: _Place, entering: list[_Flow] | None) -> list[_Flow]:  # noqa: ANN401
        """Walk ``model`` with the tensors that enter it; the ones that leave."""
        function = function_of(model)
        names = names_of(function)
        flows: dict[int, _Flow] = {}
        entrances = {id(tensor): n for n, tensor in enumerate(function.inputs)}
        for node, index in nodes_of(function):
            operation = node.operation
            name = names[id(operation)] if index == 0 else f"{names[id(operation)]}:{index}"
            here, layer = place.ids + name, place.layers + names[id(operation)]
            given = [flows[id(tensor)] for tensor in node.input_tensors]
            if node.is_input and entering is not None:
                given = [entering[entrances[id(tensor)]] for tensor in node.output_tensors]
            count = self._counts.get(layer, 0)
            self._counts[layer] = count + 1
            if id(node) in self._openings or (not node.is_input and is_open(operation)):
                made = self._nested(node, here, layer, count, place, flows)
            else:
                made = [
                    _Flow(spec, TensorRef(here, n))
                    for n, spec in enumerate(_made(node, given, flows))
                ]
                tensors = tuple(_tensor(flow.spec) for flow in made)
                inputs = tuple(flow.ref for flow in given)
                weights = self._weights(node, layer)
                self.calls.append(
                    LiveCall(here, layer, count, place.scope, operation, weights, inputs, tensors)
                )
            for tensor, flow in zip(node.output_tensors, made, strict=True):
                flows[id(tensor)] = flow
                if entering is None:
                    self.refs[id(tensor)] = flow.ref
        return [flows[id(tensor)] for tensor in function.outputs]

    def _nested(
        self,
        node: Any,  # noqa: ANN401
        scope: str,
        layer: str,
        count: int,
        place: _Place,
        flows: dict[int, _Flow],
    ) -> list[_Flow]:
        opened = self._openings.get(id(node))
        if opened is None:
            entering = _entering(node, flows)
        else:
            entering = [flows[id(tensor)] for tensor in distinct_inputs(node)]
        number = len(self.scopes)
        inputs = tuple(flow.ref for flow in entering)
        kind = type(node.operation).__name__
        if opened is None and kind != "Sequential":
            kind = "Functional"
        is_layer = opened is not None
        self.scopes.append(Scope(scope, layer, count, kind, place.scope, inputs, (), is_layer))
        inner = node.operation if opened is None else opened
        made = self.through(inner, _Place(f"{scope}/", f"{layer}/", scope), entering)
        self.scopes[number] = msgspec.structs.replace(
            self.scopes[number], outputs=tuple(flow.ref for flow in made)
        )
        recorded = node.input_tensors if opened is None else distinct_inputs(node)
        if _are_same(entering, recorded):
            specs = node.output_tensors
        else:
            specs = [flow.spec for flow in made]
        return [_Flow(spec, flow.ref) for spec, flow in zip(specs, made, strict=True)]

    def _weights(self, node: Any, layer: str) -> LayerWeights:  # noqa: ANN401
        """Shapes of the call's weights, each variable counted for one layer only."""
        is_layer = hasattr(node.operation, "weights")
        weights = [
            each
            for each in variables_of(node)
            if is_layer or self._owners.setdefault(id(each), layer) == layer
        ]
        return LayerWeights(
            shapes=tuple(tuple(int(size) for size in weight.shape) for weight in weights),
            trainable=tuple(id(weight) in self._trainable for weight in weights),
        )


def function_of(model: Any) -> Any:  # noqa: ANN401
    """The keras.Function inside a functional or built Sequential model; None in other things."""
    inner = getattr(model, "_functional", None)
    if inner is not None:
        return inner
    return model if hasattr(model, "_nodes_by_depth") and hasattr(model, "inputs") else None


def nodes_of(function: Any) -> list[tuple[Any, int]]:  # noqa: ANN401
    """The nodes in an order that can be computed, each with which call of its operation it is."""
    members: dict[int, list[Any]] = {}
    ordered: list[Any] = []
    for depth in sorted(function._nodes_by_depth, reverse=True):  # noqa: SLF001
        for node in function._nodes_by_depth[depth]:  # noqa: SLF001
            ordered.append(node)
            members.setdefault(id(node.operation), []).append(node)
    index: dict[int, int] = {}
    for nodes in members.values():
        everything = [id(node) for node in nodes[0].operation._inbound_nodes]  # noqa: SLF001
        for number, node in enumerate(sorted(nodes, key=lambda n: everything.index(id(n)))):
            index[id(node)] = number
    return [(node, index[id(node)]) for node in ordered]


def _are_same(flows: list[_Flow], recorded: list[Any]) -> bool:
    return len(flows) == len(recorded) and all(
        tuple(flow.spec.shape) == tuple(tensor.shape) and flow.spec.dtype == tensor.dtype
        for flow, tensor in zip(flows, recorded, strict=True)
    )


def _made(node: Any, given: list[_Flow], flows: dict[int, _Flow]) -> list[Any]:  # noqa: ANN401
    """What the call makes of what it is given here: as recorded, or asked of Keras anew."""
    if node.is_input:
        return [_entered(given[0].spec, t) if given else t for t in node.output_tensors]
    if _are_same(given, node.input_tensors):
        return list(node.output_tensors)
    import keras

    specs = {key: flow.spec for key, flow in flows.items()}
    args, kwargs = node.arguments.fill_in(specs)
    return list(keras.tree.flatten(node.operation.compute_output_spec(*args, **kwargs)))


def _entered(outer: Any, declared: Any) -> Any:  # noqa: ANN401
    """The tensor inside an entrance: the outer one's sizes, in the declared type."""
    import keras

    shape = [
        inner if size is None else size
        for size, inner in zip(outer.shape, declared.shape, strict=True)
    ]
    return keras.KerasTensor(shape, dtype=declared.dtype)


def _entering(node: Any, flows: dict[int, _Flow]) -> list[_Flow]:  # noqa: ANN401
    """The tensors that enter a nested model, in the order of its inputs."""
    arguments = node.arguments
    given = arguments.args[0] if arguments.args else arguments.kwargs["inputs"]
    flatten = getattr(node.operation, "_flatten_to_reference_inputs", None)
    if flatten is None:
        import keras

        flatten = keras.tree.flatten
    return [flows[id(tensor)] for tensor in flatten(given)]


def _tensor(tensor: Any) -> Tensor:  # noqa: ANN401 - a keras.KerasTensor
    sizes = tuple(None if size is None else int(size) for size in tensor.shape)
    return Tensor(shape=sizes, dtype=str(tensor.dtype))
