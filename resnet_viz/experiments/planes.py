"""Points of the landscape's plane, and the order in which they are measured."""

from __future__ import annotations

from typing import Final

_COARSE: Final = 2
"""Most coarse points on either side of the centre."""


def alphas_of(grid: int) -> tuple[float, ...]:
    """``grid`` positions from −1 to 1 with 0 exactly in the middle.

    Args:
        grid: an odd number.
    """
    half = grid // 2
    return tuple(index / half for index in range(-half, half + 1))


def visiting_order(grid: int) -> tuple[tuple[int, int], ...]:
    """Rows and columns of all points: the centre, a coarse grid with it, then the others by row.

    Args:
        grid: points on each side, an odd number.
    """
    half = grid // 2
    pitch = next(
        step for step in range(1, half + 1) if half % step == 0 and half // step <= _COARSE
    )
    coarse = range(0, grid, pitch)
    first = {(half, half): None}
    first |= {(row, column): None for row in coarse for column in coarse}
    first |= {(row, column): None for row in range(grid) for column in range(grid)}
    return tuple(first)


def coarse_count(grid: int) -> int:
    """Number of points of the coarse grid, which come first in ``visiting_order``."""
    half = grid // 2
    pitch = next(
        step for step in range(1, half + 1) if half % step == 0 and half // step <= _COARSE
    )
    return (2 * (half // pitch) + 1) ** 2
