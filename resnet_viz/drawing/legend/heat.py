"""Heat colours: nodes coloured by a number, in seven bins.

Bins, not a gradient, so that the contrast of labels is guaranteed. The scale belongs to a measure
and a detail: opening a block or zooming never changes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from resnet_viz.analysis.costs.measures import amount
from resnet_viz.analysis.costs.memory.basis import own_dtype
from resnet_viz.analysis.costs.types import Memory
from resnet_viz.analysis.structure.types import ItemRef
from resnet_viz.analysis.wording.numbers import BYTE_UNITS, COUNT_UNITS, with_unit
from resnet_viz.document import Document
from resnet_viz.layout.view import ColorBy, View

BINS: Final = 7
_SKEWED: Final = 50.0
"""If the largest item is more times the median, bins grow by a factor instead of a step."""

_COUNTED: Final = ("parameters", "macs", "memory")
_MEASURES: Final[dict[ColorBy, tuple[str, str]]] = {
    "parameters": ("Parameters per {}", "count"),
    "macs": ("MACs per {}", "count"),
    "memory": ("Activation memory per {}, {}", "bytes"),
    "receptive_field": ("Receptive field per {}, height", "pixels"),
}


class Heat(msgspec.Struct, frozen=True):
    """A scale of seven bins.

    Attributes:
        title: the measure and the kind of item.
        edges: eight limits, ascending; the first is 0 unless the scale is logarithmic.
        counts: numbers of items at the chosen detail in each bin.
        logarithmic: whether the bins grow by a factor.
        kind: unit of the values: "count", "bytes" or "pixels".
    """

    title: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    logarithmic: bool
    kind: str

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
    """The value with the unit that fits: "57.8 M", "3.4 MiB", "83 px"."""
    if kind == "pixels":
        return f"{value:,.0f} px"
    return with_unit(value, BYTE_UNITS if kind == "bytes" else COUNT_UNITS)


class Measured:
    """The numbers that colour a view's nodes.

    Args:
        document: the model.
        view: has the measure and the detail.
        memory: for the view's basis, if it is there already; computed where it is needed.
    """

    def __init__(self, document: Document, view: View, memory: Memory | None = None) -> None:
        self._numbers = document.numbers
        self._color_by = view.color_by
        if memory is None and view.color_by == "memory":
            memory = view.basis.memory(document.structure, document.numbers)
        self._memory = memory or document.numbers.memory

    def of(self, item: ItemRef) -> float | None:
        """The number of a group or call; None if there is none or it is not known."""
        return self.of_call(item.id) if item.kind == "call" else self.of_group(item.id)

    def of_call(self, call: str) -> float | None:
        """The number of a call."""
        numbers = self._numbers.calls[call]
        if self._color_by in _COUNTED:
            return amount(self._color_by, numbers, self._memory.calls[call])
        return numbers.receptive_field[0] if numbers.receptive_field else None

    def of_group(self, group: str) -> float | None:
        """The number of a group, without its unknown parts."""
        numbers = self._numbers.groups[group]
        if self._color_by in _COUNTED:
            return amount(self._color_by, numbers, self._memory.groups[group])
        return numbers.receptive_field[0] if numbers.receptive_field else None


def heat_of(document: Document, view: View, measured: Measured | None = None) -> Heat | None:
    """The scale of a view; None if its colours mean no number (or nothing has a cost)."""
    if view.color_by not in _MEASURES:
        return None
    title, kind = _MEASURES[view.color_by]
    values = [value for value in _values(document, view, measured) if value]
    if not values:
        return None
    edges, logarithmic = _edges(values)
    words = title.format(view.detail, view.basis.text(own_dtype(document.graph)))
    heat = Heat(words, edges, (), logarithmic, kind)
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
