"""Union of two compared models: one graph that holds the calls of both, each pair once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from typing import Final

import msgspec
from msgspec.structs import replace

from resnet_viz.comparison.types import CallPair, Comparison
from resnet_viz.comparison.union_scopes import PRIME, union_scopes
from resnet_viz.document import Document, make_document
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.types import Graph, LayerCall, Tensor, TensorRef

EITHER: Final = "Either"
"""Class of the circles at which the ways of both models meet."""


class Meeting(msgspec.Struct, frozen=True):
    """The tensors of a and of b that meet before a call."""

    a: TensorRef
    b: TensorRef


class ComparisonUnion(msgspec.Struct, frozen=True):
    """Both models in one document.

    Attributes:
        document: the model with the calls of both. Numbers of a group are b's, of one that only a
            has a's.
        from_a, from_b: ids in the union by the ids in each model.
        apart: ids in the union of both ends of pairs that stand at two places: those that moved.
        meetings: tensors of either model, by the call that takes one in a and the other in b: a
            circle that neither has, so that no layer seems to take both.
    """

    document: Document
    from_a: dict[str, str]
    from_b: dict[str, str]
    apart: frozenset[str]
    meetings: dict[str, Meeting]


def union_of(comparison: Comparison) -> ComparisonUnion:
    """Join two compared models.

    A tensor that only passes straight on where the other model has calls in between is left out:
    the way through those calls stands for it.
    """
    joined = _Joining(comparison)
    joined.order()
    a, b = comparison.a, comparison.b
    graph = joined.graph(f"{a.graph.name} and {b.graph.name}")
    document = make_document(b.source, f"{a.title} → {b.title}", graph)
    document = _with_numbers_of_each(document, comparison, joined)
    apart = frozenset(joined.apart)
    return ComparisonUnion(document, joined.from_a, joined.from_b, apart, joined.meetings)


class _Joining:
    """Calls of both models in one topological order."""

    def __init__(self, comparison: Comparison) -> None:
        self.a, self.b = comparison.a.graph, comparison.b.graph
        self.pair_of_b = {pair.b: pair for pair in comparison.pairs if not pair.is_moved}
        self.moved = {pair.a for pair in comparison.pairs if pair.is_moved}
        moved_b = {pair.b for pair in comparison.pairs if pair.is_moved}
        self.paired_a = {pair.a for pair in self.pair_of_b.values()}
        self.from_b = {call.id: call.id for call in self.b.calls}
        self.from_a = {pair.a: pair.b for pair in self.pair_of_b.values()}
        self.layers: dict[str, str] = {}  # of lone calls of a
        self._taken = {*self.b.by_id, *(call.layer for call in self.b.calls)}
        for call in self.a.calls:
            if call.id not in self.paired_a:
                self._name(call)
        self.apart = {self.from_a[call] for call in self.moved} | moved_b
        self.calls: list[LayerCall] = []
        self.meetings: dict[str, Meeting] = {}
        self._outputs: dict[str, tuple[Tensor, ...]] = {}
        self._uses: Counter[str] = Counter()  # of a's lone layers

    def _name(self, call: LayerCall) -> None:
        if call.layer not in self.layers:
            self.layers[call.layer] = self._free(call.layer)
        self.from_a[call.id] = self._free(call.id)
        self._taken.add(self.from_a[call.id])

    def _free(self, name: str) -> str:
        while name in self._taken:
            name += PRIME
        return name

    def order(self) -> None:
        """Put the calls in order; pairs that can't be one call are taken apart."""
        waiting_a = [call for call in self.a.calls if call.id not in self.paired_a]
        done: set[str] = set()
        for call in self.b.calls:
            pair = self.pair_of_b.get(call.id)
            if pair is not None:
                if not self._is_ready(pair, done):
                    waiting_a = self._take_ready(waiting_a, done, self._needed(pair.a, waiting_a))
                if not self._is_ready(pair, done) or self._takes_more(pair, call):
                    waiting_a = self._part(pair, waiting_a)
                    pair = None
            self._take(call.id, self._inputs_of_b(call, pair), call)
            done.add(call.id)
        self._take_ready(waiting_a, done, {call.id for call in waiting_a})

    def _is_ready(self, pair: CallPair, done: set[str]) -> bool:
        """True if all that the call takes in a is in the union already."""
        return all(self.from_a[ref.call] in done for ref in self.a.by_id[pair.a].inputs)

    def _takes_more(self, pair: CallPair, call: LayerCall) -> bool:
        """True for calls that are no joins and take another number of tensors in a and in b."""
        return op_kind(call) != "join" and len(self.a.by_id[pair.a].inputs) != len(call.inputs)

    def _needed(self, call: str, waiting: list[LayerCall]) -> set[str]:
        """Lone calls of a that lead to a call."""
        lone = {each.id for each in waiting}
        needed: set[str] = set()
        stack = [call]
        while stack:
            for ref in self.a.by_id[stack.pop()].inputs:
                if ref.call in lone and ref.call not in needed:
                    needed.add(ref.call)
                    stack.append(ref.call)
        return needed

    def _take_ready(
        self, waiting: list[LayerCall], done: set[str], wanted: set[str]
    ) -> list[LayerCall]:
        """Take the wanted calls of a whose inputs are there; returns those that still wait."""
        left = []
        for call in waiting:
            if call.id in wanted and all(self.from_a[ref.call] in done for ref in call.inputs):
                self._take(self.from_a[call.id], self._mapped(call.inputs), call)
                done.add(self.from_a[call.id])
            else:
                left.append(call)
        return left

    def _part(self, pair: CallPair, waiting: list[LayerCall]) -> list[LayerCall]:
        call = self.a.by_id[pair.a]
        self.paired_a.remove(pair.a)
        del self.pair_of_b[pair.b]
        self._name(call)
        self.apart |= {self.from_a[pair.a], pair.b}
        place = {each.id: index for index, each in enumerate(self.a.calls)}
        return sorted((*waiting, call), key=lambda each: place[each.id])

    def _mapped(self, refs: Iterable[TensorRef]) -> tuple[TensorRef, ...]:
        return tuple(TensorRef(self.from_a[ref.call], ref.output) for ref in refs)

    def _inputs_of_b(self, call: LayerCall, pair: CallPair | None) -> tuple[TensorRef, ...]:
        right = call.inputs
        if pair is None:
            return right
        left = self._mapped(self.a.by_id[pair.a].inputs)
        if set(left) == set(right):
            return right
        if op_kind(call) == "join":
            return self._joined(pair, left, right)
        both = [
            one if one == other else self._meeting(call, pair, one, other)
            for one, other in zip(left, right, strict=True)
        ]
        return tuple(both)

    def _joined(
        self, pair: CallPair, left: tuple[TensorRef, ...], right: tuple[TensorRef, ...]
    ) -> tuple[TensorRef, ...]:
        """Inputs of a join in either model, those left out that calls in between stand for."""
        stands_a = self._stands_for(pair, left, self.from_b)
        stands_b = self._stands_for(pair, right, self.pair_of_b)
        kept_right = [ref for ref in right if ref in left or self._is_lone(ref) or not stands_a]
        kept_left = [
            ref
            for ref in dict.fromkeys(left)
            if ref not in right and (ref.call not in self.from_b or not stands_b)
        ]
        return (*kept_right, *kept_left)

    def _stands_for(
        self, pair: CallPair, refs: tuple[TensorRef, ...], known: Container[str]
    ) -> bool:
        """True if calls that only this model has explain why the inputs differ."""
        return "inputs" in pair.consequences and any(ref.call not in known for ref in refs)

    def _is_lone(self, ref: TensorRef) -> bool:
        return ref.call not in self.pair_of_b

    def _meeting(
        self, call: LayerCall, pair: CallPair, one: TensorRef, other: TensorRef
    ) -> TensorRef:
        """The tensor that stands for one in a and another in b."""
        if self._stands_for(pair, (one,), self.from_b) and not self._is_lone(other):
            return one
        if self._stands_for(pair, (other,), self.pair_of_b) and one.call in self.from_b:
            return other
        name = self._free(f"{call.id} or")
        self._taken.add(name)
        self.meetings[name] = Meeting(one, other)
        outputs = (self._outputs[other.call][other.output],)
        self.calls.append(
            LayerCall(name, name, 0, EITHER, None, {}, {}, (other, one), outputs, call.scope)
        )
        return TensorRef(name)

    def _take(self, name: str, inputs: tuple[TensorRef, ...], call: LayerCall) -> None:
        self._outputs[name] = call.outputs
        if name in self.from_b:
            self.calls.append(replace(call, inputs=inputs))
            return
        layer = self.layers[call.layer]
        index = self._uses[layer]
        self._uses[layer] += 1
        self.calls.append(replace(call, id=name, layer=layer, call_index=index, inputs=inputs))

    def graph(self, name: str) -> Graph:
        """The union's graph."""
        a, b = self.a, self.b
        scopes, scope_of = union_scopes(a, b, self.from_a, self.calls)
        calls = tuple(replace(call, scope=scope_of[call.id]) for call in self.calls)
        weights = {
            self.layers[layer]: a.weights[layer] for layer in self.layers if layer in a.weights
        }
        return Graph(
            name=name,
            calls=calls,
            inputs=tuple(dict.fromkeys((*b.inputs, *self._mapped(a.inputs)))),
            outputs=tuple(dict.fromkeys((*b.outputs, *self._mapped(a.outputs)))),
            scopes=scopes,
            weights={**weights, **b.weights},
        )


def _with_numbers_of_each(document: Document, comparison: Comparison, joined: _Joining) -> Document:
    """The document with each call's numbers from its own model, and groups that sum b's."""
    a, b = comparison.a, comparison.b
    lone = {
        joined.from_a[call.id]: call.id
        for call in a.graph.calls
        if joined.from_a[call.id] not in joined.from_b
    }
    none = {"parameters": 0, "trainable_parameters": 0, "non_trainable_parameters": 0}
    free = {
        name: replace(document.numbers.calls[name], macs=0, other_ops=0, **none)
        for name in joined.meetings
    }
    calls = free | {
        call.id: a.numbers.calls[lone[call.id]] if call.id in lone else b.numbers.calls[call.id]
        for call in document.graph.calls
        if call.id not in free
    }
    groups = dict(document.numbers.groups)
    for group in document.structure.groups:
        counted = [call for call in group.calls if call not in lone] or group.calls
        by_layer = {document.graph.by_id[call].layer: call for call in counted}
        groups[group.id] = replace(
            groups[group.id],
            macs=sum(calls[call].macs or 0 for call in counted),
            parameters=sum(calls[call].parameters or 0 for call in by_layer.values()),
        )
    return replace(document, numbers=replace(document.numbers, calls=calls, groups=groups))
