"""Items of a picture that lie on some paths, and those to dim."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resnet_viz.analysis.paths.flow import Flow
    from resnet_viz.analysis.structure.types import Group, Shortcut, Structure
    from resnet_viz.drawing.display_list import DisplayList, Item


def items_off(structure: Structure, picture: DisplayList, flow: Flow) -> frozenset[str]:
    """Ids of the items that show nothing of a flow; decoration and the legend never count."""
    return frozenset(
        item.id
        for item in picture.items
        if item.target is not None and not _is_on(structure, picture, item, flow)
    )


def _is_on(structure: Structure, picture: DisplayList, item: Item, flow: Flow) -> bool:
    target = item.target
    assert target is not None
    if target.kind == "call":
        return target.id in flow.calls
    if target.kind == "shortcut":
        return _carries(structure.shortcuts_by_id[target.id], flow)
    if target.kind == "edge":
        drawn = picture.tensors[target.id]
        if not drawn.consumers:  # an output of the model
            return drawn.ref.call in flow.calls
        return any((drawn.ref, consumer) in flow.edges for consumer in drawn.consumers)
    return _holds(structure, item, structure.by_id[target.id], flow)


def _carries(shortcut: Shortcut, flow: Flow) -> bool:
    """True if a flow takes the shortcut."""
    return (shortcut.arrival, shortcut.join) in flow.edges


def _holds(structure: Structure, item: Item, group: Group, flow: Flow) -> bool:
    """True if a flow enters the part of a group that an item stands for."""
    if item.kind == "join":
        return group.join in flow.calls
    if item.kind == "dot":
        return group.entry in flow.calls
    calls = set(group.calls)
    if item.kind == "card" and group.join is not None:  # the card of a block is its branches
        shortcuts = structure.own_shortcuts(group)
        calls -= {group.join, *group.tail, *(call for each in shortcuts for call in each.calls)}
    return not calls.isdisjoint(flow.calls)
