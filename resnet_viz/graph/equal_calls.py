"""Results that equal calls of a graph share, so that one call is computed for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from resnet_viz.graph.types import Graph, LayerCall

Result = TypeVar("Result")


def once_for_equal(
    graph: Graph, compute: Callable[[LayerCall], Result]
) -> Callable[[LayerCall], Result]:
    """``compute`` for the calls of a graph, run once for all that are equal.

    Args:
        graph: the graph of the calls.
        compute: looks at a call's class, configuration, arguments, tensors, weights and steps; not
            at its name, its scope or its neighbours.
    """
    numbers, results = graph.equality_numbers, dict[int, Result]()

    def once(call: LayerCall) -> Result:
        number = numbers[call.id]
        if number not in results:
            results[number] = compute(call)
        return results[number]

    return once


def shared_result(
    graph: Graph, call: LayerCall, compute: Callable[[LayerCall, Graph], Result]
) -> Result:
    """``compute(call, graph)``, kept with the graph for all calls that are equal to this one.

    Args:
        graph: the graph of the call.
        call: one of its calls; for any other (a wrapped layer's) nothing is kept.
        compute: as for ``once_for_equal``; a function of a module, as it is kept as well.
    """
    if graph.by_id.get(call.id) is not call:
        return compute(call, graph)
    results: dict[int, Result] = graph.shared_results.setdefault(compute, {})
    number = graph.equality_numbers[call.id]
    if number not in results:
        results[number] = compute(call, graph)
    return results[number]
