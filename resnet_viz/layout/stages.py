"""Arrangement of stages in columns: one each as in the paper's figures, all in one, or given."""

from __future__ import annotations

import msgspec

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.layout.attach import Body
from resnet_viz.layout.labels import LabelWidth
from resnet_viz.layout.metrics import (
    CLOSED_PITCH,
    GUTTER,
    GUTTER_LANE,
    LABEL_GAP,
    LEAVE_STEP,
    PANEL_FOOT,
    PANEL_GAP,
    PANEL_HEAD,
    PANEL_HEAD_UNDER,
    PANEL_LEFT,
    PANEL_PAD,
    PANEL_RIGHT,
)
from resnet_viz.layout.types import Link, Wire


class Panel(msgspec.Struct, frozen=True):
    """A stage with its position.

    Attributes:
        body: the stage.
        column: index of its column.
        x, y, width, height: its rectangle.
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
        """True if it is drawn as one card."""
        return self.body.inside is None

    @property
    def entries(self) -> tuple[Wire, ...]:
        """The wires inside from the border, in the coordinates of the inside; () if closed."""
        return self.body.inside.entries if self.body.inside is not None else ()

    @property
    def exits(self) -> tuple[Wire, ...]:
        """The wires inside to the border, likewise."""
        return self.body.inside.exits if self.body.inside is not None else ()


class Footprint(msgspec.Struct, frozen=True):
    """Extent of a panel around its axis, the height of its header, and its whole height."""

    left: float
    right: float
    head: float
    height: float


def footprint(
    body: Body, entering: int, *, under: bool = False, beside: bool = False, through: bool = False
) -> Footprint:
    """The room that the panel needs.

    Args:
        body: the stage.
        entering: tensors that enter; each needs a line of its own below the header.
        under: whether it stands below another panel, from which one tensor comes straight down
            beside the header.
        beside: whether the header stands beside the inside instead of above it.
        through: whether a tensor comes down between the texts of the header.
    """
    if body.inside is None:
        half = body.size.width / 2
        lines = 2 * (CLOSED_PITCH * (entering - 1) + LABEL_GAP)
        return Footprint(half, half, 0.0, max(body.size.height, lines))
    inside = body.inside
    short = under and entering <= 1
    head = PANEL_HEAD_UNDER if short else PANEL_HEAD + GUTTER_LANE * max(0, entering - 1)
    left = max(PANEL_LEFT, inside.left + PANEL_PAD)
    right = max(PANEL_RIGHT, inside.right + PANEL_PAD)
    if through:
        left = max(left, body.size.left)
        right = max(right, body.size.width - body.size.left + LABEL_GAP)
    if not beside:
        right = max(right, body.size.width - left)
    leaving = len({wire.link.tensor for wire in inside.exits})
    foot = PANEL_FOOT + LEAVE_STEP * max(0, leaving - 1)
    return Footprint(left, right, head, head + inside.height + foot)


def in_columns(
    structure: Structure,
    bodies: list[Body],
    columns: list[list[int]],
    links: list[Link],
    label_width: LabelWidth,
) -> list[Panel]:
    """The stages below each other in these columns of indices, tops aligned."""
    under = {index for column in columns for index in column[1:]}
    heads = {index for index, body in enumerate(bodies) if _is_head(structure, body)}
    footprints = [
        footprint(
            body,
            _entering(body, links),
            under=index in under & heads,
            through=index in under - heads,
        )
        for index, body in enumerate(bodies)
    ]
    panels: list[Panel] = []
    x = 0.0
    for column, members in enumerate(columns):
        left = max(footprints[index].left for index in members)
        right = max(footprints[index].right for index in members)
        x += _gutter(column, columns, bodies, links, label_width) if column else 0.0
        y = 0.0
        for index in members:
            body, room = bodies[index], footprints[index]
            y += _room_above(body, links) if index in under else 0.0
            panels.append(_panel(body, room, column, x=x, y=y, left=left, right=right))
            y += room.height + (PANEL_GAP if body.inside is not None else GUTTER)
        x += left + right
    return panels


def in_one_column(bodies: list[Body], links: list[Link]) -> list[Panel]:
    """All stages below each other on one axis, their headers to the left of what they hold."""
    footprints = [
        footprint(body, _entering(body, links), under=True, beside=True) for body in bodies
    ]
    headers = max(body.size.width if body.inside is not None else 0.0 for body in bodies)
    left = max(room.left for room in footprints) + headers
    right = max(room.right for room in footprints)
    panels: list[Panel] = []
    y = 0.0
    for body, room in zip(bodies, footprints, strict=True):
        y += _room_above(body, links) if panels else 0.0
        panels.append(_panel(body, room, 0, x=0.0, y=y, left=left, right=right))
        y += room.height + (PANEL_GAP if body.inside is not None else GUTTER)
    return panels


def _room_above(body: Body, links: list[Link]) -> float:
    """Height above a closed stage below another one, where the tensors that enter it meet."""
    if body.inside is not None:
        return 0.0
    return GUTTER - PANEL_GAP + CLOSED_PITCH * max(0, _entering(body, links) - 1)


def _is_head(structure: Structure, body: Body) -> bool:
    return structure.by_id[body.node.ref.id].kind == "head"


def columns_of_stages(structure: Structure, bodies: list[Body]) -> list[list[int]]:
    """Indices of the bodies, a column for each; an open head stands under the last stage."""
    columns: list[list[int]] = []
    for index, body in enumerate(bodies):
        if _is_head(structure, body) and columns and body.inside is not None:
            columns[-1].append(index)
        else:
            columns.append([index])
    return columns


def _panel(
    body: Body, room: Footprint, column: int, *, x: float, y: float, left: float, right: float
) -> Panel:
    """The panel at (x, y) in a column that reaches ``left`` and ``right`` of its axis."""
    axis = x + left
    if body.inside is None:
        middle = y + room.height / 2
        width = room.left + room.right
        return Panel(body, column, axis - room.left, y, width, room.height, axis, middle, middle)
    enter = y + room.head
    leave = enter + body.inside.height
    return Panel(body, column, x, y, left + right, room.height, axis, enter, leave)


def _entering(body: Body, links: list[Link]) -> int:
    """Number of tensors that enter the stage."""
    return len({link.tensor for link in links if link.target == body.key})


def _gutter(
    column: int,
    columns: list[list[int]],
    bodies: list[Body],
    links: list[Link],
    label_width: LabelWidth,
) -> float:
    """Width of the gutter left of ``column``: a lane for each wire that may run in it."""
    column_of = {
        bodies[member].key: number for number, members in enumerate(columns) for member in members
    }
    ends = [(column_of[link.source], column_of[link.target], link) for link in links]
    here = [link for source, target, link in ends if target == column != source]
    order = {body.key: number for number, body in enumerate(bodies)}
    passing = sum(
        target > column or (target == source and order[link.target] > order[link.source] + 1)
        for source, target, link in ends
        if source == column - 1
    )
    width = GUTTER + GUTTER_LANE * max(0, len(here) + passing - 1)
    if any(
        bodies[member].inside is None for member in columns[column]
    ):  # the shape stands above the line, between cards
        width += max((label_width(link.tensor) for link in here), default=0.0)
    return width
