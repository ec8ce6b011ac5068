"""The geometry of a receptive field: which input pixels one output position sees."""

from __future__ import annotations

from math import ceil, floor
from typing import Final

import msgspec

from resnet_viz.analysis.wording.numbers import decimal, percent
from resnet_viz.document import Document
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.shapes import spatial
from resnet_viz.graph.types import LayerCall

_ASSUMED: Final = 224
"""Pixels per axis that a frame is drawn with where the input's size is not fixed."""

HEAD: Final = "From the head on every output depends on the whole input: there is no field."
NO_AXES: Final = "Its output has no positions: there is no field."
UNKNOWN: Final = "Its field is not known: no rule covers a layer on the way to it."
GLOBAL: Final = "Global ways (pooled gates, attention) are left out: through them it sees all."


class FieldView(msgspec.Struct, frozen=True):
    """A call's field over its input; all tuples have an entry for each spatial axis.

    Attributes:
        call: its id.
        frame: pixels of the input.
        is_fixed: whether the input's size is (else ``frame`` is assumed).
        grid: output positions.
        size: pixels that a position sees.
        jump: pixels between neighbouring positions.
        start: first pixel that position 0 sees; negative in the padding.
        is_global: whether a global way is left out.
    """

    call: str
    frame: tuple[int, ...]
    is_fixed: bool
    grid: tuple[int, ...]
    size: tuple[int, ...]
    jump: tuple[float, ...]
    start: tuple[int, ...]
    is_global: bool

    @property
    def middle(self) -> tuple[int, ...]:
        """The position in the middle."""
        return tuple(count // 2 for count in self.grid)

    @property
    def exceeds(self) -> bool:
        """Whether it is larger than the input along an axis."""
        return any(size > frame for size, frame in zip(self.size, self.frame, strict=True))

    def span(self, position: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
        """First and last pixel that a position sees, per axis; padding lies outside the frame."""
        found = []
        for axis, place in enumerate(position):
            first = self.start[axis] + floor(place * self.jump[axis])
            found.append((first, first + self.size[axis] - 1))
        return tuple(found)

    def position_at(self, pixel: tuple[float, ...]) -> tuple[int, ...]:
        """The position whose field's middle is nearest to a pixel."""
        found = []
        for axis, place in enumerate(pixel):
            middle = self.start[axis] + self.size[axis] / 2
            number = round((place - middle) / self.jump[axis])
            found.append(min(max(number, 0), self.grid[axis] - 1))
        return tuple(found)

    def overhang(self) -> tuple[int, ...]:
        """By how much the outermost positions see beyond the frame, per axis."""
        first = self.span((0,) * len(self.grid))
        last = self.span(tuple(count - 1 for count in self.grid))
        return tuple(
            max(0, -low[0], high[1] + 1 - frame)
            for low, high, frame in zip(first, last, self.frame, strict=True)
        )


def field_view(document: Document, call_id: str) -> FieldView | str:
    """The field of a call's output over its input; a sentence where there is none."""
    numbers = document.numbers.calls[call_id]
    call = document.graph.by_id[call_id]
    size, jump = numbers.receptive_field, numbers.jump
    stage = document.structure.enclosing_group(call_id, "stage")
    if size is None or jump is None:
        if stage is not None and document.structure.by_id[stage].kind == "head":
            return HEAD
        channels_first_ranks = document.graph.channels_first_ranks
        return (
            UNKNOWN
            if spatial(call.output_shape, channels_first_ranks=channels_first_ranks)
            else NO_AXES
        )
    frame, is_fixed = _frame(document, call, len(size))
    grid = _grid(document, call, frame, jump)
    start = numbers.field_start or tuple(
        round((step - wide) / 2) for step, wide in zip(jump, size, strict=True)
    )
    return FieldView(call_id, frame, is_fixed, grid, size, jump, start, numbers.is_global)


def _frame(document: Document, call: LayerCall, axes: int) -> tuple[tuple[int, ...], bool]:
    """The sizes of the input that the call sees (of several the first with so many axes)."""
    graph, channels_first_ranks = document.graph, document.graph.channels_first_ranks
    seen, waiting = {call.id}, [call.id]
    while waiting:
        for ref in graph.by_id[waiting.pop()].inputs:
            if ref.call not in seen:
                seen.add(ref.call)
                waiting.append(ref.call)
    for each in graph.calls:
        if each.id in seen and op_kind(each) in ("input", "embedding"):
            sizes = spatial(each.output_shape, channels_first_ranks=channels_first_ranks)
            if len(sizes) == axes:
                known = tuple(_ASSUMED if size is None else size for size in sizes)
                return known, None not in sizes
    return (_ASSUMED,) * axes, False


def _grid(
    document: Document, call: LayerCall, frame: tuple[int, ...], jump: tuple[float, ...]
) -> tuple[int, ...]:
    sizes = spatial(call.output_shape, channels_first_ranks=document.graph.channels_first_ranks)
    if len(sizes) != len(frame):
        sizes = (None,) * len(frame)
    return tuple(
        max(1, ceil(whole / step) if size is None else size)
        for size, whole, step in zip(sizes, frame, jump, strict=True)
    )


def times(sizes: tuple[float, ...]) -> str:
    """Sizes as text: "899 × 899"."""
    return " × ".join(map(decimal, sizes))


def sentences(view: FieldView, position: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
    """What is said of a field at a position: (name, text) in order."""
    seen = " of ".join((times(view.size), times(view.frame)))
    found = [("Field", f"{seen} pixel" + "s" * (max(view.frame) != 1))]
    spans = view.span(position)
    if view.exceeds:
        found.append(("", "larger than the input: the rest is padding"))
    found += [
        ("Jump", f"{times(view.jump)}: pixels from one position to the next"),
        ("Position", f"{_tuple(position)} of {times(view.grid)}"),
        ("Sees", _seen(spans)),
        ("Padding", _padding(view, spans)),
    ]
    if not view.is_fixed:
        found.append(("", "the input's size is not fixed: drawn as if it were this large"))
    if view.is_global:
        found.append(("", GLOBAL))
    return tuple(found)


def _seen(spans: tuple[tuple[int, int], ...]) -> str:
    """The pixels along each axis; of more axes than a picture has, which are drawn."""
    text = "; ".join(_axis(*each) for each in zip(_names(len(spans)), spans, strict=True))
    return f"{text} (rows and columns are drawn)" if len(spans) == 3 else text


def _tuple(values: tuple[int, ...]) -> str:
    return f"({', '.join(str(value) for value in values)})"


def _names(axes: int) -> tuple[str, ...]:
    return {1: ("places",), 2: ("rows", "columns")}.get(
        axes, ("planes", "rows", "columns")[:axes] + ("axis",) * max(0, axes - 3)
    )


def _axis(name: str, span: tuple[int, int]) -> str:
    return f"{name} {decimal(span[0])} to {decimal(span[1])}"


def _padding(view: FieldView, spans: tuple[tuple[int, int], ...]) -> str:
    """The part of the field that lies outside the input."""
    inside = whole = 1
    for (first, last), frame in zip(spans, view.frame, strict=True):
        inside *= max(0, min(last, frame - 1) - max(first, 0) + 1)
        whole *= last - first + 1
    return f"{percent(whole - inside, whole)} of what it sees" if inside < whole else "none"
