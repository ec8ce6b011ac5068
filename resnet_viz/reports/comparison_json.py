"""Comparison of two models as plain values, as ``diff --format json`` writes it."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from resnet_viz.analysis.structure.types import Shortcut
from resnet_viz.comparison.compare import pair_delta
from resnet_viz.comparison.types import CallPair, Comparison, Difference, Fields, ShortcutPair
from resnet_viz.document import Document

SCHEMA: Final = 1
TOTALS: Final = (
    "parameters", "trainable_parameters", "non_trainable_parameters", "macs", "weighted_layers",
    "layers", "calls", "edges", "joins", "shortcuts", "kept_bytes", "peak_bytes",
)  # fmt: skip


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
        "totals_delta": {name: _less(b[name], a[name]) for name in TOTALS},
        "counts": msgspec.to_builtins(comparison.counts),
        "shortcuts": {
            "added": [_shortcut(each) for each in changes.added],
            "removed": [_shortcut(each) for each in changes.removed],
            "changed": [_shortcut_pair(each) for each in changes.changed],
        },
        "differences": [_difference(each) for each in comparison.differences],
        "pairs": [_pair(comparison, each) for each in comparison.pairs],
    }


def document_totals(document: Document) -> dict[str, int | None]:
    """Totals that a comparison shows; None where a part is unknown."""
    totals, memory = document.numbers.totals, document.numbers.memory.totals
    numbers = totals.numbers
    split, activations = numbers.split_at_least, memory.activations_at_least
    return {
        "parameters": None if numbers.parameters_at_least else numbers.parameters,
        "trainable_parameters": None if split else numbers.trainable_parameters,
        "non_trainable_parameters": None if split else numbers.non_trainable_parameters,
        "macs": None if numbers.macs_at_least else numbers.macs,
        "weighted_layers": totals.weighted_layers,
        "layers": totals.layers,
        "calls": totals.calls,
        "edges": totals.edges,
        "joins": totals.joins,
        "shortcuts": len(document.structure.shortcuts),
        "kept_bytes": None if activations else memory.kept_bytes,
        "peak_bytes": None if activations else memory.peak_bytes,
    }


def _model(document: Document, totals: dict[str, int | None]) -> dict[str, Any]:
    return {"name": document.title, "source": str(document.source), "totals": totals}


def _less(value: int | None, by: int | None) -> int | None:
    return None if value is None or by is None else value - by


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
