"""Marks of a display list as SVG elements."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from xml.etree.ElementTree import Element

from resnet_viz.drawing.display_list import (
    Box,
    Circle,
    Cubic,
    Line,
    Mark,
    Move,
    Path,
    Step,
    Text,
)
from resnet_viz.drawing.themes import Theme
from resnet_viz.paint.printable import printable

TABULAR: Final = "num"
"""Class of texts with figures of equal width; the style sheet says what it means."""


@lru_cache(maxsize=1 << 14)  # most coordinates repeat
def number(value: float) -> str:
    """A coordinate to 1/100 pixel without noise: "12", "15.5", "0"."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(mark: Mark, theme: Theme) -> Element | None:
    """The mark as one element; None if it draws nothing."""
    if isinstance(mark, Text):
        return _text(mark, theme) if mark.text else None
    ink = _ink(mark, theme)
    if not ink:
        return None
    if isinstance(mark, Box):
        return Element("rect", _box(mark) | ink)
    if isinstance(mark, Circle):
        center = {"cx": number(mark.x), "cy": number(mark.y), "r": number(mark.radius)}
        return Element("circle", center | ink)
    return Element("path", {"d": path_data(mark.steps)} | ink)


def _text(mark: Text, theme: Theme) -> Element:
    shown = printable(mark.text)
    attributes = {"x": number(mark.x), "y": number(mark.y), "font-size": number(mark.size)}
    if mark.weight != 400:
        attributes["font-weight"] = str(mark.weight)
    if mark.anchor != "start":
        attributes["text-anchor"] = mark.anchor
    if mark.tabular:
        attributes["class"] = TABULAR
    if shown != " ".join(shown.split()):
        attributes["xml:space"] = "preserve"
    text = Element("text", attributes | {"fill": theme[mark.color]})
    text.text = shown
    return text


def _box(mark: Box) -> dict[str, str]:
    rect = mark.rect
    attributes = {
        "x": number(rect.x),
        "y": number(rect.y),
        "width": number(rect.width),
        "height": number(rect.height),
    }
    radius = min(mark.radius, rect.width / 2, rect.height / 2)
    if radius:
        attributes["rx"] = number(radius)
    return attributes


def _ink(mark: Box | Path | Circle, theme: Theme) -> dict[str, str]:
    """Fill and stroke; the root's defaults are no fill, no stroke, width 1."""
    attributes = {}
    if mark.fill:
        attributes["fill"] = theme[mark.fill]
    if mark.stroke:
        attributes["stroke"] = theme[mark.stroke]
        if mark.width != 1.0:
            attributes["stroke-width"] = number(mark.width)
        if not isinstance(mark, Circle) and mark.dash:
            attributes["stroke-dasharray"] = " ".join(map(number, mark.dash))
    return attributes


def path_data(steps: tuple[Step, ...]) -> str:
    """The ``d`` of a path, absolute, with H and V for lines along the axes."""
    parts: list[str] = []
    at = ("", "")
    for step in steps:
        if isinstance(step, Move | Line):
            to = (number(step.x), number(step.y))
            parts.append(_straight(at, to, move=isinstance(step, Move)))
            at = to
        elif isinstance(step, Cubic):
            control = (step.x1, step.y1, step.x2, step.y2)
            at = (number(step.x), number(step.y))
            parts.append("C" + " ".join((*map(number, control), *at)))
        else:
            parts.append("Z")
            at = ("", "")
    return "".join(parts)


def _straight(at: tuple[str, str], to: tuple[str, str], *, move: bool) -> str:
    if move:
        return f"M{to[0]} {to[1]}"
    if to[1] == at[1]:
        return f"H{to[0]}"
    if to[0] == at[0]:
        return f"V{to[1]}"
    return f"L{to[0]} {to[1]}"
