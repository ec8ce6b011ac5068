"""Groups built from findings: ids, parents, children, shapes and signatures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from resnet_viz.analysis.structure.blocks.blocks import Block
from resnet_viz.analysis.structure.blocks.cells import Cell
from resnet_viz.analysis.structure.blocks.units import Unit
from resnet_viz.analysis.structure.group_ids import GroupIds, submodel_title
from resnet_viz.analysis.structure.indexing.indexed_graph import IndexedGraph
from resnet_viz.analysis.structure.scope_findings import MODEL, Findings
from resnet_viz.analysis.structure.signatures import Signer
from resnet_viz.analysis.structure.stages.items import StageItem
from resnet_viz.analysis.structure.types import Group, GroupKind, ItemRef
from resnet_viz.graph.types import Scope, Shape, TensorRef


def build_groups(
    whole: IndexedGraph, findings: dict[str, Findings], ids: GroupIds, signer: Signer
) -> list[Group]:
    """All groups: parents before children, siblings in topological order."""
    return _GroupBuilder(whole, findings, ids, signer).scope(MODEL, None)


class _GroupBuilder:
    """Builds groups from calls of the whole graph; shared by the builders of all scopes."""

    def __init__(
        self, whole: IndexedGraph, findings: dict[str, Findings], ids: GroupIds, signer: Signer
    ) -> None:
        self.whole = whole
        self.findings = findings
        self.ids = ids
        self._signer = signer
        self._shared = Counter(scope.layer for scope in whole.original.scopes)

    def scope(self, name: str, parent: str | None) -> list[Group]:
        """The stages of a scope with all groups inside."""
        return _ScopeBuilder(self, name).groups(parent)

    def submodel(self, scope: Scope, parent: str) -> list[Group]:
        """The group of a submodel with all groups inside."""
        group_id = self.ids.submodels[scope.id]
        calls = [index for real in self.findings[scope.id].level.inside for index in real]
        group = self.group(
            group_id,
            "submodel",
            submodel_title(self.findings, scope.id),
            parent,
            sorted(calls),
            [ItemRef("group", stage) for stage in self.ids.stages[scope.id]],
        )
        if scope.inputs:  # its first, whichever call inside comes first in the file
            group = replace(group, input_shape=self.whole.original.tensor(scope.inputs[0]).shape)
        group = replace(group, shared=self._shared[scope.layer], is_layer=scope.is_layer)
        return [group, *self.scope(scope.id, group_id)]

    def group(
        self,
        group_id: str,
        kind: GroupKind,
        title: str,
        parent: str | None,
        calls: list[int],
        children: Iterable[ItemRef],
        *,
        entry_tensor: TensorRef | None = None,
    ) -> Group:
        """Build a group; ``calls`` ascending, ``entry_tensor`` the tensor at a block's dot."""
        if entry_tensor is None:
            entry, shape = None, self._input_shape(calls)
        else:
            entry = self.whole.index_of[entry_tensor.call]
            shape = self.whole.original.tensor(entry_tensor).shape
        return Group(
            id=group_id,
            kind=kind,
            title=title,
            parent=parent,
            calls=tuple(self.whole.calls[index].id for index in calls),
            children=tuple(children),
            entry=None if entry_tensor is None else entry_tensor.call,
            input_shape=shape,
            output_shape=self._output_shape(calls),
            signature=self._signer.signature(calls, entry),
        )

    def _input_shape(self, calls: list[int]) -> Shape | None:
        """Shape of the first tensor that enters; without one, of the first call's output."""
        inside = set(calls)
        for index in calls:
            for ref in self.whole.calls[index].inputs:
                if self.whole.index_of[ref.call] not in inside:
                    return self.whole.original.tensor(ref).shape
        return self.whole.calls[calls[0]].output_shape

    def _output_shape(self, calls: list[int]) -> Shape | None:
        """Shape of the last tensor that leaves."""
        inside = set(calls)
        for index in reversed(calls):
            if self.whole.is_output[index] or not inside.issuperset(self.whole.succs[index]):
                return self.whole.calls[index].output_shape
        return self.whole.calls[calls[-1]].output_shape


class _ScopeBuilder:
    """Builds the groups of one scope."""

    def __init__(self, builder: _GroupBuilder, name: str) -> None:
        self._builder = builder
        self._findings = builder.findings[name]
        self._graph = self._findings.graph
        self._stage_ids = builder.ids.stages[name]
        self._unit_at = {index: unit for unit in self._findings.units for index in unit.calls}

    def groups(self, parent: str | None) -> list[Group]:
        """All groups, parents before children, siblings in topological order."""
        groups: list[Group] = []
        for number, stage in enumerate(self._findings.stages):
            stage_id = self._stage_ids[number]
            groups.append(
                self._builder.group(
                    stage_id,
                    "head" if stage.is_head else "stage",
                    self._findings.titles.stages[number],
                    parent,
                    self._real([index for item in stage.items for index in item.calls]),
                    [self._item_ref(item) for item in stage.items],
                )
            )
            for item in stage.items:
                groups.extend(self._item(item, stage_id))
        return groups

    def _item(self, item: StageItem, stage: str) -> list[Group]:
        if item.block is not None:
            return self._block(item.block, stage)
        if item.cell is not None:
            return self._cell(item, item.cell, stage)
        if item.repeat:
            return self._repeat(item, stage)
        if item.unit is not None:
            return [self._unit(item.unit, stage)]
        scope = self._findings.level.nested.get(item.calls[0])
        return [] if scope is None else self._builder.submodel(scope, stage)

    def _block(self, block: Block, parent: str) -> list[Group]:
        group_id = self._block_id(block.end)
        join = None if block.region is None else self._graph.calls[block.region.join].id
        group = self._builder.group(
            group_id,
            "block",
            self._findings.titles.blocks[block.end],
            parent,
            self._real(block.calls),
            self._children(block),
            entry_tensor=self._findings.entry_tensor(block),
        )
        groups = [
            replace(
                group,
                block_kind=block.kind,
                join=join,
                lead=self._ids(block.lead),
                tail=self._ids(block.tail),
            )
        ]
        for index in block.calls:
            unit, scope = self._unit_at.get(index), self._findings.level.nested.get(index)
            if unit is not None and unit.calls[-1] == index:
                groups.append(self._unit(unit, group_id))
            elif scope is not None:
                groups.extend(self._builder.submodel(scope, group_id))
        return groups

    def _cell(self, item: StageItem, cell: Cell, parent: str) -> list[Group]:
        group_id = self._block_id(item.end)
        group = self._builder.group(
            group_id,
            "cell",
            self._findings.titles.blocks[item.end],
            parent,
            self._real(item.calls),
            [self._item_ref(part) for part in item.parts],
            entry_tensor=self._findings.first_tensor(cell.entry),
        )
        group = replace(group, join=self._graph.calls[item.end].id)
        inside = [each for part in item.parts for each in self._item(part, group_id)]
        return [group, *inside]

    def _repeat(self, item: StageItem, parent: str) -> list[Group]:
        title, group_id = self._builder.ids.repeats[self._graph.calls[item.calls[-1]].id]
        group = self._builder.group(
            group_id,
            "repeat",
            title,
            parent,
            self._real(item.calls),
            [self._item_ref(part) for part in item.parts],
        )
        return [group, *(each for part in item.parts for each in self._item(part, group_id))]

    def _unit(self, unit: Unit, parent: str) -> Group:
        calls = self._real(unit.calls)
        main = self._graph.calls[unit.main].id
        group = self._builder.group(
            self._builder.ids.units[main],
            "unit",
            self._findings.titles.units[unit.main],
            parent,
            calls,
            [ItemRef("call", self._builder.whole.calls[index].id) for index in calls],
        )
        return replace(group, main=main)

    def _children(self, block: Block) -> list[ItemRef]:
        # Only a unit's last call feeds calls outside it, so the order of last calls is topological.
        children = []
        for index in block.calls:
            unit = self._unit_at.get(index)
            if unit is None:
                children.append(self._call_ref(index))
            elif unit.calls[-1] == index:
                children.append(self._unit_ref(unit))
        return children

    def _item_ref(self, item: StageItem) -> ItemRef:
        if item.repeat:
            last = self._graph.calls[item.calls[-1]].id
            return ItemRef("group", self._builder.ids.repeats[last][1])
        if item.is_block:
            return ItemRef("group", self._block_id(item.end))
        return self._call_ref(item.calls[0]) if item.unit is None else self._unit_ref(item.unit)

    def _block_id(self, end: int) -> str:
        return self._builder.ids.blocks[self._graph.calls[end].id]

    def _unit_ref(self, unit: Unit) -> ItemRef:
        return ItemRef("group", self._builder.ids.units[self._graph.calls[unit.main].id])

    def _call_ref(self, index: int) -> ItemRef:
        scope = self._findings.level.nested.get(index)
        if scope is None:
            return ItemRef("call", self._graph.calls[index].id)
        return ItemRef("group", self._builder.ids.submodels[scope.id])

    def _ids(self, calls: Iterable[int]) -> tuple[str, ...]:
        return tuple(self._graph.calls[index].id for index in calls)

    def _real(self, calls: Iterable[int]) -> list[int]:
        return self._findings.real(calls)
