"""Access to the nodes in which Keras records a model's calls.

Keras keeps them in private attributes, the same since Keras 3.0, and offers no other access.
"""

from __future__ import annotations

import re
from typing import Any, Final
from weakref import WeakSet

from resnet_viz.engine.tensor_sources import is_source, variable_of

_OF_MODELS: Final[WeakSet[Any]] = WeakSet()
"""Functions that are copies of nested models for other sizes."""


def function_of(model: Any) -> Any:  # noqa: ANN401
    """The keras.Function in a functional or built Sequential model; None in anything else."""
    function = getattr(model, "_functional", None)
    if function is not None:
        return function
    return model if hasattr(model, "_nodes_by_depth") and hasattr(model, "inputs") else None


def has_graph(model: Any) -> bool:  # noqa: ANN401 - a keras.Model
    """True if Keras knows the calls in ``model``: if it is functional, or a built Sequential."""
    return function_of(model) is not None


def is_of_model(function: Any) -> bool:  # noqa: ANN401 - a keras.Function
    """True for a model's function, or a copy of it for other sizes; False for a layer's."""
    import keras

    return isinstance(function, keras.Model) or function in _OF_MODELS


def model_for_sizes(node: Any) -> Any:  # noqa: ANN401
    """The nested model that ``node`` calls, as a keras.Function of tensors of the call's sizes.

    None if it was made for these sizes. Its calls are recorded anew, each in its layer's list.
    """
    import keras

    function, passed = function_of(node.operation), passed_tensors(node)
    shapes = [
        tuple(inner if size is None else size for size, inner in zip(*pair, strict=True))
        for pair in zip([t.shape for t in passed], [t.shape for t in function.inputs], strict=True)
    ]
    if shapes == [tuple(tensor.shape) for tensor in function.inputs]:
        return None
    inputs = [
        keras.Input(batch_shape=shape, dtype=old.dtype, name=old._keras_history.operation.name)  # noqa: SLF001
        for shape, old in zip(shapes, function.inputs, strict=True)
    ]
    made = {id(old): new for old, new in zip(function.inputs, inputs, strict=True)}
    for inner, _index in nodes_of(function):
        if not inner.is_input:
            args, kwargs = inner.arguments.fill_in(made)
            outputs = keras.tree.flatten(inner.operation(*args, **kwargs))
            pairs = zip(inner.output_tensors, outputs, strict=True)
            made |= {id(old): new for old, new in pairs}
    copy = keras.Function(inputs, [made[id(tensor)] for tensor in function.outputs])
    _OF_MODELS.add(copy)
    return copy


def wrapped_model(layer: Any) -> Any:  # noqa: ANN401
    """The model with a graph in a TimeDistributed, which runs it once for each step; else None."""
    import keras

    if type(layer) is not keras.layers.TimeDistributed or not has_graph(layer.layer):
        return None
    return layer.layer


def nodes_of(function: Any) -> list[tuple[Any, int]]:  # noqa: ANN401
    """Nodes in topological order, each with the index of its call among its operation's."""
    members: dict[int, list[Any]] = {}
    ordered: list[Any] = []
    for depth in sorted(function._nodes_by_depth, reverse=True):  # noqa: SLF001
        for node in function._nodes_by_depth[depth]:  # noqa: SLF001
            ordered.append(node)
            members.setdefault(id(node.operation), []).append(node)
    call_index: dict[int, int] = {}
    for nodes in members.values():
        inbound = [id(node) for node in nodes[0].operation._inbound_nodes]  # noqa: SLF001
        for index, node in enumerate(sorted(nodes, key=lambda n: inbound.index(id(n)))):
            call_index[id(node)] = index
    return [(node, call_index[id(node)]) for node in ordered]


def names_of(function: Any) -> dict[int, str]:  # noqa: ANN401 - a keras.Function
    """Unique names of the operations in ``function`` by ``id(operation)``.

    In an opened layer, operations are named after their class: the names that Keras makes up
    count on from one trace to the next.
    """
    import keras

    is_model = is_of_model(function)
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


def variables_of(node: Any) -> list[Any]:  # noqa: ANN401 - a Keras node
    """Weights of the layer that ``node`` calls, or variables that its operation takes or is."""
    import keras

    arguments = keras.tree.flatten((node.arguments.args, node.arguments.kwargs))
    passed = [argument for argument in arguments if isinstance(argument, keras.Variable)]
    own = variable_of(node.operation)
    return [*getattr(node.operation, "weights", ()), *passed, *([] if own is None else [own])]


def passed_inputs(function: Any) -> list[Any]:  # noqa: ANN401 - a keras.Function
    """Inputs of a function that its caller passes: all but the sources."""
    return [t for t in function.inputs if not is_source(t._keras_history.operation)]  # noqa: SLF001


def distinct_inputs(node: Any) -> list[Any]:  # noqa: ANN401 - a Keras node
    """Input tensors of a call without repetitions, in the order of its arguments."""
    return list({id(tensor): tensor for tensor in node.input_tensors}.values())


def passed_tensors(node: Any) -> list[Any]:  # noqa: ANN401 - a Keras node
    """Tensors passed to a nested model, in the order of its inputs."""
    arguments = node.arguments
    inputs = arguments.args[0] if arguments.args else arguments.kwargs["inputs"]
    flatten = getattr(node.operation, "_flatten_to_reference_inputs", None)
    if flatten is None:
        import keras

        flatten = keras.tree.flatten
    return list(flatten(inputs))


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
