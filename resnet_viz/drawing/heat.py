"""Colour by a number: which of seven bins a node falls into, and what the legend says of them.

Bins, not a gradient, so that the contrast of labels is guaranteed. The scale belongs to a measure
and a detail: opening a block or zooming never changes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from resnet_viz.analysis.values import CallNumbers, GroupNumbers
from resnet_viz.document import Document
from resnet_viz.layout.values import Node
from resnet_viz.layout.view import ColorBy, Detail, View

BINS: Final = 7
_SKEWED: Final = 50.0
"""Where the largest item is so many times the median, bins grow by a factor instead of a step."""
_BYTES: Final = 4
"""Of a float32 value: memory is shown for float32 and a batch of one."""

_UNITS: Final[dict[str, tuple[tuple[float, str], ...]]] = {
    "count": ((1e9, "G"), (1e6, "M"), (1e3, "K"), (1.0, "")),
    "bytes": ((2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB"), (1.0, "B")),
    "pixels": ((1.0, "px"),),
}
_MEASURES: Final[dict[ColorBy, tuple[str, str]]] = {
    "parameters": ("Parameters", "count"),
    "macs": ("MACs", "count"),
    "memory": ("Activation memory, float32, batch 1", "bytes"),
    "receptive_field": ("Receptive field, height", "pixels"),
}
_PER: Final[dict[Detail, str]] = {
    "stage": "stage", "block": "block", "unit": "unit", "layer": "layer",
}  # fmt: skip


class Heat(msgspec.Struct, frozen=True):
    """A scale of seven bins.

    Attributes:
        title: what is measured, per what.
        edges: eight limits, ascending; the first is 0 unless the scale is logarithmic.
        counts: how many items at the chosen detail fall into each bin.
        logarithmic: whether the bins grow by a factor.
        kind: how values are written.
    """

    title: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    logarithmic: bool
    kind: str

    def bin(self, value: float | None) -> int:
        """1 to 7; 0 for no cost or an unknown one."""
        if not value or value <= 0:
            return 0
        for place in range(1, BINS):
            if value < self.edges[place] * (1 - 1e-12):
                return place
        return BINS

    def token(self, value: float | None) -> str:
        """Colour token of the value's bin; the card's own for no cost."""
        place = self.bin(value)
        return f"heat{place}" if place else "card"

    def text(self, value: float | None) -> str:
        """The value with its unit, short."""
        return short(value, self.kind) if value else ""


def short(value: float, kind: str) -> str:
    """The value with the unit that fits: "57.8 M", "3.4 MiB", "83 px"."""
    units = _UNITS[kind]
    size, unit = next((pair for pair in units if value >= pair[0]), units[-1])
    scaled = value / size
    digits = 0 if kind == "pixels" or scaled == int(scaled) else 1
    return f"{scaled:,.{digits}f} {unit}".rstrip()


def heat_of(document: Document, view: View) -> Heat | None:
    """The scale of a view; None if its colours mean no number (or nothing has a cost)."""
    if view.color_by not in _MEASURES:
        return None
    title, kind = _MEASURES[view.color_by]
    values = [value for value in _values(document, view) if value]
    if not values:
        return None
    edges, logarithmic = _edges(values)
    heat = Heat(f"{title} per {_PER[view.detail]}", edges, (), logarithmic, kind)
    counts = [0] * BINS
    for value in values:
        counts[heat.bin(value) - 1] += 1
    return msgspec.structs.replace(heat, counts=tuple(counts))


def value_of(document: Document, color_by: ColorBy, node: Node) -> float | None:
    """The number that colours a node; None if there is none."""
    numbers = document.numbers
    if node.ref.kind == "call":
        return _measure(numbers.calls[node.ref.id], color_by)
    return _measure(numbers.groups[node.ref.id], color_by)


def _measure(numbers: CallNumbers | GroupNumbers, color_by: ColorBy) -> float | None:
    if color_by == "parameters":
        return numbers.parameters
    if color_by == "macs":
        return numbers.macs
    if color_by == "memory":
        elements = numbers.output_elements
        return None if elements is None else elements * _BYTES
    field = numbers.receptive_field
    return field[0] if field else None


def _values(document: Document, view: View) -> list[float | None]:
    """The measure of every item at the view's detail, whatever is open."""
    structure, numbers = document.structure, document.numbers
    if view.detail == "stage":
        return [_measure(numbers.groups[stage], view.color_by) for stage in structure.stages]
    if view.detail == "layer":
        return [_measure(found, view.color_by) for found in numbers.calls.values()]
    wanted = ("block", "unit") if view.detail == "block" else ("unit",)
    taken: set[str] = set()
    found: list[float | None] = []
    for group in structure.groups:  # outer groups come first, so outermost items are taken
        if group.kind in wanted and not taken.intersection(group.calls[:1]):
            taken.update(group.calls)
            found.append(_measure(numbers.groups[group.id], view.color_by))
    loose = (call.id for call in structure.graph.calls if call.id not in taken)
    return found + [_measure(numbers.calls[call], view.color_by) for call in loose]


def _edges(values: Sequence[float]) -> tuple[tuple[float, ...], bool]:
    ordered = sorted(values)
    least, most = ordered[0], ordered[-1]
    middle = ordered[len(ordered) // 2]
    if most / middle > _SKEWED and most > least:
        factor = (most / least) ** (1 / BINS)
        return (*(least * factor**place for place in range(BINS)), most), True
    return tuple(most * place / BINS for place in range(BINS + 1)), False
