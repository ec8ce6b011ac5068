"""Marks of a display list as SVG elements."""

from __future__ import annotations

from typing import Final

from resnet_viz.drawing.display_list import (
    Box,
    Circle,
    Cubic,
    Dash,
    Line,
    Mark,
    Move,
    Path,
    Step,
    Text,
)
from resnet_viz.drawing.themes import Theme
from resnet_viz.exports.xml import attribute, content
from resnet_viz.paint.printable import printable

TABULAR: Final = "num"
"""Class of texts with figures of equal width; the style sheet says what it means."""


def number(value: float) -> str:
    """A coordinate to 1/100 pixel without noise: "12", "15.5", "0"."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(mark: Mark, theme: Theme) -> str:
    """The mark as one element; "" if it draws nothing."""
    if isinstance(mark, Text):
        return _text(mark, theme)
    ink = _ink(mark, theme)
    if not ink:
        return ""
    if isinstance(mark, Box):
        return f"<rect{_box(mark)}{ink}/>"
    if isinstance(mark, Circle):
        place = f' cx="{number(mark.x)}" cy="{number(mark.y)}" r="{number(mark.radius)}"'
        return f"<circle{place}{ink}/>"
    return f'<path d="{path_data(mark.steps)}"{ink}/>'


def _text(mark: Text, theme: Theme) -> str:
    if not mark.text:
        return ""
    shown = printable(mark.text)
    attributes = [f'x="{number(mark.x)}" y="{number(mark.y)}" font-size="{number(mark.size)}"']
    if mark.weight != 400:
        attributes.append(f'font-weight="{mark.weight}"')
    if mark.anchor != "start":
        attributes.append(f'text-anchor="{mark.anchor}"')
    if mark.tabular:
        attributes.append(f'class="{TABULAR}"')
    if shown != " ".join(shown.split()):
        attributes.append('xml:space="preserve"')
    attributes.append(f"fill={attribute(theme[mark.color])}")
    return f"<text {' '.join(attributes)}>{content(shown)}</text>"


def _box(mark: Box) -> str:
    rect = mark.rect
    radius = min(mark.radius, rect.width / 2, rect.height / 2)
    corners = f' rx="{number(radius)}"' if radius else ""
    return (
        f' x="{number(rect.x)}" y="{number(rect.y)}" width="{number(rect.width)}"'
        f' height="{number(rect.height)}"{corners}'
    )


def _ink(mark: Box | Path | Circle, theme: Theme) -> str:
    """Fill and stroke; the root's defaults are no fill, no stroke, width 1."""
    parts: list[str] = []
    if mark.fill:
        parts.append(f' fill="{theme[mark.fill]}"')
    if mark.stroke:
        parts.append(f' stroke="{theme[mark.stroke]}"')
        if mark.width != 1.0:
            parts.append(f' stroke-width="{number(mark.width)}"')
        dash: Dash = () if isinstance(mark, Circle) else mark.dash
        if dash:
            parts.append(f' stroke-dasharray="{" ".join(map(number, dash))}"')
    return "".join(parts)


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
            values = (step.x1, step.y1, step.x2, step.y2, step.x, step.y)
            parts.append("C" + " ".join(map(number, values)))
            at = (number(step.x), number(step.y))
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
