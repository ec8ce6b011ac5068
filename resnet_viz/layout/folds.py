"""Folds: of a long run of equal blocks the first is drawn, the rest is one ×N card."""

from __future__ import annotations

from itertools import groupby

import msgspec

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.layout.view import View

LONGEST_RUN = 8
"""Runs of more equal blocks than this fold by themselves (structure.md, "Blocks")."""


class Fold(msgspec.Struct, frozen=True):
    """A run of equal blocks: the first is drawn, the hidden ones are a ×N card."""

    first: str
    hidden: tuple[str, ...]

    @property
    def key(self) -> str:
        """The id in ``View.toggled`` that unfolds the run against ``View.repeats``."""
        return f"×{self.hidden[0]}"


def equal_block_runs(structure: Structure) -> tuple[Fold, ...]:
    """All runs of two or more equal blocks that follow each other in one stage or block."""
    folds: list[Fold] = []
    for group in structure.groups:
        if group.kind == "unit":
            continue
        children = (
            structure.by_id[child.id] if child.kind == "group" else None for child in group.children
        )
        blocks_or_none = (child if child and child.kind == "block" else None for child in children)
        for signature, run in groupby(blocks_or_none, key=lambda block: block and block.signature):
            blocks = [block.id for block in run if block is not None]
            if signature and len(blocks) > 1:
                folds.append(Fold(blocks[0], tuple(blocks[1:])))
    return tuple(folds)


def folds_of(structure: Structure, view: View) -> dict[str, Fold]:
    """The folds of a view, by the id of each hidden block."""
    if view.repeats == "all":
        return {}
    folded: dict[str, Fold] = {}
    for fold in equal_block_runs(structure):
        by_rule = view.repeats == "fold" or len(fold.hidden) + 1 > LONGEST_RUN
        if by_rule and fold.key not in view.toggled:
            folded.update(dict.fromkeys(fold.hidden, fold))
    return folded
