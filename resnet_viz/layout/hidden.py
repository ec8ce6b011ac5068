"""Calls that a view hides: each belongs to the box before it, so that lines bridge it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

import msgspec

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.analysis.wording.numbers import counted
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.types import LayerCall
from resnet_viz.layout.types import Node
from resnet_viz.layout.view import Hidden, View

_BEARERS = frozenset({"op", "card", "join", "block"})
"""Kinds of nodes that a hidden call may belong to."""
_WORDS: Final[dict[Hidden, str]] = {
    "batchnorm": "batch normalisation", "activation": "activation", "dropout": "dropout"
}  # fmt: skip


def hidden_family(call: LayerCall) -> Hidden | None:
    """The word that hides the call; None if none does."""
    if "BatchNormalization" in call.keras_class:
        return "batchnorm"
    if op_kind(call) == "activation":
        return "activation"
    return "dropout" if "Dropout" in call.keras_class else None


def without_hidden(structure: Structure, view: View, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """The nodes of a container without those that the view hides.

    The calls of a hidden node go to the node that alone feeds it, else to the one that alone
    consumes it; where several do, branches part at it, and it stays.
    """
    if not view.hide:
        return nodes
    merger = _Merger(structure, view, nodes)
    merger.merge(structure.graph.by_id, into_source=True)
    merger.merge(structure.graph.by_id, into_source=False)
    return merger.nodes()


class _Merger:
    def __init__(self, structure: Structure, view: View, nodes: tuple[Node, ...]) -> None:
        self._graph = structure.graph
        self._nodes = {node.key: node for node in nodes}
        self._home = {call: node.key for node in nodes for call in node.calls}
        by_id = structure.graph.by_id
        self._hidden = [
            node.key
            for node in nodes
            if node.kind in ("op", "card")
            and all(hidden_family(by_id[call]) in view.hide for call in node.calls)
        ]

    def nodes(self) -> tuple[Node, ...]:
        return tuple(self._nodes.values())

    def merge(self, by_id: dict[str, LayerCall], *, into_source: bool) -> None:
        for key in self._hidden if into_source else reversed(self._hidden):
            if key not in self._nodes:
                continue
            calls = self._nodes[key].calls
            if into_source:
                around = (ref.call for call in calls for ref in by_id[call].inputs)
            else:
                around = (each for call in calls for each in self._graph.consumers[call])
            bearer = self._only(around, key)
            if bearer is not None:
                self._join(key, bearer, first=not into_source)

    def _only(self, calls: Iterable[str], key: str) -> Node | None:
        """The one node outside ``key`` that holds all of the calls; None if there is none."""
        homes = {self._home.get(call) for call in calls} - {key}
        home = homes.pop() if len(homes) == 1 else None
        node = self._nodes[home] if home is not None else None
        return node if node is not None and node.kind in _BEARERS else None

    def _join(self, key: str, bearer: Node, *, first: bool) -> None:
        calls = self._nodes.pop(key).calls
        together = (*calls, *bearer.calls) if first else (*bearer.calls, *calls)
        self._nodes[bearer.key] = msgspec.structs.replace(bearer, calls=together)
        self._home.update(dict.fromkeys(calls, bearer.key))


def hidden_words(structure: Structure, view: View, nodes: Iterable[Node]) -> list[str]:
    """Words for what the drawn nodes bridge or leave out: "53 batch normalisations"."""
    counts: Counter[Hidden | None] = Counter(
        hidden_family(structure.graph.by_id[call])
        for node in nodes
        if view.hide and node.kind in _BEARERS and node.kind != "block"
        for call in node.calls
        if call != node.ref.id
    )
    words = [
        counted(counts[family], word)
        for family, word in _WORDS.items()
        if family in view.hide and counts[family]
    ]
    heads = any(structure.by_id[stage].kind == "head" for stage in structure.stages)
    return [*words, "the head"] if "head" in view.hide and heads else words
