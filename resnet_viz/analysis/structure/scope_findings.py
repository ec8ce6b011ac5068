"""Findings of one scope: regions, shortcut paths, blocks, units, stages and their titles."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from resnet_viz.analysis.structure.blocks.blocks import Block, find_blocks
from resnet_viz.analysis.structure.blocks.cells import find_cells
from resnet_viz.analysis.structure.blocks.plain_blocks import find_backbones, plain_blocks
from resnet_viz.analysis.structure.blocks.units import Unit, find_units
from resnet_viz.analysis.structure.indexing.dominators import (
    immediate_dominators,
    immediate_post_dominators,
)
from resnet_viz.analysis.structure.indexing.indexed_graph import IndexedGraph, index_level
from resnet_viz.analysis.structure.indexing.nesting import Level, Nesting
from resnet_viz.analysis.structure.regions.regions import Region
from resnet_viz.analysis.structure.regions.search import find_regions
from resnet_viz.analysis.structure.regions.shortcuts import (
    ShortcutPath,
    direct_gates,
    shortcut_paths,
)
from resnet_viz.analysis.structure.signatures import Signer
from resnet_viz.analysis.structure.stages.items import StageItem, stage_items
from resnet_viz.analysis.structure.stages.repeats import Key, group_repeats
from resnet_viz.analysis.structure.stages.stages import Stage, find_stages, submodel_facts
from resnet_viz.analysis.structure.titles import Titles, make_titles
from resnet_viz.graph.types import TensorRef

MODEL: Final = ""
"""The key of the model itself among its scopes."""


class Findings(msgspec.Struct, frozen=True, eq=False, dict=True):
    """Findings of one scope; all indices are those of ``graph``, the scope's own.

    Attributes:
        paths: shortcut paths by join.
    """

    level: Level
    graph: IndexedGraph
    regions: list[Region]
    paths: dict[int, list[ShortcutPath]]
    blocks: list[Block]
    units: list[Unit]
    stages: list[Stage]
    titles: Titles

    @cached_property
    def block_at(self) -> dict[int, Block]:
        """The block around each call that is in one."""
        return {index: block for block in self.blocks for index in block.calls}

    def first_tensor(self, index: int | None) -> TensorRef | None:
        """The tensor of the whole graph that is the first output of a call of the scope."""
        if index is None:
            return None
        return self.level.real_tensor(TensorRef(self.graph.calls[index].id))

    def real(self, calls: Iterable[int]) -> list[int]:
        """The calls of the whole graph that the scope's calls stand for, ascending."""
        inside = self.level.inside
        return sorted(real for index in calls for real in inside[index])

    def entry_tensor(self, block: Block) -> TensorRef | None:
        """The tensor of the whole graph at a block's dot, where its branches start."""
        if block.region is None:
            return None
        paths = self.paths[block.region.join]
        if block.lead:
            return self.level.real_tensor(self.graph.calls[block.lead[0]].inputs[0])
        if paths:
            return self.level.real_tensor(paths[0].source)
        entry = self.graph.calls[block.region.entry].id
        entering = (
            ref
            for index in (*block.region.calls, block.region.join)
            for ref in self.graph.calls[index].inputs
            if ref.call == entry
        )
        return self.level.real_tensor(next(entering))


def findings_by_scope(whole: IndexedGraph, signer: Signer) -> dict[str, Findings]:
    """The findings of the model and of every scope that is drawn as a group, by scope id.

    Inner scopes come first, as scopes around them depend on what they hold. A scope with a single
    unit is no group: its calls belong to the scope around it.
    """
    nesting = Nesting(whole.original)
    findings: dict[str, Findings] = {}
    for scope in reversed(whole.original.scopes):  # outer ones come first there
        level = nesting.level(scope)
        if not level.graph.calls:
            continue
        inner = _find(level, whole, findings, signer)
        if _is_one_unit(inner):
            nesting.dissolve(scope)
        else:
            findings[scope.id] = inner
    findings[MODEL] = _find(nesting.level(None), whole, findings, signer)
    return findings


def _find(
    level: Level, whole: IndexedGraph, findings: dict[str, Findings], signer: Signer
) -> Findings:
    nested = {
        index: submodel_facts(inner.graph, inner.regions, inner.stages)
        for index, scope in level.nested.items()
        if (inner := findings[scope.id])
    }
    graph = index_level(level, whole, nested)
    outputs = {index for index, is_output in enumerate(graph.is_output) if is_output}
    post_dominators = immediate_post_dominators(graph.succs, outputs)
    dominators = immediate_dominators(graph.preds)
    regions = find_regions(graph, dominators, post_dominators)
    found = _items(graph, regions, dominators, post_dominators)
    if sum(len(item.calls) for item in found.items) < len(graph.calls):
        # Leaky blocks that feed each other both ways have no order.
        regions = find_regions(graph, dominators, post_dominators, leaks=False)
        found = _items(graph, regions, dominators, post_dominators)
    stages = find_stages(graph, found.items, post_dominators)
    titles = make_titles(graph, stages, found.units)
    findings_here = Findings(
        level, graph, regions, found.paths, found.blocks, found.units, stages, titles
    )
    keys = ItemKeys(whole, findings_here, signer)
    stages = group_repeats(graph, stages, keys.key, keys.first_input)
    return replace(findings_here, stages=stages)


class _Items(NamedTuple):
    """Items of a scope with the blocks, units and shortcut paths that they are made from."""

    items: list[StageItem]
    blocks: list[Block]
    units: list[Unit]
    paths: dict[int, list[ShortcutPath]]


def _items(
    graph: IndexedGraph, regions: list[Region], dominators: list[int], post_dominators: list[int]
) -> _Items:
    cells = find_cells(graph, dominators)
    gates = direct_gates(graph, regions)
    paths = {region.join: shortcut_paths(graph, region, gates) for region in regions}
    blocks = find_blocks(graph, regions, paths, frozenset(cell.join for cell in cells))
    taken = frozenset(index for block in blocks for index in (*block.lead, *block.tail))
    units = find_units(graph, taken)
    in_cells = {index for cell in cells for index in cell.calls}
    backbones = find_backbones(dominators, post_dominators)
    plain = plain_blocks(graph, regions, blocks, units, backbones, in_cells)
    inside = {index for block in plain for index in block.calls}
    blocks = [*(block for block in blocks if block.end not in inside), *plain]
    return _Items(stage_items(graph, blocks, units, cells), blocks, units, paths)


class ItemKeys:
    """Keys by which items of one scope are equal, and the first inputs of submodels."""

    def __init__(self, whole: IndexedGraph, findings: Findings, signer: Signer) -> None:
        self._whole = whole
        self._findings = findings
        self._signer = signer
        inside = findings.level.inside
        self._index_of = {real: index for index, reals in enumerate(inside) for real in reals}

    def key(self, item: StageItem) -> Key:
        """The item's kind and signature."""
        findings = self._findings
        tensor = None
        if item.block is not None:
            tensor = findings.entry_tensor(item.block)
        elif item.cell is not None:
            tensor = findings.first_tensor(item.cell.entry)
        entry = None if tensor is None else self._whole.index_of[tensor.call]
        kind = item.block.kind if item.block is not None else "cell" if item.cell else ""
        return kind, self._signer.signature(findings.real(item.calls), entry)

    def first_input(self, item: StageItem) -> int | None:
        """The call of the scope that makes a submodel's first input, if any does."""
        scope = self._findings.level.nested.get(item.calls[0])
        if scope is None or not scope.inputs:
            return None
        return self._index_of.get(self._whole.index_of[scope.inputs[0].call])


def _is_one_unit(findings: Findings) -> bool:
    """Return whether a scope holds nothing but one unit, and inputs that feed only that."""
    if len(findings.units) != 1:
        return False
    graph, unit = findings.graph, set(findings.units[0].calls)
    rest = [index for index in range(len(graph.calls)) if index not in unit]
    return all(
        graph.kinds[index] == "input"
        and not graph.is_output[index]
        and len(graph.succs[index]) == 1
        and graph.succs[index][0] in unit
        for index in rest
    )
