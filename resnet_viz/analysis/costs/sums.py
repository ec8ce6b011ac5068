"""Sums over calls in which a layer's weights count once, however often it is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from resnet_viz.graph.types import Graph

Row = TypeVar("Row", bound=tuple[int, ...])


class Sums(Generic[Row]):
    """Sums of rows of whole numbers, a row for each call of a graph.

    Args:
        graph: the graph of the calls.
        row: makes a row of its fields, which are 0 by default: a NamedTuple.
        rows: the row of each call as if it were its layer's only one.
        without_weights: a row without the part that counts once for each layer.
    """

    def __init__(
        self,
        graph: Graph,
        row: Callable[..., Row],
        rows: dict[str, Row],
        without_weights: Callable[[Row], Row],
    ) -> None:
        self._row = row
        self._rows = rows
        uses = Counter(call.layer for call in graph.calls)
        self._shared = {call.id: call.layer for call in graph.calls if uses[call.layer] > 1}
        self._repeats = {call: without_weights(rows[call]) for call in self._shared}

    def over(self, calls: Sequence[str]) -> Row:
        """The sums of all fields over calls."""
        if len(calls) == 1:
            return self._rows[calls[0]]
        rows = [self._rows[call] for call in calls]
        seen: set[str] = set()
        for position, call in enumerate(calls if self._shared else ()):
            layer = self._shared.get(call)
            if layer in seen:
                rows[position] = self._repeats[call]
            elif layer is not None:
                seen.add(layer)
        return self._row(*map(sum, zip(*rows, strict=True)))
