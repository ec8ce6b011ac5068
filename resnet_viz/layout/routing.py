"""Wires from stage to stage: through gutters between columns, over the panels, straight down."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from resnet_viz.layout.labels import Labeller
from resnet_viz.layout.metrics import BASELINE, GUTTER, GUTTER_LANE, LABEL_GAP, LEAVE_STEP
from resnet_viz.layout.stages import Panel
from resnet_viz.layout.types import LabelSpot, Link, Point, Wire

_BUS_FIRST = 14.0
_BUS_STEP = 10.0


class Router:
    """Routes the wires of one picture; hands out lanes in order of arrival."""

    def __init__(self, panels: Sequence[Panel], links: Sequence[Link], labels: Labeller) -> None:
        self._panels = {panel.body.key: panel for panel in panels}
        self._order = {panel.body.key: place for place, panel in enumerate(panels)}
        self._labels = labels
        self._links = list(links)
        self._gutters: dict[int, int] = {}
        self._bus = 0
        self._right = 0
        self._columns = max(panel.column for panel in panels) + 1
        self._edge = {
            column: (
                min(p.x for p in panels if p.column == column),
                max(p.x + p.width for p in panels if p.column == column),
            )
            for column in range(self._columns)
        }
        self._top = min(panel.y for panel in panels)

    def wires(self) -> list[Wire]:
        """All wires between stages; short ways are routed first, so that long ones lie outside."""
        by_length = sorted(self._links, key=lambda link: (self._length(link), link))
        return [wire for link in by_length for wire in self._wires(link)]

    def _length(self, link: Link) -> int:
        return self._order[link.target] - self._order[link.source]

    def _wires(self, link: Link) -> list[Wire]:
        source, target = self._panels[link.source], self._panels[link.target]
        start = self._start(source, link)
        found: list[Wire] = []
        begun: set[float] = set()
        for entry in self._entries(target, link):
            x, y = entry.points[0] if entry is not None else (target.axis, target.enter)
            if entry is not None and (y != target.enter or x in begun):  # parts from another one
                found.append(msgspec.structs.replace(entry, link=self._named(link, entry)))
                continue
            begun.add(x)
            found.append(self._joined(link, source, target, start, entry))
        return found

    def _named(self, link: Link, entry: Wire | None) -> Link:
        """The link from the child it leaves to the child it reaches, at both panels' insides."""
        source = self._panels[link.source]
        exits = source.body.inside.exits if source.body.inside else ()
        leaves = next((w.link.source for w in exits if w.link.tensor == link.tensor), link.source)
        reaches = entry.link.target if entry is not None else link.target
        shortcut = entry.link.shortcut if entry is not None else link.shortcut
        return Link(leaves, reaches, link.tensor, shortcut)

    def _start(self, source: Panel, link: Link) -> tuple[Point, ...]:
        """From the node that makes the tensor down to the panel's leaving line."""
        if source.closed:
            return ()
        leaving = self._exit(source, link)
        if leaving is None:
            return ((source.axis, source.leave),)
        return moved(leaving.points, source.axis, source.enter)

    @staticmethod
    def _exit(source: Panel, link: Link) -> Wire | None:
        exits = source.body.inside.exits if source.body.inside is not None else ()
        return next((wire for wire in exits if wire.link.tensor == link.tensor), None)

    def _entries(self, target: Panel, link: Link) -> list[Wire | None]:
        inside = target.body.inside
        if inside is None:
            return [None]
        found: list[Wire | None] = [
            moved_wire(wire, target.axis, target.enter)
            for wire in inside.entries
            if wire.link.tensor == link.tensor
        ]
        return found or [None]

    def _joined(
        self, link: Link, source: Panel, target: Panel, start: tuple[Point, ...], entry: Wire | None
    ) -> Wire:
        way, wraps = self._way(link, source, target, start, entry)
        label = entry.label if entry is not None else self._closed_label(link, target, way)
        leaving = self._exit(source, link)
        bends = leaving is not None and leaving.curved
        arrives = entry is not None and entry.curved
        curved = bends or arrives
        tail = entry.points[1:] if entry is not None else ()
        if curved:  # straight runs as curves, so that one wire has one kind of points
            head = start if bends else as_curves(start) if start else way[:1]
            points = (*head, *as_curves((head[-1], *way))[1:])
            if entry is not None and not arrives:
                tail = as_curves(entry.points)[1:]
        else:
            points = (*start[:-1], *way)
        return Wire(
            self._named(link, entry),
            (*points, *tail),
            curved=curved,
            arrow=entry.arrow if entry is not None else True,
            label=label,
            dot=entry.dot if entry is not None else None,
            wraps=wraps,
        )

    def _way(
        self,
        link: Link,
        source: Panel,
        target: Panel,
        start: tuple[Point, ...],
        entry: Wire | None,
    ) -> tuple[tuple[Point, ...], bool]:
        end_x = entry.points[0][0] if entry is not None else target.axis
        if source.column == target.column:
            return self._down(link, source, target, start, end_x)
        leave = start[-1] if start else (source.x + source.width, source.leave)
        if start:
            leave = (leave[0], leave[1] + self._leave_shift(source, link))
        enter_y = target.enter - self._enter_shift(target, link)
        head = (start[-1], leave) if start and leave != start[-1] else (leave,)
        tail: tuple[Point, ...] = ((end_x, enter_y),)
        if entry is not None and enter_y != target.enter:
            tail = (*tail, (end_x, target.enter))
        if target.closed:
            tail = ((target.x, enter_y),)
        lane = self._lane(target.column, closed=target.closed)
        if target.column == source.column + 1:
            if source.closed and target.closed and abs(leave[1] - enter_y) < 1.0:
                return (*head, *tail), False
            return (*head, (lane, leave[1]), (lane, enter_y), *tail), True
        out = self._lane(source.column + 1, closed=False)
        bus = self._top - _BUS_FIRST - _BUS_STEP * self._bus
        self._bus += 1
        way = ((out, leave[1]), (out, bus), (lane, bus), (lane, enter_y))
        return (*head, *way, *tail), True

    def _down(
        self,
        link: Link,
        source: Panel,
        target: Panel,
        start: tuple[Point, ...],
        end_x: float,
    ) -> tuple[tuple[Point, ...], bool]:
        """Within one column: straight down, or around the panels between."""
        leave = start[-1] if start else (source.axis, source.y + source.height)
        enter = (end_x, target.y if target.closed else target.enter)
        if self._length(link) == 1:
            if abs(leave[0] - enter[0]) < 0.5:
                return (leave, enter), False
            middle = (source.y + source.height + target.y) / 2
            return (leave, (leave[0], middle), (enter[0], middle), enter), False
        lane = self._edge[source.column][1] + _BUS_FIRST + _BUS_STEP * self._right
        self._right += 1
        low = leave[1] + self._leave_shift(source, link)
        high = enter[1] - self._enter_shift(target, link) - (LABEL_GAP if target.closed else 0.0)
        way = (leave, (leave[0], low), (lane, low), (lane, high), (enter[0], high), enter)
        return way, True

    def _lane(self, column: int, *, closed: bool) -> float:
        """X of the next free lane in the gutter left of ``column``."""
        taken = self._gutters.get(column, 0)
        self._gutters[column] = taken + 1
        before = self._edge[column - 1][1]
        first = GUTTER / 2 if not closed else GUTTER / 3
        return before + first + GUTTER_LANE * taken

    def _enter_shift(self, target: Panel, link: Link) -> float:
        """The further right a tensor enters, the higher its line, so that none cross."""
        into = [other for other in self._links if other.target == link.target]
        order = sorted(into, key=lambda other: (self._entry_x(target, other), other))
        return GUTTER_LANE * order.index(link)

    def _entry_x(self, target: Panel, link: Link) -> float:
        inside = target.body.inside
        for wire in inside.entries if inside else ():
            if wire.link.tensor == link.tensor:
                return wire.points[0][0]
        return 0.0

    def _leave_shift(self, source: Panel, link: Link) -> float:
        inside = source.body.inside
        exits = sorted(
            {(-w.points[-1][0], w.link.tensor) for w in (inside.exits if inside else ())}
        )
        for place, (_, tensor) in enumerate(exits):
            if tensor == link.tensor:
                return LEAVE_STEP * place
        return 0.0

    def _closed_label(self, link: Link, target: Panel, way: Sequence[Point]) -> LabelSpot | None:
        end, before = way[-1], way[-2]
        if abs(end[0] - before[0]) < 0.5:
            return LabelSpot(end[0] + LABEL_GAP, (before[1] + end[1]) / 2 + BASELINE, "start")
        del target
        middle = (end[0] + before[0]) / 2 - self._labels.width(link.tensor) / 2
        return LabelSpot(max(middle, before[0] + 2.0), end[1] - LABEL_GAP + 1.0, "start")


def moved(points: Sequence[Point], dx: float, dy: float) -> tuple[Point, ...]:
    """The points, shifted."""
    return tuple((x + dx, y + dy) for x, y in points)


def moved_wire(wire: Wire, dx: float, dy: float) -> Wire:
    """The wire with its label and dot, shifted."""
    label, dot = wire.label, wire.dot
    return msgspec.structs.replace(
        wire,
        points=moved(wire.points, dx, dy),
        label=label and LabelSpot(label.x + dx, label.y + dy, label.anchor),
        dot=dot and (dot[0] + dx, dot[1] + dy),
    )


def as_curves(points: Sequence[Point]) -> tuple[Point, ...]:
    """A polyline as cubic pieces with the same course."""
    found = [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        found += [
            (x0 + (x1 - x0) / 3, y0 + (y1 - y0) / 3),
            (x0 + (x1 - x0) * 2 / 3, y0 + (y1 - y0) * 2 / 3),
            (x1, y1),
        ]
    return tuple(found)
