"""Sentences for words that nobody knows, with the nearest ones that are known."""

from __future__ import annotations

from collections.abc import Iterable

from resnet_viz.errors import quoted


def closest_matches(word: str, known: Iterable[str]) -> list[str]:
    """Up to three known words that look like ``word``, the nearest first."""
    import difflib  # only a mistake needs it

    by_lower: dict[str, str] = {}
    for name in known:
        by_lower.setdefault(name.lower(), name)
    found = difflib.get_close_matches(word.lower()[:80], by_lower, n=3, cutoff=0.5)
    return [by_lower[name] for name in found]


def unknown_name(kind: str, word: str, known: Iterable[str]) -> str:
    """One sentence: there is no such thing, did you mean one of these?

    All names are listed if they are few and none is near.
    """
    names = tuple(known)
    near = closest_matches(word, names)
    if near:
        return f"There is no {kind} {quoted(word)}; did you mean {join_with_or(near)}?"
    few = f"; there are {', '.join(names)}" if 0 < len(names) <= 12 else ""
    return f"There is no {kind} {quoted(word)}{few}."


def join_with_or(words: list[str]) -> str:
    """The words as an alternative: "a", "a or b", "a, b or c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
