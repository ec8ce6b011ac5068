"""Units: a weighted or pooling call with padding, normalisation, activation and dropout."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.structure.indexing.indexed_graph import IndexedGraph
from resnet_viz.analysis.structure.regions.regions import is_adding
from resnet_viz.graph.ops import OpKind

_MAIN: Final[frozenset[OpKind]] = frozenset(
    {"conv", "dense", "attention", "recurrent", "embedding", "pool"}
)
_LEADING: Final[frozenset[OpKind]] = frozenset({"norm", "activation"})
_TRAILING: Final[frozenset[OpKind]] = _LEADING | {"regularise"}
_BEFORE: Final[frozenset[OpKind]] = _TRAILING | {"input"}


class Unit(msgspec.Struct, frozen=True, eq=False):
    """A unit.

    Attributes:
        main: the call that gives the unit its kind.
        calls: all its calls, ascending.
    """

    main: int
    calls: list[int]


def join_activations(graph: IndexedGraph) -> dict[int, int]:
    """The activation that is a join's sole consumer, by join."""
    activations = {}
    for index, kind in enumerate(graph.kinds):
        after = graph.sole_consumer(index) if kind == "join" else None
        if after is not None and graph.kinds[after] == "activation":
            activations[index] = after
    return activations


def find_units(graph: IndexedGraph, taken: frozenset[int]) -> list[Unit]:
    """All units in the order of their main calls; ``taken`` are blocks' leads and tails."""
    free = [index not in taken for index in range(len(graph.calls))]
    for join, activation in join_activations(graph).items():
        if is_adding(graph, join):
            free[activation] = False  # an open join and its activation are one ⊕ as well
    mains = [index for index, kind in enumerate(graph.kinds) if kind in _MAIN]
    for main in mains:
        free[main] = False
    trailing = {main: _trailing(graph, main, free) for main in mains}
    return [
        Unit(main, sorted([*_leading(graph, main, free), main, *trailing[main]])) for main in mains
    ]


def _trailing(graph: IndexedGraph, main: int, free: list[bool]) -> list[int]:
    taken: list[int] = []
    index = graph.sole_consumer(main)
    while index is not None and free[index] and graph.kinds[index] in _TRAILING:
        free[index] = False
        taken.append(index)
        index = graph.sole_consumer(index)
    return taken


def _leading(graph: IndexedGraph, main: int, free: list[bool]) -> list[int]:
    """Padding, then normalisation and activation, that feed the main call alone.

    Dropout between these and the main call is included.
    """
    taken: list[int] = []
    for source in graph.preds[main]:
        index, padding = source, True
        between: list[int] = []
        while free[index] and len(graph.succs[index]) == 1 and not graph.is_output[index]:
            kind = graph.kinds[index]
            # The input of a submodel that is drawn as this unit passes its tensor on.
            padding = padding and kind in {"pad", "input"}
            if len(graph.preds[index]) != 1 or not (padding or kind in _BEFORE):
                break
            between.append(index)
            if kind != "regularise":
                taken += between
                between = []
            index = graph.preds[index][0]
    for index in taken:
        free[index] = False
    return taken
