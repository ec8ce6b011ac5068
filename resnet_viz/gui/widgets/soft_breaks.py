"""Line breaks inside long names, for rich text, which has no tag for them in Qt."""

from __future__ import annotations

import re
from typing import Final

from resnet_viz.paint.printable import printable

SOFT_BREAK: Final = "\N{ZERO WIDTH SPACE}"
_LONGEST: Final = 22
"""Letters of a word that fit into a line of the inspector."""


def breakable(text: str) -> str:
    """HTML-escaped text in which long names may break behind ``_``, ``/``, ``.`` and ``-``."""
    return " ".join(_with_breaks(word) for word in escaped(text).split(" "))


def escaped(text: str) -> str:
    """Text with the characters escaped that mean something in HTML."""
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _with_breaks(word: str) -> str:
    return word if len(word) <= _LONGEST else re.sub(r"([_/.\-])", f"\\1{SOFT_BREAK}", word)
