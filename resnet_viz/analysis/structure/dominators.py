"""Immediate dominators of an acyclic graph in one pass over its topological order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

VIRTUAL: Final = -1
"""The virtual source (or sink) that all inputs (or outputs) hang on."""


def immediate_dominators(preds: Sequence[Sequence[int]], roots: Collection[int] = ()) -> list[int]:
    """For each node the nearest node that lies on every way to it.

    The dominator of a node is the meeting point, in the tree so far, of those of its
    predecessors (Cooper, Harvey, Kennedy 2001; one pass is enough without cycles). Meeting
    points are found by jump pointers (Myers 1983), so the whole costs O(edges · log nodes).

    Args:
        preds: predecessors of each node; all have smaller numbers than the node.
        roots: nodes that hang on the virtual source besides those without predecessors.

    Returns:
        The immediate dominators; ``VIRTUAL`` where only the virtual source is on every way.
    """
    count = len(preds) + 1  # node 0 is the virtual source, the others follow one later
    tree = _Tree(count)
    for place, before in enumerate(preds):
        meeting = 0
        if before and place not in roots:
            meeting = before[0] + 1
            for other in before[1:]:
                meeting = tree.meeting(meeting, other + 1)
        tree.hang(place + 1, meeting)
    return [parent - 1 for parent in tree.parent[1:]]


def immediate_post_dominators(
    succs: Sequence[Sequence[int]], outputs: Collection[int]
) -> list[int]:
    """For each node the nearest node on every way from it; ``VIRTUAL`` for the virtual sink."""
    last = len(succs) - 1
    mirrored = [[last - after for after in afters] for afters in reversed(succs)]
    found = immediate_dominators(mirrored, {last - output for output in outputs})
    return [VIRTUAL if node == VIRTUAL else last - node for node in reversed(found)]


class _Tree:
    """A growing tree with jump pointers."""

    __slots__ = ("depth", "jump", "parent")

    def __init__(self, count: int) -> None:
        self.parent = [0] * count
        self.depth = [0] * count
        self.jump = [0] * count

    def hang(self, node: int, parent: int) -> None:
        far = self.jump[parent]
        even = self.depth[parent] - self.depth[far] == self.depth[far] - self.depth[self.jump[far]]
        self.parent[node] = parent
        self.depth[node] = self.depth[parent] + 1
        self.jump[node] = self.jump[far] if even else parent

    def meeting(self, one: int, other: int) -> int:
        parent, depth, jump = self.parent, self.depth, self.jump
        if depth[one] < depth[other]:
            one, other = other, one
        goal = depth[other]
        while depth[one] > goal:
            one = jump[one] if depth[jump[one]] >= goal else parent[one]
        while one != other:
            if jump[one] != jump[other]:
                one, other = jump[one], jump[other]
            else:
                one, other = parent[one], parent[other]
        return one
