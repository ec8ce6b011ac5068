"""Folds: of a long run of equal groups the first is drawn, the rest is one ×N card."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.structure.types import Group, GroupKind, Structure
from resnet_viz.layout.view import View

LONGEST_RUN: Final = 8
"""Runs of more equal blocks than this fold by themselves (structure.md, "Blocks")."""

_FOLDING: Final[frozenset[GroupKind]] = frozenset({"block", "cell", "repeat", "submodel"})


class Fold(msgspec.Struct, frozen=True):
    """A run of equal groups: the first is drawn, the hidden ones are a ×N card."""

    first: str
    hidden: tuple[str, ...]

    @property
    def key(self) -> str:
        """The id in ``View.toggled`` that unfolds the run against ``View.repeats``."""
        return f"×{self.hidden[0]}"


def equal_runs(structure: Structure, *, units: bool = False) -> tuple[Fold, ...]:
    """All runs of two or more equal groups that follow each other in one stage, block or period.

    Groups are blocks, cells, periods of a repeat and submodels, and units if asked for; each takes
    a tensor of the one before it.
    """
    folding = _FOLDING | {"unit"} if units else _FOLDING
    folds: list[Fold] = []
    for group in structure.groups:
        if group.kind == "unit":
            continue
        run: list[Group] = []
        for child in group.children:
            inner = structure.by_id[child.id] if child.kind == "group" else None
            if inner is None or not run or not _continues(structure, run[-1], inner):
                _close(run, folds)
                run = []
            if inner is not None and inner.kind in folding:
                run.append(inner)
        _close(run, folds)
    return tuple(folds)


def _close(run: list[Group], folds: list[Fold]) -> None:
    if len(run) > 1:
        folds.append(Fold(run[0].id, tuple(group.id for group in run[1:])))


def _continues(structure: Structure, before: Group, group: Group) -> bool:
    if (group.kind, group.signature) != (before.kind, before.signature):
        return False
    made = set(before.calls)
    calls = structure.graph.by_id
    return any(ref.call in made for name in group.calls for ref in calls[name].inputs)


def _is_long(structure: Structure, fold: Fold) -> bool:
    """Return whether a run folds by itself: by its groups or, of layers, by the blocks in them."""
    count = len(fold.hidden) + 1
    first = structure.by_id[fold.first]
    if count > 2 and (first.kind == "repeat" or first.is_layer):
        inside = (structure.by_id[inner].kind for inner in structure.groups_inside(fold.first))
        count *= max(1, sum(kind == "block" for kind in inside))
    return count > LONGEST_RUN


def _is_shorter(structure: Structure, view: View, fold: Fold) -> bool:
    """Return whether the ×N card takes less room than what it hides: not than one closed block."""
    closed = view.detail == "block" and structure.by_id[fold.first].kind == "block"
    return len(fold.hidden) > 1 or not closed


def folds_of(structure: Structure, view: View) -> dict[str, Fold]:
    """The folds of a view, by the id of each hidden block."""
    if view.repeats == "all":
        return {}
    folded: dict[str, Fold] = {}
    for fold in equal_runs(structure, units=view.folds_units):
        asked = view.repeats == "fold" and _is_shorter(structure, view, fold)
        by_rule = asked or _is_long(structure, fold)
        if by_rule and fold.key not in view.toggled:
            folded.update(dict.fromkeys(fold.hidden, fold))
    return folded
