"""Looks of a picture's marks, recognised by their form and colour, for comparison with its legend.

Whatever a reader can see and could ask about has a look; the picture's must be the legend's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from resnet_viz.drawing.display_list import (
    NEAR,
    Box,
    Circle,
    Close,
    DisplayList,
    Item,
    Line,
    Mark,
    Move,
    Path,
    Text,
)

_UNITS: Final = ("K", "M", "G", "T", "B", "KiB", "MiB", "GiB", "TiB", "px")
_NUMBER: Final = re.compile(rf"\d ({'|'.join(_UNITS)})\b")
_SHAPE: Final = re.compile(r"[\d?]+(×[\d?]+)*")
_LETTERS: Final = {1: "C", 2: "L×C", 3: "H×W×C", 4: "D×H×W×C"}
_BESIDE: Final = ("legend", "title", "note")


def near(items: Iterable[Item]) -> list[Mark]:
    return [mark for item in items for mark in item.marks if mark.lod & NEAR]


def looks_of_picture(shown: DisplayList) -> set[str]:
    items = [item for item in shown.items if item.kind not in _BESIDE]
    looks: set[str] = set()
    for item in items:
        looks |= _forms(near([item]))
    texts = [(item, mark.text) for item in items for mark in item.marks if isinstance(mark, Text)]
    for item, text in texts:
        looks |= {f"unit {match}" for match in _NUMBER.findall(text)}
        if re.search(r"(^|, )/\d", text):
            looks.add("text /2")
        if re.fullmatch(r"×\d+", text) and item.id.startswith(("panel:", "stage:")):
            looks.add("text ×N")
    return looks


def looks_of_legend(legend: Item) -> set[str]:
    marks = near([legend])
    looks = _forms(marks)
    for mark in marks:
        if isinstance(mark, Text):
            if mark.text.split() and set(mark.text.split()) <= set(_UNITS):
                looks |= {f"unit {unit}" for unit in mark.text.split()}
            if mark.text in ("/2", "×N"):
                looks.add(f"text {mark.text}")
    return looks


def letters_of_wires(shown: DisplayList) -> set[str]:
    """The letters that explain the shapes beside wires, with "?" for an open size."""
    letters: set[str] = set()
    for item in shown.items:
        for mark in item.marks:
            if item.kind in ("edge", "shortcut") and isinstance(mark, Text):
                text = mark.text
                if _SHAPE.fullmatch(text):
                    letters |= {_LETTERS[text.count("×") + 1]} | ({"?"} & set(text))
    return letters


def letters_of_legend(legend: Item) -> set[str]:
    texts = {mark.text for mark in legend.marks if isinstance(mark, Text)}
    return texts & {*_LETTERS.values(), "?"}


def _forms(marks: Sequence[Mark]) -> set[str]:
    looks: set[str] = set()
    for mark in marks:
        if isinstance(mark, Path):
            looks |= _lines(mark)
        elif isinstance(mark, Circle):
            looks |= _circles(mark, marks)
        elif isinstance(mark, Box):
            looks |= _boxes(mark, marks)
        elif mark.text in ("+0", "ƒ"):
            looks.add(f"sign {mark.text}")
    return looks


def _lines(path: Path) -> set[str]:
    if path.stroke == "shortcut" and path.fill == "card":
        return {"trapezoid"}
    if path.fill or _length(path) < 15:  # arrowheads; the signs inside of circles
        return set()
    if path.stroke == "edge":
        return {"tensor"}
    return {f"shortcut {path.dash} {path.width}"} if path.stroke == "shortcut" else set()


def _length(path: Path) -> float:
    points = [(step.x, step.y) for step in path.steps if not isinstance(step, Close)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (max(xs) - min(xs)) + (max(ys) - min(ys))


def _circles(circle: Circle, marks: Sequence[Mark]) -> set[str]:
    if circle.fill == "shortcut":
        return {"dot"} if circle.radius == 3 else set()
    if circle.stroke == "edge":
        return {"port"}
    if circle.stroke != "shortcut":
        return set()
    inside = []
    for mark in marks:
        if isinstance(mark, Path) and mark.stroke == "shortcut" and len(mark.steps) == 2:
            ends = [step for step in mark.steps if isinstance(step, Move | Line)]
            if all(_distance(circle, end.x, end.y) < circle.radius for end in ends):
                inside.append("—" if ends[0].y == ends[1].y else "|")
        elif isinstance(mark, Circle) and mark.radius < 2 and _distance(circle, mark.x, mark.y) < 1:
            inside.append("·")
    return {f"join {''.join(sorted(inside))}"}


def _distance(circle: Circle, x: float, y: float) -> float:
    return float(((circle.x - x) ** 2 + (circle.y - y) ** 2) ** 0.5)


def _boxes(box: Box, marks: Sequence[Mark]) -> set[str]:
    if box.stroke == "accent-line":
        return {"open group"}
    if box.fill.startswith("op."):
        name = box.fill.removesuffix(".tint")
        return set() if name.endswith(".soft") or box.rect.height == 2 else {name}
    if box.rect.height == 2 and box.radius == 1:
        return {"bar"}
    alike = [
        each
        for each in marks
        if isinstance(each, Box) and each.fill == each.fill and each.stroke == "line-strong"
    ]
    sizes = [(each.rect.width, each.rect.height) for each in alike]
    behind = sizes.count((box.rect.width, box.rect.height)) >= 3 and box in alike
    near_ = [e for e in alike if 0 < abs(e.rect.x - box.rect.x) <= 6]
    return {"pile"} if behind and len(near_) >= 2 else set()
