"""Models in models: for each scope a graph of its own, with the models inside as single calls."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush

import msgspec

from resnet_viz.graph.types import Graph, LayerCall, Scope, Tensor, TensorRef


class Level(msgspec.Struct, frozen=True, eq=False):
    """What a scope's structure is sought in.

    Attributes:
        scope: the scope; None for the model itself.
        graph: the scope's own calls, and one call of kind "submodel" for each nested model;
            tensors from outside the scope are left out.
        inside: for each of ``graph.calls`` the calls of the whole graph that it stands for, as
            ascending places.
        nested: nested models by the place of the call that stands for them.
        real: for the tensors of nested models the tensors of the whole graph.
    """

    scope: Scope | None
    graph: Graph
    inside: list[tuple[int, ...]]
    nested: dict[int, Scope]
    real: dict[TensorRef, TensorRef]

    def real_tensor(self, ref: TensorRef) -> TensorRef:
        """The tensor of the whole graph that a tensor of this level is."""
        return self.real.get(ref, ref)


class Nesting:
    """The scopes of a graph; those that prove too small for a group are dissolved."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._index = {call.id: place for place, call in enumerate(graph.calls)}
        self._parent = {scope.id: scope.parent for scope in graph.scopes}
        self._dissolved: set[str] = set()
        self._calls: dict[str, list[int]] = {"": [], **{scope.id: [] for scope in graph.scopes}}
        self._scopes: dict[str, list[Scope]] = {scope: [] for scope in self._calls}
        for place, call in enumerate(graph.calls):
            self._calls[call.scope].append(place)
        for scope in graph.scopes:
            self._scopes[scope.parent].append(scope)
        self._leaving = self._tensors_leaving()

    def dissolve(self, scope: Scope) -> None:
        """Treat the scope's calls as calls of the scope around it."""
        self._dissolved.add(scope.id)
        self._scopes[scope.parent].remove(scope)
        self._scopes[scope.parent].extend(self._scopes.pop(scope.id))
        self._calls[scope.parent].extend(self._calls.pop(scope.id))

    def level(self, scope: Scope | None) -> Level:
        """The level of a scope, or of the model itself."""
        own = "" if scope is None else scope.id
        nested = {inner.id: self._all_calls(inner.id) for inner in self._scopes[own]}
        nested = {name: calls for name, calls in nested.items() if calls}
        if scope is None and not nested:
            whole: list[tuple[int, ...]] = [(place,) for place in range(len(self._graph.calls))]
            return Level(None, self._graph, whole, {}, {})
        return self._level(scope, own, nested)

    def _level(self, scope: Scope | None, own: str, nested: dict[str, tuple[int, ...]]) -> Level:
        scopes = {inner.id: inner for inner in self._scopes[own]}
        made: dict[int, tuple[LayerCall, tuple[int, ...], Scope | None]] = {}
        for place in self._calls[own]:
            call = self._graph.calls[place]
            made[place] = (self._with_inputs(call, self._refs([place], own)), (place,), None)
        for name, places in nested.items():
            call = self._standing_for(scopes[name], self._refs(places, own, apart=name))
            made[places[-1]] = (call, places, scopes[name])
        order = _topological({place: call for place, (call, _, _) in made.items()})
        leaving = self._graph.outputs if scope is None else self._leaving[own]
        outputs = tuple(ref for one in leaving if (ref := self._seen_from(one, own)) is not None)
        calls = tuple(made[place][0] for place in order)
        inputs = tuple(TensorRef(call.id) for call in calls if call.type == "InputLayer")
        return Level(
            scope,
            Graph(self._graph.name, calls, inputs, outputs),
            [made[place][1] for place in order],
            {at: inner for at, place in enumerate(order) if (inner := made[place][2])},
            {
                TensorRef(_key(name), number): ref
                for name in nested
                for number, ref in enumerate(self._leaving[name])
            },
        )

    def _all_calls(self, scope: str) -> tuple[int, ...]:
        """Places of all calls in a scope, at any depth, ascending."""
        found = list(self._calls[scope])
        for inner in self._scopes[scope]:
            found.extend(self._all_calls(inner.id))
        return tuple(sorted(found))

    def _around(self, scope: str) -> Iterator[str]:
        """The scope and those around it, innermost first, without the model itself."""
        while scope:
            yield scope
            scope = self._parent[scope]

    def _tensors_leaving(self) -> dict[str, dict[TensorRef, int]]:
        """For each scope the distinct tensors that leave it, numbered: its outputs come first."""
        found: dict[str, dict[TensorRef, int]] = {}
        for scope in self._graph.scopes:
            found[scope.id] = {ref: n for n, ref in enumerate(dict.fromkeys(scope.outputs))}
        uses = [(edge.source, edge.target) for edge in self._graph.edges]
        for ref, target in [*uses, *((ref, "") for ref in self._graph.outputs)]:
            inner = self._graph.calls[self._index[ref.call]].scope
            if not inner:
                continue
            outer = self._graph.calls[self._index[target]].scope if target else ""
            kept = set(self._around(outer))
            for left in self._around(inner):
                if left not in kept:
                    found[left].setdefault(ref, len(found[left]))
        return found

    def _nested_in(self, call: str, own: str) -> str | None:
        """The nested model of ``own`` that a call lies in, "" for its own; None if outside."""
        outermost = ""
        for scope in self._around(self._graph.calls[self._index[call]].scope):
            if scope == own:
                return outermost
            if scope not in self._dissolved:
                outermost = scope
        return None if own else outermost

    def _seen_from(self, ref: TensorRef, own: str, *, apart: str = "") -> TensorRef | None:
        """What a tensor is called in the level of ``own``; None from outside or from ``apart``."""
        nested = self._nested_in(ref.call, own)
        if nested is None or (nested and nested == apart):
            return None
        return TensorRef(_key(nested), self._leaving[nested][ref]) if nested else ref

    def _refs(
        self, places: list[int] | tuple[int, ...], own: str, *, apart: str = ""
    ) -> tuple[TensorRef, ...]:
        """What enters calls, seen from ``own``; without what nested model ``apart`` makes."""
        return tuple(
            seen
            for place in places
            for ref in self._graph.calls[place].inputs
            if (seen := self._seen_from(ref, own, apart=apart)) is not None
        )

    def _with_inputs(self, call: LayerCall, inputs: tuple[TensorRef, ...]) -> LayerCall:
        return call if inputs == call.inputs else msgspec.structs.replace(call, inputs=inputs)

    def _standing_for(self, scope: Scope, inputs: tuple[TensorRef, ...]) -> LayerCall:
        outputs = tuple(self._graph.tensor(ref) for ref in self._leaving[scope.id])
        return LayerCall(
            id=_key(scope.id),
            layer=scope.layer,
            call_index=scope.call_index,
            type=scope.type,
            module=None,
            config={},
            arguments={},
            inputs=tuple(dict.fromkeys(inputs)),
            outputs=outputs or (Tensor(None, None),),
            scope=scope.parent,
        )


def _key(scope: str) -> str:
    """Id of the call that stands for a nested model; no call of a model ends like this."""
    return f"{scope}/"


def _topological(calls: dict[int, LayerCall]) -> list[int]:
    """The calls' places in topological order, as close to ascending as can be."""
    place_of = {call.id: place for place, call in calls.items()}
    before = {place: {place_of[ref.call] for ref in call.inputs} for place, call in calls.items()}
    after: dict[int, list[int]] = {place: [] for place in calls}
    for place, sources in before.items():
        for source in sources:
            after[source].append(place)
    waiting = {place: len(sources) for place, sources in before.items()}
    ready = [place for place, count in waiting.items() if count == 0]
    heapify(ready)
    order: list[int] = []
    while ready:
        place = heappop(ready)
        order.append(place)
        for one in after[place]:
            waiting[one] -= 1
            if waiting[one] == 0:
                heappush(ready, one)
    return order
