"""Kinds of residual blocks, by the weighted calls of their residual branch."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from resnet_viz.analysis.structure.indexed_graph import WORKING, IndexedGraph, Worker, is_pointwise
from resnet_viz.analysis.structure.types import BlockKind
from resnet_viz.graph.ops import DENSE, DEPTHWISE, SEPARABLE
from resnet_viz.graph.types import LayerCall


def workers_of(flow: IndexedGraph, places: Sequence[int]) -> tuple[tuple[Worker, ...], bool]:
    """The weighted calls among ``places`` (ascending), those in nested models with them.

    Returns:
        The calls, and whether they lie one after the other on one way.
    """
    chosen = [place for place in places if flow.kinds[place] in WORKING]
    found: list[Worker] = []
    in_series = _in_series(flow, places, chosen)
    for place in chosen:
        inside = flow.nested.get(place)
        if inside is None:
            found.append((flow, place))
        else:
            found.extend(inside.workers)
            in_series = in_series and inside.in_series
    return tuple(found), in_series


def _in_series(flow: IndexedGraph, places: Sequence[int], chosen: Collection[int]) -> bool:
    """Whether the chosen ones of the places (ascending) lie one after the other on one way."""
    wanted = set(chosen)
    longest: dict[int, int] = {}
    for place in places:
        before = max((longest.get(source, 0) for source in flow.preds[place]), default=0)
        longest[place] = before + (place in wanted)
    return max(longest.values(), default=0) == len(wanted)


def residual_kind(branch: Sequence[Worker], *, in_series: bool) -> BlockKind:
    """The kind of a residual block; the calls of its branch in order."""
    if any(flow.kinds[place] == "attention" for flow, place in branch):
        return "attention"
    pointwise = len(branch) >= 2 and all(is_pointwise(_call(one)) for one in branch)
    if in_series and _is_inverted(branch):
        return "inverted_bottleneck"
    if in_series and _is_bottleneck(branch):
        return "bottleneck"
    if in_series and len(branch) == 2 and all(_is_wide_kernel(one) for one in branch):
        return "basic"
    return "mlp" if pointwise else "residual"


def _call(worker: Worker) -> LayerCall:
    flow, place = worker
    return flow.calls[place]


def _is_depthwise(worker: Worker) -> bool:
    """Whether the convolution keeps channels apart: its class, or as many groups as channels."""
    flow, place = worker
    call = flow.calls[place]
    if call.type in DEPTHWISE:
        return True
    groups = call.config.get("groups", 1)
    return bool(groups > 1 and groups == flow.channels_in(place) == call.config.get("filters"))


def _is_wide_kernel(worker: Worker) -> bool:
    flow, place = worker
    call = flow.calls[place]
    if flow.kinds[place] != "conv" or call.type in SEPARABLE or _is_depthwise(worker):
        return False
    return not is_pointwise(call)


def _growth(worker: Worker) -> int:
    """1 if the call widens its tensor, -1 if it narrows it, else 0 (or unknown)."""
    flow, place = worker
    before, after = flow.channels_in(place), flow.channels(place)
    if before is None or after is None or before == after:
        return 0
    return 1 if after > before else -1


def _is_inverted(branch: Sequence[Worker]) -> bool:
    depthwise = [one for one in branch if _is_depthwise(one)]
    rest = [one for one in branch if not _is_depthwise(one)]
    if len(rest) != 2 or [_growth(one) for one in rest] != [1, -1]:
        return False
    if depthwise:
        return len(depthwise) == 1 and all(is_pointwise(_call(one)) for one in rest)
    fused = _is_wide_kernel(rest[0]) and is_pointwise(_call(rest[1]))
    return fused and _call(rest[1]).type not in DENSE


def _is_bottleneck(branch: Sequence[Worker]) -> bool:
    if len(branch) != 3:
        return False
    first, middle, last = branch
    if not (is_pointwise(_call(first)) and is_pointwise(_call(last))):
        return False
    inner, outer = (flow.channels(place) for flow, place in (middle, last))
    return _is_wide_kernel(middle) and (inner or 0) <= (outer or 0)
