"""Access to the nodes in which Keras records a model's calls.

Keras keeps them in private attributes, the same since Keras 3.0, and offers no other access.
"""

from __future__ import annotations

import re
from typing import Any


def function_of(model: Any) -> Any:  # noqa: ANN401
    """The keras.Function in a functional or built Sequential model; None in anything else."""
    function = getattr(model, "_functional", None)
    if function is not None:
        return function
    return model if hasattr(model, "_nodes_by_depth") and hasattr(model, "inputs") else None


def has_graph(model: Any) -> bool:  # noqa: ANN401 - a keras.Model
    """True if Keras knows the calls in ``model``: if it is functional, or a built Sequential."""
    return function_of(model) is not None


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


def variables_of(node: Any) -> list[Any]:  # noqa: ANN401 - a Keras node
    """Weights of the layer that ``node`` calls, or variables passed to its operation."""
    import keras

    arguments = keras.tree.flatten((node.arguments.args, node.arguments.kwargs))
    passed = [argument for argument in arguments if isinstance(argument, keras.Variable)]
    return [*getattr(node.operation, "weights", ()), *passed]


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
