"""Open and closed groups of a structure in a view."""

from __future__ import annotations

import msgspec

from resnet_viz.analysis.structure.types import Group, GroupKind, Structure
from resnet_viz.layout.folds import folds_of
from resnet_viz.layout.view import Detail, View, toggled

_OPEN_AT: dict[Detail, frozenset[GroupKind]] = {
    "stage": frozenset(),
    "block": frozenset({"stage", "head", "repeat"}),
    "unit": frozenset({"stage", "head", "block", "cell", "repeat", "submodel"}),
    "layer": frozenset({"stage", "head", "block", "cell", "repeat", "submodel", "unit"}),
}


def is_open(structure: Structure, view: View, group_id: str) -> bool:
    """True if the group is open (only visible if its parents are open too)."""
    group = structure.by_id[group_id]
    by_detail = group.kind in _OPEN_AT[view.detail]
    if group.kind == "submodel" and view.detail == "block":
        by_detail = dominates(structure, group)
    return by_detail != (group_id in view.toggled)


def dominates(structure: Structure, group: Group) -> bool:
    """True for a submodel with more than half of all calls: its stages take the columns."""
    holds_most = 2 * len(group.calls) > len(structure.graph.calls)
    return group.kind == "submodel" and not group.is_layer and holds_most


def submodel_in_columns(structure: Structure, view: View, stage: Group) -> Group | None:
    """The submodel in an open stage whose stages take columns of their own; None if none does."""
    if not is_open(structure, view, stage.id):
        return None
    groups = (structure.by_id[child.id] for child in stage.children if child.kind == "group")
    return next(
        (
            group
            for group in groups
            if dominates(structure, group) and is_open(structure, view, group.id)
        ),
        None,
    )


def with_open(structure: Structure, view: View, group_ids: tuple[str, ...]) -> View:
    """The view in which these groups (blocks down to their layers) and all around are open."""
    for group_id in group_ids:
        around = structure.ancestors(group_id)
        for each in (*(group.id for group in around), group_id):
            fold = folds_of(structure, view).get(each)
            if fold is not None:
                view = toggled(view, fold.key)
        for group in around:
            if not is_open(structure, view, group.id):
                view = toggled(view, group.id)
        if not is_open(structure, view, group_id):
            view = flipped(structure, view, group_id)
    return view


def flipped(structure: Structure, view: View, group_id: str) -> View:
    """The view with a group opened or closed by the reader (double-click, Enter).

    A block opens down to its layers and closes with everything inside; a block hidden in a fold
    unfolds its run.
    """
    fold = folds_of(structure, view).get(group_id)
    if fold is not None:
        return msgspec.structs.replace(view, toggled=view.toggled | {fold.key})
    view = toggled(view, group_id)
    if structure.by_id[group_id].kind == "block":
        opened = is_open(structure, view, group_id)
        for inner in structure.groups_inside(group_id):
            if is_open(structure, view, inner) != opened:
                view = toggled(view, inner)
    return view
