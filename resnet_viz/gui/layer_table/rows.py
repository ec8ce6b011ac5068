"""Rows of the Layers table: a row of texts and numbers for every call."""

from __future__ import annotations

import msgspec

from resnet_viz.analysis.costs.types import CallMemory, CallNumbers, Memory
from resnet_viz.analysis.keras_ops.display_kind import display_kind
from resnet_viz.analysis.structure.types import GroupKind
from resnet_viz.analysis.wording.captions import caption
from resnet_viz.analysis.wording.terms import class_term, op_term
from resnet_viz.document import Document
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.shapes import shape_text
from resnet_viz.graph.types import LayerCall, Shape


class LayerRow(msgspec.Struct, frozen=True):
    """A call with the texts and numbers of its row.

    Attributes:
        call: the call.
        title: its name, in a block short and behind the block's.
        op, kernel, input, output: texts of these columns.
        unit, block, stage: titles of the groups around it; "" for none.
        numbers, memory: of the call, for the chosen basis.
        glyph: family of its sign.
        search_text: name, type and groups, casefolded, one a line.
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
    search_text: str


def rows_of(document: Document, memory: Memory) -> tuple[LayerRow, ...]:
    """A row for every call, in topological order."""
    titles: dict[str | None, tuple[str, str, str]] = {}
    rows = []
    for call in document.graph.calls:
        group = document.structure.innermost_group[call.id]
        if group not in titles:
            titles[group] = _group_titles(document, call)
        rows.append(_row(document, memory, call, titles[group]))
    return tuple(rows)


def _group_titles(document: Document, call: LayerCall) -> tuple[str, str, str]:
    """Titles of the unit, block and stage around a call."""

    def title(kind: GroupKind) -> str:
        group = document.structure.enclosing_group(call.id, kind)
        return "" if group is None else document.structure.by_id[group].title

    return title("unit"), title("block"), title("stage")


def _row(
    document: Document, memory: Memory, call: LayerCall, titles: tuple[str, str, str]
) -> LayerRow:
    unit, block, stage = titles
    title = f"{block} › {_name_in_block(call.id, block)}" if block else call.id

    def shape(value: Shape | None) -> str:
        return shape_text(value, channels_first_ranks=document.graph.channels_first_ranks)

    return LayerRow(
        call=call,
        title=title,
        # The class of a convolution says how many axes it has.
        op=class_term(call) if op_kind(call) == "conv" else op_term(call),
        kernel=_kernel(call),
        input=", ".join(map(shape, dict.fromkeys(document.graph.input_shapes(call)))),
        output=", ".join(shape(tensor.shape) for tensor in call.outputs),
        unit=unit,
        block=block,
        stage=stage,
        numbers=document.numbers.calls[call.id],
        memory=memory.calls[call.id],
        glyph=display_kind(call),
        search_text="\n".join(
            (call.id, title, call.type, op_term(call), stage, unit)
        ).casefold(),
    )  # fmt: skip


def _name_in_block(call_id: str, block: str) -> str:
    """A call's name without its block's: "conv3_1_conv_a" in conv3_1 is "conv a"."""
    rest = call_id.removeprefix(block)
    if rest == call_id or not rest.strip("_/"):
        return call_id
    return rest.strip("_/").replace("_", " ")


def _kernel(call: LayerCall) -> str:
    """Kernel and stride of a convolution or pooling: "3×3, /2"."""
    if op_kind(call) not in ("conv", "pool"):
        return ""
    settings = caption(call).split(", ")
    return ", ".join(each for each in settings if "×" in each or each.startswith("/"))
