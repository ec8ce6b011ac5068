"""Error sentences for unknown names, with the closest known ones ("did you mean …?")."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from resnet_viz.errors import quoted

_MOST_LISTED: Final = 12


def closest_matches(word: str, known: Iterable[str]) -> list[str]:
    """Up to three known words that look like ``word``, the closest first."""
    import difflib  # only a mistake needs it

    by_lower: dict[str, str] = {}
    for name in known:
        by_lower.setdefault(name.lower(), name)
    matches = difflib.get_close_matches(word.lower()[:80], by_lower, n=3, cutoff=0.5)
    return [by_lower[match] for match in matches]


def unknown_name(
    kind: str, word: str, known: Iterable[str], *, prefix: str = "", listed_by: str = ""
) -> str:
    """One sentence: there is no such thing; did you mean one of these?

    Args:
        kind: what is missing: "option", "built-in model named".
        word: as the user wrote it.
        known: all names; they are listed if they are few and none is close.
        prefix: written before each suggestion.
        listed_by: the command that lists all names.
    """
    names = tuple(known)
    close = [prefix + name for name in closest_matches(word, names)]
    hint = f"; did you mean {join_with_or(close)}?" if close else "."
    if not close and 0 < len(names) <= _MOST_LISTED:
        hint = f"; there are {', '.join(names)}."
    elif listed_by:
        hint += f' "{listed_by}" lists them all.'
    return f"There is no {kind} {quoted(word)}{hint}"


def join_with_or(words: list[str]) -> str:
    """The words as an alternative: "a", "a or b", "a, b or c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
