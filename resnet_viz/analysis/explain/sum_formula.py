"""Sums written out with their values, however many there are of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

MOST: Final = 8
"""So many terms can be read in a line; of more, equal ones are taken together."""


def sum_text(values: Sequence[int]) -> str:
    """The sum's terms: "73,728 + 256"; of many or equal ones "8 × 73,728 + 256"; no zeros.

    Of many different ones the largest are written and the others as one term with their number,
    "… + 1,234 (26 others)". The terms add up exactly. "0" for nothing to add.
    """
    parts = [value for value in values if value]
    if len(parts) > 2 and len(set(parts)) == 1:
        return _times(len(parts), f"{parts[0]:,}")
    if len(parts) <= MOST:
        return " + ".join(f"{value:,}" for value in parts) or "0"
    return " + ".join(_gathered(Counter(parts)))


def _gathered(times: Counter[int]) -> list[str]:
    largest = sorted(times, key=lambda value: value * times[value], reverse=True)[:MOST]
    if len(largest) == len(times):
        return [_times(times[value], f"{value:,}") for value in times]
    shown = set(largest[:-1])
    others = [value for value in times if value not in shown]
    rest = sum(value * times[value] for value in others)
    count = sum(times[value] for value in others)
    terms = [_times(times[value], f"{value:,}") for value in times if value in shown]
    return [*terms, f"{rest:,} ({count:,} others)"]


def repeated(terms: Sequence[str]) -> list[str]:
    """Terms as they are if there are few; of many, equal ones that follow each other as one."""
    if len(terms) <= MOST:
        return list(terms)
    found: list[tuple[str, int]] = []
    for term in terms:
        if found and found[-1][0] == term:
            found[-1] = (term, found[-1][1] + 1)
        else:
            found.append((term, 1))
    return [_times(count, term) for term, count in found]


def _times(count: int, text: str) -> str:
    return text if count == 1 else f"{count:,} × {text}"
