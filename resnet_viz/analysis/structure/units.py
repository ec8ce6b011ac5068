"""Units: a working or pooling call with what belongs to it before and after."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.structure.indexed_graph import IndexedGraph
from resnet_viz.analysis.structure.regions import is_adding
from resnet_viz.graph.ops import OpKind

_MAIN: Final[frozenset[OpKind]] = frozenset(
    {"conv", "dense", "attention", "recurrent", "embedding", "pool"}
)
_LEADING: Final[frozenset[OpKind]] = frozenset({"norm", "activation"})
_TRAILING: Final[frozenset[OpKind]] = _LEADING | {"regularise"}
_BEFORE: Final[frozenset[OpKind]] = _TRAILING | {"input"}


class Unit(msgspec.Struct, frozen=True, eq=False):
    """Calls of a unit, ascending, and the one that gives it its kind."""

    main: int
    calls: list[int]


def join_activations(flow: IndexedGraph) -> dict[int, int]:
    """For each join the activation that is its sole consumer."""
    found = {}
    for place, kind in enumerate(flow.kinds):
        after = flow.sole_consumer(place) if kind == "join" else None
        if after is not None and flow.kinds[after] == "activation":
            found[place] = after
    return found


def units_of(flow: IndexedGraph, taken: frozenset[int]) -> list[Unit]:
    """All units, by main call; ``taken`` are the calls that blocks have taken already."""
    free = [place not in taken for place in range(len(flow.calls))]
    for join, activation in join_activations(flow).items():
        if is_adding(flow, join):
            free[activation] = False  # an open join and its activation are one ⊕ as well
    mains = [place for place, kind in enumerate(flow.kinds) if kind in _MAIN]
    for main in mains:
        free[main] = False
    behind = {main: _trailing(flow, main, free) for main in mains}
    return [Unit(main, sorted([*_before(flow, main, free), main, *behind[main]])) for main in mains]


def _trailing(flow: IndexedGraph, main: int, free: list[bool]) -> list[int]:
    taken: list[int] = []
    place = flow.sole_consumer(main)
    while place is not None and free[place] and flow.kinds[place] in _TRAILING:
        free[place] = False
        taken.append(place)
        place = flow.sole_consumer(place)
    return taken


def _before(flow: IndexedGraph, main: int, free: list[bool]) -> list[int]:
    """Padding, then leading normalisation and activation, that feed the main call alone.

    Dropout between these and the main call comes along.
    """
    taken: list[int] = []
    for source in flow.preds[main]:
        place, padding = source, True
        between: list[int] = []
        while free[place] and len(flow.succs[place]) == 1 and not flow.is_output[place]:
            kind = flow.kinds[place]
            # The input of a nested model that is drawn as this unit hands its tensor on.
            padding = padding and kind in {"pad", "input"}
            if len(flow.preds[place]) != 1 or not (padding or kind in _BEFORE):
                break
            between.append(place)
            if kind != "regularise":
                taken += between
                between = []
            place = flow.preds[place][0]
    for place in taken:
        free[place] = False
    return taken
