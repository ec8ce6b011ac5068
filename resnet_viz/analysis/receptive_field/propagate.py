"""Receptive fields of all calls, propagated through the graph.

Source: Araujo, Norris, Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks".
"""

from __future__ import annotations

from functools import partial
from math import prod

from resnet_viz.analysis.receptive_field.intervals import (
    NONE,
    ONE_PIXEL,
    UNKNOWN,
    PixelInterval,
    ReceptiveField,
    union,
)
from resnet_viz.analysis.receptive_field.rules import (
    CallSizes,
    call_sizes,
    called_layer,
    rule_of,
    unknown_field,
)
from resnet_viz.analysis.structure.indexing.indexed_graph import IndexedGraph, pools_globally
from resnet_viz.graph.equal_calls import once_for_equal
from resnet_viz.graph.ops import ADAPTIVE_POOLING, MERGING, OpKind, op_kind


def receptive_fields(graph: IndexedGraph) -> list[ReceptiveField]:
    """Propagate receptive fields to each call's output, in the graph's order.

    r += (k - 1) · j and j *= s for a window of extent k (dilation included) and stride s; at joins
    the union of what the branches see. The head's calls have fields too, which are not shown.
    """
    original = graph.original
    sizes_of = once_for_equal(original, partial(call_sizes, graph))
    kind_of = once_for_equal(original, lambda call: op_kind(called_layer(graph, call)))
    fields: list[ReceptiveField] = []
    for index, call in enumerate(original.calls):
        before = [fields[source] for source in graph.preds[index]]
        fields.append(_field(graph, index, before, kind_of(call), sizes_of(call)))
    return fields


def _field(
    graph: IndexedGraph, index: int, before: list[ReceptiveField], kind: OpKind, sizes: CallSizes
) -> ReceptiveField:
    if kind == "embedding" or not before:
        return _input_field(graph, index)
    if pools_globally(graph, index) or _adapts_to_one(graph, index):
        return ReceptiveField("none", is_global=True)
    if len(before) > 1 or kind == "join":
        return _joined(graph, index, before)
    if before[0].state != "known":
        return unknown_field(before[0]) if kind == "custom" else before[0]
    return rule_of(kind)(sizes, before[0])


def _input_field(graph: IndexedGraph, index: int) -> ReceptiveField:
    """The field of an input, and of an embedding's tokens: every position sees itself."""
    axes = len(graph.spatial(graph.calls[index].output_shape))
    return ReceptiveField("known", (ONE_PIXEL,) * axes) if axes else NONE


def _adapts_to_one(graph: IndexedGraph, index: int) -> bool:
    call = graph.calls[index]
    if call.keras_class not in ADAPTIVE_POOLING:
        return False
    after = graph.spatial(call.output_shape)
    return bool(after) and prod(size or 0 for size in after) == 1


def _joined(graph: IndexedGraph, index: int, before: list[ReceptiveField]) -> ReceptiveField:
    """The union of the inputs' fields; vectors among them have none and do not count."""
    is_global = any(field.is_global for field in before)
    if graph.kinds[index] == "attention":
        return before[0].marked(is_global=True)
    known = [field for field in before if field.state == "known"]
    call = graph.calls[index]
    if any(field.state == "unknown" for field in before) or call.keras_class == "Dot":
        return UNKNOWN.marked(is_global=is_global)
    if not known:
        return NONE.marked(is_global=is_global)
    merges = call.keras_class in MERGING or graph.kinds[index] in {"elementwise", "join"}
    if not merges or len({len(field.intervals) for field in known}) > 1:
        return UNKNOWN.marked(is_global=is_global)
    return _union(known, is_global=is_global)


def _union(fields: list[ReceptiveField], *, is_global: bool) -> ReceptiveField:
    is_anchored = all(field.is_anchored for field in fields)
    intervals: list[PixelInterval] = []
    for along in zip(*(field.intervals for field in fields), strict=True):
        together = union(along)
        # Of branches whose jumps differ the widest counts.
        intervals.append(together or max(along, key=lambda each: (each.size, each.jump)))
        is_anchored = is_anchored and together is not None
    return ReceptiveField("known", tuple(intervals), is_global, is_anchored)
