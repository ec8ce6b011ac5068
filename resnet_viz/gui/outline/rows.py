"""Rows of the outline as values: stage → block → unit → layer, with texts and targets."""

from __future__ import annotations

import msgspec

from resnet_viz.analysis.keras_ops.display_kind import display_kind
from resnet_viz.analysis.structure.types import Group, ItemRef
from resnet_viz.analysis.wording.captions import caption
from resnet_viz.analysis.wording.numbers import depth_text
from resnet_viz.analysis.wording.terms import (
    block_shortcut_term,
    op_term,
    submodel_term,
)
from resnet_viz.document import Document
from resnet_viz.drawing.colors import stage_tokens
from resnet_viz.drawing.display_list import Target
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.shapes import shape_text
from resnet_viz.graph.types import LayerCall, Shape
from resnet_viz.search.find import find
from resnet_viz.search.query import Query


class Row(msgspec.Struct, frozen=True):
    """One line of the outline.

    Attributes:
        target: what it selects; None for the model's own row.
        title, right: its two texts.
        glyph: the op whose glyph stands before the title ("conv"); "" for none.
        swatch: colour token of the stage's square; "" for none.
        leaf: True if nothing can be opened below it.
        join: True for the row that stands for a join with what follows it.
    """

    target: Target | None
    title: str
    right: str = ""
    glyph: str = ""
    swatch: str = ""
    leaf: bool = True
    join: bool = False


class OutlineRows:
    """The rows of one document, made on demand."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._structure = document.structure
        self._channels_first_ranks = document.graph.channels_first_ranks
        self._tokens = stage_tokens(document.structure)

    def root(self) -> Row:
        """The model's row."""
        depth = depth_text(self.document.numbers.totals.weighted_layers)
        return Row(None, self.document.title, depth, leaf=False)

    def children(self, row: Row) -> tuple[Row, ...]:
        """The rows directly below one."""
        if row.target is None:
            return tuple(
                self._group(self._structure.by_id[stage]) for stage in self._structure.stages
            )
        if row.leaf:
            return ()
        if row.join:
            block = self._structure.by_id[self._structure.innermost_group[row.target.id] or ""]
            return tuple(self._call(self._call_of(call)) for call in (row.target.id, *block.tail))
        return self._inside(self._structure.by_id[row.target.id])

    def path(self, target: Target) -> tuple[Target, ...]:
        """Targets of the rows that lead to the row of a target, outermost first, itself last.

        An edge has no row; a shortcut's is its block's, a long one's its join's. A target without a
        row has no path.
        """
        if target.kind == "group" and target.id in self._structure.by_id:
            around = self._structure.ancestors(target.id)
            return (*(Target("group", group.id) for group in around), target)
        if target.kind == "call":
            return self._path_of_call(target)
        if target.kind == "shortcut":
            shortcut = self._structure.shortcuts_by_id.get(target.id)
            if shortcut is not None and shortcut.block is not None:
                return self.path(Target("group", shortcut.block))
            if shortcut is not None:
                return self._path_of_call(Target("call", shortcut.join))
        return ()

    def _path_of_call(self, target: Target) -> tuple[Target, ...]:
        home = self._structure.innermost_group.get(target.id)
        if home is None:
            return ()
        group = self._structure.by_id[home]
        above = self.path(Target("group", home))
        if _is_leaf(group):
            return above
        if target.id in group.tail and group.join is not None:
            return (*above, Target("call", group.join), target)
        return (*above, target)

    def _inside(self, group: Group) -> tuple[Row, ...]:
        if group.kind == "block":
            return self._inside_block(group)
        return tuple(self._child(child) for child in group.children)

    def _child(self, child: ItemRef) -> Row:
        if child.kind == "group":
            return self._group(self._structure.by_id[child.id])
        return self._call(self._call_of(child.id))

    def _inside_block(self, block: Group) -> tuple[Row, ...]:
        shortcuts = self._structure.shortcuts_by_block.get(block.id, ())
        on_shortcut = {call for shortcut in shortcuts for call in shortcut.calls}
        rows: list[Row] = []
        number = 0
        for child in block.children:
            if child.kind == "call" and (child.id == block.join or child.id in block.tail):
                if child.id == block.join:
                    rows.append(self._join(block))
            elif child.kind == "group" and self._structure.by_id[child.id].kind != "unit":
                rows.append(self._group(self._structure.by_id[child.id]))
            elif _calls_of(self._structure.by_id, child) <= on_shortcut:
                rows.append(self._part(child, "shortcut"))
            elif child.kind == "group":
                number += 1
                rows.append(self._part(child, f"unit {number}"))
            else:
                rows.append(self._call(self._call_of(child.id)))
        return tuple(rows)

    def _part(self, child: ItemRef, word: str) -> Row:
        """A unit (or lone call) of a block: "unit 1 · 3×3, 128, /2"."""
        if child.kind == "call":
            main, target, leaf = self._call_of(child.id), Target("call", child.id), True
        else:
            group = self._structure.by_id[child.id]
            main, target = self._call_of(group.main or group.calls[0]), Target("group", group.id)
            leaf = _is_leaf(group)
        says = caption(main, self.document.graph) or op_term(main)
        return Row(target, f"{word} · {says}", glyph=display_kind(main), leaf=leaf)

    def _join(self, block: Group) -> Row:
        join = self._call_of(block.join or "")
        words = [op_term(join).lower(), *(op_term(self._call_of(call)) for call in block.tail)]
        target = Target("call", join.id)
        has_tail = bool(block.tail)
        return Row(target, " · ".join(words), glyph="join", leaf=not has_tail, join=has_tail)

    def _group(self, group: Group) -> Row:
        target = Target("group", group.id)
        if group.kind in ("stage", "head"):
            shape = self._shape(group.output_shape)
            return Row(target, group.title, shape, swatch=self._tokens[group.id], leaf=False)
        if group.kind == "submodel":
            right = f"shared ×{group.shared}" if group.shared > 1 else submodel_term(group)
            return Row(target, group.title, right, glyph="submodel", leaf=False)
        if group.kind == "block":
            return Row(target, group.title, block_shortcut_term(self._structure, group), leaf=False)
        if group.kind in ("cell", "repeat"):
            return Row(target, group.title, self._shape(group.output_shape), leaf=False)
        main = self._call_of(group.main or group.calls[0])
        shape = self._shape(group.output_shape)
        return Row(target, group.title, shape, glyph=display_kind(main), leaf=_is_leaf(group))

    def _call(self, call: LayerCall) -> Row:
        home = self._structure.innermost_group.get(call.id)
        inside = home is not None and self._structure.by_id[home].kind in ("unit", "block")
        only_input = op_kind(call) == "input" and len(self.document.graph.inputs) == 1
        title = "Input" if only_input else call.id
        right = "" if inside else self._shape(call.output_shape)
        return Row(Target("call", call.id), title, right, glyph=display_kind(call))

    def _call_of(self, call_id: str) -> LayerCall:
        return self.document.graph.by_id[call_id]

    def _shape(self, shape: Shape | None) -> str:
        return shape_text(shape, channels_first_ranks=self._channels_first_ranks)


def _calls_of(groups: dict[str, Group], child: ItemRef) -> set[str]:
    return {child.id} if child.kind == "call" else set(groups[child.id].calls)


def _is_leaf(group: Group) -> bool:
    """Return whether a group has no rows below it: a unit of a single call."""
    return group.kind == "unit" and len(group.calls) == 1


class SearchResult(msgspec.Struct, frozen=True):
    """Result of a search.

    Attributes:
        matches: the targets that match, in topological order.
        rows: theirs and those of all rows above them.
        parents: targets of the rows above others.
    """

    matches: tuple[Target, ...]
    rows: frozenset[Target]
    parents: frozenset[Target]


def matching(document: Document, query: Query) -> SearchResult | None:
    """The rows that a query matches; None for a blank one, which shows all."""
    if query.is_blank:
        return None
    rows = OutlineRows(document)
    matches = find(document, query)
    targets: set[Target] = set()
    parents: set[Target] = set()
    for path in map(rows.path, matches):
        targets.update(path)
        parents.update(path[:-1])
    return SearchResult(matches, frozenset(targets), frozenset(parents))
