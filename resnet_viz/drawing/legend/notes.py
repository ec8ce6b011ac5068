"""Lines of text around a picture: its title, its caption, notes where it is not the usual one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from resnet_viz.analysis.costs.summary import parameters_and_macs
from resnet_viz.analysis.costs.types import Totals
from resnet_viz.analysis.wording.numbers import depth_text
from resnet_viz.drawing.display_list import ALL, Item, ItemKind, Mark, Rect, Text
from resnet_viz.drawing.letters import with_letters
from resnet_viz.drawing.marks import extent_of
from resnet_viz.drawing.measure import Measurer, wrapped
from resnet_viz.layout.view import View

_SIZE = 11.5
_LINE = 16.0
_LEAST_WIDTH = 320.0
_TITLE_SIZE = 16.0
_TITLE_LINE = 22.0


def note_items(notes: tuple[str, ...], extent: Rect, measurer: Measurer) -> list[Item]:
    """The notes below each other, below everything in ``extent``."""
    items: list[Item] = []
    y = extent.bottom + 12.0
    for number, note in enumerate(notes):
        items.append(_paragraph(f"note:{number}", "note", (note,), (extent, y), measurer))
        y = items[-1].bounds.bottom
    return items


def finished(
    items: Iterable[Item], view: View, caption: Sequence[str], measurer: Measurer
) -> tuple[Rect, tuple[Item, ...]]:
    """Bounds and items of a picture, in drawing order, with its caption, title and letters."""
    found = list(items)
    if caption:
        found.append(_caption_item(caption, extent_of(found), measurer))
    if view.title.strip():
        found.append(_title_item(view.title, extent_of(found), measurer))
    if view.letters:
        found = [with_letters(item, view.letters) for item in found]
    found.sort(key=lambda item: item.level)
    return extent_of(found).grown(view.margin), tuple(found)


def _caption_item(lines: Sequence[str], extent: Rect, measurer: Measurer) -> Item:
    """The caption below everything in ``extent``, a line or more for each of ``lines``."""
    return _paragraph("caption", "title", lines, (extent, extent.bottom + 14.0), measurer)


def caption_lines(view: View, totals: Totals | None = None) -> tuple[str, ...]:
    """The lines of a caption: "34 weighted layers, 21.8 M parameters, 3.66 G MACs" is the last.

    Args:
        view: has the caption, and whether totals are written.
        totals: of the model; None for a picture of several.
    """
    lines = (view.caption, _totals_text(totals) if view.totals and totals is not None else "")
    return tuple(line for line in lines if line.strip())


def _totals_text(totals: Totals) -> str:
    return f"{depth_text(totals.weighted_layers)}, {parameters_and_macs(totals.numbers)}"


def _title_item(title: str, extent: Rect, measurer: Measurer) -> Item:
    """The title above everything in ``extent``, in lines of its width."""
    room = max(extent.width, _LEAST_WIDTH)
    lines = wrapped(measurer, title, _TITLE_SIZE, room, weight=700)
    top = extent.y - 18.0 - _TITLE_LINE * len(lines)
    width = max(measurer.width(line, _TITLE_SIZE, 700) for line in lines)
    marks = tuple(
        Text(extent.x, top + 16.0 + _TITLE_LINE * row, line, _TITLE_SIZE, "text", 700, lod=ALL)
        for row, line in enumerate(lines)
    )
    rect = Rect(extent.x, top, max(width, 1.0), _TITLE_LINE * len(lines))
    return Item("title", "title", None, rect, marks, level=5)


def _paragraph(
    name: str, kind: ItemKind, texts: Sequence[str], at: tuple[Rect, float], measurer: Measurer
) -> Item:
    extent, y = at
    room = max(extent.width, _LEAST_WIDTH)
    lines = [line for text in texts for line in wrapped(measurer, text, _SIZE, room)]
    width = max(measurer.width(line, _SIZE) for line in lines)
    marks: tuple[Mark, ...] = tuple(
        Text(extent.x, y + _LINE * row + 12.0, line, _SIZE, "text-2", lod=ALL)
        for row, line in enumerate(lines)
    )
    rect = Rect(extent.x, y, width, _LINE * len(lines))
    return Item(name, kind, None, rect, marks, title=" ".join(texts), level=5)
