"""Unique ids, and common prefixes of layer names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

_PARTS: Final = re.compile(r"[_\-./ ]+")
_NUMBER: Final = re.compile(r"_\d+$")


def common_prefix(names: Sequence[str]) -> str:
    """The longest prefix of whole words that all names share; "" if it has no letter.

    "conv2_block1_1_conv" and "conv2_block1_add" share "conv2_block1".
    """
    if not names:
        return ""
    first, last = min(names), max(names)
    end = 0
    while end < len(first) and end < len(last) and first[end] == last[end]:
        end += 1
    prefix = first[:end]
    if not all(len(name) == end or _PARTS.match(name, end) for name in (first, last)):
        cuts = list(_PARTS.finditer(prefix))
        prefix = prefix[: cuts[-1].start()] if cuts else ""
    prefix = prefix.rstrip("_-./ ")
    return prefix if any(letter.isalpha() for letter in prefix) else ""


def is_automatic(name: str, class_name: str) -> bool:
    """Return whether Keras made the name from the class: "conv2d_3" for a Conv2D."""
    own = name.rpartition("/")[2]  # without the names of the models around it
    kind = class_name.rpartition(">")[2]  # without the package of a user's class
    return _NUMBER.sub("", own).replace("_", "").lower() == kind.lower()


def unless_repeated(titles: Sequence[str]) -> list[str]:
    """The titles, with "" in place of those that occur more than once."""
    counts = Counter(titles)
    return [title if counts[title] == 1 else "" for title in titles]


class UniqueIds:
    """Unique ids from titles: the title itself, or ``title#2`` when it repeats."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._last: dict[str, int] = {}

    def take(self, title: str) -> str:
        """A new id for a title."""
        candidate, number = title, self._last.get(title, 1)
        while candidate in self._taken:
            number += 1
            candidate = f"{title}#{number}"
        self._last[title] = number
        self._taken.add(candidate)
        return candidate


def numbered(kinds: Iterable[str]) -> list[str]:
    """Numbered titles, each kind counted separately: "basic 1", "basic 2", "gate 1"."""
    counts: Counter[str] = Counter()
    titles = []
    for kind in kinds:
        counts[kind] += 1
        titles.append(f"{kind.replace('_', ' ')} {counts[kind]}")
    return titles
