"""Graph of a counterpart: additions replaced by the input they keep, without what then dangles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from msgspec.structs import replace

from resnet_viz.analysis.counterpart.removals import Kept, kept_inputs
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.graph.types import Graph, Scope, TensorRef


def without(graph: Graph, terms: Collection[str]) -> Graph:
    """``graph`` without ``terms``: "shortcuts", or ids of blocks.

    Ids, shapes and weights of the calls that stay are as before. Calls that fed nothing but what
    was taken away go with it; the model's inputs stay.

    Raises:
        UsageError: as ``kept_inputs``.
    """
    return _rewritten(graph, kept_inputs(structure_of(graph), terms))


def _rewritten(graph: Graph, kept: Kept) -> Graph:
    instead = {
        TensorRef(join): graph.by_id[join].inputs[positions[0]]
        for join, positions in kept.items()
        if len(positions) == 1
    }

    def now(ref: TensorRef) -> TensorRef:
        while ref in instead:  # the branch of one addition may end in another
            ref = instead[ref]
        return ref

    outputs = tuple(map(now, graph.outputs))
    inputs = {call.id: tuple(map(now, call.inputs)) for call in graph.calls}
    for join, positions in kept.items():
        inputs[join] = tuple(inputs[join][position] for position in positions)
    replaced = {ref.call for ref in instead}
    before = _needed(graph, {call.id: call.inputs for call in graph.calls}, graph.outputs)
    unused = (TensorRef(call.id) for call in graph.calls if call.id not in before)
    needed = _needed(graph, inputs, (*outputs, *unused))
    calls = tuple(
        replace(call, inputs=inputs[call.id])
        for call in graph.calls
        if call.id in needed and call.id not in replaced
    )
    left = {call.id for call in calls}
    layers = {call.layer for call in calls}
    return replace(
        graph,
        calls=calls,
        outputs=outputs,
        scopes=_scopes(graph, {call.scope for call in calls}, now, left),
        weights={layer: found for layer, found in graph.weights.items() if layer in layers},
    )


def _needed(
    graph: Graph, inputs: Mapping[str, tuple[TensorRef, ...]], outputs: tuple[TensorRef, ...]
) -> set[str]:
    """Ids of the calls on a way to the outputs, and of the model's inputs."""
    needed = {ref.call for ref in (*outputs, *graph.inputs)}
    for call in reversed(graph.calls):  # consumers come first
        if call.id in needed:
            needed.update(ref.call for ref in inputs[call.id])
    return needed


def _scopes(
    graph: Graph, own: set[str], now: Callable[[TensorRef], TensorRef], left: set[str]
) -> tuple[Scope, ...]:
    """The scopes that still hold calls."""
    holding = set(own)
    for scope in reversed(graph.scopes):  # inner ones come first
        if scope.id in holding:
            holding.add(scope.parent)
    return tuple(
        replace(
            scope,
            inputs=tuple(ref for ref in map(now, scope.inputs) if ref.call in left),
            outputs=tuple(ref for ref in map(now, scope.outputs) if ref.call in left),
        )
        for scope in graph.scopes
        if scope.id in holding
    )
