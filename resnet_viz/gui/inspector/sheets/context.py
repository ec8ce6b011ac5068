"""What all sheets need of a document: names, crumbs, shapes, steps and tiles of its parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from resnet_viz.analysis.costs.memory_basis import MODEL_BASIS, MemoryBasis
from resnet_viz.analysis.costs.types import CallNumbers, GroupMemory, GroupNumbers, Memory
from resnet_viz.analysis.keras_ops.display_kind import display_kind
from resnet_viz.analysis.keras_ops.dtypes import bytes_per_value, effective_dtype
from resnet_viz.analysis.structure.types import Group, Shortcut
from resnet_viz.analysis.wording.captions import caption
from resnet_viz.analysis.wording.numbers import (
    axes_text,
    bytes_text,
    count_text,
    counted,
    marked,
    millions,
    side_text,
)
from resnet_viz.analysis.wording.terms import op_term
from resnet_viz.document import Document
from resnet_viz.drawing.colors import stage_tokens
from resnet_viz.drawing.display_list import Target
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.shapes import UNKNOWN_TEXT, channels, shape_text
from resnet_viz.graph.types import LayerCall, Shape, TensorRef
from resnet_viz.gui.inspector.sheets.types import BranchStep, SheetLink, Tile

_BATCH_NORM: Final = "BatchNormalization"
_NOT_TOLD: Final = "trainable or not: not in the file"


class Context:
    """A document with its ways of being said."""

    def __init__(
        self, document: Document, memory: Memory | None = None, basis: MemoryBasis = MODEL_BASIS
    ) -> None:
        self.document = document
        self.memory = document.numbers.memory if memory is None else memory
        self.basis = basis
        self.structure = document.structure
        self.numbers = document.numbers
        self.graph = document.graph
        self.channels_first_ranks = document.graph.channels_first_ranks

    def call(self, call_id: str) -> LayerCall:
        """A call by id."""
        return self.graph.by_id[call_id]

    def shape(self, shape: Shape | None) -> str:
        """A shape as text, H×W×C."""
        return shape_text(shape, channels_first_ranks=self.channels_first_ranks)

    def swatch(self, group_id: str | None) -> str:
        """Colour token of the stage around (or at) a group."""
        if group_id is None:
            return ""
        chain = (*self.structure.ancestors(group_id), self.structure.by_id[group_id])
        tokens = stage_tokens(self.structure)
        return next((tokens[each.id] for each in reversed(chain) if each.id in tokens), "")

    def crumbs(self, group_id: str | None, *last: str) -> tuple[SheetLink, ...]:
        """The way from the model to a group, and then ``last``."""
        links = [SheetLink(self.document.title)]
        if group_id is not None:
            chain = (*self.structure.ancestors(group_id), self.structure.by_id[group_id])
            links += [SheetLink(each.title, Target("group", each.id)) for each in chain]
        return (*links, *(SheetLink(text) for text in last))

    def step(self, call_id: str) -> BranchStep:
        """A call as a line of a branch."""
        call = self.call(call_id)
        found = self.numbers.calls[call_id]
        title, sub = self.step_texts(call)
        return BranchStep(
            glyph=display_kind(call),
            title=title,
            sub=sub,
            out=self.shape(call.output_shape),
            weights=weights_text(found),
            target=Target("call", call_id),
        )

    def steps(self, calls: Iterable[str]) -> tuple[BranchStep, ...]:
        """Calls as lines of a branch."""
        return tuple(self.step(call) for call in calls)

    def step_texts(self, call: LayerCall) -> tuple[str, str]:
        """Title and second line: ("Conv 3×3 /2", "64 → 128")."""
        word, says = op_term(call), caption(call, self.graph)
        if op_kind(call) != "conv":
            return word, says
        filters = str(call.config.get("filters", ""))
        parts = [part for part in says.split(", ") if part != filters]
        before = channels(
            self.graph.input_shapes(call)[0], channels_first_ranks=self.channels_first_ranks
        )
        after = channels(call.output_shape, channels_first_ranks=self.channels_first_ranks)
        sub = f"{_size(before)} → {_size(after)}"
        return " ".join([word, *parts]), sub

    def computed(self, refs: Iterable[TensorRef]) -> str:
        """What the numbers hold for: "float32, batch 1"."""
        dtypes = {
            effective_dtype(self.graph.tensor(ref).dtype, self.basis.dtype) or UNKNOWN_TEXT
            for ref in refs
        }
        return f"{', '.join(sorted(dtypes))}, batch {self.basis.batch:,}" if dtypes else ""

    def bytes_per_value(self, dtype: str | None) -> int | None:
        """Bytes of a value of a tensor, as the chosen dtype has it."""
        return bytes_per_value(effective_dtype(dtype, self.basis.dtype))

    def sums(
        self,
        numbers: GroupNumbers,
        calls: tuple[str, ...],
        memory: GroupMemory,
        *,
        field_note: str = "",
        has_field: bool = True,
    ) -> tuple[Tile, ...]:
        """The tiles of a group's (or shortcut's) sums."""
        macs_at_least = numbers.macs_at_least
        frozen = numbers.non_trainable_parameters
        field = field_tile(numbers.receptive_field, field_note, is_global=numbers.is_global)
        return (
            self._parameters_tile(numbers, calls),
            _macs_tile(numbers.macs, at_least=macs_at_least),
            _memory_tile(
                memory.output_bytes, self._outputs_note(calls),
                at_least=memory.activations_at_least,
            ),
            *((field,) if has_field else ()),
            Tile(
                "Non-trainable",
                count_text(frozen, at_least=numbers.split_at_least),
                self._statistics_note(calls, frozen),
                "non_trainable_parameters",
            ),
            _flops_tile(numbers.macs, at_least=macs_at_least),
        )  # fmt: skip

    def _parameters_tile(self, numbers: GroupNumbers, calls: tuple[str, ...]) -> Tile:
        """The trainable ones; all of them where a file doesn't tell them apart."""
        trainable, least = numbers.trainable_parameters, numbers.parameters_at_least
        if numbers.parameters != trainable + numbers.non_trainable_parameters:
            note = f"≥ {trainable:,} trainable" if trainable else _NOT_TOLD
            value = count_text(numbers.parameters, at_least=least)
            return Tile("Parameters", value, note, "parameters")
        value = count_text(trainable, at_least=numbers.split_at_least)
        note = self._of_which_norm(calls)
        return Tile("Trainable parameters", value, note, "trainable_parameters")

    def call_tiles(self, call: LayerCall) -> tuple[Tile, ...]:
        """The tiles of one call."""
        found = self.numbers.calls[call.id]
        before = [self.field_at(ref.call) for ref in call.inputs]
        known = [each for each in before if each is not None]
        note = f"{side_text(max(known))} at its input" if known else ""
        frozen = found.non_trainable_parameters
        return (
            _weights_tile(found),
            _macs_tile(found.macs, at_least=False),
            _memory_tile(self.memory.calls[call.id].output_bytes, self._outputs_note((call.id,))),
            field_tile(found.receptive_field, note, is_global=found.is_global),
            Tile(
                "Non-trainable",
                count_text(frozen),
                self._statistics_note((call.id,), frozen),
                "non_trainable_parameters",
            ),
            _flops_tile(found.macs, at_least=False),
        )

    def _outputs_note(self, calls: tuple[str, ...]) -> str:
        """How many outputs, and how large where they are equal: "9 outputs × 392 KiB"."""
        sizes = [self.memory.calls[call].output_bytes for call in calls]
        count = counted(len(sizes), "output")
        same = sizes[0] if len(set(sizes)) == 1 else None
        return f"{count} × {bytes_text(same)}" if same is not None and len(sizes) > 1 else count

    def field_at(self, call_id: str | None) -> tuple[int, ...] | None:
        """Receptive field of a call's output."""
        return None if call_id is None else self.numbers.calls[call_id].receptive_field

    def _of_which_norm(self, calls: tuple[str, ...]) -> str:
        norms = {call.layer: call for call in map(self.call, calls) if op_kind(call) == "norm"}
        counts = [self.numbers.calls[call.id].trainable_parameters for call in norms.values()]
        if not counts or any(count is None for count in counts):
            return ""
        word = "BN" if all(c.type == _BATCH_NORM for c in norms.values()) else "norm"
        return f"of which {word} {sum(count or 0 for count in counts):,}"

    def _statistics_note(self, calls: tuple[str, ...], count: int | None) -> str:
        if not count:
            return ""
        frozen = [
            call
            for call in map(self.call, calls)
            if self.numbers.calls[call.id].non_trainable_parameters
        ]
        if all(call.type == _BATCH_NORM for call in frozen):
            return "BN statistics"
        return ""


def weights_text(found: CallNumbers) -> str:
    """A call's weights for a table: the trainable ones; all of them if none is trainable."""
    return count_text(found.trainable_parameters or found.parameters)


def sum_text(numbers: GroupNumbers) -> str:
    """A group's weights for a table: the trainable ones, or all that are known."""
    if numbers.split_at_least:
        return count_text(numbers.parameters, at_least=numbers.parameters_at_least)
    return count_text(numbers.trainable_parameters)


def _weights_tile(found: CallNumbers) -> Tile:
    if found.trainable_parameters is None and found.parameters is not None:
        return Tile("Parameters", count_text(found.parameters), _NOT_TOLD, "parameters")
    value = count_text(found.trainable_parameters)
    return Tile("Trainable parameters", value, key="trainable_parameters")


def _macs_tile(macs: int | None, *, at_least: bool) -> Tile:
    exact = f"{macs:,}" if macs else ""
    return Tile("MACs", millions(macs, at_least=at_least), exact, "macs")


def _flops_tile(macs: int | None, *, at_least: bool) -> Tile:
    """FLOPs, with what they are."""
    flops = None if macs is None else 2 * macs
    return Tile("FLOPs", millions(flops, at_least=at_least), "2 × MACs", "flops")


def _memory_tile(count: int | None, note: str, *, at_least: bool = False) -> Tile:
    value = marked(count, bytes_text, at_least=at_least)
    return Tile("Activation memory", value, note, "output_bytes")


def field_tile(field: tuple[int, ...] | None, note: str = "", *, is_global: bool = False) -> Tile:
    """The tile of a receptive field; from the head on there is none."""
    if is_global:
        note = "global ways left out"
    return Tile("Receptive field", axes_text(field), note, "receptive_field")


def _size(size: int | None) -> str:
    return "?" if size is None else str(size)


def branch_calls(block: Group, shortcuts: tuple[Shortcut, ...]) -> tuple[str, ...]:
    """The calls of a block that are neither on a shortcut nor the join or behind it."""
    aside = {call for each in shortcuts for call in each.calls}
    aside |= {block.join or "", *block.tail}
    return tuple(call for call in block.calls if call not in aside)
