"""Many bars on few pixels: what is drawn of bars that are narrower than a pixel, and their runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


class Axes(NamedTuple):
    """How a chart's places and heights become pixels.

    Attributes:
        origin: x of place 0.
        pitch: from one place to the next.
        floor: y of height 0.
        rise: from height 0 to height 1.
    """

    origin: float
    pitch: float
    floor: float
    rise: float

    def x(self, place: float) -> float:
        """The pixel of a place."""
        return self.origin + self.pitch * place

    def y(self, height: float) -> float:
        """The pixel of a height from 0 to 1."""
        return self.floor - self.rise * height


def tallest(heights: Numbers, shown: range, pitch: float) -> list[int]:
    """The places to draw: all that are shown, or where several share a pixel the tallest of each.

    Args:
        heights: of all bars.
        shown: places in view.
        pitch: pixels from one place to the next.
    """
    if pitch >= 1 or len(shown) < 2:
        return list(shown)
    pixel = np.floor(np.arange(shown.start, shown.stop) * pitch)
    starts = np.flatnonzero(np.diff(pixel, prepend=pixel[0] - 1)) + shown.start
    ends = [*starts[1:].tolist(), shown.stop]
    return [
        start + int(heights[start:end].argmax())
        for start, end in zip(starts.tolist(), ends, strict=True)
    ]


def every_pixel(shown: range, pitch: float) -> list[int]:
    """The places where a line through all bars needs a point: one for a pixel, and the last."""
    step = max(1, int(1 / pitch)) if pitch > 0 else 1
    found = list(shown[::step])
    if shown and found[-1] != shown[-1]:
        found.append(shown[-1])
    return found


def running(values: Iterable[Any]) -> Numbers:
    """The part of the sum that each value and those before it make, 0 to 1; None counts as 0."""
    known = np.array([float(value or 0) for value in values])
    whole = known.sum()
    found: Numbers = known.cumsum() / (whole or 1.0)
    return found


def runs(marks: Iterable[int]) -> list[tuple[int, int]]:
    """Neighbouring marks together, in order: {1, 2, 3, 7} as (1, 3), (7, 7)."""
    found: list[tuple[int, int]] = []
    for mark in sorted(marks):
        if found and found[-1][1] == mark - 1:
            found[-1] = (found[-1][0], mark)
        else:
            found.append((mark, mark))
    return found
