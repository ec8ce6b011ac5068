"""Untrusted names as text to show: without control characters, and no markup."""

from __future__ import annotations

import re
from typing import Final

_UNSHOWABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff0-\ufffb\ufffe\uffff]"
)


def printable(text: str) -> str:
    """``text`` with U+FFFD for what cannot be shown: controls, line ends, halves of surrogates.

    Marks that turn the direction of writing count too: they would let a name lie about itself.
    """
    return _UNSHOWABLE.sub("\ufffd", text)


def printable_lines(text: str) -> str:
    """``text`` of several lines, each ``printable``."""
    return "\n".join(map(printable, text.split("\n")))


def tip_html(text: str) -> str:
    """Plain text as HTML for a tooltip: Qt would take a layer named "<b>" for markup, and wrap."""
    plain = printable_lines(text).replace("&", "&amp;").replace("<", "&lt;")
    return f'<p style="white-space: pre">{plain}</p>' if plain else ""
