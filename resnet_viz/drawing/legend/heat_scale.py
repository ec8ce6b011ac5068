"""Marks of a heat scale: in the legend with the counts of its bins, and small, as a colour key."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, Literal, TypeAlias

from resnet_viz.drawing.display_list import NEAR, Box, Item, Mark, Rect, Sign, Text
from resnet_viz.drawing.legend.heat import BINS, Heat, short
from resnet_viz.drawing.measure import Measurer
from resnet_viz.drawing.signs import signs_of_cost

_BIN: Final = 62.0
_BARS_TOP: Final = 44.0
_BARS: Final = 50.0
_RAMP: Final = 20.0
_GAP: Final = 8.0
"""Least room between two texts of a line."""
_KEY_BIN: Final = 40.0
_KEY_PAD: Final = 12.0
_KEY_RAMP: Final = 12.0
_KEY_HEIGHT: Final = 64.0


def scale_width(heat: Heat, measure: Measurer) -> float:
    """The least width of a scale whose texts keep clear of each other."""
    heads = measure.width(heat.title, 12.5, 600) + measure.width(_words(heat), 11.0, tabular=True)
    origin = measure.width(heat.origin, 11.0)
    return max(BINS * max(_BIN, _step(heat, measure)), heads + 2 * _GAP, origin)


def _step(heat: Heat, measure: Measurer) -> float:
    """The least width of a bin whose limits keep clear of each other."""
    edges = _edge_widths(heat, measure)
    # the outermost limits lie inside the ramp, the others under the border of two bins
    reach = [edges[0], *(width / 2 for width in edges[1:-1]), edges[-1]]
    return max(a + b for a, b in pairwise(reach)) + _GAP


def _edge_widths(heat: Heat, measure: Measurer) -> list[float]:
    return [measure.width(text, 11.0, tabular=True) for text in _edge_texts(heat)]


def _edge_texts(heat: Heat) -> list[str]:
    return [short(edge, heat.kind) if edge else "0" for edge in heat.edges]


def scale_signs(heat: Heat) -> tuple[Sign, ...]:
    """The units of the limits."""
    return tuple(sign for text in _edge_texts(heat) for sign in signs_of_cost(text))


def _words(heat: Heat) -> str:
    return f"{sum(heat.counts)} coloured" + (", logarithmic bins" if heat.logarithmic else "")


def scale_marks(heat: Heat, x: float, y: float, width: float) -> list[Mark]:
    """The scale with its upper left corner at (x, y), as wide as ``width``."""
    marks: list[Mark] = [
        Text(x, y + 24, heat.title, 12.5, "text", 600),
        Text(x + width, y + 24, _words(heat), 11, "text-3", anchor="end", tabular=True),
    ]
    if heat.origin:
        marks.append(Text(x, y + 39, heat.origin, 11, "text-3"))
    step = width / BINS
    floor = y + _BARS_TOP + _BARS
    most = max(heat.counts)
    for index, count in enumerate(heat.counts):
        left = x + step * index
        high = (_BARS - 16.0) * count / most
        token = f"heat{index + 1}"
        bar = Rect(left + step * 0.1, floor - high, step * 0.8, high)
        if count:
            marks.append(Box(bar, 0, token, "line-strong", 0.75, lod=NEAR))
        marks.append(
            Text(left + step / 2, floor - high - 5, str(count), 11, "text-2", 400, "middle")
        )
    return marks + _ramp(heat, Rect(x, floor + 4, width, _RAMP), first="start", last="end")


Anchor: TypeAlias = Literal["start", "middle", "end"]


def _ramp(heat: Heat, rect: Rect, *, first: Anchor, last: Anchor) -> list[Mark]:
    """The bins side by side, their limits below; ``first``, ``last`` anchor the outermost."""
    step = rect.width / BINS
    bins = (Rect(rect.x + step * index, rect.y, step, rect.height) for index in range(BINS))
    marks: list[Mark] = [
        Box(area, 0, f"heat{number}", "line-strong", 0.75, lod=NEAR)
        for number, area in enumerate(bins, start=1)
    ]
    for index, text in enumerate(_edge_texts(heat)):
        anchor: Anchor = first if not index else last if index == BINS else "middle"
        at = (rect.x + step * index, rect.bottom + 14)
        marks.append(Text(*at, text, 11, "text-3", 400, anchor, tabular=True))
    return marks


def color_key_item(heat: Heat, measure: Measurer) -> Item:
    """The scale without its counts, its upper left corner at (0, 0), for a corner of the window.

    Its title explains the colours in words, for those who can't see them.
    """
    note = "logarithmic bins" if heat.logarithmic else ""
    heads = measure.width(heat.title, 11.5, 600) + measure.width(note, 11.0) + 2 * _GAP
    edges = _edge_widths(heat, measure)
    step = max((a + b) / 2 for a, b in pairwise(edges)) + _GAP
    left, right = edges[0] / 2, edges[-1] / 2  # of the limits that stick out
    width = max(left + BINS * max(_KEY_BIN, step) + right, heads)
    rect = Rect(0.0, 0.0, width + 2 * _KEY_PAD, _KEY_HEIGHT)
    ramp = Rect(_KEY_PAD + left, 29, width - left - right, _KEY_RAMP)
    marks: list[Mark] = [
        Box(rect, 6, "surface", "line", lod=NEAR),
        Text(_KEY_PAD, 20, heat.title, 11.5, "text", 600),
        Text(_KEY_PAD + width, 20, note, 11, "text-3", anchor="end"),
        *_ramp(heat, ramp, first="middle", last="middle"),
    ]
    limits = _edge_texts(heat)
    words = f"{heat.title}: {BINS} {note or 'equal bins'} from {limits[0]} to {limits[-1]}"
    words += f"; {heat.origin}" if heat.origin else ""
    return Item("key", "legend", None, rect, tuple(marks), title=words, level=5)
