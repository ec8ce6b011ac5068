"""Walks a live functional Keras model: which tensors do its calls really make?

Keras keeps the graph in attributes with an underscore, the same since Keras 3.0, and offers no
other way to it; they are touched in this module only.
"""

from __future__ import annotations

from typing import Any

from resnet_viz.graph.values import Tensor


def live_tensors(model: Any) -> dict[str, tuple[Tensor, ...]]:  # noqa: ANN401 - a keras.Model
    """Call id → its outputs, for every call that belongs to the functional ``model``.

    A layer may have been called for other models too; only nodes on a way to this model's inputs
    and outputs count. Ids are ours: the layer's name, ``name:1`` for its second call in the model.
    """
    found: dict[str, tuple[Tensor, ...]] = {}
    for operation, indexes in _nodes(model).values():
        for call_index, node_index in enumerate(sorted(indexes)):
            name = operation.name if call_index == 0 else f"{operation.name}:{call_index}"
            node = operation._inbound_nodes[node_index]  # noqa: SLF001
            found[name] = tuple(_tensor(tensor) for tensor in node.output_tensors)
    return found


def _nodes(model: Any) -> dict[int, tuple[Any, set[int]]]:  # noqa: ANN401
    """By the operation's ``id``: the operation, and the indexes of its nodes in the model."""
    nodes: dict[int, tuple[Any, set[int]]] = {}
    todo = [*model.inputs, *model.outputs]
    while todo:
        operation, node_index, _ = todo.pop()._keras_history  # noqa: SLF001
        indexes = nodes.setdefault(id(operation), (operation, set()))[1]
        if node_index not in indexes:
            indexes.add(node_index)
            todo.extend(operation._inbound_nodes[node_index].input_tensors)  # noqa: SLF001
    return nodes


def _tensor(tensor: Any) -> Tensor:  # noqa: ANN401 - a keras.KerasTensor
    sizes = tuple(None if size is None else int(size) for size in tensor.shape)
    return Tensor(shape=sizes, dtype=str(tensor.dtype))
