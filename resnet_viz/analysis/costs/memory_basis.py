"""For how many samples and as which dtype memory is counted, and how that is said."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.costs.memory import memory_of
from resnet_viz.analysis.costs.types import Memory, Numbers
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.types import Graph

LARGEST_BATCH: Final = 1_000_000


class MemoryBasis(msgspec.Struct, frozen=True):
    """A batch size, and a dtype or None for the model's own."""

    batch: int = 1
    dtype: str | None = None

    def memory(self, structure: Structure, numbers: Numbers) -> Memory:
        """The memory of a model; that for ``MODEL_BASIS`` is there already."""
        if self == MODEL_BASIS:
            return numbers.memory
        return memory_of(structure, numbers, batch=self.batch, dtype=self.dtype)

    def text(self, own: str) -> str:
        """As people say it, "float32, batch 1"; ``own``: the model's dtype."""
        return f"{self.dtype or own}, batch {self.batch:,}"


MODEL_BASIS: Final = MemoryBasis()


def own_dtype(graph: Graph) -> str:
    """The dtype of most of the model's tensors; "mixed" if there is no such."""
    counts: dict[str, int] = {}
    for call in graph.calls:
        for tensor in call.outputs:
            if tensor.dtype is not None:
                counts[tensor.dtype] = counts.get(tensor.dtype, 0) + 1
    if not counts:
        return "unknown dtype"
    most = max(counts, key=lambda dtype: counts[dtype])
    return most if 2 * counts[most] > sum(counts.values()) else "mixed"
