"""Operands of an operation: its input tensors, and the constants among its arguments, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from resnet_viz.graph.types import MAX_RANK, Shape

_SHAPED: Final = "__constant__"
_CONSTANTS: Final = (_SHAPED, "__tensor__", "__numpy__")


def operand_shapes(
    arguments: Mapping[str, Any], inputs: Sequence[Shape | None]
) -> list[Shape | None]:
    """Shapes of an operation's positional arguments: tensors, constants and numbers.

    Args:
        arguments: of a ``LayerCall``, which leave out those that are tensors alone.
        inputs: shapes of the call's input tensors.

    Returns:
        None for an argument of unknown shape. Tensors in keyword arguments come last.
    """
    found: list[Shape | None] = []
    taken = 0  # of the inputs
    while taken < len(inputs) or str(len(found)) in arguments:
        if str(len(found)) not in arguments:
            found.append(inputs[taken])
            taken += 1
            continue
        value = arguments[str(len(found))]
        index = _input_index(value)
        found.append(argument_shape(value) if index is None else _at(inputs, index))
        taken += _count_tensors(value)
    return found


def listed_shapes(
    arguments: Mapping[str, Any], inputs: Sequence[Shape | None]
) -> list[Shape | None]:
    """Shapes of the tensors and constants in a list, an operation's first argument."""
    items = arguments.get("0")
    if not isinstance(items, list):
        return list(inputs)
    indices = [_input_index(item) for item in items]
    return [
        argument_shape(item) if index is None else _at(inputs, index)
        for item, index in zip(items, indices, strict=True)
    ]


def constant_dtypes(arguments: Mapping[str, Any]) -> list[str | None]:
    """Dtypes of the constants among an operation's positional arguments, and in lists there."""
    found: list[str | None] = []
    for value in arguments.values():
        for item in value if isinstance(value, list) else [value]:
            if _constant(item) is not None:
                dtype = _constant(item, {}).get("dtype")
                found.append(dtype if isinstance(dtype, str) else None)
    return found


def argument_shape(value: object) -> Shape | None:
    """Shape of an argument that is no tensor: a constant, a number, or nested lists of numbers."""
    config = _constant(value)
    if config is None:
        return _nested_shape(value)
    if isinstance(value, dict) and value.get("class_name") == _SHAPED:
        sizes = config.get("shape")
        is_shape = isinstance(sizes, list) and len(sizes) <= MAX_RANK
        return tuple(sizes) if is_shape and all(map(_is_size, sizes)) else None
    return _nested_shape(config.get("value"))


def _is_size(size: object) -> bool:
    return size is None or (type(size) is int and size >= 0)


def _constant(value: object, default: Any = None) -> Any:  # noqa: ANN401 - JSON
    """The description of a constant as Keras, or this program's engine, writes it."""
    if not isinstance(value, dict) or value.get("class_name") not in _CONSTANTS:
        return default
    config = value.get("config")
    return config if isinstance(config, dict) else default


def _nested_shape(value: object) -> Shape | None:
    """Lengths of nested lists of numbers along their first items: arrays are never ragged."""
    shape: list[int] = []
    while isinstance(value, list):
        shape.append(len(value))
        if not value or len(shape) > MAX_RANK:
            return None
        value = value[0]
    return tuple(shape) if isinstance(value, bool | int | float) else None


def _input_index(value: object) -> int | None:
    """The index of an input tensor in a mixed argument."""
    if isinstance(value, dict) and value.keys() == {"tensor"} and type(value["tensor"]) is int:
        return value["tensor"]
    return None


def _count_tensors(value: object) -> int:
    if _input_index(value) is not None:
        return 1
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(map(_count_tensors, items))


def _at(inputs: Sequence[Shape | None], index: int) -> Shape | None:
    return inputs[index] if 0 <= index < len(inputs) else None
