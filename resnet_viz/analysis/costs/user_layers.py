"""Users' layers called like one of Keras's, told apart by the weights in their file.

HDF5 files name no modules, so a user's ``Attention`` reads like Keras's. The shapes of its weights
in the same file do not lie.
"""

from __future__ import annotations

from math import prod

from resnet_viz.analysis.costs.parameters import weights_by_rule
from resnet_viz.analysis.keras_ops.terms import input_shapes
from resnet_viz.graph.types import Graph, LayerCall


def user_layers(graph: Graph) -> frozenset[str]:
    """Layers whose class was guessed to be Keras's, but whose recorded weights contradict that."""
    return frozenset(
        call.layer for call in graph.calls if call.is_guessed and _contradicts(graph, call)
    )


def _contradicts(graph: Graph, call: LayerCall) -> bool:
    stored = graph.weights.get(call.layer)
    expected = None if stored is None else weights_by_rule(call, input_shapes(graph, call))
    if stored is None or expected is None:
        return False
    return sum(map(prod, stored.shapes)) != expected.total
