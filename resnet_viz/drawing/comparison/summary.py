"""Legend and list of differences below a picture of a comparison."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from resnet_viz.analysis.wording.numbers import counted
from resnet_viz.comparison.statuses import Status, Statuses
from resnet_viz.comparison.types import Comparison
from resnet_viz.drawing.comparison.looks import LOOKS, badge, near_outline, restyled
from resnet_viz.drawing.display_list import Box, Item, Mark, Rect, Text
from resnet_viz.drawing.legend.entries import LegendEntry, line_sample
from resnet_viz.drawing.legend.legend import legend_item, legend_of
from resnet_viz.drawing.measure import Measurer, wrapped
from resnet_viz.reports.comparison_json import comparison_values
from resnet_viz.reports.comparison_lines import (
    DifferenceLine,
    consequence_line,
    difference_lines,
    headline,
    shortcut_lines,
    total_lines,
)

_CARD: Final = Rect(2.0, -7.0, 30.0, 14.0)
_PAD: Final = 16.0
_LINE: Final = 16.0
_SIZE: Final = 11.5
_LEAST: Final = 420.0
_GAP: Final = 24.0
MOST_LINES: Final = 24
"""Lines of differences in a picture; the reports have all of them."""
_TOTALS: Final = ("parameters", "MACs", "weighted layers")


def summary_items(
    comparison: Comparison, statuses: tuple[Statuses, ...], extent: Rect, measurer: Measurer
) -> list[Item]:
    """Legend and list, below everything in ``extent``.

    Args:
        comparison: the comparison.
        statuses: of the models that are drawn.
        extent: of the picture so far.
        measurer: measures text.
    """
    top = extent.bottom + _GAP
    listed = _entries(comparison, statuses)
    items: list[Item] = []
    x = extent.x
    if listed:
        legend = legend_item(legend_of(listed, measurer, extent.width / 3), x, top)
        items.append(legend)
        x = legend.bounds.right + _GAP
    if extent.right - x < _LEAST and items:  # beside the legend there is no room
        x, top = extent.x, items[0].bounds.bottom + _GAP
    items.append(_list(comparison, x, top, max(_LEAST, extent.right - x), measurer))
    return items


def sign_texts(comparison: Comparison, statuses: tuple[Statuses, ...]) -> dict[Status, str]:
    """Meaning of each status that occurs in the models that are drawn, with its count of calls."""
    drawn = {status for each in statuses for status in (*each.calls.values(), *each.uses.values())}
    counts = comparison.counts
    texts: dict[Status, tuple[str, int]] = {
        "removed": (f"removed, only in {comparison.a.title}", counts.removed),
        "added": (f"added, only in {comparison.b.title}", counts.added),
        "changed": ("changed", counts.changed),
        "moved": ("moved", counts.moved),
    }
    return {
        status: f"{text}: {counted(count, 'call')}" if count else text
        for status, (text, count) in texts.items()
        if status in drawn
    }


def _entries(comparison: Comparison, statuses: tuple[Statuses, ...]) -> list[LegendEntry]:
    entries = [
        LegendEntry(_card_sample(status), text)
        for status, text in sign_texts(comparison, statuses).items()
    ]
    shortcuts = Counter[Status]()
    changes = comparison.shortcuts
    shortcuts["removed"], shortcuts["added"] = len(changes.removed), len(changes.added)
    shortcuts["changed"] = len(changes.changed)
    entries += [
        LegendEntry(_line_sample(status), f"{counted(count, 'shortcut')} {LOOKS[status].word}")
        for status, count in shortcuts.items()
        if count
    ]
    return entries


def _card_sample(status: Status) -> tuple[Mark, ...]:
    look = LOOKS[status]
    sign = badge((_CARD.right, _CARD.y + 3), look, radius=6.0)
    return (Box(_CARD, 4, "card"), *near_outline(_CARD, look, 4.0), *sign)


def _line_sample(status: Status) -> tuple[Mark, ...]:
    look = LOOKS[status]
    marks = (restyled(mark, look) for mark in line_sample("shortcut"))
    return (*marks, *badge((15.0, 0.0), look, radius=6.0))


def _list(comparison: Comparison, x: float, y: float, width: float, measurer: Measurer) -> Item:
    values = comparison_values(comparison)
    marks: list[Mark] = []
    room = width - 2 * _PAD
    row = y + 22.0
    for line, sign in _lines(values):
        status = next((s for s, look in LOOKS.items() if look.word == sign), None)
        left = x + _PAD + (20.0 if sign else 0.0)
        if status is not None:
            marks += badge((x + _PAD + 7.0, row - 4.0), LOOKS[status], radius=6.0)
        is_head = not marks
        weight = 600 if is_head else 400
        for part in wrapped(measurer, line, _SIZE, room - (left - x - _PAD), weight=weight):
            marks.append(Text(left, row, part, _SIZE, "text" if is_head else "text-2", weight))
            row += _LINE
        row += 3.0
    rect = Rect(x, y, width, row - y + 4.0)
    ground = Box(rect, 10, "surface", "line")
    return Item("differences", "legend", None, rect, (ground, *marks), level=5)


def _lines(values: dict[str, Any]) -> list[tuple[str, str]]:
    """Lines of the list, each with the word of its sign."""
    lines = [(headline(values), "")]
    if values["equal"]:
        return lines
    lines += [
        (f"{label}: {a} → {b} ({delta})", "")
        for label, a, b, delta in total_lines(values)
        if label in _TOTALS and delta != "0"
    ]
    lines += [(line.partition(": ")[2], line.partition(": ")[0]) for line in shortcut_lines(values)]
    differences = difference_lines(values)
    lines += [(_text(line), line.change) for line in differences[:MOST_LINES]]
    if len(differences) > MOST_LINES:
        lines.append((f"… and {len(differences) - MOST_LINES:,} more", ""))
    follows = consequence_line(values)
    return [*lines, (follows, "")] if follows else lines


def _text(line: DifferenceLine) -> str:
    numbers = [
        f"{number} {name}"
        for number, name in ((line.parameters, "parameters"), (line.macs, "MACs"))
        if number not in ("0", "–")
    ]
    tail = f": {', '.join(numbers)}" if numbers else ""
    return f"{line.text} ({line.names}){tail}"
