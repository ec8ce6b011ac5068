"""Heights of lines: those of equal output size beside each other, as in the paper's figure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Final

import msgspec

from resnet_viz.drawing.classic.column import ClassicColumn

PITCH: Final = 30.0
"""From line to line."""


class Heights(msgspec.Struct, frozen=True):
    """Positions of the lines of all columns.

    Attributes:
        lines: y of each line's upper side, by column.
        sizes: for each column the output sizes to write at its left with the line of each; of
            columns whose sizes lie at the same heights the first has those of all.
    """

    lines: tuple[tuple[float, ...], ...]
    sizes: tuple[tuple[tuple[str, float], ...], ...]


def heights_of(columns: Sequence[ClassicColumn]) -> Heights:
    """Heights of the lines; equal sizes are at equal heights where all columns shrink the image."""
    runs = [
        [(size, len(list(lines))) for size, lines in groupby(column.lines, lambda line: line.size)]
        for column in columns
    ]
    order = _common_order(runs)
    if order is None:
        return _each_for_itself(columns, runs)
    counts = [dict(run) for run in runs]
    tops: dict[str, float] = {}
    y = 0.0
    for size in order:
        tops[size] = y
        y += PITCH * max(count.get(size, 0) for count in counts)
    lines = tuple(
        tuple(tops[size] + PITCH * number for size, count in run for number in range(count))
        for run in runs
    )
    return Heights(lines, (tuple(tops.items()), *(() for _ in columns[1:])))


def _common_order(runs: Sequence[Sequence[tuple[str, int]]]) -> list[str] | None:
    """The sizes of all columns, falling; None if one of them grows again or is no number."""
    sizes = {size for run in runs for size, _ in run}
    if not all(size.isdecimal() for size in sizes):
        return None
    if any(int(before) <= int(after) for run in runs for (before, _), (after, _) in pairwise(run)):
        return None
    return sorted(sizes, key=int, reverse=True)


def _each_for_itself(
    columns: Sequence[ClassicColumn], runs: Sequence[Sequence[tuple[str, int]]]
) -> Heights:
    lines = tuple(tuple(PITCH * n for n in range(len(column.lines))) for column in columns)
    sizes: list[tuple[tuple[str, float], ...]] = []
    for run, heights in zip(runs, lines, strict=True):
        starts = [sum(count for _, count in run[:number]) for number in range(len(run))]
        sizes.append(tuple((size, heights[at]) for (size, _), at in zip(run, starts, strict=True)))
    return Heights(lines, tuple(sizes))
