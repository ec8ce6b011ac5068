"""Memory basis: the batch size and dtype that memory is counted for."""

from __future__ import annotations

from collections import Counter
from numbers import Integral
from typing import Final

import msgspec

from resnet_viz.analysis.costs.types import Memory, Numbers
from resnet_viz.analysis.keras_ops.dtypes import DTYPES
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.errors import UsageError, quoted
from resnet_viz.graph.types import Graph
from resnet_viz.suggestions import unknown_name

LARGEST_BATCH: Final = 1_000_000


class MemoryBasis(msgspec.Struct, frozen=True):
    """A batch size, and a dtype; None for the model's own dtypes."""

    batch: int = 1
    dtype: str | None = None

    def memory(self, structure: Structure, numbers: Numbers) -> Memory:
        """Compute the memory of a model; that for ``MODEL_BASIS`` is computed already."""
        if self == MODEL_BASIS:
            return numbers.memory
        from resnet_viz.analysis.costs.memory.memory import memory_of

        return memory_of(structure, numbers, batch=self.batch, dtype=self.dtype)

    def text(self, own: str) -> str:
        """Format the basis: "float32, batch 1"; ``own`` is the model's own dtype."""
        return f"{self.dtype or own}, batch {self.batch:,}"


MODEL_BASIS: Final = MemoryBasis()


def checked_basis(batch: object, dtype: object) -> MemoryBasis:
    """Basis of a batch size and a dtype that a user has given.

    Raises:
        UsageError: ``batch`` is not a whole number more than 0, or there is no such dtype.
    """
    if not isinstance(batch, Integral) or batch < 1:
        raise UsageError(f"batch takes a whole number more than 0 (not {quoted(str(batch))}).")
    if dtype is not None and dtype not in DTYPES:
        raise UsageError(unknown_name("dtype", str(dtype), DTYPES))
    return MemoryBasis(int(batch), None if dtype is None else str(dtype))


def own_dtype(graph: Graph) -> str:
    """The dtype of more than half of the model's tensors; "mixed" if there is none."""
    dtypes = (tensor.dtype for call in graph.calls for tensor in call.outputs)
    counts = Counter(dtype for dtype in dtypes if dtype is not None)
    if not counts:
        return "unknown dtype"
    ((dtype, count),) = counts.most_common(1)
    return dtype if 2 * count > counts.total() else "mixed"
