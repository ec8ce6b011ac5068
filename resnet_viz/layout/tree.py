"""Visible tree: the groups and calls that a view shows, container by container."""

from __future__ import annotations

from resnet_viz.analysis.structure.types import Group, ItemRef, Structure
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.types import TensorRef, is_join
from resnet_viz.layout.folds import Fold, folds_of
from resnet_viz.layout.hidden import without_hidden
from resnet_viz.layout.open_state import is_open, submodel_in_columns
from resnet_viz.layout.types import Node
from resnet_viz.layout.view import View

ROOT = "root"


def visible_tree(structure: Structure, view: View) -> Node:
    """Build the tree of everything visible in ``view``; its children are stages."""
    builder = _TreeBuilder(structure, view)
    wanted = [structure.by_id[stage] for stage in structure.stages]
    if "head" in view.hide:
        wanted = [stage for stage in wanted if stage.kind != "head"] or wanted
    stages = tuple(node for stage in wanted for node in builder.columns(stage))
    calls = tuple(call.id for call in structure.graph.calls)
    return Node(ROOT, "root", ItemRef("group", ""), calls, stages)


class _TreeBuilder:
    def __init__(self, structure: Structure, view: View) -> None:
        self.structure = structure
        self.view = view
        self.folds = folds_of(structure, view)

    def columns(self, stage: Group) -> tuple[Node, ...]:
        """The stage, or the parts before, in and after a submodel that dominates the model."""
        inner = submodel_in_columns(self.structure, self.view, stage)
        if inner is None:
            return (self.stage(stage),)
        index = stage.children.index(ItemRef("group", inner.id))
        inner_stages = (self.structure.by_id[child.id] for child in inner.children)
        return (
            *self.piece(stage, stage.children[:index], ""),
            *(node for inner_stage in inner_stages for node in self.columns(inner_stage)),
            *self.piece(stage, stage.children[index + 1 :], "~"),
        )

    def piece(self, stage: Group, children: tuple[ItemRef, ...], mark: str) -> tuple[Node, ...]:
        """A part of a stage as a panel of its own; nothing if it is empty."""
        nodes = self.nodes(children, inside_block=False)
        if not nodes:
            return ()
        calls = tuple(call for node in nodes for call in node.calls)
        ref = ItemRef("group", stage.id)
        return (Node(f"panel:{stage.id}{mark}", "panel", ref, calls, nodes),)

    def stage(self, stage: Group) -> Node:
        ref = ItemRef("group", stage.id)
        if not is_open(self.structure, self.view, stage.id):
            return Node(f"stage:{stage.id}", "stage", ref, stage.calls)
        children = self.items(stage, inside_block=False)
        return Node(f"panel:{stage.id}", "panel", ref, stage.calls, children)

    def items(self, group: Group, *, inside_block: bool) -> tuple[Node, ...]:
        nodes = self.nodes(group.children, inside_block=inside_block)
        return self.merged_joins(group, nodes)

    def nodes(self, children: tuple[ItemRef, ...], *, inside_block: bool) -> tuple[Node, ...]:
        nodes: list[Node] = []
        for child in children:
            if child.kind == "call":
                nodes.append(self.call(child.id, inside_block=inside_block))
                continue
            fold = self.folds.get(child.id)
            if fold is None:
                nodes.extend(self.group(self.structure.by_id[child.id], inside_block=inside_block))
            elif fold.hidden[0] == child.id:
                nodes.append(self.fold(fold))
        return without_hidden(self.structure, self.view, tuple(nodes))

    def group(self, group: Group, *, inside_block: bool) -> tuple[Node, ...]:
        ref = ItemRef("group", group.id)
        opened = is_open(self.structure, self.view, group.id)
        if group.kind == "unit":
            if opened:
                return tuple(self.call(call, inside_block=True) for call in group.calls)
            return (Node(f"unit:{group.id}", "op" if inside_block else "card", ref, group.calls),)
        if opened and group.kind == "submodel":
            inner = (self.structure.by_id[child.id] for child in group.children)
            stages = tuple(self.inner_stage(stage) for stage in inner)
            return (Node(f"frame:{group.id}", "frame", ref, group.calls, stages),)
        if opened:
            children = self.items(group, inside_block=group.kind != "repeat")
            return (Node(f"frame:{group.id}", "frame", ref, group.calls, children),)
        own = self.structure.own_shortcuts(group)  # a gate inside has a circle of its own
        if not own:
            return (Node(f"block:{group.id}", "card", ref, group.calls),)
        ids = tuple(shortcut.id for shortcut in own)
        entry = self.structure.entry_tensor(group)
        end = TensorRef(group.tail[-1] if group.tail else group.join or "")
        key = f"block:{group.id}"
        return (Node(key, "block", ref, group.calls, shortcuts=ids, entry=entry, exit=end),)

    def inner_stage(self, stage: Group) -> Node:
        """A stage of an open submodel: a frame in the submodel's frame."""
        ref = ItemRef("group", stage.id)
        if not is_open(self.structure, self.view, stage.id):
            return Node(f"stage:{stage.id}", "stage", ref, stage.calls)
        children = self.items(stage, inside_block=False)
        return Node(f"frame:{stage.id}", "frame", ref, stage.calls, children)

    def call(self, call_id: str, *, inside_block: bool) -> Node:
        call = self.structure.graph.by_id[call_id]
        ref = ItemRef("call", call_id)
        if is_join(call) and op_kind(call) == "join":
            return Node(f"call:{call_id}", "join", ref, (call_id,))
        as_op = inside_block or self.view.detail == "layer"
        return Node(f"call:{call_id}", "op" if as_op else "card", ref, (call_id,))

    def fold(self, fold: Fold) -> Node:
        blocks = [self.structure.by_id[block] for block in fold.hidden]
        calls = tuple(call for block in blocks for call in block.calls)
        ref = ItemRef("group", fold.hidden[0])
        return Node(f"fold:{fold.hidden[0]}", "fold", ref, calls, folded=fold.hidden)

    def merged_joins(self, group: Group, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        """At unit detail a block's join and its tail are one circle, at layer detail two boxes."""
        if not group.tail or self.layers_shown(group):
            return nodes
        tail = set(group.tail)
        merged: list[Node] = []
        for node in nodes:
            if node.ref == ItemRef("call", group.join or ""):
                more = (call for call in group.tail if call not in node.calls)
                merged.append(Node(node.key, node.kind, node.ref, (*node.calls, *more)))
            elif not tail.issuperset(node.calls):
                merged.append(node)
        return tuple(merged)

    def layers_shown(self, group: Group) -> bool:
        """True if some unit of the block is open, or it has none and only layers remain."""
        units = [ref.id for ref in group.children if ref.kind == "group"]
        return not units or any(is_open(self.structure, self.view, unit) for unit in units)
