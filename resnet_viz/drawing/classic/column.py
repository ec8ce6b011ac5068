"""A model as a column of lines, one for each layer with weights or pooling, and arcs beside it."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec.structs import replace

from resnet_viz.analysis.keras_ops.wrappers import wrapped_layer
from resnet_viz.analysis.structure.types import Group, ItemRef, Shortcut
from resnet_viz.analysis.wording.captions import block_captions, caption
from resnet_viz.analysis.wording.terms import op_term
from resnet_viz.document import Document
from resnet_viz.drawing.colors import stage_tokens
from resnet_viz.drawing.content import ContentWriter
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.shapes import channels, size_text, spatial
from resnet_viz.graph.types import LayerCall, TensorRef
from resnet_viz.layout.folds import folds_of
from resnet_viz.layout.links import shortcut_steps
from resnet_viz.layout.view import View

_UNWRITTEN: Final = frozenset({"join", "norm", "activation", "regularise", "pad", "reshape"})
"""Families that the paper's figure does not draw: they belong to the line before."""
_POOLS: Final = {"MaxPool": "max pool", "AvgPool": "avg pool"}


class ClassicLine(msgspec.Struct, frozen=True):
    """One line of a column.

    Attributes:
        text: "3×3 conv, 64, /2".
        ref: the unit, block or call that it stands for.
        size: spatial size of its output: "56", "56×48"; "1" for vectors.
        color: token of its stage; "" for an input, which has no box.
        tip: the tooltip's text.
        calls: the calls that are drawn as this line alone.
    """

    text: str
    ref: ItemRef
    size: str
    color: str
    tip: str
    calls: tuple[str, ...] = ()


class ClassicArc(msgspec.Struct, frozen=True):
    """A tensor that passes lines, from below line ``start``.

    Attributes:
        start, end: indices of lines.
        below: whether it ends below line ``end``, where a join is; else at its side.
        shortcut: the shortcut; None for any other tensor.
    """

    start: int
    end: int
    below: bool
    shortcut: Shortcut | None = None


class ClassicColumn(msgspec.Struct, frozen=True):
    """A model as lines.

    Attributes:
        document: the model.
        lines: from the input to the output.
        steps: indices of the lines that the next one follows.
        arcs: all other tensors.
    """

    document: Document
    lines: tuple[ClassicLine, ...]
    steps: frozenset[int]
    arcs: tuple[ClassicArc, ...]


def classic_column(document: Document, view: View) -> ClassicColumn:
    """The lines and arcs of a model."""
    return _ColumnWriter(document, view).column()


class _ColumnWriter:
    def __init__(self, document: Document, view: View) -> None:
        self._document = document
        self._structure = document.structure
        self._graph = document.graph
        self._writer = ContentWriter(document, view)
        self._folds = folds_of(document.structure, view)
        self._tokens = stage_tokens(document.structure)
        self._token = "head"
        self._beside: set[str] = set()  # calls on the shortcuts of blocks
        self._inputs = {ref.call for ref in document.graph.inputs}
        self._below: set[str] = set()  # calls that belong to the line above
        self._lines: list[ClassicLine] = []
        self._line_of: dict[str, int] = {}

    def column(self) -> ClassicColumn:
        for stage in self._structure.stages:
            self._group(self._structure.by_id[stage])
        steps, passing = self._links()
        return ClassicColumn(
            self._document,
            self._lines_with_calls(),
            frozenset(steps),
            (*self._shortcuts(), *passing),
        )

    def _lines_with_calls(self) -> tuple[ClassicLine, ...]:
        calls: list[list[str]] = [[] for _ in self._lines]
        for call, number in self._line_of.items():
            if call not in self._beside and call not in self._below:
                calls[number].append(call)
        return tuple(
            replace(line, calls=tuple(own)) for line, own in zip(self._lines, calls, strict=True)
        )

    def _children(self, group: Group) -> None:
        for child in group.children:
            if child.kind == "group":
                self._group(self._structure.by_id[child.id])
            else:
                self._call(self._graph.by_id[child.id])

    def _group(self, group: Group) -> None:
        fold = self._folds.get(group.id)
        outer, self._token = self._token, self._tokens.get(group.id, self._token)
        if fold is not None:
            text = f"× {len(fold.hidden)} more"
            self._line(group, text, group.calls, anew=fold.hidden[0] == group.id)
        elif self._beside.issuperset(group.calls):
            self._put(group.calls)
        elif group.kind == "unit":
            main = self._graph.by_id[group.main or group.calls[0]]
            self._line(group, self._text(main), group.calls)
        elif group.kind == "cell" or group.block_kind in ("parallel", "gate"):
            captions = block_captions(self._structure, group)
            self._line(group, ": ".join((group.title, *captions[:1])), group.calls)
        else:
            for shortcut in self._structure.own_shortcuts(group):
                self._beside.update(shortcut.calls)
            self._children(group)
        self._token = outer

    def _call(self, call: LayerCall) -> None:
        kind = op_kind(call)
        if call.id in self._beside or (kind in _UNWRITTEN and self._lines) or self._goes_on(call):
            self._put((call.id,))
            self._below.add(call.id)
            return
        text = self._input_text(call) if kind == "input" else self._text(call)
        ref = ItemRef("call", call.id)
        color = "" if kind == "input" else self._token
        self._lines.append(
            ClassicLine(text, ref, self._size(call), color, self._writer.tips.of_call(call))
        )
        self._put((call.id,))

    def _goes_on(self, call: LayerCall) -> bool:
        """Return whether it is a submodel's input that takes what the line above makes."""
        if op_kind(call) != "input" or call.id in self._inputs:
            return False
        return any(self._line_of[ref.call] == len(self._lines) - 1 for ref in call.inputs)

    def _input_text(self, call: LayerCall) -> str:
        """The word for an input: "image", its name, or the submodel that it enters."""
        if call.id not in self._inputs:
            return call.id.rpartition("/")[0]
        return "image" if len(self._inputs) == 1 and len(self._spatial(call)) == 2 else call.id

    def _line(self, group: Group, text: str, calls: tuple[str, ...], *, anew: bool = True) -> None:
        if anew:
            size = self._size(self._graph.by_id[calls[-1]])
            ref, tip = ItemRef("group", group.id), self._writer.tips.of_group(group)
            self._lines.append(ClassicLine(text, ref, size, self._token, tip))
        self._put(calls)

    def _put(self, calls: tuple[str, ...]) -> None:
        self._line_of.update(dict.fromkeys(calls, max(0, len(self._lines) - 1)))

    def _spatial(self, call: LayerCall) -> tuple[int | None, ...]:
        return spatial(call.output_shape, channels_first_ranks=self._graph.channels_first_ranks)

    def _size(self, call: LayerCall) -> str:
        sizes = self._spatial(call)
        if len(set(sizes)) == 1:
            return size_text(sizes[:1])
        return size_text(sizes) or "1"

    def _text(self, call: LayerCall) -> str:
        """The line of a layer: "3×3 conv, 64, /2", "max pool, /2", "fc 1000"."""
        kind, parts = op_kind(call), caption(call, self._graph).split(", ")
        if wrapped_layer(call) is not None:
            return self._writer.op_title(call)
        if kind == "conv":
            return ", ".join((f"{parts[0]} conv", *parts[1:]))
        if kind == "pool":
            strides = (part for part in parts if part.startswith("/"))
            return ", ".join((_POOLS.get(op_term(call), op_term(call)), *strides))
        if kind == "dense":
            ranks = self._graph.channels_first_ranks
            width = channels(call.output_shape, channels_first_ranks=ranks)
            return f"fc {width or ''}".strip()
        return self._writer.op_title(call)

    def _shortcuts(self) -> list[ClassicArc]:
        arcs: list[ClassicArc] = []
        for shortcut in self._structure.shortcuts:
            start, end = self._line_of[shortcut.source.call], self._line_of[shortcut.join]
            if start < end:
                arcs.append(ClassicArc(start, end, below=True, shortcut=shortcut))
        return arcs

    def _links(self) -> tuple[set[int], list[ClassicArc]]:
        """The lines that the next one follows, and the tensors that pass others."""
        on_shortcuts = shortcut_steps(self._structure)
        steps: set[int] = set()
        passing: dict[tuple[TensorRef, int], ClassicArc] = {}
        for edge in self._graph.edges:
            start, end = self._line_of[edge.source.call], self._line_of[edge.target]
            if start == end or (edge.source, edge.target) in on_shortcuts:
                continue
            if end == start + 1:
                steps.add(start)
            elif start < end:
                below = edge.target in self._below
                passing[edge.source, end] = ClassicArc(start, end, below)
        return steps, list(passing.values())
