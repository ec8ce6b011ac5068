"""Protocol of text measuring, so that layout and drawing need no fonts."""

from __future__ import annotations

from typing import Protocol


class Measurer(Protocol):
    """Measures the width of a line of text."""

    def width(self, text: str, size: float, weight: int = 400, *, tabular: bool = False) -> float:
        """Advance width in pixels of ``text`` at ``size`` pixels."""
        ...
