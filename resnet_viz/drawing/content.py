"""Texts of boxes: titles, lines, numbers; without positions or colours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from resnet_viz.analysis.keras_ops.display_kind import display_kind
from resnet_viz.analysis.keras_ops.wrappers import wrapped_layer
from resnet_viz.analysis.structure.types import RESIDUAL_KINDS, Group, GroupKind
from resnet_viz.analysis.wording.captions import block_captions, caption
from resnet_viz.analysis.wording.numbers import short_number
from resnet_viz.analysis.wording.terms import (
    NO_SHORTCUT,
    lacks_shortcut,
    op_term,
    submodel_term,
)
from resnet_viz.document import Document
from resnet_viz.drawing.names import BoxTexts, broken
from resnet_viz.drawing.tips import TipWriter
from resnet_viz.graph.ops import OpKind, op_kind
from resnet_viz.graph.shapes import channels, shape_text, size_text, spatial
from resnet_viz.graph.types import LayerCall, Shape, Tensor, TensorRef
from resnet_viz.layout.hidden import hidden_family
from resnet_viz.layout.types import Node
from resnet_viz.layout.view import View

MOST_LINES = 3
NOT_RUN = "code not run"
"""Line in a Lambda's box: its code is in the file, and reading a file runs none."""
_WITH_WEIGHTS = frozenset({"conv", "dense", "attention", "recurrent", "embedding", "custom"})
_MORE: Final[dict[GroupKind, str]] = {
    "block": "blocks",
    "cell": "cells",
    "repeat": "groups",
    "submodel": "submodels",
    "unit": "units",
}
_NAMED_BY_TERM = frozenset({"norm", "activation", "regularise", "input"})


class Content(msgspec.Struct, frozen=True):
    """The texts of one box.

    Attributes:
        title: the first line.
        title_rest: lines of a long title after the first.
        value: at the right of the first line (MACs).
        lines: below it.
        cost: of a stage, whose value counts its blocks, and with its unit of an open group.
        macs: shown by the cost bar; 0 for no bar.
        op: the family whose colour and glyph it has.
        tip: the tooltip's text, one line.
        heat: colour token of its background where colours mean a number; "" elsewhere.
        prefix: what its title and names lack that all names have.
    """

    title: str
    value: str = ""
    lines: tuple[str, ...] = ()
    cost: str = ""
    macs: int = 0
    op: OpKind = "custom"
    tip: str = ""
    heat: str = ""
    prefix: str = ""
    title_rest: tuple[str, ...] = ()

    @property
    def fill(self) -> str:
        """Colour token of the card's fill."""
        return self.heat or "card"

    def ink(self, token: str) -> str:
        """Colour token of a text whose token on a plain card is ``token``."""
        return f"{self.heat}.text" if self.heat.startswith("heat") else token


class ContentWriter:
    """Writes the texts of a document's nodes."""

    def __init__(self, document: Document, view: View | None = None) -> None:
        self._view = view or View()
        self.texts = BoxTexts(document, self._view)
        self.tips = TipWriter(document)
        self._graph = document.graph
        self._structure = document.structure
        self._numbers = document.numbers
        self._uses = Counter(call.layer for call in document.graph.calls)
        self.channels_first_ranks = document.graph.channels_first_ranks

    def shape(self, shape: Shape | None) -> str:
        """The shape as H×W×C."""
        return shape_text(shape, channels_first_ranks=self.channels_first_ranks)

    def _shape(self, shape: Shape | None) -> str:
        """The shape, if the view shows shapes."""
        return self.shape(shape) if self._view.shows("shapes") else ""

    def tensor_shapes(self) -> dict[TensorRef, str]:
        """The text beside each tensor's line: its shape as H×W×C, or what the view asks for."""
        return {
            TensorRef(call.id, output): self._tensor(tensor)
            for call in self._graph.calls
            for output, tensor in enumerate(call.outputs)
        }

    def _tensor(self, tensor: Tensor) -> str:
        shape = self._shape(tensor.shape)
        dtype = tensor.dtype if self._view.shows("dtype") else None
        return f"{shape} {dtype or ''}".strip()

    def content(self, node: Node) -> Content:
        """The texts of a node, as far as the view shows them."""
        content = self._content(node)
        if not self._view.shows("macs"):
            value = content.value if node.kind in ("panel", "stage") else ""
            content = msgspec.structs.replace(content, value=value, cost="", macs=0)
        prefix = self.texts.prefix
        if prefix and any(text.startswith(prefix) for text in (content.title, *content.lines)):
            lines = tuple(map(self.texts.name, content.lines))
            title = self.texts.name(content.title)
            content = msgspec.structs.replace(content, title=title, lines=lines, prefix=prefix)
        if node.kind not in ("card", "block"):
            return content
        title, *rest = broken(content.title)
        return msgspec.structs.replace(content, title=title, title_rest=tuple(rest))

    def _content(self, node: Node) -> Content:
        if node.kind == "fold":
            return self._fold(node)
        if node.ref.kind == "call":
            return self._call(node)
        return self._group(node, self._structure.by_id[node.ref.id])

    def _group(self, node: Node, group: Group) -> Content:
        if node.kind == "frame":
            macs = self._numbers.groups[group.id].macs
            cost = f"{_cost(macs)} MACs" if macs else ""
            return Content(group.title, cost=cost, tip=self.tips.of_group(group))
        if group.kind == "unit":
            return self._unit(node, group)
        if group.kind in ("stage", "head"):
            return self._stage(group) if node.calls == group.calls else self._piece(node, group)
        if group.kind == "submodel":
            return self._submodel(group)
        return self._block(group)

    def _stage(self, group: Group) -> Content:
        macs = self._numbers.groups[group.id].macs
        blocks = self.blocks_in(group)
        counted = f"×{blocks}" if blocks > 1 else ""
        lines = (self._shape(group.output_shape), self.shortcut_counts(group))
        tip = self.tips.of_group(group)
        return Content(group.title, counted, lines, _cost(macs), macs, op="submodel", tip=tip)

    def _piece(self, node: Node, group: Group) -> Content:
        """A part of a stage beside the submodel that takes the columns."""
        macs = sum(self._numbers.calls[call].macs or 0 for call in node.calls)
        shape = self._graph.by_id[node.calls[-1]].output_shape
        title = self.piece_title(node.calls) or group.title
        lines = (self._shape(shape), "")
        return Content(title, "", lines, _cost(macs), macs, "submodel", self.tips.of_group(group))

    def piece_title(self, calls: tuple[str, ...]) -> str:
        """Title of a part of a stage: the size of its output; "" for none."""
        last = self._graph.by_id[calls[-1]]
        return size_text(spatial(last.output_shape, channels_first_ranks=self.channels_first_ranks))

    def _submodel(self, group: Group) -> Content:
        macs = self._numbers.groups[group.id].macs
        ends = map(self._shape, (group.input_shape, group.output_shape))
        count = len({self._graph.by_id[call].layer for call in group.calls})
        lines: tuple[str, ...] = (
            " → ".join(filter(None, ends)),
            f"{'layer' if group.is_layer else 'model'} of {count} layers",
        )
        lines = tuple(line for line in lines if line)
        if group.shared > 1:
            lines = (*lines, f"shared ×{group.shared}")
        lines += self.texts.number_lines(self._numbers.groups[group.id], has_macs=True)
        tip = self.tips.of_group(group)
        return Content(group.title, _cost(macs), lines, macs=macs, op="submodel", tip=tip)

    def _block(self, group: Group) -> Content:
        macs = self._numbers.groups[group.id].macs
        lines = block_captions(self._structure, group)
        if len(lines) > MOST_LINES:
            lines = (*lines[: MOST_LINES - 1], f"+ {len(lines) - MOST_LINES + 1} more")
        lines += self.texts.number_lines(self._numbers.groups[group.id], has_macs=True)
        op, tip = self._main_op(group), self.tips.of_group(group)
        return Content(group.title, _cost(macs), lines, macs=macs, op=op, tip=tip)

    def _main_op(self, group: Group) -> OpKind:
        calls = [self._graph.by_id[call] for call in group.calls]
        kinds = [display_kind(call) for call in calls]
        for wanted in ("attention", "conv", "recurrent", "dense"):
            if wanted in kinds:
                return wanted
        return kinds[0] if kinds else "custom"

    def _unit(self, node: Node, group: Group) -> Content:
        main = self._graph.by_id[group.main or group.calls[0]]
        numbers = self._numbers.groups[group.id]
        kind, tip = display_kind(main), self.tips.of_group(group)
        more = self.texts.number_lines(numbers, has_macs=node.kind != "op")
        if node.kind == "op":
            words = " · ".join((*self._terms(group.calls), *self._shared(main)))
            title = self.op_title(main)
            lines = (*self.texts.name_line(main, title), words, *more)
            return Content(title, lines=lines, macs=numbers.macs, op=kind, tip=tip)
        text = self.texts.with_activation(self.spec(main), main)
        named = self.texts.name_line(main, self.texts.name(group.title))
        lines = (*named, *((text,) if text else ()), *self._shared(main), *more)
        return Content(group.title, _cost(numbers.macs), lines, macs=numbers.macs, op=kind, tip=tip)

    def _terms(self, calls: Sequence[str]) -> list[str]:
        """The operations of a unit that the view does not hide, with what they apply."""
        terms: list[str] = []
        for call in map(self._graph.by_id.__getitem__, calls):
            if hidden_family(call) not in self._view.hide or len(calls) == 1:
                terms += filter(None, (op_term(call), self.texts.activation(call)))
        return terms

    def _shared(self, call: LayerCall) -> tuple[str, ...]:
        """The mark of a layer that is called more often than what is around it: "shared ×2"."""
        uses = self._uses[call.layer]
        around = self._structure.enclosing_group(call.id, "submodel") if uses > 1 else None
        times = uses // (self._structure.by_id[around].shared if around is not None else 1)
        return (f"shared ×{times}",) if times > 1 else ()

    def _call(self, node: Node) -> Content:
        call = self._graph.by_id[node.ref.id]
        numbers = self._numbers.calls[call.id]
        kind, op, tip = op_kind(call), display_kind(call), self.tips.of_call(call)
        if node.kind == "join":
            return Content(op_term(call), op=op, tip=tip)
        macs = numbers.macs or 0
        if node.kind == "op":
            title = self.op_title(call)
            lines = self._op_lines(call, title)
            return Content(title, lines=lines, macs=macs, op=op, tip=tip)
        title = self._input_title(call) if kind == "input" else call.id
        text = self._shape(call.output_shape) if kind == "input" else self.spec(call)
        if kind != "input" and op_term(call) not in text:
            text = f"{op_term(call)} {text}".strip()
        texts = (
            self.texts.with_activation(text, call),
            NOT_RUN if call.type == "Lambda" else "",
            *self._shared(call),
            *self.texts.number_lines(numbers, has_macs=True),
        )
        shown = tuple(line for line in texts if line)
        return Content(title, _cost(macs), shown, macs=macs, op=op, tip=tip)

    def _op_lines(self, call: LayerCall, title: str) -> tuple[str, ...]:
        numbers = self._numbers.calls[call.id]
        weights, families = numbers.parameters, (op_kind(call), display_kind(call))
        asked = self.texts.number_lines(numbers, has_macs=False)
        told = "params" in self._view.show or not self._view.shows("params")
        counts = bool(weights) and not told and not _WITH_WEIGHTS.isdisjoint(families)
        parts = [self.texts.activation(call), f"{weights:,} weights" if counts else ""]
        if op_kind(call) == "input":
            parts = [self._shape(call.output_shape)]
        if call.type == "Lambda":
            parts = [NOT_RUN]
        line = " · ".join(filter(None, (*parts, *self._shared(call))))
        return (*self.texts.name_line(call, title), *((line,) if line else ()), *asked)

    def _input_title(self, call: LayerCall) -> str:
        """Title of an input: of a nested model's, which passes a tensor on, that model's name."""
        if call.inputs:
            return f"Input of {call.scope.rpartition('/')[2]}"
        return "Input" if len(self._graph.inputs) == 1 else call.id

    def _fold(self, node: Node) -> Content:
        macs = sum(self._numbers.groups[block].macs for block in node.folded)
        titles = [self._structure.by_id[block].title for block in node.folded]
        count = len(titles)
        text = titles[0] if len(set(titles)) == 1 else f"{titles[0]} … {titles[-1]}"
        kinds = self._kinds(set(node.calls))
        words = _MORE.get(self._structure.by_id[node.folded[0]].kind, "blocks")
        tip = f"{count} more {words} equal to the one above: {text}. Open to draw them all."
        title, line = (text, "as the one above") if count == 1 else (f"×{count}", text)
        lines = (line, kinds) if kinds else (line,)
        op = self._main_op(self._structure.by_id[node.folded[0]])
        return Content(title, _cost(macs), lines, op=op, tip=tip)

    def _container_kind(self, group: Group, cost: str) -> str:
        """Text at the right of the header of a submodel, or of a stage in one."""
        parts = [self._shape(group.output_shape)] if self._view.shows("shapes") else []
        if group.kind == "submodel":
            parts.insert(
                0, submodel_term(group) + (f", shared ×{group.shared}" if group.shared > 1 else "")
            )
        if group.kind == "repeat":
            parts.insert(0, self._place_among_equal(group))
        return " · ".join(parts + [cost] * bool(cost))

    def _place_among_equal(self, group: Group) -> str:
        """Place of a period among the equal ones around it: "1 of 12"."""
        equal = [
            each.id
            for each in self._structure.groups
            if each.parent == group.parent and each.signature == group.signature
        ]
        return f"{equal.index(group.id) + 1} of {len(equal)}"

    def spec(self, call: LayerCall) -> str:
        """The caption of a call, with the input's size of a Dense: "512 → 1000"."""
        return caption(call, self._graph)

    def op_title(self, call: LayerCall) -> str:
        """The operation with its channels: "Conv 3×3, /2, 64→128"."""
        word = op_term(call)
        text = self.spec(call)
        if op_kind(call) == "input":
            return self._input_title(call)
        if op_kind(call) == "conv" and call.inputs:
            before = channels(
                self._graph.tensor(call.inputs[0]).shape,
                channels_first_ranks=self.channels_first_ranks,
            )
            after = channels(call.output_shape, channels_first_ranks=self.channels_first_ranks)
            parts = [part for part in text.split(", ") if part != str(after)]
            if before is not None and after is not None:
                parts.append(f"{before}→{after}")
            text = ", ".join(parts)
        elif wrapped_layer(call) is None and op_kind(call) in _NAMED_BY_TERM:
            text = ""
        return f"{word} {text}".strip()

    def blocks_in(self, group: Group) -> int:
        """Number of blocks and cells in a stage, those in cells and submodels left out."""
        count = 0
        for child in group.children:
            inner = self._structure.by_id[child.id] if child.kind == "group" else None
            if inner is not None and inner.kind == "repeat":
                count += self.blocks_in(inner)
            elif inner is not None:
                count += inner.kind in ("block", "cell")
        return count

    def shortcut_counts(self, group: Group) -> str:
        """The shortcuts of a stage's blocks: "3 identity, 1 projection"; "" for none."""
        return self._kinds(set(group.calls))

    def _kinds(self, inside: set[str]) -> str:
        counts: dict[str, int] = {}
        for shortcut in self._structure.shortcuts:
            if shortcut.join in inside and not shortcut.long and shortcut.kind != "gate":
                counts[shortcut.kind] = counts.get(shortcut.kind, 0) + 1
        return ", ".join(f"{count} {kind}" for kind, count in counts.items())

    def frame_kind(self, group: Group, cost: str) -> str:
        """Right side of a header: "residual block · projection shortcut · 180 M MACs"."""
        if group.kind in ("stage", "head", "submodel", "cell", "repeat"):
            return self._container_kind(group, cost)
        kind = group.block_kind or ""
        if lacks_shortcut(group):
            parts = ["block", NO_SHORTCUT]
        else:
            parts = ["residual block" if kind in RESIDUAL_KINDS else f"{kind} block"]
        own = self._structure.shortcuts_by_block.get(group.id, ())
        parts += [
            f"{shortcut.kind} shortcut"
            for shortcut in own
            if shortcut.kind not in ("dense", "gate")
        ]
        return " · ".join(parts + [cost] * bool(cost))


def _cost(macs: int) -> str:
    return short_number(macs) if macs else ""
