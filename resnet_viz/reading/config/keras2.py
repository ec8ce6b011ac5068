"""Calls as Keras 2 writes them: lists of [layer, call, output, other arguments], without shapes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from resnet_viz.reading.config.keras3 import values_in_key_order
from resnet_viz.reading.config.records import CallRecord, Origin
from resnet_viz.reading.config.tensor_refs import parse_origin
from resnet_viz.reading.errors import Unreadable

_CONSTANT: Final = "_CONSTANT_VALUE"


def keras2_call(node: object, names: Collection[str], subject: str) -> CallRecord:
    """A call of a layer: its tensors in argument order, then those in keyword arguments by key.

    Args:
        node: one entry of ``inbound_nodes``.
        names: the model's layers; a list among the arguments is a tensor only if it names one.
        subject: names the layer in errors.

    Raises:
        Unreadable: ``node`` is not a call.
    """
    origins: list[Origin] = []
    arguments: dict[str, Any] = {}
    entries = _entries(node, subject)
    for index, entry in enumerate(entries):
        if _is_constant(entry):
            arguments[str(index)] = entry[2]
        else:
            _collect_origins(entry, origins, subject)
    for key, value in sorted(_keywords(entries).items()):
        before = len(origins)
        replaced = _replace_references(value, names, origins, subject)
        if len(origins) == before:
            arguments[key] = value
        elif not _is_reference(value, names):
            arguments[key] = replaced
    return _call(origins, arguments)


def keras2_submodel_call(node: object, keys: Sequence[str], subject: str) -> CallRecord:
    """A call of a nested model: the tensors that enter, in the order of its inputs.

    Raises:
        Unreadable: ``node`` is not a call.
    """
    origins: list[Origin] = []
    if isinstance(node, dict):
        node = values_in_key_order(node, keys)
    _collect_origins(_entries(node, subject), origins, subject)
    return _call(origins, {})


def _call(origins: list[Origin], arguments: dict[str, Any]) -> CallRecord:
    return CallRecord(tuple(origins), (None,) * len(origins), arguments, is_keras2=True)


def _entries(node: object, subject: str) -> list[Any]:
    """The tensors of a node, which may be a list, a dict or a single tensor."""
    if isinstance(node, dict):
        return [node[key] for key in sorted(node)]
    if not isinstance(node, list):
        raise Unreadable(f"{subject} has a call that is neither a list nor an object")
    return [node] if node and isinstance(node[0], str) else node


def _collect_origins(entry: object, origins: list[Origin], subject: str) -> None:
    if isinstance(entry, dict):
        entry = [entry[key] for key in sorted(entry)]
    if isinstance(entry, list) and not (entry and isinstance(entry[0], str)):
        for item in entry:
            if not _is_constant(item):
                _collect_origins(item, origins, subject)
        return
    if isinstance(entry, list) and len(entry) == 4 and not isinstance(entry[3], dict | None):
        raise Unreadable(f"{subject} has a call whose arguments are not an object")
    origins.append(parse_origin(entry[:3] if isinstance(entry, list) else entry, subject))


def _keywords(entries: list[Any]) -> dict[str, Any]:
    """Keyword arguments of a call; Keras 2 repeats them with each tensor, and the first count."""
    pending = entries[::-1]
    while pending:
        entry = pending.pop()
        if isinstance(entry, dict):
            pending.extend(entry[key] for key in sorted(entry, reverse=True))
        elif isinstance(entry, list) and entry and isinstance(entry[0], str):
            if len(entry) > 3 and isinstance(entry[3], dict):
                return entry[3]
        elif isinstance(entry, list):
            pending.extend(reversed(entry))
    return {}


def _is_constant(entry: object) -> bool:
    return isinstance(entry, list) and len(entry) > 2 and entry[0] == _CONSTANT


def _is_reference(value: object, names: Collection[str]) -> bool:
    if not isinstance(value, list) or len(value) not in {3, 4}:
        return False
    layer, call, output = value[:3]
    return (
        isinstance(layer, str)
        and layer in names
        and type(call) is int
        and type(output) is int
        and (len(value) == 3 or isinstance(value[3], dict))
    )


def _replace_references(
    value: object, names: Collection[str], origins: list[Origin], subject: str
) -> object:
    """``value`` with indices in place of its tensors, whose origins are appended to ``origins``."""
    if isinstance(value, list):
        if _is_reference(value, names):
            origins.append(parse_origin(value[:3], subject))
            return {"tensor": len(origins) - 1}
        return [_replace_references(item, names, origins, subject) for item in value]
    if isinstance(value, dict):
        return {
            key: _replace_references(value[key], names, origins, subject) for key in sorted(value)
        }
    return value
