"""Alignment of two sequences: the pairs with the highest score that keep both orders.

Needleman and Wunsch 1970, with a bonus for pairs that follow each other directly, so that a gap
stays in one piece. Only a band around the diagonal is computed for long sequences.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from typing import Final, TypeVar

Kind = TypeVar("Kind", bound=Hashable)

ADJACENT: Final = 1
"""Bonus for a pair right after another pair."""
_MOST_CELLS: Final = 400_000
_NEVER: Final = -(10**9)


def align(
    left: Sequence[Kind], right: Sequence[Kind], score: Callable[[Kind, Kind], int]
) -> list[tuple[int, int]]:
    """Pairs of indices, ascending in both sequences, with the highest sum of scores.

    Args:
        left: what each item is; equal kinds have equal scores.
        right: likewise.
        score: more than 0 for kinds that may be paired; larger is better.
    """
    if not left or not right:
        return []
    kinds = {kind: index for index, kind in enumerate(dict.fromkeys(right))}
    columns = [kinds[kind] for kind in right]
    scores = {one: [score(one, other) for other in kinds] for one in dict.fromkeys(left)}
    bands = _bands(len(left), len(right))
    paired: list[list[int]] = []  # best with the row's item paired with the column's
    best: list[list[int]] = []  # best so far, whatever is paired
    above, above_paired, above_start = [0] * (len(right) + 1), [_NEVER] * (len(right) + 1), 0
    for kind, (start, stop) in zip(left, bands, strict=True):
        above = _shifted(above, start - above_start, stop - start + 1)
        above_paired = _shifted(above_paired, start - above_start, stop - start + 1)
        own = scores[kind]
        values = [own[column] for column in columns[start:stop]]
        above, above_paired = _next_row(values, above, above_paired)
        above_start = start
        best.append(above)
        paired.append(above_paired)
    return _trace(bands, best, paired)


def _shifted(row: list[int], by: int, length: int) -> list[int]:
    """A row as the next band sees it; beyond its end it stays as it was there."""
    seen = row[by : by + length]
    return seen + [row[-1]] * (length - len(seen))


def _next_row(
    values: list[int], above: list[int], above_paired: list[int]
) -> tuple[list[int], list[int]]:
    """Best sums of a row, and those that pair the row's item, from the row above."""
    diagonal, diagonal_paired, last = above[0], above_paired[0], above[0]
    row, row_paired = [last], [_NEVER]
    for value, up, up_paired in zip(values, above[1:], above_paired[1:], strict=True):
        last = max(last, up)
        if value > 0:
            follows = diagonal_paired + ADJACENT
            pair = value + (follows if follows > diagonal else diagonal)
            row_paired.append(pair)
            last = max(last, pair)
        else:
            row_paired.append(_NEVER)
        row.append(last)
        diagonal, diagonal_paired = up, up_paired
    return row, row_paired


def _bands(rows: int, columns: int) -> list[tuple[int, int]]:
    """The columns that each row looks at: all, or a band around the diagonal."""
    if rows * columns <= _MOST_CELLS:
        return [(0, columns)] * rows
    half = max(_MOST_CELLS // rows // 2, columns // rows + 1)
    middles = (row * columns // rows for row in range(rows))
    return [(max(0, middle - half), min(columns, middle + half)) for middle in middles]


def _trace(
    bands: list[tuple[int, int]], best: list[list[int]], paired: list[list[int]]
) -> list[tuple[int, int]]:
    """Pairs on the best path, from its end."""
    pairs: list[tuple[int, int]] = []
    row, column, must_pair = len(best) - 1, bands[-1][1], False
    while row >= 0:
        start, stop = bands[row]
        offset = min(column, stop) - start
        if offset <= 0:
            row, must_pair = row - 1, False
            continue
        if not must_pair and best[row][offset] == best[row][offset - 1]:
            column = start + offset - 1  # of equal choices the earliest: what follows was added
        elif must_pair or best[row][offset] == paired[row][offset]:
            pairs.append((row, start + offset - 1))
            must_pair = _continues(bands, best, paired, row, start + offset - 1)
            row, column = row - 1, start + offset - 1
        else:
            row -= 1
    return pairs[::-1]


def _continues(
    bands: list[tuple[int, int]],
    best: list[list[int]],
    paired: list[list[int]],
    row: int,
    column: int,
) -> bool:
    """True if the pair before the one at (row, column) is its direct neighbour."""
    if row == 0 or column == 0:
        return False
    start, stop = bands[row - 1]
    offset = min(column, stop) - start
    if offset <= 0:
        return False
    return paired[row - 1][offset] + ADJACENT > best[row - 1][offset]


def longest_ascending(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest choice of pairs that ascend in both numbers (patience sorting)."""
    ordered = sorted(pairs)
    ends: list[int] = []
    chains: list[int] = []
    previous: list[int | None] = []
    for index, (_, second) in enumerate(ordered):
        pile = bisect_left(ends, second)
        previous.append(chains[pile - 1] if pile else None)
        ends[pile : pile + 1] = [second]
        chains[pile : pile + 1] = [index]
    result = []
    at: int | None = chains[-1] if chains else None
    while at is not None:
        result.append(ordered[at])
        at = previous[at]
    return result[::-1]
