"""Names as labels: common prefixes of layer names, and ids made unique."""

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
    """Whether Keras made the name from the class: "conv2d_3" of Conv2D; it says nothing."""
    own = name.rpartition("/")[2]  # without the names of models around it
    kind = class_name.rpartition(">")[2]  # nor the package of a class of the user's own
    return _NUMBER.sub("", own).replace("_", "").lower() == kind.lower()


def unless_repeated(titles: Sequence[str]) -> list[str]:
    """The titles, with "" in place of any that is not the only one."""
    counts = Counter(titles)
    return [title if counts[title] == 1 else "" for title in titles]


class UniqueIds:
    """Gives out ids: a title, or ``title#2`` when it repeats."""

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._last: dict[str, int] = {}

    def take(self, title: str) -> str:
        """An id for this title that nobody has yet."""
        candidate, number = title, self._last.get(title, 1)
        while candidate in self._given:
            number += 1
            candidate = f"{title}#{number}"
        self._last[title] = number
        self._given.add(candidate)
        return candidate


def numbered(kinds: Iterable[str]) -> list[str]:
    """Titles such as "basic 1", "basic 2", "gate 1": each kind is counted by itself."""
    counts: Counter[str] = Counter()
    titles = []
    for kind in kinds:
        counts[kind] += 1
        titles.append(f"{kind.replace('_', ' ')} {counts[kind]}")
    return titles
