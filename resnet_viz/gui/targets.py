"""Pure rules for views and targets: toggling groups, visible targets, targets that exist."""

from __future__ import annotations

from msgspec.structs import replace

from resnet_viz.analysis.structure.types import Group, Structure
from resnet_viz.document import Document
from resnet_viz.drawing.display_list import DisplayList, Target
from resnet_viz.layout.open_state import flipped, is_open, with_open
from resnet_viz.layout.view import View

_BOXES = frozenset({"group", "call"})


def toggle(structure: Structure, view: View, group_id: str) -> View:
    """View with a group opened or closed in place, and with all groups around it open."""
    parents = tuple(group.id for group in structure.ancestors(group_id))
    if all(is_open(structure, view, parent) for parent in parents):
        return flipped(structure, view, group_id)
    return with_open(structure, view, (group_id,))


def open_to_layers(structure: Structure, view: View, group_id: str) -> View:
    """View with a group and everything in it open."""
    return with_open(structure, view, (group_id, *structure.groups_inside(group_id)))


def fully_open(structure: Structure, view: View, group_id: str) -> bool:
    """Return whether a group and everything in it is open."""
    groups = (group_id, *structure.groups_inside(group_id))
    return all(is_open(structure, view, group) for group in groups)


def same_picture(view: View, other: View) -> bool:
    """Return whether two views of a document have the same picture."""
    colours_differ = view.color_by == "memory" and view.basis != other.basis
    return not colours_differ and replace(view, basis=other.basis) == other


def same_boxes(view: View, other: View) -> bool:
    """Return whether two views of a document show the same boxes at the same positions.

    Colours, widths and the legend may differ, and with it how much room the whole picture takes.
    """
    look = replace(
        view,
        color_by=other.color_by,
        weighted_edges=other.weighted_edges,
        legend=other.legend,
        basis=other.basis,
    )
    return look == other


def visible_targets(document: Document, picture: DisplayList, target: Target) -> tuple[Target, ...]:
    """Targets highlighted for a target: itself, else its visible parts, else the group around it.

    A submodel whose stages have taken the columns and a unit that is open have no item of their
    own, but their parts have.
    """
    if target in picture.by_target:
        return (target,)
    structure = document.structure
    if target.kind == "shortcut":
        shortcut = structure.shortcuts_by_id.get(target.id)
        start = (
            None if shortcut is None else shortcut.block or structure.innermost_group[shortcut.join]
        )
    elif target.kind == "call":
        start = structure.innermost_group.get(target.id)
    elif target.kind == "group" and target.id in structure.by_id:
        parts = _parts_shown(structure, picture, structure.by_id[target.id])
        if parts:
            return parts
        start = structure.by_id[target.id].parent
    else:
        start = None
    while start is not None:
        around = Target("group", start)
        if around in picture.by_target:
            return (around,)
        start = structure.by_id[start].parent
    return ()


def _parts_shown(structure: Structure, picture: DisplayList, group: Group) -> tuple[Target, ...]:
    """Parts of a group that have items; a part without one is replaced by its own parts."""
    parts: list[Target] = []
    for child in group.children:
        target = Target(child.kind, child.id)
        items = (picture.by_id[item] for item in picture.by_target.get(target, ()))
        if any(item.target == target for item in items):
            parts.append(target)
        elif child.kind == "group":
            parts.extend(_parts_shown(structure, picture, structure.by_id[child.id]))
    return tuple(parts)


def row_of(document: Document, picture: DisplayList | None, target: Target) -> Target:
    """Target of the outline's row for a selected target; for an edge, the box it starts from.

    A tensor has one producer and any number of consumers, and it is the producer's output: where
    the inspector shows it too.
    """
    drawn = None if picture is None else picture.tensors.get(target.id)
    if target.kind != "edge" or picture is None or drawn is None:
        return target
    source = Target("call", drawn.ref.call)
    lit = next(iter(visible_targets(document, picture, source)), source)
    boxes = (picture.by_id[item].target for item in picture.by_target.get(lit, ()))
    return next((box for box in boxes if box is not None and box.kind in _BOXES), lit)


def exists(document: Document, picture: DisplayList, target: Target) -> bool:
    """Return whether the document (for an edge: the picture) has the target."""
    structure = document.structure
    if target.kind == "group":
        return target.id in structure.by_id
    if target.kind == "call":
        return target.id in structure.graph.by_id
    if target.kind == "shortcut":
        return target.id in structure.shortcuts_by_id
    return target.id in picture.tensors


def existing_targets(
    document: Document, picture: DisplayList, targets: tuple[Target, ...]
) -> tuple[Target, ...]:
    """Targets that a new picture or document still has."""
    return tuple(target for target in targets if exists(document, picture, target))
