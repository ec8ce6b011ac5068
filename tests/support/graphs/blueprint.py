"""Graphs without their names: what must be equal for two models to be the same architecture."""

from __future__ import annotations

from typing import Any

from resnet_viz.graph.types import Graph


def blueprint(graph: Graph) -> list[Any]:
    """Class, configuration, wiring and tensors of every call, in order; names aside."""
    number = {call.id: index for index, call in enumerate(graph.calls)}
    ends = [[(number[ref.call], ref.output) for ref in refs] for refs in _ends(graph)]
    calls = [
        (
            call.type,
            {key: value for key, value in call.config.items() if key != "name"},
            call.arguments,
            [(number[ref.call], ref.output) for ref in call.inputs],
            call.outputs,
        )
        for call in graph.calls
    ]
    return [*ends, *calls]


def _ends(graph: Graph) -> tuple[Any, Any]:
    return graph.inputs, graph.outputs
