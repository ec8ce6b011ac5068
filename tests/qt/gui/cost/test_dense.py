"""What is drawn of bars that are narrower than a pixel."""

from __future__ import annotations

import numpy as np
import pytest

from resnet_viz.gui.cost.charts.dense import Axes, every_pixel, running, runs, tallest


def test_that_wide_bars_are_all_drawn() -> None:
    assert tallest(np.array([0.1, 0.5, 1.0]), range(3), 10.0) == [0, 1, 2]
    assert tallest(np.array([0.1, 0.5, 1.0]), range(1, 1), 0.1) == []


def test_that_of_bars_on_one_pixel_the_tallest_is_drawn() -> None:
    heights = np.array([0.1, 0.9, 0.2, 0.3, 0.4, 1.0, 0.0, 0.2])
    assert tallest(heights, range(8), 0.5) == [1, 3, 5, 7]
    assert tallest(heights, range(2, 8), 0.25) == [3, 5]  # pixels 0 (2, 3) and 1 (4 to 7)


@pytest.mark.parametrize("count", [2, 781, 5_000, 70_000])
def test_that_no_more_is_drawn_than_there_are_pixels(count: int) -> None:
    heights = np.linspace(0, 1, count)
    pitch = 780 / count
    drawn = tallest(heights, range(count), pitch)
    assert len(drawn) <= 781
    assert drawn[-1] == count - 1
    assert sorted(set(drawn)) == drawn
    assert len(every_pixel(range(count), pitch)) <= 2 * 781


def test_that_a_line_reaches_its_last_place() -> None:
    assert every_pixel(range(10), 0.3) == [0, 3, 6, 9]
    assert every_pixel(range(11), 0.3) == [0, 3, 6, 9, 10]
    assert every_pixel(range(3), 20.0) == [0, 1, 2]
    assert every_pixel(range(0), 20.0) == []


def test_that_the_running_total_ends_at_one_and_unknown_adds_nothing() -> None:
    assert running([1, None, 3]).tolist() == [0.25, 0.25, 1.0]
    assert running([0, None]).tolist() == [0.0, 0.0]
    assert running([]).tolist() == []


def test_that_neighbours_are_one_run() -> None:
    assert runs({7, 1, 3, 2}) == [(1, 3), (7, 7)]
    assert runs(()) == []


def test_that_axes_map_places_and_heights() -> None:
    axes = Axes(origin=10.0, pitch=4.0, floor=100.0, rise=80.0)
    assert (axes.x(0.5), axes.y(0.25)) == (12.0, 80.0)
