"""Columns of the Layers table: values to sort by, texts in the cells, texts for other programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import msgspec

from resnet_viz.analysis.wording.numbers import (
    axes_text,
    bytes_text,
    grouped,
    marked,
    ratio,
    side_text,
)
from resnet_viz.analysis.wording.terms import class_term
from resnet_viz.graph.shapes import UNKNOWN_TEXT
from resnet_viz.gui.layer_table.rows import LayerRow

Value: TypeAlias = str | int | float | None
Text: TypeAlias = Callable[[LayerRow], str]


class LayerColumn(msgspec.Struct, frozen=True):
    """One column.

    Attributes:
        key: its name in the preferences.
        title: in the header.
        value: value that rows are sorted by and files hold; None: unknown.
        numeric: aligned right, with thousands separators; zero by convention as "·".
        width: pixels at first.
        shown: True if it is shown until the user chooses columns.
        text: text of the cell, if it is not the value.
        exported: text for other programs, if it is not the value.
        tip: tooltip of the header.
        unit: of the value; named in the header for other programs.
    """

    key: str
    title: str
    value: Callable[[LayerRow], Value]
    numeric: bool = False
    width: int = 90
    shown: bool = False
    text: Text | None = None
    exported: Text | None = None
    tip: str = ""
    unit: str = ""

    @property
    def heading(self) -> str:
        """The title for other programs: "Output memory (B)"."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    def cell(self, row: LayerRow) -> str:
        """Text of a cell: "57,802,752", "·" for zero by convention, "–" for unknown."""
        if self.text is not None:
            return self.text(row)
        value = self.value(row)
        return value if isinstance(value, str) else marked(value, grouped)

    def export(self, row: LayerRow) -> str:
        """Text of a cell for other programs: bare numbers, nothing for unknown."""
        if self.exported is not None:
            return self.exported(row)
        value = self.value(row)
        if value is None:
            return ""
        return f"{value:.6g}" if isinstance(value, float) else str(value)


def _number(
    key: str, title: str, value: Callable[[LayerRow], int | None], tip: str, *, width: int = 96,
    shown: bool = False,
) -> LayerColumn:  # fmt: skip
    return LayerColumn(key, title, value, numeric=True, width=width, shown=shown, tip=tip)


def _bytes(
    key: str, title: str, value: Callable[[LayerRow], int | None], tip: str, *, width: int
) -> LayerColumn:
    def text(row: LayerRow) -> str:
        return marked(value(row), bytes_text)

    return LayerColumn(key, title, value, numeric=True, width=width, text=text, tip=tip, unit="B")


def _axes(
    key: str, title: str, value: Callable[[LayerRow], tuple[float, ...] | None], tip: str, *,
    width: int, shown: bool = False, mark: Text = lambda _: "",
) -> LayerColumn:  # fmt: skip
    """A value for each axis: sorted by the largest, shown as one where all are equal."""
    return LayerColumn(
        key, title, lambda row: max(value(row) or (), default=None), numeric=True, width=width,
        shown=shown, text=lambda row: side_text(value(row)) + mark(row),
        exported=lambda row: axes_text(value(row)) if value(row) else "", tip=tip,
    )  # fmt: skip


def _global_mark(row: LayerRow) -> str:
    return "+" if row.numbers.receptive_field is not None and row.numbers.is_global else ""


COLUMNS: Final[tuple[LayerColumn, ...]] = (
    LayerColumn("layer", "Layer", lambda row: row.title, width=208, shown=True),
    LayerColumn("op", "Op", lambda row: row.op, width=108, shown=True,
                tip="The operation in a word"),
    LayerColumn("type", "Type", lambda row: class_term(row.call), width=120, tip="Keras class"),
    LayerColumn("kernel", "Kernel", lambda row: row.kernel, width=84, shown=True),
    LayerColumn("unit", "Unit", lambda row: row.unit, width=120),
    LayerColumn("block", "Block", lambda row: row.block, width=90),
    LayerColumn("stage", "Stage", lambda row: row.stage, width=80),
    LayerColumn("input", "Input", lambda row: row.input, width=96, shown=True),
    LayerColumn("output", "Output", lambda row: row.output, width=96, shown=True),
    _number("elements", "Elements", lambda row: row.numbers.output_elements,
            "Values in the outputs, for one sample", width=90),
    _number("trainable", "Trainable", lambda row: row.numbers.trainable_parameters,
            "Trainable parameters", shown=True),
    _number("non_trainable", "Non-trainable", lambda row: row.numbers.non_trainable_parameters,
            "Parameters that training does not change", width=108, shown=True),
    _number("parameters", "Parameters", lambda row: row.numbers.parameters,
            "All parameters, trainable and not"),
    _number("macs", "MACs", lambda row: row.numbers.macs,
            "Multiply–accumulates for one sample", width=104, shown=True),
    _number("flops", "FLOPs", lambda row: row.numbers.flops, "2 × MACs", width=104),
    _number("other_ops", "Other ops", lambda row: row.numbers.other_ops,
            "Operations other than MACs: normalisation, pooling, activation, bias …", width=90),
    _bytes("memory", "Output memory", lambda row: row.memory.output_bytes,
           "Of the outputs, for the chosen batch size and dtype", width=116),
    _bytes("weights", "Weight memory", lambda row: row.memory.weight_bytes, "", width=116),
    _bytes("live", "Live memory", lambda row: row.memory.live_bytes,
           "All activations that are alive while the call runs at inference", width=104),
    LayerColumn("intensity", "MACs per byte", lambda row: row.memory.intensity, numeric=True,
                width=112, text=lambda row: ratio(row.memory.intensity),
                tip="Of weights, inputs and outputs moved"),
    _axes("field", "Field", lambda row: row.numbers.receptive_field,
          "Receptive field in input pixels; + where global paths are left out",
          width=60, shown=True, mark=_global_mark),
    _axes("jump", "Jump", lambda row: row.numbers.jump,
          "Input pixels between neighbouring output positions", width=56),
    LayerColumn("dtype", "Dtype", lambda row: row.call.outputs[0].dtype or UNKNOWN_TEXT, width=76),
)  # fmt: skip
