"""The arguments of one call: which tensors it takes, and what else it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from resnet_viz.errors import quoted
from resnet_viz.graph.types import Shape, Tensor
from resnet_viz.reading.config.records import Call, Origin
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_NAME, MAX_OUTPUTS, MAX_RANK, MAX_SIZE


def call_of(node: dict[str, Any], place: str) -> Call:
    """A call: tensors in argument order (dicts inside by key), and its other arguments.

    An argument without a tensor is kept as it is; a positional one under its position ("1"). One
    that is made of tensors alone is left out. One that mixes has ``{"tensor": i}`` in place of
    the i-th input.

    Raises:
        Unreadable: ``node`` is no call, or a tensor in it is wrong; ``place`` names the layer.
    """
    args, kwargs = _arguments(node, place)
    named = {str(position): value for position, value in enumerate(args)} | kwargs
    found: list[tuple[Origin, Tensor]] = []
    others: dict[str, Any] = {}
    for name, value in named.items():
        before = len(found)
        rebuilt = _walk(value, found, place)
        if len(found) == before:
            others[name] = value
        elif not _only_tensors(value):
            others[name] = rebuilt
    return _call(found, others)


def call_of_model(node: dict[str, Any], keys: Sequence[str], place: str) -> Call:
    """A call of a model in the model: the tensors that enter, in the order of its inputs.

    Args:
        node: one entry of ``inbound_nodes``.
        keys: the names of the model's inputs, by which a dict of tensors gives them.
        place: names the layer in errors.

    Raises:
        Unreadable: as ``call_of``.
    """
    args, kwargs = _arguments(node, place)
    given = args[0] if args else kwargs.get("inputs")
    found: list[tuple[Origin, Tensor]] = []
    if isinstance(given, dict) and not is_tensor(given):
        given = by_keys(given, keys)
    _walk(given, found, place)
    return _call(found, {})


def by_keys(given: dict[str, Any], keys: Sequence[str]) -> object:
    """The values of ``keys`` in their order, if all are there; else ``given`` as it is."""
    # Keys may repeat in a file that means harm: never more work than the dict is large.
    if len(keys) <= len(given) and all(key in given for key in keys):
        return [given[key] for key in keys]
    return given


def _arguments(node: dict[str, Any], place: str) -> tuple[list[Any], dict[str, Any]]:
    args, kwargs = node.get("args"), node.get("kwargs")
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise Unreadable(f"{place} is called without args and kwargs")
    return args, kwargs


def _call(found: list[tuple[Origin, Tensor]], others: dict[str, Any]) -> Call:
    origins = tuple(origin for origin, _tensor in found)
    return Call(origins, tuple(tensor for _origin, tensor in found), others)


def shape_of(raw: object, place: str) -> Shape:
    """``raw`` as a shape: whole positive sizes, null where a size is open.

    Raises:
        Unreadable: it is something else.
    """
    if not isinstance(raw, list) or len(raw) > MAX_RANK:
        raise Unreadable(f"{place} has a tensor without a proper shape")
    for size in raw:
        # type() and not isinstance(): True is no size.
        if size is not None and (type(size) is not int or not 0 < size <= MAX_SIZE):
            raise Unreadable(f"{place} has a tensor with a size of {quoted(str(size), longest=30)}")
    return tuple(raw)


def origin_of(raw: object, place: str) -> Origin:
    """``raw`` as [layer, call index, output index].

    Raises:
        Unreadable: it is something else.
    """
    if isinstance(raw, list) and len(raw) == 3:
        layer, call, output = raw
        if isinstance(layer, str) and type(call) is int and type(output) is int:
            if len(layer) > MAX_NAME:
                raise Unreadable(f"{place} refers to a layer with an endless name")
            if call >= 0 and 0 <= output < MAX_OUTPUTS:
                return layer, call, output
    raise Unreadable(f"{place} has a reference that is not [layer, call, output]")


def is_tensor(value: object) -> bool:
    """Whether ``value`` is Keras's way to write a tensor among arguments."""
    return isinstance(value, dict) and value.get("class_name") == "__keras_tensor__"


def _walk(value: object, found: list[tuple[Origin, Tensor]], place: str) -> object:
    """Collect the tensors in ``value``; returns it with their positions in their places."""
    if isinstance(value, list):
        return [_walk(item, found, place) for item in value]
    if not isinstance(value, dict):
        return value
    if not is_tensor(value):
        # By sorted keys, as Keras counts the inputs of a model that is called with a dict.
        return {key: _walk(value[key], found, place) for key in sorted(value)}
    found.append(_tensor(value, place))
    return {"tensor": len(found) - 1}


def _only_tensors(value: object) -> bool:
    if isinstance(value, list):
        return all(_only_tensors(item) for item in value)
    if not isinstance(value, dict):
        return False
    return is_tensor(value) or all(_only_tensors(item) for item in value.values())


def _tensor(value: dict[str, Any], place: str) -> tuple[Origin, Tensor]:
    config = value.get("config")
    if not isinstance(config, dict):
        raise Unreadable(f"{place} has a tensor without a configuration")
    dtype = config.get("dtype")
    if dtype is not None and (not isinstance(dtype, str) or len(dtype) > MAX_NAME):
        raise Unreadable(f"{place} has a tensor with a wrong dtype")
    shape = shape_of(config.get("shape"), place)
    return origin_of(config.get("keras_history"), place), Tensor(shape, dtype)
