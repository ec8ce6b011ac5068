"""Heat colours: nodes coloured by a number, in seven bins.

Bins, not a gradient, so that the contrast of labels is guaranteed. The scale belongs to a measure
and a detail: opening a block or zooming never changes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from resnet_viz.analysis.costs.memory.basis import own_dtype
from resnet_viz.analysis.wording.numbers import bytes_text, short_number
from resnet_viz.document import Document
from resnet_viz.drawing.legend.measured import Measured
from resnet_viz.layout.view import ColorBy, View

BINS: Final = 7
_SKEWED: Final = 50.0
"""If the largest item is more times the median, bins grow by a factor instead of a step."""

_MEASURES: Final[dict[ColorBy, tuple[str, str, str]]] = {
    "parameters": ("Parameters per {}", "count", "parameters"),
    "macs": ("MACs per {}", "count", "MACs"),
    "memory": ("Activation memory per {}, {}", "bytes", ""),
    "receptive_field": ("Receptive field per {}, height", "pixels", "field"),
}


class Heat(msgspec.Struct, frozen=True):
    """A scale of seven bins.

    Attributes:
        title: the measure and the kind of item.
        edges: eight limits, ascending; the first is 0 unless the scale is logarithmic.
        counts: numbers of items at the chosen detail in each bin.
        logarithmic: whether the bins grow by a factor.
        kind: unit of the values: "count", "bytes" or "pixels".
        noun: the measure after a value, where nothing else tells it: "parameters"; or "".
    """

    title: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    logarithmic: bool
    kind: str
    noun: str = ""

    def bin(self, value: float | None) -> int:
        """Number of the value's bin, 1 to 7; 0 for no cost or an unknown one."""
        if not value or value <= 0:
            return 0
        for number in range(1, BINS):
            if value < self.edges[number] * (1 - 1e-12):
                return number
        return BINS

    def token(self, value: float | None) -> str:
        """Colour token of the value's bin; the card's own for no cost."""
        number = self.bin(value)
        return f"heat{number}" if number else "card"

    def text(self, value: float | None) -> str:
        """The value with its unit, short."""
        return short(value, self.kind) if value else ""


def short(value: float, kind: str) -> str:
    """The value with the unit that fits: "57.8 M", "3.45 MiB", "83 px"."""
    if kind == "pixels":
        return f"{value:,.0f} px"
    return bytes_text(value) if kind == "bytes" else short_number(value)


def heat_of(document: Document, view: View, measured: Measured | None = None) -> Heat | None:
    """The scale of a view; None if its colours mean no number (or nothing has a cost)."""
    if view.color_by not in _MEASURES:
        return None
    title, kind, noun = _MEASURES[view.color_by]
    values = [value for value in _values(document, view, measured) if value]
    if not values:
        return None
    edges, logarithmic = _edges(values)
    words = title.format(view.detail, view.basis.text(own_dtype(document.graph)))
    heat = Heat(words, edges, (), logarithmic, kind, noun)
    counts = [0] * BINS
    for value in values:
        counts[heat.bin(value) - 1] += 1
    return msgspec.structs.replace(heat, counts=tuple(counts))


def _values(document: Document, view: View, measured: Measured | None) -> list[float | None]:
    """The measure of every item at the view's detail, whatever is open."""
    structure = document.structure
    measured = measured or Measured(document, view)
    if view.detail == "stage":
        return [measured.of_group(stage) for stage in structure.stages]
    if view.detail == "layer":
        return [measured.of_call(call.id) for call in document.graph.calls]
    wanted = ("block", "unit") if view.detail == "block" else ("unit",)
    taken: set[str] = set()
    values: list[float | None] = []
    for group in structure.groups:  # outer groups come first, so outermost items are taken
        if group.kind in wanted and not taken.intersection(group.calls[:1]):
            taken.update(group.calls)
            values.append(measured.of_group(group.id))
    loose = (call.id for call in structure.graph.calls if call.id not in taken)
    return values + [measured.of_call(call) for call in loose]


def _edges(values: Sequence[float]) -> tuple[tuple[float, ...], bool]:
    ordered = sorted(values)
    least, most = ordered[0], ordered[-1]
    middle = ordered[len(ordered) // 2]
    if most / middle > _SKEWED and most > least:
        factor = (most / least) ** (1 / BINS)
        return (*(least * factor**number for number in range(BINS)), most), True
    return tuple(most * number / BINS for number in range(BINS + 1)), False
