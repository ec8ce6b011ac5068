"""Calls as Keras 2 writes them: lists of [layer, call, output, other arguments], without shapes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from resnet_viz.reading.config.nodes import by_keys, origin_of
from resnet_viz.reading.config.records import Call, Origin
from resnet_viz.reading.errors import Unreadable

_CONSTANT: Final = "_CONSTANT_VALUE"


def legacy_call(node: object, names: Collection[str], place: str) -> Call:
    """A call: its tensors in argument order, then those among its keyword arguments by key.

    Args:
        node: one entry of ``inbound_nodes``.
        names: the model's layers; only with them a list among the arguments can be a tensor.
        place: names the layer in errors.

    Raises:
        Unreadable: ``node`` is no call.
    """
    found: list[Origin] = []
    others: dict[str, Any] = {}
    entries = _entries(node, place)
    for position, entry in enumerate(entries):
        if _is_constant(entry):
            others[str(position)] = entry[2]
        else:
            _collect(entry, found, place)
    for key, value in sorted(_keywords(entries).items()):
        before = len(found)
        rebuilt = _walk(value, names, found, place)
        if len(found) == before:
            others[key] = value
        elif not _is_reference(value, names):
            others[key] = rebuilt
    return Call(tuple(found), (None,) * len(found), others, is_old=True)


def legacy_call_of_model(node: object, keys: Sequence[str], place: str) -> Call:
    """A call of a model in the model: the tensors that enter, in the order of its inputs.

    Raises:
        Unreadable: ``node`` is no call.
    """
    found: list[Origin] = []
    if isinstance(node, dict):
        node = by_keys(node, keys)
    _collect(_entries(node, place), found, place)
    return Call(tuple(found), (None,) * len(found), is_old=True)


def _entries(node: object, place: str) -> list[Any]:
    """The tensors of a node, whether it is a list, a dict or a single one."""
    if isinstance(node, dict):
        return [node[key] for key in sorted(node)]
    if not isinstance(node, list):
        raise Unreadable(f"{place} has a call that is neither a list nor an object")
    return [node] if node and isinstance(node[0], str) else node


def _collect(entry: object, found: list[Origin], place: str) -> None:
    if isinstance(entry, dict):
        entry = [entry[key] for key in sorted(entry)]
    if isinstance(entry, list) and not (entry and isinstance(entry[0], str)):
        for item in entry:
            if not _is_constant(item):
                _collect(item, found, place)
        return
    if isinstance(entry, list) and len(entry) == 4 and not isinstance(entry[3], dict | None):
        raise Unreadable(f"{place} has a call with arguments that are no object")
    found.append(origin_of(entry[:3] if isinstance(entry, list) else entry, place))


def _keywords(entries: list[Any]) -> dict[str, Any]:
    """Keras 2 repeats the keyword arguments with each tensor; the first ones count."""
    todo = entries[::-1]
    while todo:
        entry = todo.pop()
        if isinstance(entry, dict):
            todo.extend(entry[key] for key in sorted(entry, reverse=True))
        elif isinstance(entry, list) and entry and isinstance(entry[0], str):
            if len(entry) > 3 and isinstance(entry[3], dict):
                return entry[3]
        elif isinstance(entry, list):
            todo.extend(reversed(entry))
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


def _walk(value: object, names: Collection[str], found: list[Origin], place: str) -> object:
    if isinstance(value, list):
        if _is_reference(value, names):
            found.append(origin_of(value[:3], place))
            return {"tensor": len(found) - 1}
        return [_walk(item, names, found, place) for item in value]
    if isinstance(value, dict):
        return {key: _walk(value[key], names, found, place) for key in sorted(value)}
    return value
