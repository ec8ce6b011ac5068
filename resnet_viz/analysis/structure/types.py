"""What analysis finds in a graph, as frozen values: groups and shortcuts.

Ids: a call's is ``LayerCall.id``; a group's is its title, ``title#2`` when it repeats. Calls and
groups are two name spaces: "conv1" may be a call, a unit and a stage.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Literal, TypeAlias

import msgspec

from resnet_viz.graph.types import Graph, Shape, TensorRef

GroupKind: TypeAlias = Literal["stage", "head", "block", "unit", "submodel"]
BlockKind: TypeAlias = Literal[
    "basic",
    "bottleneck",
    "inverted_bottleneck",
    "attention",
    "mlp",
    "residual",
    "dense",
    "gate",
    "parallel",
]
ShortcutKind: TypeAlias = Literal[
    "identity", "padded", "upsampled", "pooled", "projection", "other", "dense", "gate"
]

RESIDUAL_KINDS: frozenset[str] = frozenset(
    {"basic", "bottleneck", "inverted_bottleneck", "attention", "mlp", "residual"}
)


class ItemRef(msgspec.Struct, frozen=True, order=True):
    """Names a child of a group: a group inside it, or a call that lies in it directly."""

    kind: Literal["group", "call"]
    id: str


class Group(msgspec.Struct, frozen=True):
    """A stage, the head, a block, a unit or a submodel (one call of a nested model).

    Attributes:
        id: the title, made unique.
        title: the label: "conv3_x", "conv3_1", "max pool", a layer's name.
        parent: id of the group around it; None for a stage of the model itself.
        calls: all calls inside, at any depth, in topological order.
        children: what lies directly inside, in topological order.
        entry: for a block, the id of the call that makes the tensor at its dot (it lies *outside*
            the block). Branches part at that call, or inside, behind the lead.
        lead: for a block, the calls before its branches part that the block took (the
            normalisation and activation that a ResNet-V2's projection shares with the branch).
            Then the shortcuts' entry, where the branches part, is the last of these.
        join: for a block, the id of its join call (inside the block).
        tail: for a block, the calls after the join that the block took (activation, post-norm).
        main: for a unit, the call that gives it its kind (convolution, pooling, dense, ...).
        input_shape, output_shape: of the first tensor that enters, and of the one that leaves.
        shared: for a submodel, how many times it is called with the same weights.
        signature: equal for groups that are equal but for names and seeds.
        shared: for a submodel, how many submodels share its weights, itself among them.
    """

    id: str
    kind: GroupKind
    title: str
    parent: str | None
    calls: tuple[str, ...]
    children: tuple[ItemRef, ...]
    block_kind: BlockKind | None = None
    entry: str | None = None
    join: str | None = None
    lead: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    main: str | None = None
    input_shape: Shape | None = None
    output_shape: Shape | None = None
    signature: str = ""
    shared: int = 1


class Shortcut(msgspec.Struct, frozen=True):
    """An input of a join that carries the entry's tensor with no or little work.

    Attributes:
        id: unique in the structure: ``entry→join``, with ``#2`` for a second one.
        entry, join: ids of the calls where the branches part and meet; the entry lies outside the
            block, or is the last call of its lead.
        source: the entry's tensor that the shortcut starts from.
        block: id of the block that the shortcut belongs to; None for a long one.
        calls: the calls on the shortcut's way, in order; empty for an identity.
        skipped: the calls of the other branches, which the shortcut skips, in topological order.
        input_shape, output_shape: at the entry, and as the tensor arrives at the join.
    """

    id: str
    entry: str
    join: str
    source: TensorRef
    kind: ShortcutKind
    long: bool
    block: str | None
    calls: tuple[str, ...]
    skipped: tuple[str, ...]
    input_shape: Shape | None
    output_shape: Shape | None


class Structure(msgspec.Struct, frozen=True, dict=True):
    """The tree of a model (model → stage → block → unit → call) and its shortcuts.

    A submodel is a child of a stage or block and has stages of its own as children.

    Attributes:
        groups: all groups; parents before children, siblings in topological order.
        stages: ids of the model's own stages and head, in order.
        shortcuts: all shortcuts in the joins' topological order, gates and dense ones with them.
        recognised: True if the model itself is the paper's ResNet (then its stages' titles are
            conv1 ... conv5_x; a submodel's may be so without this).
    """

    graph: Graph
    groups: tuple[Group, ...]
    stages: tuple[str, ...]
    shortcuts: tuple[Shortcut, ...]
    recognised: bool

    @cached_property
    def by_id(self) -> dict[str, Group]:
        """Groups by id."""
        return {group.id: group for group in self.groups}

    @cached_property
    def innermost_group(self) -> dict[str, str | None]:
        """For each call the id of the innermost group that holds it."""
        found: dict[str, str | None] = {call.id: None for call in self.graph.calls}
        for group in self.groups:  # parents come first, so the innermost wins
            for call in group.calls:
                found[call] = group.id
        return found

    @cached_property
    def blocks(self) -> tuple[Group, ...]:
        """All blocks in topological order."""
        return tuple(group for group in self.groups if group.kind == "block")

    @cached_property
    def shortcuts_by_id(self) -> dict[str, Shortcut]:
        """Shortcuts by id."""
        return {shortcut.id: shortcut for shortcut in self.shortcuts}

    @cached_property
    def shortcuts_by_block(self) -> dict[str, tuple[Shortcut, ...]]:
        """The shortcuts of each block (gates inside a residual block are listed with the gate)."""
        found: dict[str, tuple[Shortcut, ...]] = {}
        for shortcut in self.shortcuts:
            if shortcut.block is not None:
                found[shortcut.block] = (*found.get(shortcut.block, ()), shortcut)
        return found

    def entry_tensor(self, block: Group) -> TensorRef | None:
        """The tensor at a block's dot: what its branches start from, before any lead.

        None if the block has neither a lead nor a shortcut of its own.
        """
        if block.lead:
            return self.graph.by_id[block.lead[0]].inputs[0]
        own = (one for one in self.shortcuts_by_block.get(block.id, ()) if one.join == block.join)
        return next((one.source for one in own), None)

    def ancestors(self, group_id: str) -> tuple[Group, ...]:
        """The groups around a group, outermost first, without itself."""
        chain: list[Group] = []
        parent = self.by_id[group_id].parent
        while parent is not None:
            chain.append(self.by_id[parent])
            parent = self.by_id[parent].parent
        return tuple(reversed(chain))

    def groups_inside(self, group_id: str) -> tuple[str, ...]:
        """Ids of all groups in a group, at any depth, outer ones first."""
        found = [group_id]
        for group in found:  # grows meanwhile
            children = self.by_id[group].children
            found += [child.id for child in children if child.kind == "group"]
        return tuple(found[1:])

    def exit_call(self, calls: Sequence[str]) -> str:
        """The last of these calls whose output is used outside them, or is the model's."""
        inside = set(calls)
        for call in reversed(calls):
            if call in self._output_calls or not inside.issuperset(self.graph.consumers[call]):
                return call
        return calls[-1]

    @cached_property
    def _output_calls(self) -> frozenset[str]:
        return frozenset(ref.call for ref in self.graph.outputs)

    def enclosing_group(self, call_id: str, kind: GroupKind) -> str | None:
        """Id of the group of ``kind`` that holds the call, or None (innermost if they nest)."""
        group_id = self.innermost_group[call_id]
        while group_id is not None:
            group = self.by_id[group_id]
            if group.kind == kind or (kind == "stage" and group.kind == "head"):
                return group_id
            group_id = group.parent
        return None
