"""Lays the reader's tensors beside Keras's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnet_viz.protocol.messages import Mismatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from resnet_viz.graph.types import Graph, LayerCall, Tensor


def mismatches(graph: Graph, live: Mapping[str, tuple[Tensor, ...]]) -> tuple[Mismatch, ...]:
    """Every tensor on which ``graph`` and Keras disagree, in the graph's order.

    What the reader says it doesn't know (a shape or dtype of None, an output that it can't know
    of because nobody consumes it) is honest and no mismatch. A call that only one side has is one.
    """
    found: list[Mismatch] = []
    for call in graph.calls:
        found.extend(_of_call(call, live.get(call.id, ())))
    known = graph.by_id
    found.extend(
        Mismatch(call=name, output=0, ours=None, keras=outputs[0])
        for name, outputs in live.items()
        if name not in known and outputs
    )
    return tuple(found)


def _of_call(call: LayerCall, theirs: tuple[Tensor, ...]) -> list[Mismatch]:
    found: list[Mismatch] = []
    for index, ours in enumerate(call.outputs):
        keras = theirs[index] if index < len(theirs) else None
        if keras is None or not _agree(ours, keras):
            found.append(Mismatch(call=call.id, output=index, ours=ours, keras=keras))
    return found


def _agree(ours: Tensor, keras: Tensor) -> bool:
    return ours.shape in (None, keras.shape) and ours.dtype in (None, keras.dtype)
