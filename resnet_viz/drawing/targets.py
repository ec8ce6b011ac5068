"""Targets of a picture's items: the one that a click selects, and those highlighted with it."""

from __future__ import annotations

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.drawing.display_list import Target
from resnet_viz.layout.types import Node


def target_of(node: Node) -> Target:
    """The group or call that a node stands for."""
    return Target(node.ref.kind, node.ref.id)


def also_of(structure: Structure, node: Node) -> tuple[Target, ...]:
    """Groups and calls hidden in a closed node: selecting one of them highlights the node."""
    if node.kind in ("panel", "frame"):
        return ()
    groups = node.folded
    if groups:
        groups += tuple(inner for block in groups for inner in structure.groups_inside(block))
    elif node.ref.kind == "group":
        groups = structure.groups_inside(node.ref.id)
    hidden = [Target("group", group) for group in groups]
    hidden += [Target("call", call) for call in node.calls]
    return tuple(target for target in hidden if target != target_of(node))
