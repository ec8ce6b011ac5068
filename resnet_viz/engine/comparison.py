"""Comparison of the reader's tensors with Keras's."""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING

from resnet_viz.protocol.messages import Mismatch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from resnet_viz.graph.types import Graph, LayerCall, Tensor


def find_mismatches(graph: Graph, live: Mapping[str, tuple[Tensor, ...]]) -> tuple[Mismatch, ...]:
    """Every tensor on which ``graph`` and Keras disagree, in the graph's order.

    Tensors that the reader does not know (a shape or dtype of None, an unconsumed output) are no
    mismatch. A call that only one of them has is one.

    Args:
        graph: the reader's graph.
        live: Keras's tensors by call id.
    """
    mismatches = [
        Mismatch(call=call.id, output=index, ours=ours, keras=keras)
        for call in graph.calls
        for index, (ours, keras) in enumerate(_paired(call, live.get(call.id, ())))
        if keras is None or not _agree(ours, keras)
    ]
    mismatches += [
        Mismatch(call=name, output=0, ours=None, keras=outputs[0])
        for name, outputs in live.items()
        if name not in graph.by_id and outputs
    ]
    return tuple(mismatches)


def _paired(call: LayerCall, live: tuple[Tensor, ...]) -> Iterator[tuple[Tensor, Tensor | None]]:
    return zip(call.outputs, chain(live, repeat(None)))  # noqa: B905 - the second has no end


def _agree(ours: Tensor, keras: Tensor) -> bool:
    return ours.shape in (None, keras.shape) and ours.dtype in (None, keras.dtype)
