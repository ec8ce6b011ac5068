"""Faults that a reader sees at once: boxes on boxes, labels struck or on each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from resnet_viz.drawing.display_list import (
    NEAR,
    Close,
    Cubic,
    DisplayList,
    Item,
    Path,
    Point,
    Rect,
    Text,
)
from resnet_viz.layout.polylines import point_on_cubic
from tests.support.pictures.drawn import crosses, overlap, text_box

_CELL = 240.0


class Thing(NamedTuple):
    """A box, a label, or a straight piece of a line (then ``ends`` are its ends)."""

    kind: str
    name: str
    rect: Rect
    ends: tuple[Point, Point] | None = None


def faults(shown: DisplayList) -> list[str]:
    """Each fault in words; none in a good picture."""
    cells: dict[tuple[int, int], list[Thing]] = defaultdict(list)
    for thing in (thing for item in shown.items for thing in _things(item)):
        for cell in _cells(thing.rect):
            cells[cell].append(thing)
    found: dict[str, None] = {}
    for things in cells.values():
        for number, thing in enumerate(things):
            for other in things[number + 1 :]:
                if _clash(thing, other):
                    found[f"{thing.kind} {thing.name} × {other.kind} {other.name}"] = None
    return list(found)


def _things(item: Item) -> Iterator[Thing]:
    if item.kind in ("card", "join") and isinstance(item.hit, Rect):
        yield Thing("box", item.id, item.hit)
    if item.kind in ("edge", "shortcut"):
        for mark in item.marks:
            if isinstance(mark, Text) and mark.lod & NEAR and mark.text not in ("+0", "ƒ"):
                yield Thing("label", f"{item.id} “{mark.text}”", text_box(mark))
        lines = (mark for mark in item.marks if isinstance(mark, Path) and mark.lod & NEAR)
        for path in lines:
            for start, end in pairwise(() if path.fill else tuple(_flattened(path))):
                left, right = sorted((start[0], end[0]))
                top, bottom = sorted((start[1], end[1]))
                rect = Rect(left, top, right - left, bottom - top)
                yield Thing("line", item.id, rect, (start, end))
    if item.kind == "panel":
        for mark in item.marks:
            if isinstance(mark, Text) and mark.lod & NEAR and mark.text:
                yield Thing("head", f"{item.id} “{mark.text}”", text_box(mark))


def _flattened(path: Path) -> Iterator[Point]:
    at: Point = (0.0, 0.0)
    for step in path.steps:
        if isinstance(step, Cubic):
            corners = (at, (step.x1, step.y1), (step.x2, step.y2), (step.x, step.y))
            yield from (point_on_cubic(corners, number / 24) for number in range(1, 25))
        if not isinstance(step, Close):
            at = (step.x, step.y)
            yield at


def _cells(rect: Rect) -> Iterator[tuple[int, int]]:
    for column in range(int(rect.x // _CELL), int(rect.right // _CELL) + 1):
        for row in range(int(rect.y // _CELL), int(rect.bottom // _CELL) + 1):
            yield column, row


def _clash(a: Thing, b: Thing) -> bool:
    kinds = {a.kind, b.kind}
    if kinds <= {"box", "label"}:
        return overlap(a.rect, b.rect, by=1.0)
    if "line" in kinds and kinds & {"label", "head"}:
        line, text = (a, b) if a.kind == "line" else (b, a)
        assert line.ends is not None
        return crosses(*line.ends, text.rect.grown(-1.0))
    return kinds == {"head", "label"} and overlap(a.rect, b.rect, by=1.0)
