"""A picture whose differences are marked with signs, line styles and colours."""

from __future__ import annotations

import msgspec

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.comparison.statuses import Status, Statuses
from resnet_viz.drawing.comparison.looks import LOOKS, StatusLook, badges, outline, restyled
from resnet_viz.drawing.display_list import (
    ALL,
    Box,
    DisplayList,
    DrawnTensor,
    Item,
    Mark,
    Point,
    Rect,
    Text,
)
from resnet_viz.drawing.marks import extent_of

_CONTAINERS = frozenset({"panel", "frame"})
_LINE, _LETTER = 16.0, 7.0


def marked(picture: DisplayList, structure: Structure, statuses: Statuses) -> DisplayList:
    """The picture of a model with its differences marked; positions stay as they are.

    Args:
        picture: of the model.
        structure: of the model.
        statuses: what differs in it.
    """
    marker = _Marker(picture, structure, statuses)
    items = tuple(marker.item(item) for item in picture.items)
    bounds = picture.bounds.union(extent_of(items))
    return msgspec.structs.replace(picture, items=items, bounds=bounds)


class _Marker:
    def __init__(self, picture: DisplayList, structure: Structure, statuses: Statuses) -> None:
        self._tensors = picture.tensors
        self._structure = structure
        self._statuses = statuses
        self._items = picture.by_id
        self._known: dict[str, Status | None] = {}

    def item(self, item: Item) -> Item:
        status = self._status(item)
        if status is None:
            return item
        drawn = _in_look(item, LOOKS[status], self._note(item, status))
        is_call = item.target is not None and item.target.kind == "call"
        if status == "failed" and is_call and self._statuses.failure:
            return _with_lines(drawn, self._statuses.failure)
        return drawn

    def _status(self, item: Item) -> Status | None:
        if item.id not in self._known:
            self._known[item.id] = self._find(item)
        return self._known[item.id]

    def _find(self, item: Item) -> Status | None:
        target = item.target
        if target is None or item.kind == "dot":
            return None
        if item.kind == "shortcut":
            return self._statuses.shortcuts.get(target.id)
        if item.kind == "edge":
            return self._of_edge(self._tensors[target.id])
        calls = self._calls(item)
        status = self._statuses.of_calls(calls)
        if item.kind in _CONTAINERS and status in ("changed", "failed") and len(calls) > 1:
            return None  # its inside shows what changed
        return status

    def _calls(self, item: Item) -> tuple[str, ...]:
        """Calls that the item alone stands for: arcs and circles have marks of their own."""
        target = item.target
        assert target is not None
        calls = [each.id for each in (target, *item.also) if each.kind == "call"]
        if item.kind in _CONTAINERS:
            return tuple(self._structure.by_id[target.id].calls)
        if item.kind == "join":
            return tuple(calls[:1])  # the join itself; what follows it has no box of its own
        if target.kind != "group":
            return tuple(calls)
        group = self._structure.by_id[target.id]
        own = self._structure.shortcuts_by_block.get(group.id, ())
        if f"circle:{group.id}" not in self._items:
            return tuple(calls)
        elsewhere = {group.join, *group.tail, *(call for each in own for call in each.calls)}
        return tuple(call for call in calls if call not in elsewhere) or tuple(calls)

    def _of_edge(self, drawn: DrawnTensor) -> Status | None:
        uses = {self._statuses.of_use(drawn.ref, call) for call in drawn.consumers}
        return uses.pop() if len(uses) == 1 else None

    def _note(self, item: Item, status: Status) -> str:
        """The change in words, with the settings of a changed call."""
        target = item.target
        assert target is not None
        fields = self._statuses.fields.get(target.id, {}) if target.kind == "call" else {}
        listed = "; ".join(f"{name} {old} → {new}" for name, (old, new) in fields.items())
        return f"{LOOKS[status].word}: {listed}" if listed else LOOKS[status].word


def _in_look(item: Item, look: StatusLook, note: str) -> Item:
    marks: list[Mark] = list(item.marks)
    bounds = item.bounds
    if item.kind in {"edge", "shortcut", "join"}:
        marks = [restyled(mark, look) for mark in marks]
    if item.kind == "shortcut":
        marks += badges(_badge_point(item), look)
    elif item.kind != "edge":
        area = _area(item)
        at = (area.x - 6.0, area.center[1])
        if item.kind != "join":
            marks += outline(area, look, 6.0)
            at = (area.right - 1.0, area.y)
        marks += badges(at, look)
        bounds = bounds.grown(9.0)
    title = f"{item.title} ({note})" if item.title else note
    return msgspec.structs.replace(item, marks=tuple(marks), bounds=bounds, title=title)


def _with_lines(item: Item, lines: tuple[str, ...]) -> Item:
    """The item with lines beside it: the shapes that meet there, and where in the code."""
    area = _area(item)
    left, top = area.right + 14.0, area.bottom + 6.0  # arcs and side inputs end at the right
    width = max(map(len, lines)) * _LETTER + 16.0
    ground = Rect(left, top - 4.0, width, _LINE * len(lines) + 8.0)
    color = LOOKS["failed"].color
    marks: list[Mark] = [*item.marks, Box(ground, 4.0, "surface", color)]
    for row, line in enumerate(lines):
        at = (left + 8.0, top + _LINE * (row + 1) - 4.0)
        marks.append(Text(*at, line, 11.5, color, 400 if row else 600, tabular=True, lod=ALL))
    bounds = item.bounds.union(ground.grown(2.0))
    return msgspec.structs.replace(item, marks=tuple(marks), bounds=bounds)


def _area(item: Item) -> Rect:
    return item.hit if isinstance(item.hit, Rect) else item.bounds


def _badge_point(item: Item) -> Point:
    """Point of an arc far from its block, above the sign that its kind may have."""
    assert isinstance(item.hit, tuple)
    right = max(x for x, _ in item.hit)
    heights = [y for x, y in item.hit if x > right - 1.0]
    top, low = min(heights), max(heights)
    return (right, top + (low - top) * 0.3)
