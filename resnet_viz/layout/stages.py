"""Arrangement of the stages: in columns, as in the paper's figures, or all in one column."""

from __future__ import annotations

import msgspec

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.layout.attach import Body
from resnet_viz.layout.labels import Labeller
from resnet_viz.layout.metrics import (
    GUTTER,
    GUTTER_LANE,
    LEAVE_STEP,
    PANEL_FOOT,
    PANEL_GAP,
    PANEL_HEAD,
    PANEL_HEAD_UNDER,
    PANEL_LEFT,
    PANEL_PAD,
    PANEL_RIGHT,
)
from resnet_viz.layout.types import Link


class Panel(msgspec.Struct, frozen=True):
    """A stage in its place.

    Attributes:
        body: the stage.
        column: number of its column.
        x, y, width, height: its ground.
        axis: x of its axis.
        enter: y of the line on which tensors enter (an open stage) or meet its side (a closed).
        leave: y of the line on which tensors leave, likewise.
    """

    body: Body
    column: int
    x: float
    y: float
    width: float
    height: float
    axis: float
    enter: float
    leave: float

    @property
    def closed(self) -> bool:
        """Whether it is drawn as one card."""
        return self.body.inside is None


class Footprint(msgspec.Struct, frozen=True):
    """Extent of a panel around its axis, and the height of its head."""

    left: float
    right: float
    head: float
    height: float


def footprint(body: Body, entering: int, *, under: bool = False, beside: bool = False) -> Footprint:
    """How much room the panel needs.

    Args:
        body: the stage.
        entering: tensors that enter; each needs a line of its own below the header.
        under: whether it stands below another panel, from which one tensor comes straight down
            beside the header.
        beside: whether the header stands beside the inside instead of above it.
    """
    if body.inside is None:
        half = body.size.width / 2
        return Footprint(half, half, 0.0, body.size.height)
    inside = body.inside
    short = under and entering <= 1
    head = PANEL_HEAD_UNDER if short else PANEL_HEAD + GUTTER_LANE * max(0, entering - 1)
    left = max(PANEL_LEFT, inside.left + PANEL_PAD)
    right = max(PANEL_RIGHT, inside.right + PANEL_PAD)
    if not beside:
        right = max(right, body.size.width - left)
    leaving = len({wire.link.tensor for wire in inside.exits})
    foot = PANEL_FOOT + LEAVE_STEP * max(0, leaving - 1)
    return Footprint(left, right, head, head + inside.height + foot)


def in_columns(
    structure: Structure, bodies: list[Body], links: list[Link], labels: Labeller
) -> list[Panel]:
    """One column for each stage, tops aligned; the head stands under the last stage."""
    columns = _columns(structure, bodies)
    under = {place for column in columns for place in column[1:]}
    prints = [
        footprint(body, _entering(body, links), under=place in under)
        for place, body in enumerate(bodies)
    ]
    panels: list[Panel] = []
    x = 0.0
    for column, places in enumerate(columns):
        left = max(prints[place].left for place in places)
        right = max(prints[place].right for place in places)
        x += _gutter(column, columns, bodies, links, labels) if column else 0.0
        y = 0.0
        for place in places:
            panels.append(_panel(bodies[place], prints[place], column, (x, y, left, right)))
            y += prints[place].height + PANEL_GAP
        x += left + right
    return panels


def in_one_column(bodies: list[Body], links: list[Link]) -> list[Panel]:
    """All stages below each other on one axis, their headers to the left of what they hold."""
    prints = [footprint(body, _entering(body, links), under=True, beside=True) for body in bodies]
    headers = max(body.size.width if body.inside is not None else 0.0 for body in bodies)
    left = max(found.left for found in prints) + headers
    right = max(found.right for found in prints)
    panels: list[Panel] = []
    y = 0.0
    for body, found in zip(bodies, prints, strict=True):
        if body.inside is None and panels:  # tensors that enter meet above the card
            y += GUTTER - PANEL_GAP + GUTTER_LANE * max(0, _entering(body, links) - 1)
        panels.append(_panel(body, found, 0, (0.0, y, left, right)))
        y += found.height + (PANEL_GAP if body.inside is not None else GUTTER)
    return panels


def _columns(structure: Structure, bodies: list[Body]) -> list[list[int]]:
    columns: list[list[int]] = []
    for place, body in enumerate(bodies):
        head = structure.by_id[body.node.ref.id].kind == "head"
        if head and columns and body.inside is not None:
            columns[-1].append(place)
        else:
            columns.append([place])
    return columns


def _panel(
    body: Body, found: Footprint, column: int, place: tuple[float, float, float, float]
) -> Panel:
    x, y, left, right = place
    axis = x + left
    if body.inside is None:
        middle = y + found.height / 2
        return Panel(
            body, column, axis - found.left, y, found.left + found.right, found.height,
            axis, middle, middle,
        )  # fmt: skip
    enter = y + found.head
    leave = enter + body.inside.height
    return Panel(body, column, x, y, left + right, found.height, axis, enter, leave)


def _entering(body: Body, links: list[Link]) -> int:
    return len({link.tensor for link in links if link.target == body.key})


def _gutter(
    column: int,
    columns: list[list[int]],
    bodies: list[Body],
    links: list[Link],
    labels: Labeller,
) -> float:
    """Width of the gutter left of ``column``: a lane for each wire that may run in it."""
    place = {
        bodies[member].key: number for number, members in enumerate(columns) for member in members
    }
    here = [link for link in links if place[link.target] == column != place[link.source]]
    passing = [
        link for link in links if place[link.source] == column - 1 and place[link.target] > column
    ]
    width = GUTTER + GUTTER_LANE * max(0, len(here) + len(passing) - 1)
    if bodies[columns[column][0]].inside is None:  # the shape stands above the line, between cards
        width += max((labels.width(link.tensor) for link in here), default=0.0)
    return width
