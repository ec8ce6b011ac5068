"""Search in a document for layers, or with ``kind:`` for groups and shortcuts."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from resnet_viz.document import Document
from resnet_viz.drawing.display_list import Target
from resnet_viz.search.candidates import Candidate, groups_of, layers_of, shortcuts_of
from resnet_viz.search.query import Query, Word
from resnet_viz.search.term_tests import Test, test_of


def find(document: Document, query: Query) -> tuple[Target, ...]:
    """Targets that a query matches, in topological order, a group before what it holds.

    Words alone match layers and groups; with terms only layers are searched, or, with ``kind:``,
    only groups and shortcuts.
    """
    if query.is_blank:
        return ()
    tests = [_word_test(word) for word in query.words]
    tests += [test_of(document, term) for term in query.terms]
    matches = [
        candidate
        for candidate in _candidates(document, query)
        if all(test(candidate) for test in tests)
    ]
    position = {call.id: index for index, call in enumerate(document.graph.calls)}
    matches.sort(key=lambda match: (position[match.calls[0]], -len(match.calls)))
    return tuple(match.target for match in matches)


def calls_in(document: Document, targets: Iterable[Target]) -> frozenset[str]:
    """Ids of the calls that groups and shortcuts hold, and of the calls themselves."""
    structure = document.structure
    calls: set[str] = set()
    for target in targets:
        if target.kind == "group":
            calls.update(structure.by_id[target.id].calls)
        elif target.kind == "shortcut":
            shortcut = structure.shortcuts_by_id[target.id]
            calls.update(shortcut.calls or (shortcut.join,))
        else:
            calls.add(target.id)
    return frozenset(calls)


def _candidates(document: Document, query: Query) -> Iterable[Candidate]:
    if query.seeks_groups:
        return chain(groups_of(document), shortcuts_of(document))
    if query.terms:
        return layers_of(document)
    return chain(groups_of(document), layers_of(document))


def _word_test(word: Word) -> Test:
    def test(candidate: Candidate) -> bool:
        return any(word.text in name.casefold() for name in candidate.names) is not word.negated

    return test
