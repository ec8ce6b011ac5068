"""Explanation of one number: its formula with values, its definition and the source of that."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from resnet_viz.analysis.explain.conventions import CONVENTIONS
from resnet_viz.analysis.explain.sum_formula import sum_text
from resnet_viz.analysis.wording.numbers import count_text


class Explanation(msgspec.Struct, frozen=True):
    """One number with its formula.

    Attributes:
        name: in reports: "macs".
        label: as shown: "MACs".
        value: the number in full: "57,802,752", "83×83", "–" for unknown.
        formula: with values: "3·3·64·128·28·28 = 57,802,752"; "" if there is nothing to compute.
            Bytes end in " B".
        note: what no formula shows: why the number is zero, unknown or a lower bound; where the
            peak is.
        convention: what is counted and what is left out.
        source: of that definition.
        amount: the number itself; None for several numbers or if unknown.
        meaning: name of the convention if it differs from ``name``.
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


def explained(
    name: str,
    value: str,
    formula: str = "",
    note: str = "",
    *,
    amount: float | None = None,
    meaning: str = "",
) -> Explanation:
    """Explanation by the convention called ``meaning``, or else ``name``."""
    label, text, source = msgspec.structs.astuple(CONVENTIONS[meaning or name])[1:]
    return Explanation(name, label, value, formula, note, text, source, amount, meaning)


def explained_count(
    name: str,
    amount: int | None,
    formula: str = "",
    note: str = "",
    *,
    at_least: bool = False,
    meaning: str = "",
) -> Explanation:
    """Explanation of a count or of bytes; a lower bound of zero is unknown."""
    known = None if at_least and not amount else amount
    value = count_text(amount, at_least=at_least)
    return explained(name, value, formula if known else "", note, amount=known, meaning=meaning)


def equation(terms: Sequence[int], unit: str = "") -> str:
    """A sum with its result: "73,728 + 256 = 73,984"; " B" follows bytes.

    "" for no terms, and for a single one, which equals its sum.
    """
    total = sum(terms)
    return f"{sum_text(terms)}{unit} = {total:,}{unit}" if total and total not in terms else ""
