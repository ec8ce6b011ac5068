"""Letters of einsum equations, with dots replaced by digits: "...c,cd->...d"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

_DIGITS: Final = "0123456789"


def einsum_letters(text: object, ranks: Sequence[int]) -> tuple[list[str], str] | None:
    """Letters of the operands' axes and of the output's, one for each axis.

    Axes that "..." stands for are digits, the last one "9", as they align from the right. Without
    an arrow the output has the dots, then the letters that occur once, in order.

    Args:
        text: the equation, "abc,acd->abd".
        ranks: numbers of the operands' axes.

    Returns:
        None for an equation of another form or for other numbers of axes.
    """
    if not isinstance(text, str):
        return None
    before, arrow, after = text.replace(" ", "").partition("->")
    terms = before.split(",")
    if len(terms) != len(ranks) or not all(map(_is_term, terms)):
        return None
    dots = [rank - len(term.replace("...", "")) for term, rank in zip(terms, ranks, strict=True)]
    if any(
        n if "..." not in term else not 0 <= n <= 10 for term, n in zip(terms, dots, strict=True)
    ):
        return None
    if not arrow:
        once = Counter(letter for letter in before if letter.isalpha())
        after = "..." + "".join(sorted(letter for letter, count in once.items() if count == 1))
    inputs = [_with_digits(term, n) for term, n in zip(terms, dots, strict=True)]
    output = _with_digits(after, max([0, *dots]))
    is_known = _is_term(after) and set(output) <= set("".join(inputs))
    return (inputs, output) if is_known and len(set(output)) == len(output) else None


def _is_term(term: str) -> bool:
    letters = term.replace("...", "", 1)
    return letters == "" or (letters.isascii() and letters.isalpha())


def _with_digits(term: str, count: int) -> str:
    return term.replace("...", _DIGITS[len(_DIGITS) - count :])
