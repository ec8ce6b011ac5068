"""The legend's part for a heat scale: how many items fall into each bin, the ramp, its limits."""

from __future__ import annotations

from typing import Final, Literal

from resnet_viz.drawing.display_list import NEAR, Box, Mark, Rect, Text
from resnet_viz.drawing.heat import BINS, Heat, short

SCALE_HEIGHT: Final = 122.0
_BIN: Final = 62.0
_BARS_TOP: Final = 44.0
_BARS: Final = 50.0
_RAMP: Final = 20.0


def scale_width() -> float:
    """The least width of a legend with a scale."""
    return BINS * _BIN + 32.0


def scale_marks(heat: Heat, x: float, y: float, width: float) -> list[Mark]:
    """The scale with its upper left corner at (x, y), as wide as ``width``."""
    total = sum(heat.counts)
    words = f"{total} coloured" + (", logarithmic bins" if heat.logarithmic else "")
    marks: list[Mark] = [
        Text(x, y + 24, heat.title, 12.5, "text", 600),
        Text(x + width, y + 24, words, 11, "text-3", anchor="end", tabular=True),
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
    for place, edge in enumerate(heat.edges):
        text = short(edge, heat.kind) if edge else "0"
        anchor: Literal["start", "middle", "end"] = (
            "start" if not place else "end" if place == BINS else "middle"
        )
        at = (x + step * place, floor + _RAMP + 18)
        marks.append(Text(*at, text, 11, "text-3", 400, anchor, tabular=True))
    return marks
