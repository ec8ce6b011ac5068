"""Hand-made pictures: two columns of residual blocks, closed or with one block open."""

from __future__ import annotations

from typing import Literal

from resnet_viz.drawing.display_list import (
    FAR,
    MID,
    NEAR,
    Box,
    Circle,
    Close,
    Cubic,
    DisplayList,
    EdgeLink,
    Item,
    Line,
    Mark,
    Move,
    Path,
    Point,
    Rect,
    Target,
    Text,
)

CARD = (124.0, 52.0)
PITCH = 100.0
COLUMN = 240.0


def group(name: str) -> Target:
    return Target("group", name)


def panel(name: str, stage: str, rect: Rect) -> Item:
    marks: tuple[Mark, ...] = (
        Box(rect, 10, f"{stage}.fill", f"{stage}.line", role="body"),
        Text(rect.x + 16, rect.y + 22, name, 13, f"{stage}.text", 700, lod=FAR | MID | NEAR),
        Text(rect.right - 16, rect.y + 40, "693.6 M", 11, "text-2", anchor="end", tabular=True),
    )
    return Item(
        f"panel:{name}",
        "panel",
        group(name),
        rect,
        marks,
        hit=rect,
        title=name,
        group=name,
        level=0,
    )


def card(name: str, stage: str, x: float, y: float, kind: str = "group") -> Item:
    rect = Rect(x, y, *CARD)
    target = Target("group", name) if kind == "group" else Target("call", name)
    marks: tuple[Mark, ...] = (
        Box(rect, 6, "card", "line-strong", lod=MID | NEAR, role="body"),
        Box(rect, 6, stage, lod=FAR, role="body"),
        Box(Rect(x, y, 4, CARD[1]), 2, stage, lod=MID | NEAR),
        Text(x + 11, y + 15.5, name, 12.5, "text", 600, lod=MID | NEAR),
        Text(x + 116, y + 15.5, "231.2 M", 11, "text-2", anchor="end", tabular=True),
        Text(x + 11, y + 29, "3×3, 64", 11, "text-2"),
        Text(x + 11, y + 41.5, "3×3, 64", 11, "text-2"),
    )
    title = f"{name}: 56×56×64 → 56×56×64"
    return Item(f"card:{name}", "card", target, rect, marks, hit=rect, title=title, group=name)


def edge(name: str, points: tuple[Point, ...], label: str = "56×56×64") -> Item:
    (x0, y0), (x1, y1) = points[0], points[-1]
    steps = (Move(x0, y0), *(Line(*point) for point in points[1:-1]), Line(x1, y1 - 7))
    tip = (Move(x1 - 3.5, y1 - 7), Line(x1 + 3.5, y1 - 7), Line(x1, y1), Close())
    marks: tuple[Mark, ...] = (
        Path(steps, "edge", role="stroke"),
        Path(tip, fill="edge", lod=MID | NEAR, role="stroke"),
        Text(x1 - 7, y1 - 6, label, 11, "text-2", anchor="end", tabular=True, role="stroke"),
    )
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, top = min(*xs, x1 - 60) - 2, min(ys) - 2
    bounds = Rect(left, top, max(xs) + 4 - left, max(ys) + 2 - top)
    return Item(
        f"edge:{name}",
        "edge",
        Target("edge", name),
        bounds,
        marks,
        hit=points,
        title=label,
        level=2,
    )


def arc(name: str, x: float, y: float, *, dashed: bool) -> Item:
    """From the dot at (x, y) around the right of a card to the join 79 px below."""
    side, end = x + 81, y + 79
    steps = (
        Move(x, y), Line(side - 10, y), Cubic(side - 4.5, y, side, y + 4.5, side, y + 10),
        Line(side, end - 10), Cubic(side, end - 4.5, side - 4.5, end, side - 10, end),
        Line(x + 14, end),
    )  # fmt: skip
    dash = (5.0, 3.5) if dashed else ()
    marks: tuple[Mark, ...] = (Path(steps, "shortcut", dash=dash, role="stroke"),)
    return Item(
        f"arc:{name}",
        "shortcut",
        Target("shortcut", name),
        Rect(x - 1, y - 1, side - x + 2, end - y + 2),
        marks,
        also=(group(name),),
        hit=((x, y), (side, y), (side, end), (x + 14, end)),
        title=f"identity shortcut of {name}",
        group=name,
        level=3,
    )


def join(name: str, x: float, y: float) -> Item:
    return _circle(name, "join", Circle(x, y, 7, "card", "shortcut", lod=MID | NEAR, role="body"))


def dot(name: str, x: float, y: float) -> Item:
    return _circle(name, "dot", Circle(x, y, 3, "shortcut", lod=MID | NEAR, role="stroke"))


def _circle(name: str, kind: Literal["join", "dot"], mark: Circle) -> Item:
    rect = Rect(mark.x - mark.radius, mark.y - mark.radius, 2 * mark.radius, 2 * mark.radius)
    return Item(
        f"{kind}:{name}", kind, group(name), rect, (mark,), hit=rect, title=name, group=name
    )


def frame(name: str, x: float, y: float, width: float, height: float) -> Item:
    rect = Rect(x, y, width, height)
    marks: tuple[Mark, ...] = (
        Box(rect, 9, "card", "line-strong", role="body"),
        Text(x + 40, y + 22, name, 12.5, "text", 600, lod=MID | NEAR),
    )
    return Item(f"frame:{name}", "frame", group(name), rect, marks, hit=rect, title=name, level=1)


class _Column:
    """Builds one stage: its blocks one below the other, one of them perhaps open."""

    def __init__(self, stage: str, title: str, left: float, opened: str | None) -> None:
        self.stage, self.title, self.left, self.opened = stage, title, left, opened
        self.items: list[Item] = []
        self.links: list[EdgeLink] = []
        self.co_highlights: dict[str, tuple[str, ...]] = {}
        self.middle = left + 90.0

    def build(self, count: int) -> None:
        y, last = 80.0, ""
        for number in range(1, count + 1):
            name = f"{self.title}_{number}"
            y, first, end = self._open(name, y) if name == self.opened else self._closed(name, y)
            if last:
                points = ((self.middle, self.gap), (self.middle, y - self.height))
                self.items.append(edge(f"{last}→{name}", points))
                self.links.append(EdgeLink(f"edge:{last}→{name}", self.end, first))
                self.co_highlights[f"edge:{last}→{name}"] = (f"edge:{last}→{name}",)
            self.gap, self.end, last = y, end, name
            y += 28
        rect = Rect(self.left, 0, 600.0 if self.opened_here else 200.0, y)
        self.items.insert(0, panel(self.title, self.stage, rect))

    @property
    def opened_here(self) -> bool:
        return bool(self.opened and self.opened.startswith(self.title))

    def _closed(self, name: str, y: float) -> tuple[float, str, str]:
        top, x = y, self.middle
        self.height = 72.0
        self.items += [
            arc(name, x, top - 14, dashed=name.endswith("_1")),
            dot(name, x, top - 14),
            card(name, self.stage, x - 62, top),
            join(name, x, top + 65),
        ]
        self.links.append(EdgeLink(f"arc:{name}", f"dot:{name}", f"join:{name}"))
        self.co_highlights[f"arc:{name}"] = (f"arc:{name}", f"card:{name}", f"join:{name}")
        return top + 72, f"card:{name}", f"join:{name}"

    def _open(self, name: str, y: float) -> tuple[float, str, str]:
        self.height = 300.0
        upper, lower = f"{name}.conv_1", f"{name}.conv_2"
        self.items += [
            frame(name, self.left + 16, y, 569, 300),
            card(upper, self.stage, self.middle - 62, y + 60, "call"),
            card(lower, self.stage, self.middle - 62, y + 180, "call"),
            edge(f"{upper}→{lower}", ((self.middle, y + 112), (self.middle, y + 180))),
        ]
        self.links.append(EdgeLink(f"edge:{upper}→{lower}", f"card:{upper}", f"card:{lower}"))
        return y + 300, f"card:{upper}", f"card:{lower}"


def picture(columns: int = 2, blocks: int = 3, opened: str | None = None) -> DisplayList:
    """Stages s1, s2 ... of blocks s1_1, s1_2 ...; ``opened`` is a block that is open."""
    items: list[Item] = []
    links: list[EdgeLink] = []
    co_highlights: dict[str, tuple[str, ...]] = {}
    left, before = 0.0, None
    for number in range(1, columns + 1):
        column = _Column(f"stage{(number - 1) % 5 + 1}", f"s{number}", left, opened)
        column.build(blocks)
        items += column.items
        links += column.links
        co_highlights |= column.co_highlights
        if before is not None:
            name = f"s{number - 1}→s{number}"
            points = (
                (before.middle, before.gap), (before.middle, before.gap + 14),
                (left - 20, before.gap + 14), (left - 20, 50), (column.middle, 50),
                (column.middle, 80),
            )  # fmt: skip
            items.append(edge(name, points))
            links.append(EdgeLink(f"edge:{name}", before.end, f"card:s{number}_1"))
        before, left = column, left + (640.0 if column.opened_here else COLUMN)
    items.sort(key=lambda item: item.level)
    bounds = items[0].bounds
    for item in items:
        bounds = bounds.union(item.bounds)
    return DisplayList(bounds.grown(30), tuple(items), tuple(links), co_highlights)
