"""The legend's part for a heat scale: how many items fall into each bin, the ramp, its limits."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, Literal

from resnet_viz.drawing.display_list import NEAR, Box, Mark, Rect, Text
from resnet_viz.drawing.heat import BINS, Heat, short
from resnet_viz.drawing.measure import Measurer

SCALE_HEIGHT: Final = 122.0
_BIN: Final = 62.0
_BARS_TOP: Final = 44.0
_BARS: Final = 50.0
_RAMP: Final = 20.0
_GAP: Final = 8.0
"""Least room between two texts of a line."""


def scale_width(heat: Heat, measure: Measurer) -> float:
    """The width of a scale whose texts keep clear of each other."""
    edges = [measure.width(text, 11.0, tabular=True) for text in _edge_texts(heat)]
    # The outermost limits lie inside the ramp, the others under the border of two bins.
    reach = [edges[0], *(width / 2 for width in edges[1:-1]), edges[-1]]
    step = max(one + other for one, other in pairwise(reach)) + _GAP
    heads = measure.width(heat.title, 12.5, 600) + measure.width(_words(heat), 11.0, tabular=True)
    return max(BINS * max(_BIN, step), heads + 2 * _GAP)


def _edge_texts(heat: Heat) -> list[str]:
    return [short(edge, heat.kind) if edge else "0" for edge in heat.edges]


def _words(heat: Heat) -> str:
    return f"{sum(heat.counts)} coloured" + (", logarithmic bins" if heat.logarithmic else "")


def scale_marks(heat: Heat, x: float, y: float, width: float) -> list[Mark]:
    """The scale with its upper left corner at (x, y), as wide as ``width``."""
    marks: list[Mark] = [
        Text(x, y + 24, heat.title, 12.5, "text", 600),
        Text(x + width, y + 24, _words(heat), 11, "text-3", anchor="end", tabular=True),
    ]
    step = width / BINS
    floor = y + _BARS_TOP + _BARS
    most = max(heat.counts)
    for place, count in enumerate(heat.counts):
        left = x + step * place
        high = (_BARS - 16.0) * count / most
        token = f"heat{place + 1}"
        bar = Rect(left + step * 0.1, floor - high, step * 0.8, high)
        if count:
            marks.append(Box(bar, 0, token, "line-strong", 0.75, lod=NEAR))
        marks += [
            Text(left + step / 2, floor - high - 5, str(count), 11, "text-2", 400, "middle"),
            Box(Rect(left, floor + 4, step, _RAMP), 0, token, "line-strong", 0.75, lod=NEAR),
        ]
    for place, text in enumerate(_edge_texts(heat)):
        anchor: Literal["start", "middle", "end"] = (
            "start" if not place else "end" if place == BINS else "middle"
        )
        at = (x + step * place, floor + _RAMP + 18)
        marks.append(Text(*at, text, 11, "text-3", 400, anchor, tabular=True))
    return marks
