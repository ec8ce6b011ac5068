"""Points of the landscape: the weights in the centre, coarse ones first, each once."""

from __future__ import annotations

import itertools

import pytest

from resnet_viz.experiments.planes import alphas_of, coarse_count, visiting_order


@pytest.mark.parametrize("grid", [3, 5, 7, 21, 51, 101])
def test_that_every_point_is_visited_once_and_coarse_ones_first(grid: int) -> None:
    order = visiting_order(grid)
    assert order[0] == (grid // 2, grid // 2)
    assert len(order) == len(set(order)) == grid * grid
    coarse = order[: coarse_count(grid)]
    rows = sorted({row for row, _column in coarse})
    assert (rows[0], rows[-1]) == (0, grid - 1)
    assert len(coarse) == len(rows) ** 2 <= 25
    assert len({b - a for a, b in itertools.pairwise(rows)}) == 1


def test_that_the_weights_lie_exactly_in_the_centre() -> None:
    alphas = alphas_of(21)
    assert (alphas[0], alphas[10], alphas[20]) == (-1.0, 0.0, 1.0)
    assert alphas[15] == 0.5
