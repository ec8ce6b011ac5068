"""Views of a comparison: what differs is not hidden, and what is equal may be closed."""

from __future__ import annotations

from msgspec.structs import replace

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.comparison.statuses import Statuses
from resnet_viz.layout.folds import folds_of
from resnet_viz.layout.open_state import is_open
from resnet_viz.layout.view import View, toggled


def unfolded(structure: Structure, view: View, statuses: Statuses) -> View:
    """The view without folds that hide equal and different groups together."""
    found = view
    for fold in dict.fromkeys(folds_of(structure, view).values()):
        groups = (structure.by_id[group].calls for group in fold.hidden)
        if len({statuses.of_calls(calls) for calls in groups}) > 1:
            found = replace(found, toggled=found.toggled | {fold.key})
    return found


def differences_only(structure: Structure, view: View, statuses: Statuses) -> View:
    """The view with stages closed and runs folded in which both models are equal."""
    view = replace(view, repeats="fold")
    for stage in structure.stages:
        is_equal = statuses.of_calls(structure.by_id[stage].calls) is None
        if is_equal and is_open(structure, view, stage):
            view = toggled(view, stage)
    return unfolded(structure, view, statuses)
