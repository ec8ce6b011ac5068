"""Receptive fields and jumps, following the graph."""

from __future__ import annotations

from math import prod

from resnet_viz.analysis.receptive_field.intervals import (
    NONE,
    ONE_PIXEL,
    UNKNOWN,
    PixelInterval,
    ReceptiveField,
    united,
)
from resnet_viz.analysis.receptive_field.rules import call_sizes, rule_of, unknown_field
from resnet_viz.analysis.structure.indexed_graph import IndexedGraph, pools_globally
from resnet_viz.graph.ops import ADAPTIVE_POOLING, MERGING
from resnet_viz.graph.shapes import spatial


def receptive_fields(graph: IndexedGraph) -> list[ReceptiveField]:
    """The field of each call's output (the head's too, though it has none for readers).

    Araujo, Norris, Sim 2019: r += (k - 1) · j, j *= s, with the extent of dilated kernels; where
    branches meet, all that any of them sees.
    """
    found: list[ReceptiveField] = []
    for index in range(len(graph.calls)):
        before = [found[source] for source in graph.preds[index]]
        found.append(_field(graph, index, before))
    return found


def _field(graph: IndexedGraph, index: int, before: list[ReceptiveField]) -> ReceptiveField:
    kind = graph.kinds[index]
    if kind == "embedding" or not before:
        return _fresh(graph, index)
    if pools_globally(graph, index) or _adapts_to_one(graph, index):
        return ReceptiveField("none", is_global=True)
    if len(before) > 1 or kind == "join":
        return _met(graph, index, before)
    if before[0].state != "known":
        return unknown_field(before[0]) if kind == "custom" else before[0]
    return rule_of(kind)(call_sizes(graph, index), before[0])


def _fresh(graph: IndexedGraph, index: int) -> ReceptiveField:
    """Every position sees itself: of an input, and of the tokens of an embedding."""
    axes = len(
        spatial(graph.calls[index].output_shape, channels_first_ranks=graph.channels_first_ranks)
    )
    return ReceptiveField("known", (ONE_PIXEL,) * axes) if axes else NONE


def _adapts_to_one(graph: IndexedGraph, index: int) -> bool:
    call = graph.calls[index]
    if call.type not in ADAPTIVE_POOLING:
        return False
    after = spatial(call.output_shape, channels_first_ranks=graph.channels_first_ranks)
    return bool(after) and prod(size or 0 for size in after) == 1


def _met(graph: IndexedGraph, index: int, before: list[ReceptiveField]) -> ReceptiveField:
    """Where branches meet all that they see counts; vectors that join have no field and no say."""
    is_global = any(field.is_global for field in before)
    if graph.kinds[index] == "attention":
        return before[0].marked(is_global=True)
    known = [field for field in before if field.state == "known"]
    call = graph.calls[index]
    if any(field.state == "unknown" for field in before) or call.type == "Dot":
        return UNKNOWN.marked(is_global=is_global)
    if not known:
        return NONE.marked(is_global=is_global)
    merges = call.type in MERGING or graph.kinds[index] in {"elementwise", "join"}
    if not merges or len({len(field.spans) for field in known}) > 1:
        return UNKNOWN.marked(is_global=is_global)
    return _union(known, is_global=is_global)


def _union(fields: list[ReceptiveField], *, is_global: bool) -> ReceptiveField:
    is_placed = all(field.is_placed for field in fields)
    spans: list[PixelInterval] = []
    for along in zip(*(field.spans for field in fields), strict=True):
        together = united(along)
        # Of branches that do not keep step the widest counts.
        spans.append(together or max(along, key=lambda span: (span.size, span.jump)))
        is_placed = is_placed and together is not None
    return ReceptiveField("known", tuple(spans), is_global, is_placed)
