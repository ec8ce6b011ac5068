"""Calls behind the targets selected on the canvas."""

from __future__ import annotations

from collections.abc import Iterable

from resnet_viz.document import Document
from resnet_viz.drawing.display_list import DisplayList, Target


def calls_of(
    document: Document, picture: DisplayList | None, targets: Iterable[Target]
) -> tuple[str, ...]:
    """Calls that the targets contain, in topological order.

    For a group all calls inside, for a shortcut those on its path (for an identity its join), for
    an edge the call that makes the tensor.
    """
    wanted: set[str] = set()
    for target in targets:
        wanted.update(calls_of_target(document, picture, target))
    return tuple(call.id for call in document.graph.calls if call.id in wanted)


def calls_of_target(
    document: Document, picture: DisplayList | None, target: Target
) -> tuple[str, ...]:
    """Calls that one target contains, in topological order."""
    structure = document.structure
    if target.kind == "call":
        return (target.id,)
    if target.kind == "group":
        group = structure.by_id.get(target.id)
        return () if group is None else group.calls
    if target.kind == "shortcut":
        shortcut = structure.shortcuts_by_id.get(target.id)
        return () if shortcut is None else shortcut.calls or (shortcut.join,)
    drawn = None if picture is None else picture.tensors.get(target.id)
    return () if drawn is None else (drawn.ref.call,)


def leaving_call(document: Document, picture: DisplayList | None, target: Target) -> str | None:
    """Call whose output represents a target: in a group, the one whose tensor leaves it."""
    if target.kind == "shortcut":
        shortcut = document.structure.shortcuts_by_id.get(target.id)
        return None if shortcut is None else shortcut.join
    calls = calls_of_target(document, picture, target)
    return document.structure.exit_call(calls) if calls else None
