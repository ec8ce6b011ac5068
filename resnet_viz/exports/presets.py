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
        "one column of a paper, 8.5 cm: text of 6 pt or more",
        {**_PAPER, "fit": "8.5cm", "min_text": "6pt"},
    ),
    "paper-page": Preset(
        "the width of a page, 17 cm: 6 pt or more", {**_PAPER, "fit": "17cm", "min_text": "6pt"}
    ),
    "slide": Preset("a 16:9 slide: 10 pt or more", {"fit": "slide", "min_text": "10pt"}),
    "poster": Preset(
        "a poster, A0: units if 18 pt or more",
        {**_PAPER, "fit": "a0", "min_text": "18pt", "finest": "unit"},
    ),
    "readme": Preset(
        "a README, 900 pixels: 10 px or more, light and dark in an SVG",
        {"theme": "auto", "background": "transparent", "fit": "900px", "min_text": "10px"},
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
