"""Completions of a half-typed search: fields, and the values that the open model has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain

from resnet_viz.document import Document
from resnet_viz.search.candidates import Candidate, groups_of, layers_of, shortcuts_of
from resnet_viz.search.query import FIELDS, FLAG_FIELDS, NUMBER_FIELDS
from resnet_viz.search.term_tests import texts

MOST = 40


def search_completions(
    document: Document | None, text: str, recent: Iterable[str] = ()
) -> tuple[str, ...]:
    """Whole search texts that the typed one may become; earlier searches first."""
    before, space, last = text.rpartition(" ")
    before += space
    sign = "-" if last.startswith("-") else ""
    field, colon, typed = last.removeprefix("-").casefold().partition(":")
    matches = [each for each in recent if each.casefold().startswith(text.casefold())]
    if colon and field in FIELDS and document is not None:
        values = _values(document, field)
        matches += [
            f"{before}{sign}{field}:{_quoted(value)}"
            for value in values
            if value.casefold().startswith(typed.strip('"'))
        ]
    elif field:
        matches += [
            f"{before}{sign}{name}{'>' if name in NUMBER_FIELDS else ':'}"
            for name in FIELDS
            if name.startswith(field)
        ]
    return tuple(dict.fromkeys(match for match in matches if match != text))[:MOST]


def _values(document: Document, field: str) -> list[str]:
    """Values of a field in the model, the most frequent first; none for numbers."""
    if field in FLAG_FIELDS:
        return list(FLAG_FIELDS[field])
    if field in NUMBER_FIELDS or field == "name":
        return []
    counts = Counter(
        text.replace("×", "x")
        for candidate in _candidates(document, field)
        for text in dict.fromkeys(texts(document, field, candidate))
    )
    return [value for value, _ in counts.most_common()]


def _candidates(document: Document, field: str) -> Iterable[Candidate]:
    if field == "kind":
        return chain(groups_of(document), shortcuts_of(document))
    return layers_of(document)


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value
