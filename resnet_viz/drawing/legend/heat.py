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
from resnet_viz.drawing.legend.measured import Measured, measured_for
from resnet_viz.experiments.layer_numbers import OF_BLOCKS
from resnet_viz.layout.view import ColorBy, Detail, View

BINS: Final = 7
_SKEWED: Final = 50.0
"""If the largest item is more times the median, bins grow by a factor instead of a step."""

_MEASURES: Final[dict[ColorBy, tuple[str, str, str]]] = {
    "parameters": ("Parameters per {}", "count", "parameters"),
    "macs": ("MACs per {}", "count", "MACs"),
    "memory": ("Activation memory per {}, {}", "bytes", ""),
    "receptive_field": ("Receptive field per {}, height", "pixels", "field"),
    "gradient": ("Relative gradient per {}, |∂L/∂w| / |w|", "ratio", ""),
    "output_gradient": ("Gradient at each {}'s output, |∂L/∂x|", "ratio", ""),
    "training_gradient": ("Relative gradient per {} in training", "ratio", ""),
    "response": ("Standard deviation of responses per {}", "ratio", ""),
    "change": ("Change by each {}, ‖F(x)‖ / ‖x‖", "ratio", ""),
    "deletion": ("Loss without each {}", "ratio", ""),
}


class Heat(msgspec.Struct, frozen=True):
    """A scale of seven bins.

    Attributes:
        title: the measure and the kind of item.
        edges: eight limits, ascending; the first is 0 unless the scale is logarithmic.
        counts: numbers of items at the chosen detail in each bin.
        logarithmic: whether the bins grow by a factor.
        kind: unit of the values: "count", "bytes", "pixels", or "ratio" for none.
        noun: the measure after a value, where nothing else tells it: "parameters"; or "".
        origin: the experiment that has measured the values; "" for none.
    """

    title: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    logarithmic: bool
    kind: str
    noun: str = ""
    origin: str = ""

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
        return short(value, self.kind) if value or (value == 0 and self.kind == "ratio") else ""


def short(value: float, kind: str) -> str:
    """The value with the unit that fits: "57.8 M", "3.45 MiB", "83 px"; a ratio has none."""
    if kind == "pixels":
        return f"{value:,.0f} px"
    return bytes_text(value) if kind == "bytes" else short_number(value)


def heat_of(document: Document, view: View, measured: Measured | None = None) -> Heat | None:
    """The scale of a view; None if its colours mean no number (or nothing has one)."""
    if view.color_by not in _MEASURES:
        return None
    title, kind, noun = _MEASURES[view.color_by]
    experiment = view.measured if kind == "ratio" else None
    if kind == "ratio" and (experiment is None or experiment.quantity != view.color_by):
        return None
    detail, measured = _detail(view), measured or measured_for(document, view)
    values = [value for value in _values(document, detail, measured) if value]
    if not values:
        return None
    edges, logarithmic = _edges(values, by_factor=experiment is not None)
    words = title.format(detail, view.basis.text(own_dtype(document.graph)))
    origin = "" if experiment is None else experiment.origin
    heat = Heat(words, edges, (), logarithmic, kind, noun, origin)
    counts = [0] * BINS
    for value in values:
        counts[heat.bin(value) - 1] += 1
    return msgspec.structs.replace(heat, counts=tuple(counts))


def _detail(view: View) -> Detail:
    """The detail whose items the scale is of; a block's number is not shared out to its layers."""
    if view.color_by in OF_BLOCKS and view.detail in ("unit", "layer"):
        return "block"
    return view.detail


def _values(document: Document, detail: Detail, measured: Measured) -> list[float | None]:
    """The number of every item at a detail, whatever is open."""
    structure = document.structure
    if detail == "stage":
        return [measured.of_group(stage) for stage in structure.stages]
    if detail == "layer":
        return [measured.of_call(call.id) for call in document.graph.calls]
    wanted = ("block", "unit") if detail == "block" else ("unit",)
    taken: set[str] = set()
    values: list[float | None] = []
    for group in structure.groups:  # outer groups come first, so outermost items are taken
        if group.kind in wanted and not taken.intersection(group.calls[:1]):
            taken.update(group.calls)
            values.append(measured.of_group(group.id))
    loose = (call.id for call in structure.graph.calls if call.id not in taken)
    return values + [measured.of_call(call) for call in loose]


def _edges(values: Sequence[float], *, by_factor: bool) -> tuple[tuple[float, ...], bool]:
    ordered = sorted(values)
    least, most = ordered[0], ordered[-1]
    middle = ordered[len(ordered) // 2]
    if (by_factor or most / middle > _SKEWED) and most > least:
        factor = (most / least) ** (1 / BINS)
        return (*(least * factor**number for number in range(BINS)), most), True
    return tuple(most * number / BINS for number in range(BINS + 1)), False
