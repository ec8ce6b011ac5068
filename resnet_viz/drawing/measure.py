"""Protocol of text measuring, so that layout and drawing need no fonts."""

from __future__ import annotations

from typing import Protocol


class Measurer(Protocol):
    """Measures the width of a line of text."""

    def width(self, text: str, size: float, weight: int = 400, *, tabular: bool = False) -> float:
        """Advance width in pixels of ``text`` at ``size`` pixels."""
        ...


def fitted(
    measure: Measurer, text: str, size: float, room: float, *, weight: int, least: float
) -> float:
    """The largest size of text, at most ``size``, that fits into ``room``; at least ``least``."""
    width = measure.width(text, size, weight)
    return size if width <= room else max(least, size * room / width)


def wrapped(
    measure: Measurer, text: str, size: float, room: float, *, weight: int = 400
) -> list[str]:
    """The text broken between words, each line no wider than ``room`` if its words are not."""
    lines: list[str] = []
    for word in text.split() or [""]:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measure.width(longer, size, weight) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
