"""Evaluator for formulas as they are displayed: both sides of "=" as numbers.

It follows from how the texts look, not from the code that writes them: ``·``, ``×`` and ``of``
as in school, rounded brackets ⌈ ⌉ ⌊ ⌋, thousands with commas, words and units left out.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from math import ceil, floor

EQUATION = re.compile(
    r"(?P<left>[^=]+?) = (?P<right>(?:< )?−?[\d,]*\d(?:\.\d+|/\d+)?)(?: B| %)?(?:[,;] |$)"
)
WORDS = re.compile(r"\b(?:inputs|outputs|waiting|weights)\b|\([\d,]+ others\)|\(apart\)| B\b")


def equations(text: str) -> list[tuple[str, str]]:
    """Left and right sides of all equations of a text; anything else fails."""
    matches = list(EQUATION.finditer(text))
    assert matches, text
    assert "".join(match[0] for match in matches) == text
    return [(match["left"], match["right"]) for match in matches]


def number(text: str) -> Fraction:
    """ "−1,234" as a number."""
    return Fraction(text.replace(",", "").replace("−", "-"))


@cache
def value(text: str) -> Fraction:
    """Value of an expression."""
    plain = WORDS.sub("", text)
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain)
    for old, new in (("·", "*"), ("×", "*"), ("−", "-"), ("⌈", "ceil("), ("⌊", "floor("),
                     ("⌉", ")"), ("⌋", ")"), (" of ", " / ")):  # fmt: skip
        plain = plain.replace(old, new)
    plain = re.sub(r"\d+(?:\.\d+)?", lambda match: f"Fraction('{match[0]}')", plain)
    names = {"ceil": ceil, "floor": floor, "max": max, "min": min, "Fraction": Fraction}
    return Fraction(eval(plain, {"__builtins__": {}}, names))


def terms(text: str) -> list[int]:
    """Terms of a sum, repeated as often as they count: "2 × 8 + 4" is 8, 8, 4."""
    result: list[int] = []
    for term in WORDS.sub("", text).split(" + "):
        times, _, rest = term.rpartition(" × ")
        result += [int(number(rest.strip()))] * int(number(times or "1"))
    return result
