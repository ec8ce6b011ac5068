"""Stages folded: a row of single cards, or columns that make the most of an aspect ratio.

Columns are read downwards, one after the other, as in a newspaper: everything inside a stage runs
downwards, so a boustrophedon would turn every other column upside down.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.layout.attach import Body
from resnet_viz.layout.containers.contain import Containers
from resnet_viz.layout.labels import LabelWidth
from resnet_viz.layout.metrics import GUTTER, PANEL_FOOT, PANEL_GAP, PANEL_HEAD
from resnet_viz.layout.stages import Panel, in_columns
from resnet_viz.layout.types import Link, Node

LEGEND_ROOMS: Final = ((190.0, 195.0), (385.0, 138.0))
"""Widths and heights of the corners that a legend fits, roughly: it is made after the layout."""
_HEIGHTS: Final = 48
"""Heights of the columns that are tried."""
_MOST_COLUMNS: Final = 12
"""Columns that one stage is folded into, at most."""


def in_a_row(
    structure: Structure,
    containers: Containers,
    tree: Node,
    links: list[Link],
    label_width: LabelWidth,
) -> list[Panel]:
    """All stages beside each other, each with a column for every card of its chain."""
    bodies = [containers.folded(stage, 1) for stage in tree.children]
    return in_columns(structure, bodies, [[i] for i in range(len(bodies))], links, label_width)


def folded_to_aspect(
    structure: Structure,
    containers: Containers,
    tree: Node,
    links: list[Link],
    label_width: LabelWidth,
    aspect: float,
    *,
    legend: bool,
) -> list[Panel]:
    """The stages in columns, at which the picture is largest on a page of an aspect ratio.

    Args:
        structure: of the tree.
        containers: lays out the stages.
        tree: the visible tree.
        links: the tensors between the stages.
        label_width: measures labels.
        aspect: width of the page by its height.
        legend: whether a legend must find a place.
    """
    choices = [list(_foldings(containers, stage)) for stage in tree.children]
    tallest = sum(_room(bodies[0]) for bodies in choices)
    lowest = max(min(map(_room, bodies)) for bodies in choices)
    best: list[Panel] = []
    scale = 0.0
    tried: set[str] = set()
    for step in range(_HEIGHTS):
        limit = lowest * (tallest / lowest) ** (step / (_HEIGHTS - 1)) + 1.0
        bodies = [_lowest_width(each, limit) for each in choices]
        columns = _filled(bodies, limit)
        arrangement = repr((columns, [_room(body) for body in bodies]))
        if arrangement in tried:
            continue
        tried.add(arrangement)
        panels = in_columns(structure, bodies, columns, links, label_width)
        width, height = _extent(panels, legend=legend)
        if min(aspect / width, 1.0 / height) > scale:
            best, scale = panels, min(aspect / width, 1.0 / height)
    return best


def _foldings(containers: Containers, stage: Node) -> Iterator[Body]:
    """The stage in one column, in two, and so on, as far as each is lower than the one before."""
    count = len(stage.children)
    height = float("inf")
    for columns in range(1, min(max(count, 1), _MOST_COLUMNS) + 1):
        body = containers.folded(stage, max(1, -(-count // columns)))
        if _room(body) < height:
            height = _room(body)
            yield body


def _lowest_width(foldings: list[Body], limit: float) -> Body:
    """The folding of fewest columns that is not higher than ``limit``; the lowest if none is."""
    return next((body for body in foldings if _room(body) <= limit), foldings[-1])


def _room(body: Body) -> float:
    """Height of the stage with the gap below it, roughly."""
    if body.inside is None:
        return body.size.height + 2 * PANEL_GAP
    return PANEL_HEAD + body.inside.height + PANEL_FOOT + PANEL_GAP


def _filled(bodies: list[Body], limit: float) -> list[list[int]]:
    """Indices of the bodies in columns, each filled up to ``limit``."""
    columns: list[list[int]] = []
    used = 0.0
    for index, body in enumerate(bodies):
        height = _room(body)
        if not columns or used + height > limit:
            columns.append([])
            used = 0.0
        columns[-1].append(index)
        used += height
    return columns


def _extent(panels: list[Panel], *, legend: bool) -> tuple[float, float]:
    """Width and height of the picture; a legend stands in a free corner, else below."""
    width = max(panel.x + panel.width for panel in panels)
    height = max(panel.y + panel.height for panel in panels)
    if not legend:
        return width, height
    if any(_has_room(panels, wide, height - high) for wide, high in LEGEND_ROOMS):
        return width, height
    wide, high = LEGEND_ROOMS[-1]
    return max(width, wide), height + high


def _has_room(panels: list[Panel], wide: float, lowest: float) -> bool:
    """True if columns side by side that are together so ``wide`` end above ``lowest``."""
    free = -GUTTER
    for column in range(panels[-1].column + 1):
        members = [panel for panel in panels if panel.column == column]
        is_short = all(panel.y + panel.height <= lowest for panel in members)
        free = free + max(panel.width for panel in members) + GUTTER if is_short else -GUTTER
        if free >= wide:
            return True
    return False
