"""Sources: symbolic tensors that stand for a layer's own weights, and for constants.

Code that computes with a weight or a constant alone (a class token, tiled; an embedding of
positions) is run at once and not recorded. Given a symbolic tensor in its place, Keras records it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Final
from weakref import WeakKeyDictionary

_VARIABLES: Final[WeakKeyDictionary[Any, Any]] = WeakKeyDictionary()
"""The variable, or None for a constant, by the InputLayer that stands for it."""


def is_source(operation: Any) -> bool:  # noqa: ANN401 - a Keras operation
    """True for an InputLayer that stands for a weight or a constant."""
    return operation in _VARIABLES


def variable_of(operation: Any) -> Any:  # noqa: ANN401
    """The weight that a source stands for; None for a constant's, and for any other operation."""
    return _VARIABLES.get(operation)


class Sources:
    """The sources made while one layer is followed."""

    def __init__(self, layer: Any, taken: set[str]) -> None:  # noqa: ANN401
        self._layer = layer
        self._taken = taken

    @contextlib.contextmanager
    def in_attributes(self) -> Iterator[None]:
        """Put sources in place of the variables and tensors among the layer's attributes."""
        import keras

        own = {
            name: value
            for name, value in vars(self._layer).items()
            if isinstance(value, keras.Variable) or _is_constant(value)
        }
        try:
            for name, value in own.items():
                object.__setattr__(self._layer, name, self.made(value, name))
            yield
        finally:
            for name, value in own.items():
                object.__setattr__(self._layer, name, value)

    def in_bare_calls(self, arguments: Any) -> Any:  # noqa: ANN401
        """Arguments of a call as ``in_place_of_constants`` if no tensor among them is symbolic."""
        import keras

        leaves = keras.tree.flatten(arguments)
        is_bare = not any(isinstance(leaf, keras.KerasTensor) for leaf in leaves)
        return self.in_place_of_constants(arguments) if is_bare else arguments

    def in_place_of_constants(self, arguments: Any) -> Any:  # noqa: ANN401
        """Arguments of a call with sources in place of constants."""
        import keras

        return keras.tree.map_structure(
            lambda leaf: self.made(leaf, "constant") if _is_constant(leaf) else leaf, arguments
        )

    def made(self, value: Any, name: str) -> Any:  # noqa: ANN401
        """A source for a variable or constant: its symbolic tensor."""
        import keras

        name = base = name.strip("_") or "constant"
        count = 0
        while name in self._taken:
            count += 1
            name = f"{base}_{count}"
        self._taken.add(name)
        is_variable = isinstance(value, keras.Variable)
        dtype = value.dtype
        if is_variable and keras.backend.is_float_dtype(dtype):
            dtype = self._layer.compute_dtype  # as an autocast reads it
        shape = tuple(None if size is None else int(size) for size in value.shape)
        tensor = keras.KerasTensor(shape, keras.backend.standardize_dtype(dtype), name=name)
        layer = keras.layers.InputLayer(input_tensor=tensor, name=name)
        _VARIABLES[layer] = value if is_variable else None
        return layer.output


def _is_constant(value: Any) -> bool:  # noqa: ANN401
    import keras

    return keras.ops.is_tensor(value) and not isinstance(value, keras.KerasTensor | keras.Variable)


def used_sources(outputs: list[Any]) -> list[Any]:
    """The tensors of the sources that ``outputs`` are computed from, in no order."""
    found: dict[int, Any] = {}
    seen: set[int] = set()
    waiting = list(outputs)
    while waiting:
        tensor = waiting.pop()
        history = getattr(tensor, "_keras_history", None)
        if history is None:
            continue
        node = history.operation._inbound_nodes[history.node_index]  # noqa: SLF001
        if id(node) in seen:
            continue
        seen.add(id(node))
        if is_source(history.operation):
            found[id(tensor)] = tensor
        waiting += node.input_tensors
    return list(found.values())
