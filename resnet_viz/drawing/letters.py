"""Letters of a least size, for pictures that are printed small: boxes grow as their words need."""

from __future__ import annotations

import msgspec

from resnet_viz.drawing.display_list import NEAR, DisplayList, Item, Mark, Text
from resnet_viz.drawing.measure import Measurer


class LetterMeasurer:
    """Measures text as ``with_letters`` makes it."""

    def __init__(self, measurer: Measurer, least: float) -> None:
        self._measurer = measurer
        self._least = least

    def width(self, text: str, size: float, weight: int = 400, *, tabular: bool = False) -> float:
        """Advance width in pixels of ``text`` at ``size`` pixels, or at the least size."""
        return self._measurer.width(text, max(size, self._least), weight, tabular=tabular)


def with_letters(item: Item, least: float) -> Item:
    """The item with letters of at least so many pixels at the zoom of exports."""

    def large(mark: Mark) -> Mark:
        if not isinstance(mark, Text) or mark.size >= least or not mark.lod & NEAR:
            return mark
        return msgspec.structs.replace(mark, size=least)

    return msgspec.structs.replace(item, marks=tuple(map(large, item.marks)))


def smallest_letters(picture: DisplayList) -> float:
    """Size of the smallest text that exports show, in pixels at 100 %; 0 if there is none."""
    return min(
        (
            mark.size
            for item in picture.items
            for mark in item.marks
            if isinstance(mark, Text) and mark.lod & NEAR
        ),
        default=0.0,
    )
