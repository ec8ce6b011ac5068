"""Points of the landscape's plane, and the order in which they are measured: coarse, then finer.

A level holds every point whose distance from the border, in both directions, is a multiple of its
pitch. So each level is a whole picture with the weights in its centre.
"""

from __future__ import annotations


def alphas_of(grid: int) -> tuple[float, ...]:
    """``grid`` positions from −1 to 1 with 0 exactly in the middle.

    Args:
        grid: an odd number.
    """
    half = grid // 2
    return tuple(index / half for index in range(-half, half + 1))


def visiting_order(grid: int) -> tuple[tuple[int, int], ...]:
    """Rows and columns of all points: the centre, then level by level.

    Args:
        grid: points on each side, an odd number.
    """
    half = grid // 2
    order = {(half, half): None}
    for pitch in _pitches(grid):
        lines = range(0, grid, pitch)
        order |= {(row, column): None for row in lines for column in lines}
    return tuple(order)


def measured_lines(grid: int, measured: int) -> tuple[int, ...]:
    """Rows, and columns, of the finest level that is measured as a whole.

    Args:
        grid: points on each side, an odd number.
        measured: number of points measured, in ``visiting_order``.
    """
    found: tuple[int, ...] = (grid // 2,)
    seen: set[tuple[int, int]] = {(grid // 2, grid // 2)}
    for pitch in _pitches(grid):
        lines = tuple(range(0, grid, pitch))
        seen |= {(row, column) for row in lines for column in lines}
        if len(seen) <= measured:
            found = lines
    return found


def _pitches(grid: int) -> tuple[int, ...]:
    """Pitches of the levels, the coarsest first: all divisors of half of the plane."""
    half = grid // 2
    return tuple(pitch for pitch in range(half, 0, -1) if half % pitch == 0)
