"""Presets of exported pictures by the place that they are for."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from resnet_viz.errors import UsageError
from resnet_viz.suggestions import unknown_name


class Preset(msgspec.Struct, frozen=True):
    """Options of a picture for one place.

    Attributes:
        line: the place, for the help.
        options: values of ``PictureRequest``; options that the user gives win over them.
    """

    line: str
    options: dict[str, Any]


_PAPER: Final = {"theme": "paper", "background": "white"}
PRESETS: Final = {
    "paper-column": Preset(
        "one column of a paper, 8.5 × 17 cm",
        {**_PAPER, "width": "8.5cm", "height": "17cm", "detail": "stage", "layout": "column"},
    ),
    "paper-page": Preset("the width of a page, 17 cm", {**_PAPER, "width": "17cm"}),
    "slide": Preset("a 16:9 slide", {"width": "33.87cm", "height": "19.05cm"}),
    "poster": Preset("a poster, 84.1 cm (A0)", {**_PAPER, "width": "84.1cm", "detail": "unit"}),
    "readme": Preset(
        "a README, 900 pixels, light and dark in an SVG",
        {"theme": "auto", "background": "transparent", "width": "900px"},
    ),
}


def preset_named(name: str) -> Preset:
    """The preset.

    Raises:
        UsageError: there is none; the sentence names the nearest.
    """
    if name not in PRESETS:
        raise UsageError(unknown_name("preset", name, PRESETS))
    return PRESETS[name]
