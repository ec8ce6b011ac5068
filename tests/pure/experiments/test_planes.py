"""Points of the landscape: the weights in the centre, coarse ones first, each once."""

from __future__ import annotations

import pytest

from resnet_viz.experiments.planes import alphas_of, measured_lines, visiting_order


@pytest.mark.parametrize("grid", [3, 5, 7, 21, 51, 101])
def test_that_every_point_is_visited_once_from_the_centre_and_the_corners_on(grid: int) -> None:
    order = visiting_order(grid)
    assert order[0] == (grid // 2, grid // 2)
    assert len(order) == len(set(order)) == grid * grid
    ends = (0, grid // 2, grid - 1)
    assert set(order[:9]) == {(row, column) for row in ends for column in ends}


def test_that_a_result_holds_the_finest_level_that_is_complete() -> None:
    assert measured_lines(21, 1) == measured_lines(21, 8) == (10,)
    assert measured_lines(21, 9) == (0, 10, 20)
    assert measured_lines(21, 25) == (0, 5, 10, 15, 20)
    # 11 × 11 even lines, and of the 25 points before them 16 on the lines 5 and 15
    assert measured_lines(21, 121 + 16 - 1) == (0, 5, 10, 15, 20)
    assert measured_lines(21, 121 + 16) == tuple(range(0, 21, 2))
    assert measured_lines(21, 441) == tuple(range(21))


def test_that_the_weights_lie_exactly_in_the_centre() -> None:
    alphas = alphas_of(21)
    assert (alphas[0], alphas[10], alphas[20]) == (-1.0, 0.0, 1.0)
    assert alphas[15] == 0.5
