"""The Layers table as values: a row for every call, columns with texts and numbers to sort by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

import msgspec

from resnet_viz.analysis.costs.types import CallMemory, CallNumbers, Memory
from resnet_viz.analysis.keras_ops.display_kind import display_kind
from resnet_viz.analysis.structure.types import GroupKind
from resnet_viz.analysis.wording.captions import caption
from resnet_viz.analysis.wording.numbers import (
    at_least_mark,
    bytes_text,
    counted,
    decimal,
    grouped,
    marked,
    ratio,
    side_text,
)
from resnet_viz.analysis.wording.terms import class_term, op_term
from resnet_viz.document import Document
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.shapes import UNKNOWN_TEXT, shape_text
from resnet_viz.graph.types import LayerCall, Ranks

Value: TypeAlias = str | int | float | None


class LayerRow(msgspec.Struct, frozen=True):
    """One call with all that its row may say.

    ``words``: what the filter looks in: name, type and place, casefolded, one a line.
    """

    call: LayerCall
    title: str
    op: str
    kernel: str
    input: str
    output: str
    unit: str
    block: str
    stage: str
    numbers: CallNumbers
    memory: CallMemory
    glyph: str
    words: str


class LayerColumn(msgspec.Struct, frozen=True):
    """One column.

    Attributes:
        key: what settings remember.
        title: in the header.
        value: what rows are sorted by and CSV holds; None: unknown.
        numeric: aligned right, with thousands commas; zero by convention as "·".
        width: pixels at first.
        shown: whether it is shown until the user chooses.
        text: what the cell shows, if not the value itself.
        tip: what the header's tooltip says.
        unit: of the value; named in the header for other programs.
    """

    key: str
    title: str
    value: Callable[[LayerRow], Value]
    numeric: bool = False
    width: int = 90
    shown: bool = False
    text: Callable[[LayerRow], str] | None = None
    tip: str = ""
    unit: str = ""

    @property
    def heading(self) -> str:
        """The title for other programs: "Output memory (B)"."""
        return f"{self.title} ({self.unit})" if self.unit else self.title


def _field(row: LayerRow) -> str:
    """A side of the field, "851"; "851+" where global ways are left out of it."""
    field = row.numbers.receptive_field
    return side_text(field) + ("+" if field is not None and row.numbers.is_global else "")


COLUMNS: Final[tuple[LayerColumn, ...]] = (
    LayerColumn("layer", "Layer", lambda row: row.title, width=208, shown=True),
    LayerColumn(
        "op", "Op", lambda row: row.op, width=108, shown=True, tip="The operation in a word"
    ),
    LayerColumn("type", "Type", lambda row: class_term(row.call), width=120, tip="Keras's class"),
    LayerColumn("kernel", "Kernel", lambda row: row.kernel, width=84, shown=True),
    LayerColumn("unit", "Unit", lambda row: row.unit, width=120),
    LayerColumn("block", "Block", lambda row: row.block, width=90),
    LayerColumn("stage", "Stage", lambda row: row.stage, width=80),
    LayerColumn("input", "Input", lambda row: row.input, width=96, shown=True),
    LayerColumn("output", "Output", lambda row: row.output, width=96, shown=True),
    LayerColumn(
        "elements",
        "Elements",
        lambda row: row.numbers.output_elements,
        numeric=True,
        tip="Values in the outputs, for one sample",
    ),
    LayerColumn(
        "trainable",
        "Trainable",
        lambda row: row.numbers.trainable_parameters,
        numeric=True,
        width=96,
        shown=True,
        tip="Trainable parameters",
    ),
    LayerColumn(
        "non_trainable",
        "Non-trainable",
        lambda row: row.numbers.non_trainable_parameters,
        numeric=True,
        width=108,
        shown=True,
        tip="Parameters that training leaves alone",
    ),
    LayerColumn(
        "parameters",
        "Parameters",
        lambda row: row.numbers.parameters,
        numeric=True,
        width=96,
        tip="All parameters, trainable and not",
    ),
    LayerColumn(
        "macs",
        "MACs",
        lambda row: row.numbers.macs,
        numeric=True,
        width=104,
        shown=True,
        tip="Multiply–accumulates for one sample",
    ),
    LayerColumn(
        "flops", "FLOPs", lambda row: row.numbers.flops, numeric=True, width=104, tip="2 × MACs"
    ),
    LayerColumn(
        "other_ops",
        "Other ops",
        lambda row: row.numbers.other_ops,
        numeric=True,
        tip="Operations that are no MACs: normalisation, pooling, activation, bias …",
    ),
    LayerColumn(
        "memory",
        "Output memory",
        lambda row: row.memory.output_bytes,
        numeric=True,
        width=116,
        text=lambda row: marked(row.memory.output_bytes, bytes_text),
        tip="Of the outputs, for the chosen batch size and dtype",
        unit="B",
    ),
    LayerColumn(
        "weights",
        "Weight memory",
        lambda row: row.memory.weight_bytes,
        numeric=True,
        width=116,
        text=lambda row: marked(row.memory.weight_bytes, bytes_text),
        unit="B",
    ),
    LayerColumn(
        "live",
        "Live memory",
        lambda row: row.memory.live_bytes,
        numeric=True,
        width=104,
        text=lambda row: marked(row.memory.live_bytes, bytes_text),
        tip="All activations that are alive while the call runs at inference",
        unit="B",
    ),
    LayerColumn(
        "intensity",
        "MACs per byte",
        lambda row: row.memory.intensity,
        numeric=True,
        width=112,
        text=lambda row: ratio(row.memory.intensity),
        tip="Of weights, inputs and outputs moved",
    ),
    LayerColumn(
        "field",
        "Field",
        lambda row: _largest(row.numbers.receptive_field),
        numeric=True,
        width=60,
        shown=True,
        text=_field,
        tip="Receptive field in input pixels; + where global ways are left out",
    ),
    LayerColumn(
        "jump",
        "Jump",
        lambda row: _largest(row.numbers.jump),
        numeric=True,
        width=56,
        text=lambda row: side_text(row.numbers.jump),
        tip="Input pixels between neighbouring output positions",
    ),
    LayerColumn("dtype", "Dtype", lambda row: row.call.outputs[0].dtype or UNKNOWN_TEXT, width=76),
)
BY_KEY: Final = {column.key: column for column in COLUMNS}


def _largest(values: tuple[float, ...] | None) -> float | None:
    return max(values) if values else None


def cell(column: LayerColumn, row: LayerRow) -> str:
    """What a cell shows: "57,802,752", "·" for zero by convention, "–" for unknown."""
    if column.text is not None:
        return column.text(row)
    value = column.value(row)
    return value if isinstance(value, str) else marked(value, grouped)


def plain(column: LayerColumn, row: LayerRow) -> str:
    """A cell for other programs: bare numbers, nothing for unknown."""
    if column.key in ("field", "jump"):
        values = row.numbers.receptive_field if column.key == "field" else row.numbers.jump
        return "" if values is None else "×".join(map(decimal, values))
    value = column.value(row)
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def rows_of(document: Document, memory: Memory) -> tuple[LayerRow, ...]:
    """A row for every call, in topological order."""
    channels_first_ranks = document.graph.channels_first_ranks
    make = _Maker(document, memory, channels_first_ranks=channels_first_ranks)
    return tuple(make.row(call) for call in document.graph.calls)


class _Maker:
    """Makes rows; titles of groups are looked up once."""

    def __init__(self, document: Document, memory: Memory, *, channels_first_ranks: Ranks) -> None:
        self._document = document
        self._memory = memory
        self._channels_first_ranks = channels_first_ranks
        self._places: dict[str | None, tuple[str, str, str]] = {}

    def row(self, call: LayerCall) -> LayerRow:
        graph, numbers = self._document.graph, self._document.numbers
        unit, block, stage = self._place(call)
        shapes = dict.fromkeys(graph.input_shapes(call))
        title = f"{block} › {_short(call.id, block)}" if block else call.id
        words = (call.id, title, call.type, op_term(call), stage, unit)
        return LayerRow(
            call=call,
            title=title,
            op=_op(call),
            kernel=_kernel(call),
            input=", ".join(
                shape_text(shape, channels_first_ranks=self._channels_first_ranks)
                for shape in shapes
            ),
            output=", ".join(
                shape_text(each.shape, channels_first_ranks=self._channels_first_ranks)
                for each in call.outputs
            ),
            unit=unit,
            block=block,
            stage=stage,
            numbers=numbers.calls[call.id],
            memory=self._memory.calls[call.id],
            glyph=display_kind(call),
            words="\n".join(words).casefold(),
        )

    def _place(self, call: LayerCall) -> tuple[str, str, str]:
        home = self._document.structure.innermost_group[call.id]
        if home not in self._places:
            kinds: tuple[GroupKind, ...] = ("unit", "block", "stage")
            unit, block, stage = (self._title(call, kind) for kind in kinds)
            self._places[home] = (unit, block, stage)
        return self._places[home]

    def _title(self, call: LayerCall, kind: GroupKind) -> str:
        structure = self._document.structure
        found = structure.enclosing_group(call.id, kind)
        return "" if found is None else structure.by_id[found].title


def _short(call_id: str, block: str) -> str:
    """A call's name without its block's: "conv3_1_conv_a" in conv3_1 is "conv a"."""
    rest = call_id.removeprefix(block)
    if rest == call_id or not rest.strip("_/"):
        return call_id
    return rest.strip("_/").replace("_", " ")


def _op(call: LayerCall) -> str:
    """The operation in a word; convolutions by their class, which says how many axes they have."""
    return class_term(call) if op_kind(call) == "conv" else op_term(call)


def _kernel(call: LayerCall) -> str:
    """Window and stride of a convolution or pooling: "3×3, /2"."""
    if op_kind(call) not in ("conv", "pool"):
        return ""
    parts = [part for part in caption(call).split(", ") if "×" in part or part.startswith("/")]
    return ", ".join(parts)


def sums_text(document: Document, memory: Memory, calls: Iterable[str]) -> str:
    """The sums of several calls, a shared layer's weights once; "≥" where a part is unknown."""
    layers: dict[str, CallNumbers] = {}
    macs: list[int | None] = []
    sizes: list[int | None] = []
    for call in calls:
        found = document.numbers.calls[call]
        layers.setdefault(document.graph.by_id[call].layer, found)
        macs.append(found.macs)
        sizes.append(memory.calls[call].output_bytes)
    count = counted(len(layers), "layer")
    more = f", {len(macs):,} calls" if len(macs) > len(layers) else ""
    return " · ".join(
        (
            count + more,
            _weights_text(list(layers.values())),
            f"{_summed(macs, grouped)} MACs",
            f"{_summed(sizes, bytes_text)} outputs",
        )
    )


def _summed(values: Sequence[int | None], text: Callable[[int], str]) -> str:
    """A sum; a lower bound if a part is unknown, and unknown if all that counts is."""
    total = sum(value or 0 for value in values)
    is_lower_bound = None in values
    if is_lower_bound and not total:
        return UNKNOWN_TEXT
    return at_least_mark(is_lower_bound) + text(total)


def _weights_text(layers: Sequence[CallNumbers]) -> str:
    """Trainable and other weights; all of them where a file doesn't tell them apart."""
    if any(each.parameters is None for each in layers):
        return f"{_summed([each.parameters for each in layers], grouped)} parameters"
    trainable = sum(each.trainable_parameters or 0 for each in layers)
    rest = sum(each.non_trainable_parameters or 0 for each in layers)
    whole = sum(each.parameters or 0 for each in layers)
    if whole != trainable + rest:
        return f"{whole:,} parameters"
    return f"{trainable:,} trainable" + (f" + {rest:,} non-trainable" if rest else "")
