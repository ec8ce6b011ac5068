"""One number, opened: its formula with values, what it means, whose definition it is."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from resnet_viz.analysis.explain.conventions import CONVENTIONS
from resnet_viz.analysis.explain.sum_formula import sum_text
from resnet_viz.analysis.wording.numbers import count_text


class Explanation(msgspec.Struct, frozen=True):
    """One number, opened.

    Attributes:
        name: in reports: "macs".
        label: for people: "MACs".
        value: the number in full: "57,802,752", "83×83", "–" for unknown.
        formula: how it follows, with its values: "3·3·64·128·28·28 = 57,802,752"; "" if there is
            nothing to compute. Bytes end in " B".
        note: in words what no formula says: why it is zero, unknown or a lower bound; where the
            peak is.
        convention: what is counted and what is left out.
        source: where that definition is from.
        amount: the number itself, for other ways of writing it; None for several or if unknown.
        meaning: the convention's name where it is another than ``name``.
    """

    name: str
    label: str
    value: str
    formula: str
    note: str
    convention: str
    source: str
    amount: float | None = None
    meaning: str = ""


def told(
    name: str,
    value: str,
    formula: str = "",
    note: str = "",
    *,
    amount: float | None = None,
    meaning: str = "",
) -> Explanation:
    """With the convention of that name, or the one that ``meaning`` names."""
    one = CONVENTIONS[meaning or name]
    return Explanation(name, one.label, value, formula, note, one.text, one.source, amount, meaning)


def counted(
    name: str,
    amount: int | None,
    formula: str = "",
    note: str = "",
    *,
    at_least: bool = False,
    meaning: str = "",
) -> Explanation:
    """A count or bytes; a lower bound of nothing is unknown."""
    known = None if at_least and not amount else amount
    value = count_text(amount, at_least=at_least)
    return told(name, value, formula if known else "", note, amount=known, meaning=meaning)


def equation(terms: Sequence[int], unit: str = "") -> str:
    """The terms with their sum: "73,728 + 256 = 73,984"; " B" behind bytes.

    "" for nothing, and for a single term, which says no more than its sum.
    """
    total = sum(terms)
    return f"{sum_text(terms)}{unit} = {total:,}{unit}" if total and total not in terms else ""
