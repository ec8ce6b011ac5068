"""Routing of wires from stage to stage: through gutters, over the panels, straight down."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from resnet_viz.graph.types import TensorRef
from resnet_viz.layout.labels import LabelWidth
from resnet_viz.layout.metrics import (
    BASELINE,
    CLOSED_PITCH,
    GUTTER,
    GUTTER_LANE,
    LABEL_GAP,
    LEAVE_STEP,
)
from resnet_viz.layout.polylines import as_curves, moved_wire
from resnet_viz.layout.stages import Panel
from resnet_viz.layout.types import LabelPosition, Link, Point, Wire

_BUS_FIRST = 14.0
_BUS_STEP = 10.0


class _Connection(msgspec.Struct, frozen=True):
    """One wire to be routed between two panels.

    Attributes:
        link: the tensor.
        source, target: the panels.
        exit: the wire inside the source that carries the tensor to its border, if it is open.
        entry: the wire inside the target that goes on from its border, if it is open.
    """

    link: Link
    source: Panel
    target: Panel
    exit: Wire | None
    entry: Wire | None

    @property
    def start(self) -> tuple[Point, ...]:
        """The points from the tensor's node down to the panel's leaving line; () if closed."""
        if self.source.closed:
            return ()
        return self.exit.points if self.exit else ((self.source.axis, self.source.leave),)

    @property
    def enter_x(self) -> float:
        """The x at which the tensor enters the target."""
        return self.entry.points[0][0] if self.entry is not None else self.target.axis

    @property
    def named(self) -> Link:
        """The link from the child it leaves to the child it reaches, inside of both panels."""
        source = self.exit.link.source if self.exit is not None else self.link.source
        if self.entry is None:
            return Link(source, self.link.target, self.link.tensor, self.link.shortcut)
        inner = self.entry.link
        return Link(source, inner.target, self.link.tensor, inner.shortcut)

    def wire(self, path: Sequence[Point], label: LabelPosition | None, *, wraps: bool) -> Wire:
        """The whole wire with the path between the panels; curved if one of its ends is."""
        start, entry = self.start, self.entry
        bends = self.exit is not None and self.exit.curved
        arrives = entry is not None and entry.curved
        tail = entry.points[1:] if entry is not None else ()
        if bends or arrives:  # straight runs as curves, so that one wire has one kind of points
            head = start if bends else as_curves(start) if start else path[:1]
            points = (*head, *as_curves((head[-1], *path))[1:])
            if entry is not None and not arrives:
                tail = as_curves(entry.points)[1:]
        else:
            points = (*start[:-1], *path)
        return Wire(
            self.named,
            (*points, *tail),
            curved=bends or arrives,
            arrow=entry.arrow if entry is not None else True,
            label=label,
            dot=entry.dot if entry is not None else None,
            wraps=wraps,
        )


class _Border:
    """Wires at a panel's border by the tensors that they carry.

    Attributes:
        entries: wires that go on inside.
        exits: the first wire inside that carries a tensor out.
        leave_ranks: the further left a tensor leaves, the larger, so that no lines cross.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self.entries: dict[TensorRef, list[Wire]] = {}
        for wire in panel.entries:
            self.entries.setdefault(wire.link.tensor, []).append(wire)
        self.exits: dict[TensorRef, Wire] = {}
        for wire in panel.exits:
            self.exits.setdefault(wire.link.tensor, wire)
        order = sorted({(-wire.points[-1][0], wire.link.tensor) for wire in panel.exits})
        self.leave_ranks: dict[TensorRef, int] = {}
        for rank, (_, tensor) in enumerate(order):
            self.leave_ranks.setdefault(tensor, rank)

    def in_scene(self, wire: Wire) -> Wire:
        """A wire of the panel in scene coordinates."""
        return moved_wire(wire, self._panel.axis, self._panel.enter)

    def entry_x(self, link: Link) -> float:
        """X at which a link's tensor enters, in the panel's coordinates; 0 if it is closed."""
        entries = self.entries.get(link.tensor)
        return entries[0].points[0][0] if entries else 0.0


class Router:
    """Routes the wires of one picture; hands out lanes in order of arrival."""

    def __init__(
        self, panels: Sequence[Panel], links: Sequence[Link], label_width: LabelWidth
    ) -> None:
        self._panels = {panel.body.key: panel for panel in panels}
        self._borders = {panel.body.key: _Border(panel) for panel in panels}
        self._order = {panel.body.key: index for index, panel in enumerate(panels)}
        self._label_width = label_width
        self._links = list(links)
        self._enter_ranks = self._ranks_at_targets()
        self._gutter_lanes: dict[int, int] = {}
        self._bus_lanes = 0
        self._right_lanes = 0
        self._column_right = {
            column: max(p.x + p.width for p in panels if p.column == column)
            for column in {panel.column for panel in panels}
        }
        self._top = min(panel.y for panel in panels)

    def wires(self) -> list[Wire]:
        """All wires between stages; short ones are routed first, so that long ones lie outside."""
        by_length = sorted(self._links, key=self._by_length)
        return [wire for link in by_length for wire in self._wires(link)]

    def _length(self, link: Link) -> int:
        return self._order[link.target] - self._order[link.source]

    def _wires(self, link: Link) -> list[Wire]:
        """A wire for each entry of the target, joined with the way there where one begins."""
        source, target = self._panels[link.source], self._panels[link.target]
        leaving, entering = self._borders[link.source], self._borders[link.target]
        exit_wire = leaving.exits.get(link.tensor)
        exit_wire = None if exit_wire is None else leaving.in_scene(exit_wire)
        wires: list[Wire] = []
        begun: set[float] = set()
        entries: list[Wire | None] = [
            entering.in_scene(wire) for wire in entering.entries.get(link.tensor, ())
        ]
        for entry in entries or [None]:
            connection = _Connection(link, source, target, exit_wire, entry)
            if entry is not None:
                x, y = entry.points[0]
                if y != target.enter or x in begun:  # parts from another wire
                    wires.append(msgspec.structs.replace(entry, link=connection.named))
                    continue
            begun.add(connection.enter_x)
            path, wraps = self._path(connection)
            label = entry.label if entry is not None else self._label_at_card(link, path)
            wires.append(connection.wire(path, label, wraps=wraps))
        return wires

    def _path(self, connection: _Connection) -> tuple[tuple[Point, ...], bool]:
        """The path between two panels, and whether it wraps from column to column."""
        link, source, target = connection.link, connection.source, connection.target
        if source.column == target.column:
            return self._path_down(connection)
        leave_x, leave_y = source.x + source.width, source.leave
        if source.closed:
            leave_y -= CLOSED_PITCH * self._rank(link, into=False)
        head: tuple[Point, ...] = ((leave_x, leave_y),)
        if connection.start:
            above = connection.start[-1]
            leave_x, leave_y = above[0], above[1] + self._leave_shift(link)
            leave = (leave_x, leave_y)
            head = (above, leave) if leave != above else (leave,)
        enter_y = target.enter - self._enter_shift(link)
        tail: tuple[Point, ...] = ((connection.enter_x, enter_y),)
        if target.closed:
            tail = ((target.x, enter_y),)
        elif connection.entry is not None and enter_y != target.enter:
            tail = (*tail, (connection.enter_x, target.enter))
        lane = self._lane_into(link, target)
        if target.column == source.column + 1:
            if source.closed and target.closed and abs(leave_y - enter_y) < 1.0:
                return (*head, *tail), False
            return (*head, (lane, leave_y), (lane, enter_y), *tail), True
        out = self._lane_out_of(link, source)
        bus = self._top - _BUS_FIRST - _BUS_STEP * self._bus_lanes
        self._bus_lanes += 1
        over = ((out, leave_y), (out, bus), (lane, bus), (lane, enter_y))
        return (*head, *over, *tail), True

    def _path_down(self, connection: _Connection) -> tuple[tuple[Point, ...], bool]:
        """Within one column: straight down, or around the panels between."""
        link, source, target = connection.link, connection.source, connection.target
        bottom = source.y + source.height
        leave = connection.start[-1] if connection.start else (source.axis, bottom)
        enter = (connection.enter_x, target.y if target.closed else target.enter)
        if self._length(link) == 1:
            if abs(leave[0] - enter[0]) < 0.5:
                return (leave, enter), False
            middle = (bottom + target.y) / 2
            return (leave, (leave[0], middle), (enter[0], middle), enter), False
        lane = self._lane_beside(source.column)
        low = leave[1] + (LABEL_GAP if source.closed else self._leave_shift(link))
        shift = self._enter_shift(link)
        if target.closed:  # the label stands on the line
            around = [each for each in self._links if each.target == link.target]
            around = [each for each in around if self._goes_around(each)]
            shift = LABEL_GAP + CLOSED_PITCH * sorted(around, key=self._by_length).index(link)
        high = enter[1] - shift
        beside = ((leave[0], low), (lane, low), (lane, high), (enter[0], high))
        return (leave, *beside, enter), True

    def _lane_beside(self, column: int) -> float:
        """X of the next free lane on the right of ``column``."""
        if column + 1 in self._column_right:
            return self._next_lane(column + 1, closed=False)
        lane = self._column_right[column] + _BUS_FIRST + _BUS_STEP * self._right_lanes
        self._right_lanes += 1
        return lane

    def _lane_out_of(self, link: Link, source: Panel) -> float:
        """X of the lane in which a long wire goes up: what leaves higher goes up nearer."""
        if not source.closed:
            return self._next_lane(source.column + 1, closed=False)
        leaving = [
            each
            for each in self._links
            if each.source == link.source and self._panels[each.target].column > source.column + 1
        ]
        place = len(leaving) - 1 - sorted(leaving, key=self._by_length).index(link)
        return self._column_right[source.column] + GUTTER / 3 + GUTTER_LANE * place

    def _lane_into(self, link: Link, target: Panel) -> float:
        """X of the lane in which a wire comes in: what enters higher comes in nearer."""
        if not target.closed:
            return self._next_lane(target.column, closed=False)
        entering = [
            each for each in self._links if each.target == link.target and self._is_sideways(each)
        ]
        place = sorted(entering, key=self._by_length).index(link)
        passing = sum(
            self._panels[each.source].column == target.column - 1
            and self._panels[each.target].column > target.column
            for each in self._links
        )
        left = self._column_right[target.column - 1] + GUTTER / 3
        return left + GUTTER_LANE * (passing + place)

    def _by_length(self, link: Link) -> tuple[int, Link]:
        return self._length(link), link

    def _next_lane(self, column: int, *, closed: bool) -> float:
        """X of the next free lane in the gutter left of ``column``."""
        taken = self._gutter_lanes.get(column, 0)
        self._gutter_lanes[column] = taken + 1
        inset = GUTTER / 2 if not closed else GUTTER / 3
        return self._column_right[column - 1] + inset + GUTTER_LANE * taken

    def _enter_shift(self, link: Link) -> float:
        """The further right a tensor enters, the higher its line, so that none cross.

        Into a closed stage the longer wires come in above the shorter ones, a label between them.
        """
        if self._panels[link.target].closed and self._is_sideways(link):
            return CLOSED_PITCH * self._rank(link, into=True)
        return GUTTER_LANE * self._enter_ranks[link]

    def _leave_shift(self, link: Link) -> float:
        return LEAVE_STEP * self._borders[link.source].leave_ranks.get(link.tensor, 0)

    def _ranks_at_targets(self) -> dict[Link, int]:
        """The rank of each link among those into the same panel, from left to right."""
        by_target: dict[str, list[Link]] = {}
        for link in self._links:
            by_target.setdefault(link.target, []).append(link)
        ranks: dict[Link, int] = {}
        for target, siblings in by_target.items():
            border = self._borders[target]
            order = sorted((border.entry_x(link), link) for link in siblings)
            for rank, (_, link) in enumerate(order):
                ranks.setdefault(link, rank)
        return ranks

    def _rank(self, link: Link, *, into: bool) -> int:
        """Place of a link among those at the same side of a closed stage, short ones first."""
        side = link.target if into else link.source
        siblings = [
            each
            for each in self._links
            if (each.target if into else each.source) == side and self._is_sideways(each)
        ]
        return sorted(siblings, key=self._by_length).index(link)

    def _goes_around(self, link: Link) -> bool:
        """True if the link's stages stand in one column with others between them."""
        return not self._is_sideways(link) and self._length(link) > 1

    def _is_sideways(self, link: Link) -> bool:
        """True if the link's stages stand in different columns."""
        return self._panels[link.source].column != self._panels[link.target].column

    def _label_at_card(self, link: Link, path: Sequence[Point]) -> LabelPosition:
        """The label before a closed stage: beside a vertical end, above a horizontal one."""
        before, end = path[-2], path[-1]
        if abs(end[0] - before[0]) < 0.5:
            if len(path) > 4:  # around stages between: above the line that comes back
                return LabelPosition(before[0] + LABEL_GAP, before[1] - LABEL_GAP + 2.0, "start")
            return LabelPosition(end[0] + LABEL_GAP, (before[1] + end[1]) / 2 + BASELINE, "start")
        middle = (end[0] + before[0]) / 2 - self._label_width(link.tensor) / 2
        return LabelPosition(max(middle, before[0] + 2.0), end[1] - LABEL_GAP + 1.0, "start")
