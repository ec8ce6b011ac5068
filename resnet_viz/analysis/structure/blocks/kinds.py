"""Kinds of residual blocks, by the weighted calls of their residual branch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from resnet_viz.analysis.structure.indexing.indexed_graph import (
    WORKING,
    IndexedGraph,
    Worker,
    is_pointwise,
)
from resnet_viz.analysis.structure.types import BlockKind
from resnet_viz.graph.ops import DENSE, DEPTHWISE, SEPARABLE, activation_of
from resnet_viz.graph.types import LayerCall

_PRODUCTS: Final = frozenset({"Matmul", "Einsum", "Dot", "Tensordot"})


def find_workers(graph: IndexedGraph, calls: Sequence[int]) -> tuple[tuple[Worker, ...], bool]:
    """The weighted calls among ``calls`` (ascending), including those in submodels.

    Returns:
        The weighted calls, and whether they follow each other on a single path.
    """
    working = [index for index in calls if graph.kinds[index] in WORKING]
    workers: list[Worker] = []
    in_series = _in_series(graph, calls, working)
    for index in working:
        submodel = graph.nested.get(index)
        if submodel is None:
            workers.append((graph, index))
        else:
            workers.extend(submodel.workers)
            in_series = in_series and submodel.in_series
    return tuple(workers), in_series


def _in_series(graph: IndexedGraph, calls: Sequence[int], working: Collection[int]) -> bool:
    """Return whether the longest path through ``calls`` (ascending) holds all working ones."""
    wanted = set(working)
    longest: dict[int, int] = {}
    for index in calls:
        before = max((longest.get(source, 0) for source in graph.preds[index]), default=0)
        longest[index] = before + (index in wanted)
    return max(longest.values(), default=0) == len(wanted)


def residual_kind(branch: Sequence[Worker], *, in_series: bool) -> BlockKind:
    """The kind of a residual block by the weighted calls of its branch, in order.

    The rules are those of ``resources/docs/structure.md``, "Blocks".
    """
    if any(graph.kinds[index] == "attention" for graph, index in branch):
        return "attention"
    if in_series and _is_inverted(branch):
        return "inverted_bottleneck"
    if in_series and _is_bottleneck(branch):
        return "bottleneck"
    if in_series and len(branch) == 2 and all(map(_is_wide_kernel, branch)):
        return "basic"
    is_mlp = len(branch) >= 2 and all(is_pointwise(_call(worker)) for worker in branch)
    return "mlp" if is_mlp else "residual"


def attends_in_operations(graph: IndexedGraph, calls: Iterable[int]) -> bool:
    """Return whether attention is among the calls as operations: product, softmax, product.

    A submodel that attends counts too. Scaling, masks, dropout and reshapes may lie between, in
    any number.
    """
    scored: set[int] = set()  # calls that depend on a product of two tensors
    weighing: set[int] = set()  # calls that depend on a softmax of such
    for index in calls:  # ascending
        call, before = graph.calls[index], graph.preds[index]
        submodel = graph.nested.get(index)
        if call.type == "DotProductAttention" or (submodel is not None and submodel.attends):
            return True
        is_product = call.type in _PRODUCTS and len(graph.refs(index)) > 1
        if is_product and not weighing.isdisjoint(before):
            return True
        if graph.kinds[index] in WORKING:
            continue
        if not weighing.isdisjoint(before) or (
            not scored.isdisjoint(before) and activation_of(call) == "softmax"
        ):
            weighing.add(index)
        if is_product or not scored.isdisjoint(before):
            scored.add(index)
    return False


def _call(worker: Worker) -> LayerCall:
    graph, index = worker
    return graph.calls[index]


def is_depthwise(worker: Worker) -> bool:
    """True for a depthwise class, or for as many groups as channels."""
    graph, index = worker
    call = graph.calls[index]
    if call.type in DEPTHWISE:
        return True
    groups = call.config.get("groups", 1)
    return bool(groups > 1 and groups == graph.channels_in(index) == call.config.get("filters"))


def _is_wide_kernel(worker: Worker) -> bool:
    graph, index = worker
    call = graph.calls[index]
    if graph.kinds[index] != "conv" or call.type in SEPARABLE or is_depthwise(worker):
        return False
    return not is_pointwise(call)


def _growth(worker: Worker) -> int:
    """Sign of the change in channels; 0 if unknown."""
    graph, index = worker
    before, after = graph.channels_in(index), graph.channels(index)
    if before is None or after is None or before == after:
        return 0
    return 1 if after > before else -1


def _is_inverted(branch: Sequence[Worker]) -> bool:
    rest = [worker for worker in branch if not is_depthwise(worker)]
    if len(rest) != 2 or [_growth(worker) for worker in rest] != [1, -1]:
        return False
    if len(rest) < len(branch):
        return len(branch) == 3 and all(is_pointwise(_call(worker)) for worker in rest)
    fused = _is_wide_kernel(rest[0]) and is_pointwise(_call(rest[1]))
    return fused and _call(rest[1]).type not in DENSE


def _is_bottleneck(branch: Sequence[Worker]) -> bool:
    if len(branch) != 3:
        return False
    first, middle, last = branch
    if not (is_pointwise(_call(first)) and is_pointwise(_call(last))):
        return False
    inner, outer = (graph.channels(index) for graph, index in (middle, last))
    return _is_wide_kernel(middle) and (inner or 0) <= (outer or 0)
