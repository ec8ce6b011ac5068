"""Sums of several calls as one line of text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from resnet_viz.analysis.costs.types import CallNumbers, Memory
from resnet_viz.analysis.wording.numbers import at_least_mark, bytes_text, counted, grouped
from resnet_viz.document import Document
from resnet_viz.graph.shapes import UNKNOWN_TEXT


def sums_text(document: Document, memory: Memory, calls: Iterable[str]) -> str:
    """The sums of several calls, a shared layer's weights once; "≥" where a part is unknown."""
    ids = tuple(calls)
    numbers = [document.numbers.calls[call] for call in ids]
    layers = {document.graph.by_id[call].layer: document.numbers.calls[call] for call in ids}
    count = counted(len(layers), "layer")
    macs = _sum_text([each.macs for each in numbers], grouped)
    outputs = _sum_text([memory.calls[call].output_bytes for call in ids], bytes_text)
    return " · ".join(
        (
            f"{count}, {len(ids):,} calls" if len(ids) > len(layers) else count,
            _weights_text(list(layers.values())),
            f"{macs} MACs",
            f"{outputs} outputs",
        )
    )


def _sum_text(values: Sequence[int | None], write: Callable[[int], str]) -> str:
    """A sum; a lower bound if a part is unknown, and unknown if nothing else counts."""
    total = sum(value or 0 for value in values)
    is_lower_bound = None in values
    if is_lower_bound and not total:
        return UNKNOWN_TEXT
    return at_least_mark(is_lower_bound) + write(total)


def _weights_text(layers: Sequence[CallNumbers]) -> str:
    """Trainable and other weights; all of them where a file doesn't tell them apart."""
    parameters = [layer.parameters for layer in layers]
    trainable = sum(layer.trainable_parameters or 0 for layer in layers)
    fixed = sum(layer.non_trainable_parameters or 0 for layer in layers)
    if None in parameters or sum(count or 0 for count in parameters) != trainable + fixed:
        return f"{_sum_text(parameters, grouped)} parameters"
    return f"{trainable:,} trainable" + (f" + {fixed:,} non-trainable" if fixed else "")
