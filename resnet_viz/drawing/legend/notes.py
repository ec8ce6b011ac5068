"""Notes below a picture that is not the usual one, in lines of its width."""

from __future__ import annotations

from resnet_viz.drawing.display_list import ALL, Item, Rect, Text
from resnet_viz.drawing.measure import Measurer

_SIZE = 11.5
_LINE = 16.0
_LEAST_WIDTH = 320.0


def note_items(notes: tuple[str, ...], extent: Rect, measurer: Measurer) -> list[Item]:
    """The notes below each other, below everything in ``extent``."""
    room = max(extent.width, _LEAST_WIDTH)
    items: list[Item] = []
    y = extent.bottom + 12.0
    for number, note in enumerate(notes):
        lines = _lines(note, room, measurer)
        width = max(measurer.width(line, _SIZE) for line in lines)
        rect = Rect(extent.x, y, width, _LINE * len(lines))
        marks = tuple(
            Text(extent.x, y + _LINE * row + 12.0, line, _SIZE, "text-2", lod=ALL)
            for row, line in enumerate(lines)
        )
        items.append(Item(f"note:{number}", "note", None, rect, marks, title=note, level=5))
        y = rect.bottom
    return items


def _lines(note: str, room: float, measurer: Measurer) -> list[str]:
    """The note broken between words, each line no wider than ``room`` if its words are not."""
    lines: list[str] = []
    for word in note.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measurer.width(longer, _SIZE) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
