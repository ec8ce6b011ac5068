"""Immediate dominators of an acyclic graph in one pass over its topological order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

VIRTUAL: Final = -1
"""The virtual source before all inputs, or the virtual sink after all outputs."""


def immediate_dominators(preds: Sequence[Sequence[int]], roots: Collection[int] = ()) -> list[int]:
    """Immediate dominators: for each node the nearest node on every path to it.

    A node's immediate dominator is the lowest common ancestor of its predecessors in the dominator
    tree so far (Cooper, Harvey, Kennedy 2001, "A Simple, Fast Dominance Algorithm"; one pass is
    enough without cycles). Ancestors are found by jump pointers (Myers 1983, "An applicative
    random-access stack"), in O(edges · log nodes) altogether.

    Args:
        preds: predecessors of each node; all have smaller indices than the node.
        roots: children of the virtual source besides the nodes without predecessors.

    Returns:
        The immediate dominators; ``VIRTUAL`` where only the virtual source is on every path.
    """
    count = len(preds) + 1  # node 0 is the virtual source, node i + 1 is node i of ``preds``
    tree = _Tree(count)
    for index, before in enumerate(preds):
        ancestor = 0
        if before and index not in roots:
            ancestor = before[0] + 1
            for pred in before[1:]:
                ancestor = tree.common_ancestor(ancestor, pred + 1)
        tree.add(index + 1, ancestor)
    return [parent - 1 for parent in tree.parent[1:]]


def immediate_post_dominators(
    succs: Sequence[Sequence[int]], outputs: Collection[int]
) -> list[int]:
    """For each node the nearest node on every path from it; ``VIRTUAL`` for the virtual sink."""
    last = len(succs) - 1
    mirrored = [[last - after for after in afters] for afters in reversed(succs)]
    dominators = immediate_dominators(mirrored, {last - output for output in outputs})
    return [VIRTUAL if node == VIRTUAL else last - node for node in reversed(dominators)]


class _Tree:
    """Tree that grows by leaves, with jump pointers for lowest common ancestors."""

    __slots__ = ("depth", "jump", "parent")

    def __init__(self, count: int) -> None:
        self.parent = [0] * count
        self.depth = [0] * count
        self.jump = [0] * count

    def add(self, node: int, parent: int) -> None:
        far = self.jump[parent]
        even = self.depth[parent] - self.depth[far] == self.depth[far] - self.depth[self.jump[far]]
        self.parent[node] = parent
        self.depth[node] = self.depth[parent] + 1
        self.jump[node] = self.jump[far] if even else parent

    def common_ancestor(self, one: int, other: int) -> int:
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
