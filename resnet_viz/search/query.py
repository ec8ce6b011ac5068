"""Parser of search texts: words, quoted phrases and terms, all of which must hold.

``conv3 type:Conv2D params>1e6 -stage:conv2_x`` holds one word, two terms and a negated one.
"""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

import msgspec

from resnet_viz.errors import UsageError, quoted

Operator: TypeAlias = Literal[":", ">", ">=", "<", "<="]

TEXT_FIELDS: Final = ("type", "name", "stage", "block", "kind", "activation", "dtype")
SIZE_FIELDS: Final = ("shape", "input", "kernel", "stride")
NUMBER_FIELDS: Final = ("params", "macs", "memory", "field", "filters")
FLAG_FIELDS: Final = {
    "unknown": ("macs", "params", "shape", "memory", "field"),
    "is": ("shared", "frozen", "custom"),
}
FIELDS: Final = (*TEXT_FIELDS, *SIZE_FIELDS, *NUMBER_FIELDS, *FLAG_FIELDS)
"""Names of all fields, in the order in which they are offered."""

_TOKEN: Final = re.compile(r'-?(?:[^\s"]+(?:"[^"]*"?)?|"[^"]*"?)')
_TERM: Final = re.compile(rf"({'|'.join(FIELDS)})(:|>=|<=|>|<)(.*)", re.DOTALL | re.IGNORECASE)
_NUMBER: Final = re.compile(r"(\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+)([kmgt]?)", re.IGNORECASE)
_POWERS: Final = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_LONGEST: Final = 2_000


class SearchTerm(msgspec.Struct, frozen=True):
    """One term: a field compared with a value.

    Attributes:
        field: one of ``FIELDS``.
        operator: ":" for equal (of texts and sizes: ``*`` stands for anything).
        value: casefolded, as typed; sizes joined by "x".
        number: the value of a field of numbers; 0 for other fields.
    """

    field: str
    operator: Operator
    value: str
    number: float = 0
    negated: bool = False


class Word(msgspec.Struct, frozen=True):
    """A word or phrase, casefolded, that must occur (negated: must not) in a name."""

    text: str
    negated: bool = False


class Query(msgspec.Struct, frozen=True):
    """A parsed search text; all words and terms must hold."""

    words: tuple[Word, ...] = ()
    terms: tuple[SearchTerm, ...] = ()

    @property
    def is_blank(self) -> bool:
        """True if nothing is searched for."""
        return not self.words and not self.terms

    @property
    def seeks_groups(self) -> bool:
        """True if blocks and shortcuts are searched for, by ``kind:``, instead of layers."""
        return any(term.field == "kind" for term in self.terms)


def parse_query(text: str) -> Query:
    """Parse a search text. A term that is typed as far as its operator counts for nothing yet.

    Raises:
        UsageError: the value doesn't suit the field: a number that is none, an unknown flag.
    """
    text = text.replace("\N{ZERO WIDTH SPACE}", "")[:_LONGEST]  # copied from an inspector's sheet
    words: list[Word] = []
    terms: list[SearchTerm] = []
    for token in _TOKEN.findall(text):
        negated = token.startswith("-") and len(token) > 1
        term = token[1:] if negated else token
        match = _TERM.fullmatch(term)
        if match is None:
            word = term.replace('"', "").casefold()
            words += [Word(word, negated)] if word else []
        elif match[3].strip('"'):
            terms.append(_search_term(match, negated))
    return Query(tuple(words), tuple(terms))


def _search_term(match: re.Match[str], negated: bool) -> SearchTerm:
    field, value = match[1].casefold(), match[3].replace('"', "").casefold()
    operator: Operator = match[2]  # type: ignore[assignment]
    if field in NUMBER_FIELDS:
        return SearchTerm(field, operator, value, _number(field, value), negated)
    if operator != ":":
        raise UsageError(f'"{field}" has no order; write {field}:{value[:60]}.')
    if value not in FLAG_FIELDS.get(field, (value,)):
        known = ", ".join(f"{field}:{flag}" for flag in FLAG_FIELDS[field])
        raise UsageError(f"There is no {quoted(f'{field}:{value}')}; there are {known}.")
    return SearchTerm(field, ":", _sizes(value) if field in SIZE_FIELDS else value, 0, negated)


def _number(field: str, value: str) -> float:
    match = _NUMBER.fullmatch(value.replace(",", ""))
    if match is None:
        raise UsageError(f"{quoted(value)} is no number; write {field}>1e6, or {field}>1M.")
    return float(match[1]) * _POWERS[match[2].casefold()]


def _sizes(value: str) -> str:
    return value.strip("()[]").replace("×", "x").replace(",", "x").replace(" ", "")
