"""Runs of neighbouring indices, for selections of many rows or marks."""

from __future__ import annotations

from collections.abc import Iterable


def index_runs(indices: Iterable[int], *, gap: int = 1) -> list[tuple[int, int]]:
    """First and last of each run of neighbours, in order: {1, 2, 3, 7} as (1, 3), (7, 7).

    ``gap``: the largest distance between neighbours.
    """
    runs: list[tuple[int, int]] = []
    for index in sorted(indices):
        if runs and index - runs[-1][1] <= gap:
            runs[-1] = (runs[-1][0], index)
        else:
            runs.append((index, index))
    return runs
