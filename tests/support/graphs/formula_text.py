"""Reads formulas as people do: what stands before "=" is reckoned and compared with what follows.

Written from how the texts look, not from how they are made: ``·``, ``×`` and ``of`` as in school,
rounded brackets ⌈ ⌉ ⌊ ⌋, thousands with commas, words and units left out.
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil, floor

EQUATION = re.compile(
    r"(?P<left>[^=]+?) = (?P<right>(?:< )?−?[\d,]*\d(?:\.\d+|/\d+)?)(?: B| %)?(?:[,;] |$)"
)
WORDS = re.compile(r"\b(?:inputs|outputs|waiting|weights)\b|\([\d,]+ others\)|\(apart\)| B\b")


def equations(text: str) -> list[tuple[str, str]]:
    """The left and right sides of all equations of a text; what is none fails."""
    found = [(match["left"], match["right"]) for match in EQUATION.finditer(text)]
    assert found, text
    assert "".join(match[0] for match in EQUATION.finditer(text)) == text
    return found


def number(text: str) -> Fraction:
    """ "−1,234" as a number."""
    return Fraction(text.replace(",", "").replace("−", "-"))


def value(text: str) -> Fraction:
    """What an expression comes to."""
    plain = WORDS.sub("", text)
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain)
    for old, new in (("·", "*"), ("×", "*"), ("−", "-"), ("⌈", "ceil("), ("⌊", "floor("),
                     ("⌉", ")"), ("⌋", ")"), (" of ", " / ")):  # fmt: skip
        plain = plain.replace(old, new)
    plain = re.sub(r"\d+(?:\.\d+)?", lambda match: f"Fraction('{match[0]}')", plain)
    names = {"ceil": ceil, "floor": floor, "max": max, "min": min, "Fraction": Fraction}
    return Fraction(eval(plain, {"__builtins__": {}}, names))


def terms(text: str) -> list[int]:
    """The terms of a sum, each as often as it is taken: "2 × 8 + 4" is 8, 8, 4."""
    found: list[int] = []
    for term in WORDS.sub("", text).split(" + "):
        times, _, rest = term.rpartition(" × ")
        found += [int(number(rest.strip()))] * int(number(times or "1"))
    return found
