"""Titles of stages, blocks and units: labels only, structure never depends on them."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import msgspec

from resnet_viz.analysis.keras_ops.config_values import per_axis
from resnet_viz.analysis.keras_ops.spatial_sizes import share_of_input
from resnet_viz.analysis.structure.blocks.units import Unit
from resnet_viz.analysis.structure.indexing.indexed_graph import IndexedGraph
from resnet_viz.analysis.structure.stages.items import StageItem
from resnet_viz.analysis.structure.stages.stages import Stage
from resnet_viz.analysis.structure.unique_ids import (
    common_prefix,
    is_automatic,
    numbered,
    unless_repeated,
)
from resnet_viz.graph.shapes import size_text

_PAPER_STAGES: Final = 5


class Titles(msgspec.Struct, frozen=True):
    """Titles of one scope.

    Attributes:
        stages: in order.
        blocks: of blocks and cells, by ``StageItem.end``.
        units: by main call.
        recognised: the scope is a ResNet as in the paper.
    """

    stages: list[str]
    blocks: dict[int, str]
    units: dict[int, str]
    recognised: bool


def make_titles(graph: IndexedGraph, stages: list[Stage], units: list[Unit]) -> Titles:
    """Titles of all stages, blocks and units of a scope."""
    unit_titles = {unit.main: _call_title(graph, unit.main) for unit in units}
    if _is_paper_resnet(graph, stages):
        unit_titles.update(_paper_units(graph, stages))
        return Titles(_paper_stages(stages), _paper_blocks(stages), unit_titles, True)
    return Titles(_stage_titles(graph, stages), _block_titles(graph, stages), unit_titles, False)


def _call_title(graph: IndexedGraph, index: int) -> str:
    """The layer's name in its scope, with ``call_index`` from the second call on.

    A submodel that is a single unit gives it its name if the layer has an automatic one.
    """
    call, label = graph.original.calls[index], graph.labels[index]
    model, _, name = label.rpartition("/")
    if model and is_automatic(name, call.type):
        return model
    return label if not call.call_index or call.scope else call.id


def _is_paper_resnet(graph: IndexedGraph, stages: list[Stage]) -> bool:
    """Return whether the scope is a ResNet as in the paper (He et al. 2015, Table 1).

    That is a stride-2 stem, a stride-2 max-pool, and four stages at 1/4 ... 1/32 of the input
    whose width doubles from stage to stage.
    """
    body = [stage for stage in stages if not stage.is_head]
    if len(body) != _PAPER_STAGES or len(_unit_list(body[0])) == 0:
        return False
    stem, pool = _unit_list(body[0])[0].main, body[1].items[0].unit
    if pool is None or not graph.calls[pool.main].type.startswith("MaxPool"):
        return False
    if graph.kinds[stem] != "conv" or not (_halves(graph, stem) and _halves(graph, pool.main)):
        return False
    widths = [_width(graph, stage, skip=pool.main) for stage in body[1:]]
    if any(width is None or following != 2 * width for width, following in pairwise(widths)):
        return False
    return _at_paper_scales(graph, body)


def _unit_list(stage: Stage) -> list[Unit]:
    return [item.unit for item in stage.items if item.unit is not None]


def _halves(graph: IndexedGraph, index: int) -> bool:
    axes = len(graph.sizes[index])
    config = graph.calls[index].config
    strides = config.get("strides") or config.get("pool_size", 1)
    return axes > 0 and all(step == 2 for step in per_axis(strides, axes))


def _width(graph: IndexedGraph, stage: Stage, *, skip: int) -> int | None:
    """The output width shared by a stage's blocks and units; None if they differ."""
    widths = {
        graph.channels(item.calls[-1])
        for item in stage.items
        if item.block is not None or (item.unit is not None and item.unit.main != skip)
    }
    return widths.pop() if len(widths) == 1 else None


def _at_paper_scales(graph: IndexedGraph, body: list[Stage]) -> bool:
    image = next((graph.sizes[i] for i, kind in enumerate(graph.kinds) if kind == "input"), ())
    for power, stage in enumerate(body, 1):
        sizes = graph.sizes[stage.items[-1].calls[-1]]
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
        for position, block in enumerate(blocks, 1):
            titles[block.end] = f"conv{number}_{position}"
    return titles


def _paper_units(graph: IndexedGraph, stages: list[Stage]) -> dict[int, str]:
    """Titles of the stem's and the head's units, where only one qualifies."""
    titles = {}
    stem, pool = _unit_list(stages[0]), stages[1].items[0].unit
    if len(stem) == 1:
        titles[stem[0].main] = "conv1"
    if pool is not None:
        titles[pool.main] = "max pool"
    if stages[-1].is_head:
        head = [unit.main for unit in _unit_list(stages[-1])]
        pools = [index for index in head if graph.kinds[index] == "pool"]
        dense = [index for index in head if graph.kinds[index] == "dense"]
        if len(pools) == 1:
            titles[pools[0]] = "max pool" if "Max" in graph.calls[pools[0]].type else "avg pool"
        if len(dense) == 1:
            titles[dense[0]] = "fc"
    return titles


def _stage_titles(graph: IndexedGraph, stages: list[Stage]) -> list[str]:
    """Common prefixes of the layers' names if they distinguish all stages, else sizes.

    Names for some stages and sizes for others would mislead: VGG's "block1" would be a stage
    without block1_pool, which opens the next size.
    """
    body = [stage for stage in stages if not stage.is_head]
    prefixes = unless_repeated([_stage_prefix(graph, stage) for stage in body])
    named = all(prefixes)
    titles = [
        (prefix if named else _size_title(graph, stage)) or f"stage {number}"
        for number, (stage, prefix) in enumerate(zip(body, prefixes, strict=True), 1)
    ]
    return [*titles, *("head" for stage in stages if stage.is_head)]


def _stage_prefix(graph: IndexedGraph, stage: Stage) -> str:
    calls = [index for item in stage.items for index in item.calls]
    calls = [index for index in calls if graph.kinds[index] != "input"] or calls
    return "" if any(_is_unnamed(graph, index) for index in calls) else _prefix(graph, calls)


def _prefix(graph: IndexedGraph, calls: list[int]) -> str:
    """Common prefix of the layers' names, unless Keras made it from a class."""
    prefix = common_prefix([graph.labels[index] for index in calls])
    types = {graph.original.calls[index].type for index in calls} if prefix else set()
    return "" if any(is_automatic(prefix, type_) for type_ in types) else prefix


def _is_unnamed(graph: IndexedGraph, index: int) -> bool:
    return is_automatic(graph.labels[index], graph.original.calls[index].type)


def _size_title(graph: IndexedGraph, stage: Stage) -> str:
    """The last item's size, "56×56"; if open, its share of the input's, "1/4" or "×2"."""
    last = stage.items[-1].calls[-1]
    text = size_text(graph.spatial(graph.calls[last].output_shape))
    if "?" not in text:
        return text
    shares = {share_of_input(size) for size in graph.sizes[last]}
    return shares.pop() if len(shares) == 1 else ""


def _block_titles(graph: IndexedGraph, stages: list[Stage]) -> dict[int, str]:
    blocks = [item for stage in stages for item in stage.blocks]
    prefixes = unless_repeated([_block_prefix(graph, item.calls) for item in blocks])
    counted = numbered(map(_kind_title, blocks))
    return {
        item.end: prefix or number
        for item, prefix, number in zip(blocks, prefixes, counted, strict=True)
    }


def _kind_title(item: StageItem) -> str:
    if item.block is not None:
        return item.block.kind
    is_reduction = item.cell is not None and item.cell.is_reduction
    return "reduction cell" if is_reduction else "normal cell"


def _block_prefix(graph: IndexedGraph, calls: list[int]) -> str:
    """Common prefix of the names that Keras did not make, if these are most of them."""
    named = [index for index in calls if not _is_unnamed(graph, index)]
    return _prefix(graph, named) if 2 * len(named) > len(calls) else ""
