"""Sums written out with their values, shortened if they have many terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Final

_MOST_TERMS: Final = 8
"""Longer sums have equal terms gathered: "9 × 64"."""


def sum_text(values: Sequence[int]) -> str:
    """Terms of a sum without zeros: "73,728 + 256"; of many or equal ones "8 × 73,728 + 256".

    Of many different ones the largest are written, and the rest as one term with their number:
    "… + 1,234 (26 others)". The terms add up exactly. "0" for no terms.
    """
    terms = [value for value in values if value]
    if len(terms) > 2 and len(set(terms)) == 1:
        return _times(len(terms), f"{terms[0]:,}")
    if len(terms) <= _MOST_TERMS:
        return " + ".join(f"{value:,}" for value in terms) or "0"
    return " + ".join(_gathered(Counter(terms)))


def _gathered(counts: Counter[int]) -> list[str]:
    largest = sorted(counts, key=lambda value: value * counts[value], reverse=True)
    written = set(largest if len(largest) <= _MOST_TERMS else largest[: _MOST_TERMS - 1])
    texts = [_times(count, f"{value:,}") for value, count in counts.items() if value in written]
    others = [(value, count) for value, count in counts.items() if value not in written]
    if not others:
        return texts
    rest = sum(value * count for value, count in others)
    return [*texts, f"{rest:,} ({sum(count for _, count in others):,} others)"]


def gathered_runs(terms: Sequence[str]) -> list[str]:
    """Terms of a formula; if there are many, runs of equal ones are gathered."""
    if len(terms) <= _MOST_TERMS:
        return list(terms)
    return [_times(len(list(run)), term) for term, run in groupby(terms)]


def _times(count: int, text: str) -> str:
    return text if count == 1 else f"{count:,} × {text}"
