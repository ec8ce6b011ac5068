"""Replacement of characters that cannot be shown on one line."""

from __future__ import annotations

import re
from typing import Final

_UNSHOWABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff0-\ufffb\ufffe\uffff]"
)


def printable(text: str) -> str:
    """``text`` with U+FFFD for what cannot be shown: controls, line ends, halves of surrogates.

    Marks that turn the direction of writing count too: they would let a name lie about itself.
    """
    return _UNSHOWABLE.sub("\ufffd", text)
