"""Sums of several calls as texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from resnet_viz.analysis.costs.types import CallNumbers, Memory
from resnet_viz.analysis.wording.numbers import at_least_mark, bytes_text, counted, grouped
from resnet_viz.document import Document
from resnet_viz.graph.shapes import UNKNOWN_TEXT


class SelectionSums(NamedTuple):
    """Sums of several calls as texts, a shared layer's weights once; "≥" marks a lower bound."""

    layers: str
    weights: str
    macs: str
    outputs: str


def sums_of(document: Document, memory: Memory, calls: Iterable[str]) -> SelectionSums:
    """Sum up several calls."""
    ids = tuple(calls)
    numbers = [document.numbers.calls[call] for call in ids]
    layers = {document.graph.by_id[call].layer: document.numbers.calls[call] for call in ids}
    count = counted(len(layers), "layer")
    return SelectionSums(
        f"{count}, {len(ids):,} calls" if len(ids) > len(layers) else count,
        _weights_text(list(layers.values())),
        _sum_text([each.macs for each in numbers], grouped),
        _sum_text([memory.calls[call].output_bytes for call in ids], bytes_text),
    )


def sums_text(document: Document, memory: Memory, calls: Iterable[str]) -> str:
    """The sums of several calls in one line."""
    sums = sums_of(document, memory, calls)
    return f"{sums.layers} · {sums.weights} · {sums.macs} MACs · {sums.outputs} outputs"


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
