"""Geometry of a receptive field: the input pixels that an output position sees."""

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

HEAD: Final = (
    "From the first global pooling or flatten on every output depends on the whole input: there is "
    "no field."
)
NO_AXES: Final = "Its output has no positions: there is no field."
UNKNOWN: Final = "Its field is unknown: no rule covers a layer on the path to it."
GLOBAL: Final = "Global paths (pooled gates, attention) are left out; they see the whole input."


class FieldGeometry(msgspec.Struct, frozen=True):
    """Receptive field of a call's outputs; all tuples have an entry for each spatial axis.

    Attributes:
        call: its id.
        frame: pixels of the input.
        is_fixed: True if the input's size is; else ``frame`` is assumed.
        grid: output positions.
        size: pixels that a position sees.
        jump: pixels between neighbouring positions.
        start: first pixel that position 0 sees; negative in the padding.
        is_global: True if a global path is left out.
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
    def exceeds_input(self) -> bool:
        """True if the field is larger than the input along an axis."""
        return any(size > frame for size, frame in zip(self.size, self.frame, strict=True))

    def intervals(self, position: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
        """First and last pixel that a position sees, for each axis; beyond the frame is padding."""
        firsts = (
            start + floor(index * jump)
            for start, index, jump in zip(self.start, position, self.jump, strict=True)
        )
        return tuple(
            (first, first + size - 1) for first, size in zip(firsts, self.size, strict=True)
        )

    def position_at(self, pixel: tuple[float, ...]) -> tuple[int, ...]:
        """The position whose field's center is nearest to a pixel."""
        position = []
        for axis, coordinate in enumerate(pixel):
            center = self.start[axis] + self.size[axis] / 2
            index = round((coordinate - center) / self.jump[axis])
            position.append(min(max(index, 0), self.grid[axis] - 1))
        return tuple(position)

    def overhang(self) -> tuple[int, ...]:
        """Pixels beyond the frame that the outermost positions see, for each axis."""
        first = self.intervals((0,) * len(self.grid))
        last = self.intervals(tuple(count - 1 for count in self.grid))
        return tuple(
            max(0, -low[0], high[1] + 1 - frame)
            for low, high, frame in zip(first, last, self.frame, strict=True)
        )


def field_geometry(document: Document, call_id: str) -> FieldGeometry | str:
    """Geometry of a call's receptive field; a sentence that says why if there is none."""
    numbers = document.numbers.calls[call_id]
    call = document.graph.by_id[call_id]
    size, jump = numbers.receptive_field, numbers.jump
    stage = document.structure.enclosing_group(call_id, "stage")
    if size is None or jump is None:
        is_in_head = stage is not None and document.structure.by_id[stage].kind == "head"
        if is_in_head and not numbers.is_field_unknown:
            return HEAD
        ranks = document.graph.channels_first_ranks
        return UNKNOWN if spatial(call.output_shape, channels_first_ranks=ranks) else NO_AXES
    frame, is_fixed = _frame(document, call, len(size))
    grid = _grid(document, call, frame, jump)
    start = numbers.field_start or tuple(
        round((step - wide) / 2) for step, wide in zip(jump, size, strict=True)
    )
    return FieldGeometry(
        call=call_id, frame=frame, is_fixed=is_fixed, grid=grid, size=size, jump=jump,
        start=start, is_global=numbers.is_global,
    )  # fmt: skip


def _frame(document: Document, call: LayerCall, axes: int) -> tuple[tuple[int, ...], bool]:
    """Sizes of the first input with so many axes that a call depends on, and if they are fixed."""
    graph, channels_first_ranks = document.graph, document.graph.channels_first_ranks
    reached, pending = {call.id}, [call.id]
    while pending:
        sources = {ref.call for ref in graph.by_id[pending.pop()].inputs} - reached
        reached |= sources
        pending += sources
    for source in graph.calls:
        if source.id in reached and op_kind(source) in ("input", "embedding"):
            sizes = spatial(source.output_shape, channels_first_ranks=channels_first_ranks)
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


def field_facts(geometry: FieldGeometry, position: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
    """Names and texts of a field at a position, in order; a remark has no name."""
    seen = " of ".join((times(geometry.size), times(geometry.frame)))
    facts = [("Field", f"{seen} pixel" + "s" * (max(geometry.frame) != 1))]
    intervals = geometry.intervals(position)
    if geometry.exceeds_input:
        facts.append(("", "larger than the input: the rest is padding"))
    facts += [
        ("Jump", f"{times(geometry.jump)}: pixels from one position to the next"),
        ("Position", f"{_position_text(position)} of {times(geometry.grid)}"),
        ("Sees", _seen(intervals)),
        ("Padding", _padding(geometry, intervals)),
    ]
    if not geometry.is_fixed:
        facts.append(("", "the input's size is not fixed: drawn as if it were this large"))
    if geometry.is_global:
        facts.append(("", GLOBAL))
    return tuple(facts)


def _seen(intervals: tuple[tuple[int, int], ...]) -> str:
    """The pixels along each axis, and a remark if not all axes are drawn."""
    text = "; ".join(_axis(*pair) for pair in zip(_names(len(intervals)), intervals, strict=True))
    return f"{text} (rows and columns are drawn)" if len(intervals) == 3 else text


def _position_text(values: tuple[int, ...]) -> str:
    return f"({', '.join(str(value) for value in values)})"


def _names(axes: int) -> tuple[str, ...]:
    return {1: ("steps",), 2: ("rows", "columns")}.get(
        axes, ("planes", "rows", "columns")[:axes] + ("axis",) * max(0, axes - 3)
    )


def _axis(name: str, interval: tuple[int, int]) -> str:
    return f"{name} {decimal(interval[0])} to {decimal(interval[1])}"


def _padding(geometry: FieldGeometry, intervals: tuple[tuple[int, int], ...]) -> str:
    """The part of the field that lies outside the input."""
    inside = whole = 1
    for (first, last), frame in zip(intervals, geometry.frame, strict=True):
        inside *= max(0, min(last, frame - 1) - max(first, 0) + 1)
        whole *= last - first + 1
    return f"{percent(whole - inside, whole)} of what it sees" if inside < whole else "none"
