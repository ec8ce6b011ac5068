"""What a picture's items stand for: the one target of a click, and those they light up with."""

from __future__ import annotations

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.drawing.display_list import Target
from resnet_viz.layout.types import Node


def target_of(node: Node) -> Target:
    """The group or call that a node stands for."""
    return Target(node.ref.kind, node.ref.id)


def also_of(structure: Structure, node: Node) -> tuple[Target, ...]:
    """All that is hidden behind a closed node: selecting one of it lights the node."""
    if node.kind in ("panel", "frame"):
        return ()
    groups = node.folded
    if node.ref.kind == "group" and not groups:
        groups = structure.groups_inside(node.ref.id)
    elif groups:
        groups += tuple(deep for block in groups for deep in structure.groups_inside(block))
    found = [Target("group", group) for group in groups]
    found += [Target("call", call) for call in node.calls]
    own = target_of(node)
    return tuple(target for target in found if target != own)
