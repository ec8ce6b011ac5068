"""For how many samples and as which dtype memory is counted, and how that is said."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.dtypes import DTYPES
from resnet_viz.analysis.memory import memory_of
from resnet_viz.analysis.values import Memory
from resnet_viz.document import Document

LARGEST_BATCH: Final = 1_000_000
BATCHES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


class Basis(msgspec.Struct, frozen=True):
    """A batch size, and a dtype or None for the model's own."""

    batch: int = 1
    dtype: str | None = None

    def memory(self, document: Document) -> Memory:
        """The memory of a document."""
        if self == MODEL:
            return document.numbers.memory
        return memory_of(document.structure, document.numbers, batch=self.batch, dtype=self.dtype)

    def words(self, own: str) -> str:
        """As people say it, "float32, batch 1"; ``own``: the model's dtype."""
        return f"{self.dtype or own}, batch {self.batch:,}"


MODEL: Final = Basis()


def own_dtype(document: Document) -> str:
    """The dtype of most of the model's tensors; "mixed" if there is no such."""
    counts: dict[str, int] = {}
    for call in document.graph.calls:
        for tensor in call.outputs:
            if tensor.dtype is not None:
                counts[tensor.dtype] = counts.get(tensor.dtype, 0) + 1
    if not counts:
        return "unknown dtype"
    most = max(counts, key=lambda dtype: counts[dtype])
    return most if 2 * counts[most] > sum(counts.values()) else "mixed"


def basis_of(batch: str, dtype: str) -> Basis:
    """The basis that two remembered texts name; what is no basis counts as the default."""
    number = int(batch) if batch.isdecimal() and len(batch) < 8 else 1
    return Basis(number if 1 <= number <= LARGEST_BATCH else 1, dtype if dtype in DTYPES else None)
