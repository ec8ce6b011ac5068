"""Calls as Keras 3 writes them: nodes with args, kwargs and serialized tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from resnet_viz.graph.types import Tensor
from resnet_viz.reading.config.records import CallRecord, Origin
from resnet_viz.reading.config.tensor_refs import parse_origin, parse_shape
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_NAME


def keras3_call(node: dict[str, Any], subject: str) -> CallRecord:
    """A call of a layer: its tensors in argument order (dicts by key) and its other arguments.

    An argument without tensors is kept; a positional one under its index ("1"). One that consists
    of tensors alone is left out. A mixed one has ``{"tensor": i}`` in place of the i-th input.

    Raises:
        Unreadable: ``node`` is not a call, or a tensor in it is wrong; ``subject`` names the layer.
    """
    args, kwargs = _arguments(node, subject)
    named = {str(index): value for index, value in enumerate(args)} | kwargs
    tensors: list[tuple[Origin, Tensor]] = []
    arguments: dict[str, Any] = {}
    for name, value in named.items():
        before = len(tensors)
        replaced = _replace_tensors(value, tensors, subject)
        if len(tensors) == before:
            arguments[name] = value
        elif not _only_tensors(value):
            arguments[name] = replaced
    return _call(tensors, arguments)


def keras3_submodel_call(node: dict[str, Any], keys: Sequence[str], subject: str) -> CallRecord:
    """A call of a nested model: the tensors that enter, in the order of its inputs.

    Args:
        node: one entry of ``inbound_nodes``.
        keys: names of the model's inputs, the keys of a dict of tensors.
        subject: names the layer in errors.

    Raises:
        Unreadable: as ``keras3_call``.
    """
    args, kwargs = _arguments(node, subject)
    inputs = args[0] if args else kwargs.get("inputs")
    tensors: list[tuple[Origin, Tensor]] = []
    if isinstance(inputs, dict) and not is_serialized_tensor(inputs):
        inputs = values_in_key_order(inputs, keys)
    _replace_tensors(inputs, tensors, subject)
    return _call(tensors, {})


def values_in_key_order(values: dict[str, Any], keys: Sequence[str]) -> object:
    """The values of ``keys`` in their order, if all are there; else ``values`` unchanged."""
    # Keys may repeat in a malicious file: never do more work than the dict is large.
    if len(keys) <= len(values) and all(key in values for key in keys):
        return [values[key] for key in keys]
    return values


def _arguments(node: dict[str, Any], subject: str) -> tuple[list[Any], dict[str, Any]]:
    args, kwargs = node.get("args"), node.get("kwargs")
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise Unreadable(f"{subject} is called without args and kwargs")
    return args, kwargs


def _call(tensors: list[tuple[Origin, Tensor]], arguments: dict[str, Any]) -> CallRecord:
    origins = tuple(origin for origin, _tensor in tensors)
    return CallRecord(origins, tuple(tensor for _origin, tensor in tensors), arguments)


def is_serialized_tensor(value: object) -> bool:
    """True for a tensor as Keras 3 writes it among arguments."""
    return isinstance(value, dict) and value.get("class_name") == "__keras_tensor__"


def _replace_tensors(value: object, tensors: list[tuple[Origin, Tensor]], subject: str) -> object:
    """``value`` with indices in place of its tensors, which are appended to ``tensors``."""
    if isinstance(value, list):
        return [_replace_tensors(item, tensors, subject) for item in value]
    if not isinstance(value, dict):
        return value
    if not is_serialized_tensor(value):
        # By sorted keys, as Keras orders the inputs of a model that is called with a dict.
        return {key: _replace_tensors(value[key], tensors, subject) for key in sorted(value)}
    tensors.append(_tensor(value, subject))
    return {"tensor": len(tensors) - 1}


def _only_tensors(value: object) -> bool:
    if isinstance(value, list):
        return all(_only_tensors(item) for item in value)
    if not isinstance(value, dict):
        return False
    return is_serialized_tensor(value) or all(_only_tensors(item) for item in value.values())


def _tensor(value: dict[str, Any], subject: str) -> tuple[Origin, Tensor]:
    config = value.get("config")
    if not isinstance(config, dict):
        raise Unreadable(f"{subject} has a tensor without a configuration")
    dtype = config.get("dtype")
    if dtype is not None and (not isinstance(dtype, str) or len(dtype) > MAX_NAME):
        raise Unreadable(f"{subject} has a tensor with a wrong dtype")
    shape = parse_shape(config.get("shape"), subject)
    return parse_origin(config.get("keras_history"), subject), Tensor(shape, dtype)
