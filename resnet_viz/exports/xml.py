"""Text made safe for XML, and ids made valid and unique."""

from __future__ import annotations

import re
from typing import Final

_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ENTITIES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_NOT_IN_NAMES: Final = re.compile(
    "[^-.0-9A-Z_a-z\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u037d\u037f-\u1fff"
    "\u200c\u200d\u203f\u2040\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf"
    "\ufdf0-\ufffd\U00010000-\U000effff]+"
)
_NOT_FIRST: Final = re.compile("[-.0-9\u00b7\u0300-\u036f\u203f\u2040]")


def content(text: str) -> str:
    """``text`` as the content of an element; what XML forbids becomes U+FFFD."""
    return _ILLEGAL.sub("\ufffd", text).translate(_ENTITIES)


def attribute(text: str) -> str:
    """``text`` as an attribute's value, with its quotes."""
    return '"' + content(text).replace('"', "&quot;") + '"'


class XmlIds:
    """Hands out ids: XML names, each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wish: str) -> str:
        """``wish`` as an XML name; with -2, -3 ... if it is taken already.

        Letters of all scripts stay, so that a layer's Korean name can be found by it.
        """
        name = _NOT_IN_NAMES.sub("_", wish) or "_"
        if _NOT_FIRST.match(name):
            name = "_" + name
        found, count = name, 1
        while found in self._taken:
            count += 1
            found = f"{name}-{count}"
        self._taken.add(found)
        return found
