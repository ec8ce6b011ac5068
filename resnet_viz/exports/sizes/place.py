"""Places that a picture is fitted into, as people write them: "17cm", "17x10cm", "slide"."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from resnet_viz.errors import UsageError
from resnet_viz.exports.options import DPI
from resnet_viz.exports.sizes.lengths import Length, length_of
from resnet_viz.suggestions import unknown_name

HIGHEST: Final = length_of("fit", "24cm")
"""Height that a place of a physical width only may have: the text of an A4 page."""
NAMED: Final = {
    "slide": "33.87x19.05cm",
    "a5": "14.8x21cm",
    "a4": "21x29.7cm",
    "a3": "29.7x42cm",
    "a0": "84.1x118.9cm",
    "letter": "8.5x11in",
}
"""Places by name: a 16:9 slide, and paper in portrait."""
SCREEN_RATIO: Final = 24 / 17
"""Height by width that a place of so many pixels may have, as a page that is 17 cm wide."""
MIN_TEXT: Final = "6pt"
"""Least text if nothing else is said."""
_SIDES: Final = re.compile(r"\s*([\d.]+)\s*([a-z]*)\s*[x×]\s*([\d.]+)\s*([a-z]*)\s*", re.IGNORECASE)


class Place(msgspec.Struct, frozen=True):
    """A place for a picture.

    Attributes:
        word: as the user has written it.
        width, height: the largest size.
        fills: whether the exported page is as high as the place; else as high as the picture.
    """

    word: str
    width: Length
    height: Length
    fills: bool

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels, of which an inch has 96."""
        return self.width.pixels(DPI), self.height.pixels(DPI)

    @property
    def aspect(self) -> float:
        """Width by height."""
        width, height = self.size
        return width / height

    def __str__(self) -> str:
        if self.word.lower() in NAMED:
            return f"{self.word} ({NAMED[self.word.lower()].replace('x', ' × ')})"
        return self.word if self.fills else f"{self.word} × {self.height}"


def place_of(value: object) -> Place:
    """The place that ``fit`` names.

    Raises:
        UsageError: it is neither a name nor a size of more than 0.
    """
    word = str(value).strip()
    text = NAMED.get(word.lower(), word)
    sides = _SIDES.fullmatch(text)
    if sides is not None:
        units = (sides[2] or sides[4], sides[4] or sides[2])
        width = length_of("fit", f"{sides[1]}{units[0]}")
        height = length_of("fit", f"{sides[3]}{units[1]}")
        assert width is not None
        assert height is not None
        return Place(word, width, height, fills=True)
    if text.isalpha() or (text[:1].isalpha()):
        raise UsageError(unknown_name("place", word, NAMED))
    width = length_of("fit", text)
    assert width is not None
    assert HIGHEST is not None
    if width.physical:
        return Place(word, width, HIGHEST, fills=False)
    return Place(word, width, Length(round(width.number * SCREEN_RATIO)), fills=False)
