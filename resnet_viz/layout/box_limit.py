"""Limit on the boxes of a picture: a view of more is folded, and a note says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.ops import op_kind
from resnet_viz.layout.tree import visible_tree
from resnet_viz.layout.types import Node
from resnet_viz.layout.view import DETAILS, View, with_detail

MOST_BOXES: Final = 5_000
"""Boxes and circles of one picture, without the model's inputs and without what holds them."""
_CONTAINERS: Final = frozenset({"root", "panel", "frame"})


class DrawableTree(msgspec.Struct, frozen=True):
    """The visible tree of a view that has few enough boxes.

    Attributes:
        view: the view that was asked for, or one that shows less.
        tree: its visible tree.
        notes: the reason that it shows less; () if it does not.
    """

    view: View
    tree: Node
    notes: tuple[str, ...] = ()


def drawable_tree(structure: Structure, view: View) -> DrawableTree:
    """The visible tree of ``view``, or of the first view with fewer boxes that can be drawn.

    Equal groups that follow each other fold first, units too; then the detail is lower.
    """
    tree = visible_tree(structure, view)
    asked = _boxes(structure, tree)
    if asked <= MOST_BOXES:
        return DrawableTree(view, tree)
    for smaller in _smaller(view):
        tree = visible_tree(structure, smaller)
        if _boxes(structure, tree) <= MOST_BOXES:
            break
    shown = "" if smaller.detail == view.detail else f", at {smaller.detail} detail"
    note = (
        f"{asked:,} boxes at {view.detail} detail are more than the {MOST_BOXES:,} that a picture "
        f"can show, so it is folded: equal neighbours are one ×N card{shown}."
    )
    return DrawableTree(smaller, tree, (note,))


def _smaller(view: View) -> Iterator[View]:
    """Views that show less and less."""
    folded = msgspec.structs.replace(view, repeats="fold", folds_units=True)
    yield folded
    for detail in reversed(DETAILS[: DETAILS.index(view.detail)]):
        yield with_detail(folded, detail)
    if view.detail == DETAILS[0]:
        yield with_detail(folded, DETAILS[0])  # with nothing opened against it


def _boxes(structure: Structure, tree: Node) -> int:
    """The number of boxes and circles; inputs of the model don't count."""
    calls = structure.graph.by_id
    count = 0
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        waiting += node.children
        is_input = node.ref.kind == "call" and op_kind(calls[node.ref.id]) == "input"
        count += node.kind not in _CONTAINERS and not is_input
    return count
