"""Memory basis: the batch size and dtype that memory is counted for."""

from __future__ import annotations

from collections import Counter
from typing import Final

import msgspec

from resnet_viz.analysis.costs.memory import memory_of
from resnet_viz.analysis.costs.types import Memory, Numbers
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.types import Graph

LARGEST_BATCH: Final = 1_000_000


class MemoryBasis(msgspec.Struct, frozen=True):
    """A batch size, and a dtype; None for the model's own dtypes."""

    batch: int = 1
    dtype: str | None = None

    def memory(self, structure: Structure, numbers: Numbers) -> Memory:
        """Compute the memory of a model; that for ``MODEL_BASIS`` is computed already."""
        if self == MODEL_BASIS:
            return numbers.memory
        return memory_of(structure, numbers, batch=self.batch, dtype=self.dtype)

    def text(self, own: str) -> str:
        """Format the basis: "float32, batch 1"; ``own`` is the model's own dtype."""
        return f"{self.dtype or own}, batch {self.batch:,}"


MODEL_BASIS: Final = MemoryBasis()


def own_dtype(graph: Graph) -> str:
    """The dtype of more than half of the model's tensors; "mixed" if there is none."""
    dtypes = (tensor.dtype for call in graph.calls for tensor in call.outputs)
    counts = Counter(dtype for dtype in dtypes if dtype is not None)
    if not counts:
        return "unknown dtype"
    ((dtype, count),) = counts.most_common(1)
    return dtype if 2 * count > counts.total() else "mixed"
