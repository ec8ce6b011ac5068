"""Parts of a graph that tensors flow through: ancestors, descendants, the shortcut path."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.types import Graph, TensorRef


class Flow(msgspec.Struct, frozen=True):
    """A part of a graph.

    Attributes:
        calls: ids of its calls.
        edges: tensors between them, each with the call that consumes it.
    """

    calls: frozenset[str]
    edges: frozenset[tuple[TensorRef, str]]

    def __or__(self, other: Flow) -> Flow:
        """Both parts together, without further edges between them."""
        return Flow(self.calls | other.calls, self.edges | other.edges)


def ancestors(graph: Graph, calls: Iterable[str]) -> Flow:
    """Some calls and all that they depend on."""
    return _part(
        graph, _reached(calls, lambda call: (ref.call for ref in graph.by_id[call].inputs))
    )


def descendants(graph: Graph, calls: Iterable[str]) -> Flow:
    """Some calls and all that depends on them."""
    return _part(graph, _reached(calls, graph.consumers.__getitem__))


def paths_through(graph: Graph, calls: Iterable[str]) -> Flow:
    """All paths through some calls, from the inputs to the outputs.

    A tensor that leads from before them to behind them, past them, is on no such path.
    """
    ids = tuple(calls)
    return ancestors(graph, ids) | descendants(graph, ids)


def paths_between(graph: Graph, first: Iterable[str], second: Iterable[str]) -> Flow | None:
    """All paths from some calls to others, ends included, whichever come first.

    None if no path joins them.
    """
    ends = (tuple(first), tuple(second))
    for start, end in (ends, ends[::-1]):
        within = descendants(graph, start).calls & ancestors(graph, end).calls
        if within:
            return _part(graph, within)
    return None


def shortcut_path(structure: Structure) -> Flow:
    """The way from the outputs back to the inputs that takes the shortcut at every join.

    Source: He et al. 2016, Identity Mappings in Deep Residual Networks, Fig. 1: the direct path.
    Where a join has no shortcut, all its inputs are followed.
    """
    graph, arrivals = structure.graph, arrivals_of(structure)
    edges: set[tuple[TensorRef, str]] = set()

    def before(call: str) -> Iterable[str]:
        inputs = set(graph.by_id[call].inputs)
        taken = inputs & arrivals.get(call, inputs) or inputs
        edges.update((ref, call) for ref in taken)
        return [ref.call for ref in taken]

    calls = _reached((ref.call for ref in graph.outputs), before)
    return Flow(calls, frozenset(edges))


def arrivals_of(structure: Structure) -> dict[str, set[TensorRef]]:
    """For each join that shortcuts end at, the tensors that arrive by them."""
    arrivals: dict[str, set[TensorRef]] = {}
    for shortcut in structure.shortcuts:
        arrivals.setdefault(shortcut.join, set()).add(shortcut.arrival)
    return arrivals


def _reached(starts: Iterable[str], step: Callable[[str], Iterable[str]]) -> frozenset[str]:
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        call = waiting.pop()
        if call not in reached:
            reached.add(call)
            waiting.extend(step(call))
    return frozenset(reached)


def _part(graph: Graph, calls: frozenset[str]) -> Flow:
    """The calls with all edges between them."""
    edges = (
        (ref, call)
        for call in calls
        for ref in graph.by_id[call].inputs
        if ref.call in calls
    )  # fmt: skip
    return Flow(calls, frozenset(edges))
