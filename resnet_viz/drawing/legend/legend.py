"""Legend of a picture: its entries in columns, below the colour scale."""

from __future__ import annotations

import msgspec

from resnet_viz.drawing.display_list import NEAR, Box, Item, Mark, Rect, Text
from resnet_viz.drawing.legend.entries import SAMPLE, LegendEntry
from resnet_viz.drawing.legend.heat import Heat
from resnet_viz.drawing.legend.heat_scale import scale_marks, scale_width
from resnet_viz.drawing.marks import moved_mark
from resnet_viz.drawing.measure import Measurer
from resnet_viz.layout.metrics import SCALE_HEIGHT

PAD = 16.0
ROW = 22.0
_HEAD = 40.0
"""From the upper side to the middle of the first row."""
_FOOT = 4.0
_SAMPLE_GAP = 14.0
"""Between the marks of an entry and its text; letters may take half of it at both sides."""
_GAP = 24.0
_LEAST_ROWS = 4
"""Fewer are no columns of their own."""


class Legend(msgspec.Struct, frozen=True):
    """A legend without its position.

    Attributes:
        width, height: its size.
        columns: the entries.
        step: width of a column with the gap beside it.
        sample: width of the marks at the left of an entry.
        heat: the colour scale above the entries.
    """

    width: float
    height: float
    columns: tuple[tuple[LegendEntry, ...], ...]
    step: float
    sample: float
    heat: Heat | None = None


def legend_of(
    listed: list[LegendEntry], measure: Measurer, room: float, *, heat: Heat | None = None
) -> Legend:
    """The entries in as many columns as fit into ``room``; below a heat scale if there is one."""
    letters = (mark for each in listed for mark in each.marks if isinstance(mark, Text))
    widest = max((measure.width(m.text, m.size, tabular=True) for m in letters), default=0.0)
    sample = max(SAMPLE, widest - _SAMPLE_GAP)
    step = (
        sample
        + _SAMPLE_GAP
        + max((measure.width(each.text, 11.5) for each in listed), default=0.0)
        + _GAP
    )
    least = scale_width(heat, measure) if heat is not None else 0.0
    fit = int((max(room - 2 * PAD, least) + _GAP) // step)
    count = max(1, min(fit, -(-len(listed) // _LEAST_ROWS)))
    rows = max(1, -(-len(listed) // count))
    columns = tuple(tuple(listed[start : start + rows]) for start in range(0, len(listed), rows))
    width = max(step * len(columns) - _GAP, least) + 2 * PAD
    above = 0.0 if heat is None else SCALE_HEIGHT
    return Legend(width, above + _HEAD + ROW * rows - _FOOT, columns, step, sample, heat)


def legend_item(legend: Legend, x: float, y: float) -> Item:
    """The legend with its upper left corner at (x, y)."""
    rect = Rect(x, y, legend.width, legend.height)
    marks: list[Mark] = [
        Box(rect, 10, fill="surface", stroke="line", lod=NEAR),
    ]
    if legend.heat is not None:
        marks += scale_marks(legend.heat, x + PAD, y, legend.width - 2 * PAD)
        y += SCALE_HEIGHT
    else:
        marks.append(Text(x + PAD, y + 22, "Legend", 11, "text-3", 600))
    for number, column in enumerate(legend.columns):
        for row, entry in enumerate(column):
            left = x + PAD + legend.step * number
            shift = left + (legend.sample - SAMPLE) / 2
            middle = y + _HEAD + ROW * row
            marks += [
                msgspec.structs.replace(moved_mark(mark, shift, middle), lod=NEAR, role="plain")
                for mark in entry.marks
            ]
            at = (left + legend.sample + _SAMPLE_GAP, middle + 4)
            marks.append(Text(*at, entry.text, 11.5, "text-2"))
    return Item("legend", "legend", None, rect, tuple(marks), level=5)
