"""Structure of a graph as frozen values: groups and shortcuts.

Ids: a call's is ``LayerCall.id``; a group's is its title, ``title#2`` when it repeats. Calls and
groups are two namespaces: "conv1" may be a call and a group.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Literal, TypeAlias

import msgspec

from resnet_viz.graph.types import Graph, Shape, TensorRef

GroupKind: TypeAlias = Literal["stage", "head", "block", "cell", "repeat", "unit", "submodel"]
BlockKind: TypeAlias = Literal[
    "basic",
    "bottleneck",
    "inverted_bottleneck",
    "attention",
    "mlp",
    "residual",
    "separable",
    "dense",
    "gate",
    "parallel",
]
ShortcutKind: TypeAlias = Literal[
    "identity", "padded", "upsampled", "pooled", "projection", "gated", "other", "dense", "gate"
]

RESIDUAL_KINDS: frozenset[str] = frozenset(
    {"basic", "bottleneck", "inverted_bottleneck", "attention", "mlp", "residual"}
)


class ItemRef(msgspec.Struct, frozen=True, order=True):
    """Reference to a child of a group: a group or a call directly inside it."""

    kind: Literal["group", "call"]
    id: str


class Group(msgspec.Struct, frozen=True):
    """A stage, the head, a block, a cell, a repeat, a unit or a submodel.

    Attributes:
        id: the title, made unique.
        title: the label: "conv3_x", "conv3_1", "max pool", a layer's name.
        parent: id of the group around it; None for a stage of the model itself.
        calls: ids of all calls inside, at any depth, in topological order.
        children: the groups and calls directly inside, in topological order.
        block_kind: for a block, its kind.
        entry: for a block with a join, the id of the call that makes the tensor at its dot
            (*outside* the block). The branches part at that call, or after the lead. For a cell,
            the join of the nearest cell before it.
        join: for a block or cell, the id of its join (inside it); None for a block without a
            shortcut, and for a separable one.
        lead: for a block, its calls before the branches part (the normalisation and activation
            that a ResNet-V2's projection shares with the branch). The shortcuts' entry, where the
            branches part, is then the last of these.
        tail: for a block, its calls after the join (activation, post-norm).
        main: for a unit, the call that gives it its kind (convolution, pooling, dense, ...).
        input_shape, output_shape: of the first tensor that enters, and of the last that leaves;
            batch first, None for open sizes.
        signature: equal for groups that differ in names and seeds only.
        shared: for a submodel, how many submodels share its weights, itself included.
        is_layer: for a submodel, True if it is a layer that holds layers, titled by its class.
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
    is_layer: bool = False


class Shortcut(msgspec.Struct, frozen=True):
    """An input of a join that carries the entry's tensor with no or little work.

    Attributes:
        id: unique in the structure: ``entry→join``, with ``#2`` for a second one.
        entry, join: ids of the calls where the branches part and meet; the entry lies outside the
            block, or is the last call of its lead.
        source: the entry's tensor that the shortcut starts from.
        arrival: the tensor that enters the join; ``source`` itself for an identity without calls.
        long: True if the shortcut's region spans blocks or changes of size.
        block: id of the block that the shortcut belongs to; None for a long one.
        calls: ids of the calls on the shortcut's path, in order; empty for an identity.
        skipped: ids of the calls on the other branches, in topological order.
        input_shape, output_shape: of the tensor at the entry, and at the join.
    """

    id: str
    entry: str
    join: str
    source: TensorRef
    arrival: TensorRef
    kind: ShortcutKind
    long: bool
    block: str | None
    calls: tuple[str, ...]
    skipped: Sequence[str]
    input_shape: Shape | None
    output_shape: Shape | None


class Structure(msgspec.Struct, frozen=True, dict=True):
    """The tree of a model (model → stage → block → unit → call) and its shortcuts.

    A submodel is a child of a stage or block and has stages of its own as children.

    Attributes:
        groups: all groups; parents before children, siblings in topological order.
        stages: ids of the model's own stages and head, in order.
        shortcuts: all shortcuts, gates and dense connections included, in the joins' topological
            order.
        recognised: True if the model itself is a ResNet as in the paper; its stages' titles are
            then conv1 ... conv5_x (as are those of such a submodel).
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
        """Id of the innermost group around each call; None for a call outside all groups."""
        innermost: dict[str, str | None] = {call.id: None for call in self.graph.calls}
        for group in self.groups:  # parents come first, so the innermost wins
            for call in group.calls:
                innermost[call] = group.id
        return innermost

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
        """Shortcuts by block, those of gates inside a block included."""
        by_block: dict[str, tuple[Shortcut, ...]] = {}
        for shortcut in self.shortcuts:
            if shortcut.block is not None:
                by_block[shortcut.block] = (*by_block.get(shortcut.block, ()), shortcut)
        return by_block

    def own_shortcuts(self, block: Group) -> tuple[Shortcut, ...]:
        """The shortcuts that end at a block's join, without those of gates inside."""
        shortcuts = self.shortcuts_by_block.get(block.id, ())
        return tuple(each for each in shortcuts if each.join == block.join)

    def entry_tensor(self, block: Group) -> TensorRef | None:
        """The tensor at a block's dot, before its lead.

        None if the block has neither a lead nor a shortcut to its join.
        """
        if block.lead:
            return self.graph.by_id[block.lead[0]].inputs[0]
        return next((each.source for each in self.own_shortcuts(block)), None)

    def ancestors(self, group_id: str) -> tuple[Group, ...]:
        """The groups around a group, outermost first, the group itself excluded."""
        chain: list[Group] = []
        parent = self.by_id[group_id].parent
        while parent is not None:
            chain.append(self.by_id[parent])
            parent = self.by_id[parent].parent
        return tuple(reversed(chain))

    def groups_inside(self, group_id: str) -> tuple[str, ...]:
        """Ids of all groups in a group, at any depth, outer ones first."""
        groups = [group_id]
        for group in groups:  # grows meanwhile
            children = self.by_id[group].children
            groups += [child.id for child in children if child.kind == "group"]
        return tuple(groups[1:])

    def exit_call(self, calls: Sequence[str]) -> str:
        """The last of the calls whose output is used outside them, or is the model's.

        Args:
            calls: ids in topological order, at least one.
        """
        inside = set(calls)
        for call in reversed(calls):
            if call in self._output_calls or not inside.issuperset(self.graph.consumers[call]):
                return call
        return calls[-1]

    @cached_property
    def _output_calls(self) -> frozenset[str]:
        return frozenset(ref.call for ref in self.graph.outputs)

    def enclosing_group(self, call_id: str, kind: GroupKind) -> str | None:
        """Id of the innermost group of ``kind`` around a call; None without one.

        The head counts as a stage.
        """
        group_id = self.innermost_group[call_id]
        while group_id is not None:
            group = self.by_id[group_id]
            if group.kind == kind or (kind == "stage" and group.kind == "head"):
                return group_id
            group_id = group.parent
        return None
