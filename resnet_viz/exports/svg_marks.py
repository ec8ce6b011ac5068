"""Marks of a display list as SVG elements."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, Protocol
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
    Token,
)
from resnet_viz.drawing.themes import Theme
from resnet_viz.paint.printable import printable

TABULAR: Final = "num"
"""Class of texts with figures of equal width."""
TABULAR_STYLE: Final = f".{TABULAR}{{font-variant-numeric:tabular-nums}}"


def css_name(token: Token) -> str:
    """CSS variable of a colour token."""
    return f"--{token.replace('.', '-')}"


class Ink(Protocol):
    """Attributes for the colours of marks."""

    def attributes(self, **tokens: Token) -> dict[str, str]:
        """Attributes for colour tokens by property ("fill", "stroke"); "" draws nothing."""
        ...


class ClassInk:
    """Colours as classes of a style sheet that takes them from CSS variables."""

    def __init__(self) -> None:
        self._classes: dict[tuple[str, Token], str] = {}

    def attributes(self, **tokens: Token) -> dict[str, str]:
        """One attribute, ``class``; none if nothing is drawn."""
        pairs = ((name, token) for name, token in tokens.items() if token)
        classes = [self._classes.setdefault(pair, f"c{len(self._classes)}") for pair in pairs]
        return {"class": " ".join(classes)} if classes else {}

    def style(self, color: Callable[[Token], str] = lambda token: f"var({css_name(token)})") -> str:
        """Style sheet of the classes; ``color`` gives the colour of a token."""
        return "".join(
            f".{name}{{{key}:{color(token)}}}" for (key, token), name in self._classes.items()
        )


class SvgInk:
    """Colours of marks as attributes; for two themes also as classes that a style sheet changes.

    Args:
        theme: the colours.
        dark: those of readers whose system is dark; None: the same.
    """

    def __init__(self, theme: Theme, dark: Theme | None = None) -> None:
        self._theme = theme
        self._dark = dark
        self._classes = ClassInk()

    def attributes(self, **tokens: Token) -> dict[str, str]:
        """Attributes for colour tokens by property ("fill", "stroke"); "" draws nothing."""
        drawn = {name: self._theme[token] for name, token in tokens.items() if token}
        return drawn if self._dark is None else drawn | self._classes.attributes(**tokens)

    @property
    def style(self) -> str:
        """Style sheet of the dark theme; "" without one."""
        if self._dark is None:
            return ""
        rules = self._classes.style(self._dark.__getitem__)
        return f"@media (prefers-color-scheme:dark){{{rules}}}"


@lru_cache(maxsize=1 << 14)  # most coordinates repeat
def number(value: float) -> str:
    """A coordinate to 1/100 pixel without noise: "12", "15.5", "0"."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(mark: Mark, ink: Ink) -> Element | None:
    """The mark as one element; None if it draws nothing."""
    if isinstance(mark, Text):
        return _text(mark, ink) if mark.text else None
    drawn = _drawn(mark, ink)
    if not drawn:
        return None
    if isinstance(mark, Box):
        return Element("rect", _box(mark) | drawn)
    if isinstance(mark, Circle):
        center = {"cx": number(mark.x), "cy": number(mark.y), "r": number(mark.radius)}
        return Element("circle", center | drawn)
    return Element("path", {"d": path_data(mark.steps)} | drawn)


def _text(mark: Text, ink: Ink) -> Element:
    shown = printable(mark.text)
    attributes = {"x": number(mark.x), "y": number(mark.y), "font-size": number(mark.size)}
    if mark.weight != 400:
        attributes["font-weight"] = str(mark.weight)
    if mark.anchor != "start":
        attributes["text-anchor"] = mark.anchor
    attributes |= ink.attributes(fill=mark.color)
    if mark.tabular:
        attributes["class"] = f"{attributes.get('class', '')} {TABULAR}".strip()
    if shown != " ".join(shown.split()):
        attributes["xml:space"] = "preserve"
    text = Element("text", attributes)
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


def _drawn(mark: Box | Path | Circle, ink: Ink) -> dict[str, str]:
    """Fill and stroke; the root's defaults are no fill, no stroke, width 1."""
    attributes = ink.attributes(fill=mark.fill, stroke=mark.stroke)
    if mark.stroke:
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
