"""Colour map of a grid of numbers: cells of one colour are one path."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Final

import msgspec

from resnet_viz.drawing.charts.axis import LEAST_VALUE
from resnet_viz.drawing.display_list import Box, Close, Line, Mark, Move, Path, Rect, Step
from resnet_viz.drawing.themes import MAP_LEVELS

_OVERLAP: Final = 0.4
"""Pixels by which neighbours of a bar overlap, so that no seam shows between them."""

Rows = Sequence[Sequence[float | None]]


class ColorScale(msgspec.Struct, frozen=True):
    """Numbers to the map's colours, from ``low`` to ``high``."""

    low: float
    high: float
    logarithmic: bool = False

    def token(self, value: float | None) -> str:
        """Colour of a value; None, which is not finite or not measured, has the ground's."""
        return "line" if value is None else self.level(self.share(value))

    @staticmethod
    def level(share: float) -> str:
        """Colour at a share of the scale, 0 … 1."""
        return f"map{1 + round(share * (MAP_LEVELS - 1))}"

    def share(self, value: float) -> float:
        """Place of a value between both ends, 0 … 1."""
        low, high, here = (self.position(each) for each in (self.low, self.high, value))
        return min(1.0, max(0.0, (here - low) / (high - low))) if high > low else 0.5

    def position(self, value: float) -> float:
        """Place of a value on the scale: itself, or its decimal logarithm."""
        return log10(max(value, LEAST_VALUE)) if self.logarithmic else value


def scale_of(rows: Rows, *, logarithmic: bool = False) -> ColorScale:
    """Scale that holds all numbers of a grid."""
    values = [v for row in rows for v in row if v is not None and (v > 0 or not logarithmic)]
    return ColorScale(min(values, default=0.0), max(values, default=1.0), logarithmic)


def cells(area: Rect, rows: Rows, scale: ColorScale, *, columns: int = 0) -> list[Mark]:
    """Cells of a grid, its first row at the top; on whole pixels, so that no seams show.

    Args:
        area: the rectangle that they fill.
        rows: the numbers.
        scale: see there.
        columns: columns that there will be; 0 for as many as there are.
    """
    width = area.width / max(columns, max(map(len, rows), default=1), 1)
    height = area.height / max(len(rows), 1)
    by_token: dict[str, list[Step]] = {}
    for index, row in enumerate(rows):
        top, bottom = round(area.y + index * height), round(area.y + (index + 1) * height)
        for start, end, token in _runs([scale.token(value) for value in row]):
            left, right = round(area.x + start * width), round(area.x + end * width)
            by_token.setdefault(token, []).extend(
                (
                    Move(left, top),
                    Line(right, top),
                    Line(right, bottom),
                    Line(left, bottom),
                    Close(),
                )
            )
    return [Path(tuple(steps), fill=token, width=0.0) for token, steps in by_token.items()]


def _runs(tokens: list[str]) -> list[tuple[int, int, str]]:
    """Start, end and token of equal neighbours."""
    runs: list[tuple[int, int, str]] = []
    for index, token in enumerate(tokens):
        if runs and runs[-1][2] == token:
            runs[-1] = (runs[-1][0], index + 1, token)
        else:
            runs.append((index, index + 1, token))
    return runs


def color_bar(area: Rect) -> list[Mark]:
    """All colours of the map from low to high."""
    step = area.width / MAP_LEVELS
    return [
        Box(
            Rect(area.x + index * step, area.y, step + _OVERLAP, area.height),
            fill=f"map{index + 1}",
        )
        for index in range(MAP_LEVELS)
    ]
