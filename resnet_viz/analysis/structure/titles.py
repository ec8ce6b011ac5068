"""Titles of stages, blocks and units; labels only, structure never depends on them."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import msgspec

from resnet_viz.analysis.keras_ops.config_values import per_axis
from resnet_viz.analysis.keras_ops.spatial_sizes import share_of_input
from resnet_viz.analysis.structure.indexed_graph import IndexedGraph
from resnet_viz.analysis.structure.stages import Stage
from resnet_viz.analysis.structure.unique_ids import (
    common_prefix,
    is_automatic,
    numbered,
    unless_repeated,
)
from resnet_viz.analysis.structure.units import Unit
from resnet_viz.graph.shapes import size_text, spatial

_PAPER_STAGES: Final = 5


class Titles(msgspec.Struct, frozen=True):
    """Titles by place: of each stage; of blocks by join and of units by main call."""

    stages: list[str]
    blocks: dict[int, str]
    units: dict[int, str]
    recognised: bool


def titles_of(flow: IndexedGraph, stages: list[Stage], units: list[Unit]) -> Titles:
    """Titles for everything."""
    unit_titles = {unit.main: _call_title(flow, unit.main) for unit in units}
    if is_paper_resnet(flow, stages):
        unit_titles.update(_paper_units(flow, stages))
        return Titles(_paper_stages(stages), _paper_blocks(stages), unit_titles, True)
    return Titles(_stage_titles(flow, stages), _block_titles(flow, stages), unit_titles, False)


def _call_title(flow: IndexedGraph, place: int) -> str:
    """The layer's name in its scope, with the call's index from the second call on.

    A unit that is all of a nested model has that model's name if its layer has none of its own.
    """
    call, label = flow.calls[place], flow.labels[place]
    model, _, name = label.rpartition("/")
    if model and is_automatic(name, call.type):
        return model
    return label if not call.call_index or call.scope else call.id


def is_paper_resnet(flow: IndexedGraph, stages: list[Stage]) -> bool:
    """A stride-2 stem, a stride-2 max-pool, four stages at 1/4 ... 1/32 whose width doubles."""
    body = [stage for stage in stages if not stage.is_head]
    if len(body) != _PAPER_STAGES or len(_unit_list(body[0])) == 0:
        return False
    stem, pool = _unit_list(body[0])[0].main, body[1].items[0].unit
    if pool is None or not flow.calls[pool.main].type.startswith("MaxPool"):
        return False
    if flow.kinds[stem] != "conv" or not (_halves(flow, stem) and _halves(flow, pool.main)):
        return False
    widths = [_width(flow, stage, skip=pool.main) for stage in body[1:]]
    if any(one is None or other != 2 * one for one, other in pairwise(widths)):
        return False
    return _at_paper_scales(flow, body)


def _unit_list(stage: Stage) -> list[Unit]:
    return [item.unit for item in stage.items if item.unit is not None]


def _halves(flow: IndexedGraph, place: int) -> bool:
    axes = len(flow.sizes[place])
    config = flow.calls[place].config
    strides = config.get("strides") or config.get("pool_size", 1)
    return axes > 0 and all(step == 2 for step in per_axis(strides, axes))


def _width(flow: IndexedGraph, stage: Stage, *, skip: int) -> int | None:
    """The one output width of a stage's blocks and units; None if they differ."""
    widths = {
        flow.channels(item.calls[-1])
        for item in stage.items
        if item.block is not None or (item.unit is not None and item.unit.main != skip)
    }
    return widths.pop() if len(widths) == 1 else None


def _at_paper_scales(flow: IndexedGraph, body: list[Stage]) -> bool:
    image = next((flow.sizes[p] for p, kind in enumerate(flow.kinds) if kind == "input"), ())
    for power, stage in enumerate(body, 1):
        sizes = flow.sizes[stage.items[-1].calls[-1]]
        if len(sizes) != len(image):
            return False
        for size, whole in zip(sizes, image, strict=True):
            # Each halving rounds, up or down, so a stage is within one of the exact fraction.
            if size is None or whole is None or abs(size - whole / 2**power) > 1:
                return False
    return True


def _paper_stages(stages: list[Stage]) -> list[str]:
    return [
        "head" if stage.is_head else "conv1" if number == 1 else f"conv{number}_x"
        for number, stage in enumerate(stages, 1)
    ]


def _paper_blocks(stages: list[Stage]) -> dict[int, str]:
    titles = {}
    for number, stage in enumerate(stages, 1):
        blocks = [item.block for item in stage.items if item.block is not None]
        for place, block in enumerate(blocks, 1):
            titles[block.region.join] = f"conv{number}_{place}"
    return titles


def _paper_units(flow: IndexedGraph, stages: list[Stage]) -> dict[int, str]:
    """Titles of the stem's and the head's units, where there is one of a sort."""
    titles = {}
    stem, pool = _unit_list(stages[0]), stages[1].items[0].unit
    if len(stem) == 1:
        titles[stem[0].main] = "conv1"
    if pool is not None:
        titles[pool.main] = "max pool"
    if stages[-1].is_head:
        head = [unit.main for unit in _unit_list(stages[-1])]
        pools = [place for place in head if flow.kinds[place] == "pool"]
        dense = [place for place in head if flow.kinds[place] == "dense"]
        if len(pools) == 1:
            titles[pools[0]] = "max pool" if "Max" in flow.calls[pools[0]].type else "avg pool"
        if len(dense) == 1:
            titles[dense[0]] = "fc"
    return titles


def _stage_titles(flow: IndexedGraph, stages: list[Stage]) -> list[str]:
    """What the layers' names share if that tells all stages apart, else the stages' sizes.

    Names for some stages and sizes for others would mislead: VGG's "block1" would be a stage
    without block1_pool, which opens the next size.
    """
    body = [stage for stage in stages if not stage.is_head]
    prefixes = unless_repeated([_stage_prefix(flow, stage) for stage in body])
    named = all(prefixes)
    titles = [
        (prefix if named else _size_title(flow, stage)) or f"stage {number}"
        for number, (stage, prefix) in enumerate(zip(body, prefixes, strict=True), 1)
    ]
    return [*titles, *("head" for stage in stages if stage.is_head)]


def _stage_prefix(flow: IndexedGraph, stage: Stage) -> str:
    places = [place for item in stage.items for place in item.calls]
    places = [place for place in places if flow.kinds[place] != "input"] or places
    return "" if any(_is_unnamed(flow, place) for place in places) else _prefix(flow, places)


def _prefix(flow: IndexedGraph, places: list[int]) -> str:
    """What the layers' names share, unless it is only what Keras calls a class."""
    prefix = common_prefix([flow.labels[place] for place in places])
    types = {flow.calls[place].type for place in places} if prefix else set()
    return "" if any(is_automatic(prefix, type_) for type_ in types) else prefix


def _is_unnamed(flow: IndexedGraph, place: int) -> bool:
    return is_automatic(flow.labels[place], flow.calls[place].type)


def _size_title(flow: IndexedGraph, stage: Stage) -> str:
    """The last item's size, "56×56"; where it is open its share of the input's, "1/4" or "×2"."""
    last = stage.items[-1].calls[-1]
    text = size_text(
        spatial(flow.calls[last].output_shape, channels_first_ranks=flow.channels_first_ranks)
    )
    if "?" not in text:
        return text
    shares = {share_of_input(size) for size in flow.sizes[last]}
    return shares.pop() if len(shares) == 1 else ""


def _block_titles(flow: IndexedGraph, stages: list[Stage]) -> dict[int, str]:
    blocks = [item.block for stage in stages for item in stage.items if item.block is not None]
    prefixes = unless_repeated([_block_prefix(flow, block.calls) for block in blocks])
    counted = numbered(block.kind for block in blocks)
    return {
        block.region.join: prefix or number
        for block, prefix, number in zip(blocks, prefixes, counted, strict=True)
    }


def _block_prefix(flow: IndexedGraph, places: list[int]) -> str:
    """What the names share but for those that Keras made: an unnamed pooling on the shortcut."""
    named = [place for place in places if not _is_unnamed(flow, place)]
    return _prefix(flow, named) if 2 * len(named) > len(places) else ""
