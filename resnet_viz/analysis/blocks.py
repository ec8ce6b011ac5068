"""Blocks: the outermost regions that are not long, with what belongs to them before and after."""

from __future__ import annotations

import msgspec

from resnet_viz.analysis.flow import WORKING, Flow, is_pointwise
from resnet_viz.analysis.regions import Region, is_adding, is_gate
from resnet_viz.analysis.shortcuts import Way
from resnet_viz.analysis.units import join_activations
from resnet_viz.analysis.values import BlockKind
from resnet_viz.graph.ops import DENSE, DEPTHWISE, SEPARABLE, WEIGHTED


class Block(msgspec.Struct, frozen=True, eq=False):
    """A region that is drawn as a group.

    Attributes:
        lead: the calls before the branches part that the block took; the entry is the last.
        tail: the calls after the join that the block took.
        calls: all its calls, ascending: the lead, the region's, the join and the tail.
    """

    region: Region
    kind: BlockKind
    lead: list[int]
    tail: list[int]
    calls: list[int]


def outermost(regions: list[Region]) -> list[Region]:
    """The regions that are blocks: not long, with nothing but long ones around."""
    found = []
    for region in regions:
        around = region.parent
        while around is not None and around.long:
            around = around.parent
        if around is None and not region.long:
            found.append(region)
    return found


def blocks_of(flow: Flow, regions: list[Region], ways: dict[int, list[Way]]) -> list[Block]:
    """All blocks in the topological order of their joins; ``ways`` by join."""
    chosen = outermost(regions)
    kinds = [_kind(flow, region, ways[region.join]) for region in chosen]
    adding = [region.join for region in chosen if is_adding(flow, region.join)]
    tails = {**_norm_tails(flow, adding), **join_activations(flow)}
    taken = {tails[region.join] for region in chosen if region.join in tails}
    found = []
    for region, kind in zip(chosen, kinds, strict=True):
        tail = [tails[region.join]] if region.join in tails else []
        lead = _lead(flow, region, taken) if kind not in {"gate", "dense"} else []
        calls = [*lead, *region.calls, region.join, *tail]
        found.append(Block(region, kind, lead, tail, calls))
    return found


def _lead(flow: Flow, region: Region, taken: set[int]) -> list[int]:
    """Normalisation and activation before the branches part, if they serve this block alone.

    Pre-activation with a projection: both branches start behind it. What trails a weighted call
    belongs to that call's unit.
    """
    inside = {*region.calls, region.join}
    found: list[int] = []
    place = region.entry
    while flow.kinds[place] in {"norm", "activation"} and place not in taken:
        if flow.is_output[place] or not inside.issuperset(flow.succs[place]):
            break
        if len(flow.preds[place]) != 1:
            break
        found.append(place)
        inside = {place}
        place = flow.preds[place][0]
    weighted = flow.kinds[place] in WEIGHTED and len(flow.succs[place]) == 1
    return [] if weighted else found[::-1]


def _norm_tails(flow: Flow, joins: list[int]) -> dict[int, int]:
    """Normalisations that end blocks (post-LN): most of the model's joins must have one."""
    found = {}
    for join in joins:
        after = flow.sole_consumer(join)
        if after is None or flow.kinds[after] != "norm":
            continue
        behind = flow.sole_consumer(after)
        if behind is None or flow.kinds[behind] != "activation":
            found[join] = after
    return found if len(found) >= 2 and 2 * len(found) > len(joins) else {}


def _kind(flow: Flow, region: Region, ways: list[Way]) -> BlockKind:
    if is_gate(flow, region):
        return "gate"
    if not ways:
        return "parallel"
    if not is_adding(flow, region.join):
        return "dense"
    return _residual_kind(flow, region, branch_of(flow, region, ways))


def branch_of(flow: Flow, region: Region, ways: list[Way]) -> list[int]:
    """The residual branch's working calls, those inside gates left out."""
    aside = {place for way in ways for place in way.calls} | _in_gates(flow, region)
    return [p for p in region.calls if flow.kinds[p] in WORKING and p not in aside]


def _in_gates(flow: Flow, region: Region) -> set[int]:
    found: set[int] = set()
    for child in region.children:
        found.update(child.calls if is_gate(flow, child) else _in_gates(flow, child))
    return found


def _residual_kind(flow: Flow, region: Region, branch: list[int]) -> BlockKind:
    if any(flow.kinds[place] == "attention" for place in branch):
        return "attention"
    if len(branch) >= 2 and all(is_pointwise(flow.calls[place]) for place in branch):
        pointwise: BlockKind = "mlp"
    else:
        pointwise = "residual"
    if not _in_series(flow, region, branch):
        return pointwise
    if _is_inverted(flow, branch):
        return "inverted_bottleneck"
    if _is_bottleneck(flow, branch):
        return "bottleneck"
    if len(branch) == 2 and all(_is_wide_kernel(flow, place) for place in branch):
        return "basic"
    return pointwise


def _in_series(flow: Flow, region: Region, branch: list[int]) -> bool:
    """Whether the calls of the branch lie one after the other on one way."""
    chosen = set(branch)
    longest: dict[int, int] = {}
    for place in region.calls:
        before = max((longest.get(source, 0) for source in flow.preds[place]), default=0)
        longest[place] = before + (place in chosen)
    return max(longest.values(), default=0) == len(branch)


def is_depthwise(flow: Flow, place: int) -> bool:
    """Whether the convolution keeps channels apart: its class, or as many groups as channels."""
    call = flow.calls[place]
    if call.type in DEPTHWISE:
        return True
    groups = call.config.get("groups", 1)
    return bool(groups > 1 and groups == flow.channels_in(place) == call.config.get("filters"))


def _is_wide_kernel(flow: Flow, place: int) -> bool:
    call = flow.calls[place]
    if flow.kinds[place] != "conv" or call.type in SEPARABLE or is_depthwise(flow, place):
        return False
    return not is_pointwise(call)


def _growth(flow: Flow, place: int) -> int:
    """1 if the call widens its tensor, -1 if it narrows it, else 0 (or unknown)."""
    before, after = flow.channels_in(place), flow.channels(place)
    if before is None or after is None or before == after:
        return 0
    return 1 if after > before else -1


def _is_inverted(flow: Flow, branch: list[int]) -> bool:
    depthwise = [place for place in branch if is_depthwise(flow, place)]
    rest = [place for place in branch if place not in depthwise]
    if len(rest) != 2 or [_growth(flow, place) for place in rest] != [1, -1]:
        return False
    if depthwise:
        return len(depthwise) == 1 and all(is_pointwise(flow.calls[place]) for place in rest)
    fused = _is_wide_kernel(flow, rest[0]) and is_pointwise(flow.calls[rest[1]])
    return fused and flow.calls[rest[1]].type not in DENSE


def _is_bottleneck(flow: Flow, branch: list[int]) -> bool:
    if len(branch) != 3:
        return False
    first, middle, last = branch
    if not (is_pointwise(flow.calls[first]) and is_pointwise(flow.calls[last])):
        return False
    inner, outer = flow.channels(middle), flow.channels(last)
    return _is_wide_kernel(flow, middle) and (inner or 0) <= (outer or 0)
