"""Groups from findings: ids, parents, children, shapes and signatures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from resnet_viz.analysis.structure.blocks import Block
from resnet_viz.analysis.structure.indexed_graph import IndexedGraph
from resnet_viz.analysis.structure.scope_findings import MODEL, Findings
from resnet_viz.analysis.structure.signatures import Signer
from resnet_viz.analysis.structure.stages import StageItem
from resnet_viz.analysis.structure.types import Group, GroupKind, ItemRef
from resnet_viz.analysis.structure.unique_ids import UniqueIds
from resnet_viz.analysis.structure.units import Unit
from resnet_viz.graph.types import Scope, Shape, TensorRef


class GroupIds:
    """GroupIds of all groups.

    Attributes:
        submodels: by scope id.
        stages: by scope id, in order.
        blocks: by id of the join.
        units: by id of the main call.
    """

    def __init__(self, found: dict[str, Findings]) -> None:
        ids = UniqueIds()
        outer_first = list(reversed(found.items()))
        # Someone chose a nested model's name; the title of the stage around it is made of it.
        self.submodels = {
            name: ids.take(submodel_title(found, name)) for name, _ in outer_first if name != MODEL
        }
        self.stages: dict[str, list[str]] = {}
        self.blocks: dict[str, str] = {}
        self.units: dict[str, str] = {}
        for name, one in outer_first:
            self.stages[name] = [ids.take(title) for title in one.titles.stages]
            calls = one.flow.calls
            for block in (item.block for stage in one.stages for item in stage.items):
                if block is not None:
                    join = block.region.join
                    self.blocks[calls[join].id] = ids.take(one.titles.blocks[join])
            for unit in one.units:
                self.units[calls[unit.main].id] = ids.take(one.titles.units[unit.main])


def submodel_title(found: dict[str, Findings], name: str) -> str:
    """The nested model's layer name, without the names around it."""
    scope = found[name].level.scope
    if scope is None:
        return found[name].flow.graph.name
    around = found[scope.parent].level.scope
    return scope.layer if around is None else scope.layer.removeprefix(around.layer).lstrip("/")


def groups_of(whole: IndexedGraph, found: dict[str, Findings], ids: GroupIds) -> list[Group]:
    """All groups: parents before children, siblings in topological order."""
    return _GroupBuilder(whole, found, ids).scope(MODEL, None)


class _GroupBuilder:
    """Makes groups, whose calls are places in the whole graph, and knows what goes for all."""

    def __init__(self, whole: IndexedGraph, found: dict[str, Findings], ids: GroupIds) -> None:
        self.whole = whole
        self.found = found
        self.ids = ids
        self._signer = Signer(whole)
        self._shared = Counter(scope.layer for scope in whole.graph.scopes)

    def scope(self, name: str, parent: str | None) -> list[Group]:
        """The stages of a scope and all that is in them."""
        return _Scope(self, name).groups(parent)

    def submodel(self, scope: Scope, parent: str) -> list[Group]:
        """The group of a nested model and all that is in it."""
        group_id = self.ids.submodels[scope.id]
        inside = [place for places in self.found[scope.id].level.inside for place in places]
        group = self.group(
            group_id,
            "submodel",
            submodel_title(self.found, scope.id),
            parent,
            sorted(inside),
            [ItemRef("group", stage) for stage in self.ids.stages[scope.id]],
        )
        group = replace(group, shared=self._shared[scope.layer])
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
        entering: TensorRef | None = None,
    ) -> Group:
        """A group; ``calls`` ascending, ``entering`` the tensor at a block's entry."""
        entry = None if entering is None else self.whole.index[entering.call]
        graph = self.whole.graph
        shape = self._first_entering(calls) if entering is None else graph.tensor(entering).shape
        return Group(
            id=group_id,
            kind=kind,
            title=title,
            parent=parent,
            calls=tuple(self.whole.calls[place].id for place in calls),
            children=tuple(children),
            entry=None if entering is None else entering.call,
            input_shape=shape,
            output_shape=self._last_leaving(calls),
            signature=self._signer.signature(calls, entry),
        )

    def _first_entering(self, calls: list[int]) -> Shape | None:
        """Shape of the first tensor that enters; at the model's start that of its first input."""
        inside = set(calls)
        for place in calls:
            for ref in self.whole.calls[place].inputs:
                if self.whole.index[ref.call] not in inside:
                    return self.whole.graph.tensor(ref).shape
        return self.whole.calls[calls[0]].output_shape

    def _last_leaving(self, calls: list[int]) -> Shape | None:
        inside = set(calls)
        for place in reversed(calls):
            after = self.whole.succs[place]
            if self.whole.is_output[place] or any(one not in inside for one in after):
                return self.whole.calls[place].output_shape
        return self.whole.calls[calls[-1]].output_shape


class _Scope:
    """Makes the groups of one scope."""

    def __init__(self, builder: _GroupBuilder, name: str) -> None:
        self._builder = builder
        self._found = builder.found[name]
        self._flow = self._found.flow
        self._stage_ids = builder.ids.stages[name]
        self._unit_at = {place: unit for unit in self._found.units for place in unit.calls}

    def groups(self, parent: str | None) -> list[Group]:
        """All groups, parents before children, siblings in topological order."""
        found: list[Group] = []
        for number, stage in enumerate(self._found.stages):
            stage_id = self._stage_ids[number]
            found.append(
                self._builder.group(
                    stage_id,
                    "head" if stage.is_head else "stage",
                    self._found.titles.stages[number],
                    parent,
                    self._real([place for item in stage.items for place in item.calls]),
                    [self._item_ref(item) for item in stage.items],
                )
            )
            for item in stage.items:
                found.extend(self._item(item, stage_id))
        return found

    def _item(self, item: StageItem, stage: str) -> list[Group]:
        if item.block is not None:
            return self._block(item.block, stage)
        if item.unit is not None:
            return [self._unit(item.unit, stage)]
        scope = self._found.level.nested.get(item.calls[0])
        return [] if scope is None else self._builder.submodel(scope, stage)

    def _block(self, block: Block, parent: str) -> list[Group]:
        join = block.region.join
        group_id = self._builder.ids.blocks[self._flow.calls[join].id]
        group = self._builder.group(
            group_id,
            "block",
            self._found.titles.blocks[join],
            parent,
            self._real(block.calls),
            self._children(block),
            entering=self._found.entering(block),
        )
        found = [
            replace(
                group,
                block_kind=block.kind,
                join=self._flow.calls[join].id,
                lead=self._names(block.lead),
                tail=self._names(block.tail),
            )
        ]
        for place in block.calls:
            unit, scope = self._unit_at.get(place), self._found.level.nested.get(place)
            if unit is not None and unit.calls[-1] == place:
                found.append(self._unit(unit, group_id))
            elif scope is not None:
                found.extend(self._builder.submodel(scope, group_id))
        return found

    def _unit(self, unit: Unit, parent: str) -> Group:
        calls = self._real(unit.calls)
        main = self._flow.calls[unit.main].id
        group = self._builder.group(
            self._builder.ids.units[main],
            "unit",
            self._found.titles.units[unit.main],
            parent,
            calls,
            [ItemRef("call", self._builder.whole.calls[place].id) for place in calls],
        )
        return replace(group, main=main)

    def _children(self, block: Block) -> list[ItemRef]:
        # A unit leaves by its last call only, so the last calls' order is topological.
        children = []
        for place in block.calls:
            unit = self._unit_at.get(place)
            if unit is None:
                children.append(self._call_ref(place))
            elif unit.calls[-1] == place:
                children.append(self._unit_ref(unit))
        return children

    def _item_ref(self, item: StageItem) -> ItemRef:
        if item.block is not None:
            join = self._flow.calls[item.block.region.join].id
            return ItemRef("group", self._builder.ids.blocks[join])
        return self._call_ref(item.calls[0]) if item.unit is None else self._unit_ref(item.unit)

    def _unit_ref(self, unit: Unit) -> ItemRef:
        return ItemRef("group", self._builder.ids.units[self._flow.calls[unit.main].id])

    def _call_ref(self, place: int) -> ItemRef:
        scope = self._found.level.nested.get(place)
        if scope is None:
            return ItemRef("call", self._flow.calls[place].id)
        return ItemRef("group", self._builder.ids.submodels[scope.id])

    def _names(self, places: Iterable[int]) -> tuple[str, ...]:
        return tuple(self._flow.calls[place].id for place in places)

    def _real(self, places: Iterable[int]) -> list[int]:
        inside = self._found.level.inside
        return sorted(real for place in places for real in inside[place])
