"""Comparison of two models as plain values, as ``diff --format json`` writes it."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from resnet_viz.analysis.structure.types import Shortcut
from resnet_viz.comparison.compare import pair_delta
from resnet_viz.comparison.totals import change_of, document_totals
from resnet_viz.comparison.types import CallPair, Comparison, Difference, Fields, ShortcutPair
from resnet_viz.document import Document

SCHEMA: Final = 1


def comparison_values(comparison: Comparison) -> dict[str, Any]:
    """A comparison as plain JSON values; unknown numbers are None."""
    a, b = document_totals(comparison.a), document_totals(comparison.b)
    changes = comparison.shortcuts
    return {
        "schema": SCHEMA,
        "equal": comparison.equal,
        "unrelated": comparison.is_unrelated,
        "a": _model(comparison.a, a),
        "b": _model(comparison.b, b),
        "totals_delta": {name: change_of(a[name], b[name]) for name in a},
        "counts": msgspec.to_builtins(comparison.counts),
        "shortcuts": {
            "added": [_shortcut(each) for each in changes.added],
            "removed": [_shortcut(each) for each in changes.removed],
            "changed": [_shortcut_pair(each) for each in changes.changed],
        },
        "differences": [_difference(each) for each in comparison.differences],
        "pairs": [_pair(comparison, each) for each in comparison.pairs],
    }


def _model(document: Document, totals: dict[str, int | None]) -> dict[str, Any]:
    return {"name": document.title, "source": str(document.source), "totals": totals}


def _shortcut(shortcut: Shortcut) -> dict[str, Any]:
    return {
        "join": shortcut.join,
        "entry": shortcut.entry,
        "kind": shortcut.kind,
        "long": shortcut.long,
        "block": shortcut.block,
    }


def _shortcut_pair(pair: ShortcutPair) -> dict[str, Any]:
    return {"a": _shortcut(pair.a), "b": _shortcut(pair.b)}


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "change": difference.change,
        "level": difference.level,
        "a": difference.a,
        "b": difference.b,
        "fields": _fields(difference.fields),
        "delta": difference.delta,
        "calls": list(difference.calls),
    }


def _pair(comparison: Comparison, pair: CallPair) -> dict[str, Any]:
    return {
        "a": pair.a,
        "b": pair.b,
        "consequences": _fields(pair.consequences),
        "delta": pair_delta(comparison.a, comparison.b, pair),
    }


def _fields(fields: Fields) -> dict[str, list[Any]]:
    return {name: list(values) for name, values in fields.items()}
