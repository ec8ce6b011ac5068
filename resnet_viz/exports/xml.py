"""Element ids that are XML names, each used once."""

from __future__ import annotations

import re
from functools import cache
from typing import Final
from xml.parsers import expat

_NOT_ASCII_NAME: Final = re.compile("[^-.0-9A-Z_a-z]")


class XmlIds:
    """Unique ids that are XML names, as the parser of Python's library (expat) understands them."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wish: str) -> str:
        """``wish`` as an XML name; with -2, -3 ... if it is taken already.

        Letters of other scripts stay, so that a layer can be found by its Korean name.
        """
        name = re.sub("\0+", "_", _NOT_ASCII_NAME.sub(_name_character, wish)) or "_"
        if not _is_name(name[0]):
            name = "_" + name
        unique, count = name, 1
        while unique in self._taken:
            count += 1
            unique = f"{name}-{count}"
        self._taken.add(unique)
        return unique


def _name_character(match: re.Match[str]) -> str:
    character = match[0]
    return character if not character.isascii() and _is_name("_" + character) else "\0"


@cache
def _is_name(text: str) -> bool:
    """True if ``text``, which is free of ASCII punctuation, can be the name of an element."""
    try:
        expat.ParserCreate().Parse(f"<{text}/>".encode(), True)
    except (expat.ExpatError, UnicodeEncodeError):  # the latter: half of a surrogate pair
        return False
    return True
