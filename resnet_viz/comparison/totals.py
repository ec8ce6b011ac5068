"""Totals of models that a comparison shows and that conditions look at."""

from __future__ import annotations

from collections.abc import Sequence

from resnet_viz.document import Document


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


def change_of(before: int | None, after: int | None) -> int | None:
    """``after`` less ``before``; None if one is unknown."""
    return None if before is None or after is None else after - before


def known_sum(values: Sequence[int | None]) -> int | None:
    """Sum of the values; None if one is unknown."""
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
