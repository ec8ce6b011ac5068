"""Sums over calls of one graph, a layer's weights counted once however often it is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from resnet_viz.graph.types import Graph

Row: TypeAlias = tuple[int, ...]


class Sums:
    """Adds rows of whole numbers that belong to calls.

    Args:
        graph: whose calls they are.
        weights: for each call what its layer's weights add, for the first call of a layer only.
        work: for each call what every call adds.
    """

    def __init__(self, graph: Graph, weights: dict[str, Row], work: dict[str, Row]) -> None:
        self._rows = {name: own + work[name] for name, own in weights.items()}
        self._layer = {call.id: call.layer for call in graph.calls}
        self._is_shared = len(set(self._layer.values())) < len(self._layer)
        self._width = len(next(iter(self._rows.values()), ()))
        self._nothing = (0,) * len(next(iter(weights.values()), ()))
        self._work = work

    def over(self, ids: Sequence[str]) -> Row:
        """The sums of the columns, those of weights first."""
        rows = [self._rows[name] for name in ids]
        if self._is_shared:
            seen: set[str] = set()
            for place, name in enumerate(ids):
                layer = self._layer[name]
                if layer in seen:
                    rows[place] = self._nothing + self._work[name]
                seen.add(layer)
        return tuple(map(sum, zip(*rows, strict=True))) if rows else (0,) * self._width
