"""Nested models: a graph for each scope, in which each submodel is a single call."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from resnet_viz.analysis.structure.indexing.ordering import topological
from resnet_viz.graph.keras_classes import LAYERS_MODULE
from resnet_viz.graph.types import Graph, LayerCall, Scope, Tensor, TensorRef


class Level(msgspec.Struct, frozen=True, eq=False):
    """The graph of one scope.

    Attributes:
        scope: the scope; None for the model itself.
        graph: the scope's own calls, and one call of kind "submodel" for each submodel;
            tensors from outside the scope are left out.
        inside: for each of ``graph.calls`` the calls of the whole graph that it stands for, as
            ascending indices.
        nested: submodels by the index of the call that stands for them.
        real: tensors of the whole graph by the tensors of submodels that stand for them.
    """

    scope: Scope | None
    graph: Graph
    inside: list[tuple[int, ...]]
    nested: dict[int, Scope]
    real: dict[TensorRef, TensorRef]

    def real_tensor(self, ref: TensorRef) -> TensorRef:
        """The tensor of the whole graph that a tensor of this level stands for."""
        return self.real.get(ref, ref)


class Nesting:
    """The scopes of a graph; those too small for a group can be dissolved."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._index = {call.id: index for index, call in enumerate(graph.calls)}
        self._parent = {scope.id: scope.parent for scope in graph.scopes}
        self._dissolved: set[str] = set()
        self._calls: dict[str, list[int]] = {"": [], **{scope.id: [] for scope in graph.scopes}}
        self._scopes: dict[str, list[Scope]] = {scope: [] for scope in self._calls}
        for index, call in enumerate(graph.calls):
            self._calls[call.scope].append(index)
        for scope in graph.scopes:
            self._scopes[scope.parent].append(scope)
        self._leaving = self._tensors_leaving()

    def dissolve(self, scope: Scope) -> None:
        """Move the scope's calls to the scope around it."""
        self._dissolved.add(scope.id)
        self._scopes[scope.parent].remove(scope)
        self._scopes[scope.parent].extend(self._scopes.pop(scope.id))
        self._calls[scope.parent].extend(self._calls.pop(scope.id))

    def level(self, scope: Scope | None) -> Level:
        """The level of a scope, or of the model itself."""
        own = "" if scope is None else scope.id
        nested = {
            inner.id: calls for inner in self._scopes[own] if (calls := self._all_calls(inner.id))
        }
        if scope is None and not nested:
            whole: list[tuple[int, ...]] = [(index,) for index in range(len(self._graph.calls))]
            return Level(None, self._graph, whole, {}, {})
        return self._level(scope, own, nested)

    def _level(self, scope: Scope | None, own: str, nested: dict[str, tuple[int, ...]]) -> Level:
        scopes = {inner.id: inner for inner in self._scopes[own]}
        made: dict[int, LayerCall] = {}
        for index in self._calls[own]:
            call = self._graph.calls[index]
            made[index] = self._with_inputs(call, self._refs([index], own))
        # A submodel's call stands where the last of its calls does.
        submodels = {inside[-1]: name for name, inside in nested.items()}
        for index, name in submodels.items():
            inputs = self._refs(nested[name], own, apart=name)
            made[index] = self._standing_for(scopes[name], inputs)
        order = _topological(made)
        leaving = self._graph.outputs if scope is None else self._leaving[own]
        outputs = tuple(ref for real in leaving if (ref := self._seen_from(real, own)) is not None)
        calls = tuple(made[index] for index in order)
        inputs = tuple(TensorRef(call.id) for call in calls if call.type == "InputLayer")
        return Level(
            scope,
            Graph(self._graph.name, calls, inputs, outputs),
            [nested[submodels[i]] if i in submodels else (i,) for i in order],
            {at: scopes[submodels[i]] for at, i in enumerate(order) if i in submodels},
            {
                TensorRef(_key(name), number): ref
                for name in nested
                for number, ref in enumerate(self._leaving[name])
            },
        )

    def _all_calls(self, scope: str) -> tuple[int, ...]:
        """Indices of all calls in a scope, at any depth, ascending."""
        calls = list(self._calls[scope])
        for inner in self._scopes[scope]:
            calls.extend(self._all_calls(inner.id))
        return tuple(sorted(calls))

    def _around(self, scope: str) -> Iterator[str]:
        """The scope and those around it, innermost first, the model itself excluded."""
        while scope:
            yield scope
            scope = self._parent[scope]

    def _tensors_leaving(self) -> dict[str, dict[TensorRef, int]]:
        """The distinct tensors that leave each scope, numbered, its outputs first."""
        numbered: dict[str, dict[TensorRef, int]] = {}
        for scope in self._graph.scopes:
            numbered[scope.id] = {ref: n for n, ref in enumerate(dict.fromkeys(scope.outputs))}
        uses = [(edge.source, edge.target) for edge in self._graph.edges]
        for ref, target in [*uses, *((ref, "") for ref in self._graph.outputs)]:
            inner = self._graph.calls[self._index[ref.call]].scope
            if not inner:
                continue
            outer = self._graph.calls[self._index[target]].scope if target else ""
            kept = set(self._around(outer))
            for left in self._around(inner):
                if left not in kept:
                    numbered[left].setdefault(ref, len(numbered[left]))
        return numbered

    def _nested_in(self, call: str, own: str) -> str | None:
        """The submodel of scope ``own`` around a call, "" for none; None if it lies outside."""
        outermost = ""
        for scope in self._around(self._graph.calls[self._index[call]].scope):
            if scope == own:
                return outermost
            if scope not in self._dissolved:
                outermost = scope
        return None if own else outermost

    def _seen_from(self, ref: TensorRef, own: str, *, apart: str = "") -> TensorRef | None:
        """The tensor in the level of ``own`` that stands for a real one.

        None for a tensor from outside the scope, or from its submodel ``apart``.
        """
        nested = self._nested_in(ref.call, own)
        if nested is None or (nested and nested == apart):
            return None
        return TensorRef(_key(nested), self._leaving[nested][ref]) if nested else ref

    def _refs(
        self, calls: list[int] | tuple[int, ...], own: str, *, apart: str = ""
    ) -> tuple[TensorRef, ...]:
        """The inputs of calls in the level of ``own``, those from submodel ``apart`` left out."""
        return tuple(
            seen
            for index in calls
            for ref in self._graph.calls[index].inputs
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
            module=None if scope.is_layer else LAYERS_MODULE,
            config={},
            arguments={},
            inputs=tuple(dict.fromkeys(inputs)),
            outputs=outputs or (Tensor(None, None),),
            scope=scope.parent,
        )


def _key(scope: str) -> str:
    """Id of the call that stands for a submodel; no other id ends with a slash."""
    return f"{scope}/"


def _topological(calls: dict[int, LayerCall]) -> list[int]:
    """The calls' indices in the topological order that is the smallest lexicographically."""
    index_of = {call.id: index for index, call in calls.items()}
    return topological(
        {index: {index_of[ref.call] for ref in call.inputs} for index, call in calls.items()}
    )
