"""Axes of the charts: pixels, round ticks, zooming."""

from __future__ import annotations

import pytest

from resnet_viz.drawing.charts.axis import Axis, Interval

LIMITS = Interval(0.0, 100.0)


def texts(view: Interval, pixels: float, *, logarithmic: bool = False) -> list[str]:
    axis = Axis(view, 0.0, pixels, logarithmic)
    return [tick.text for tick in axis.ticks(50)]


def test_that_an_axis_maps_positions_to_pixels_and_back() -> None:
    upward = Axis(Interval(1.0, 3.0), 100.0, 20.0)
    assert (upward.pixel(1.0), upward.pixel(1.5), upward.pixel(3.0)) == (100.0, 80.0, 20.0)
    assert upward.position(80.0) == 1.5
    assert Axis(Interval(0.0, 4.0), 0.0, 1.0, logarithmic=True).scale(1000.0) == pytest.approx(3)


def test_that_ticks_are_round_and_have_room() -> None:
    assert texts(Interval(0, 250), 250) == ["0", "50", "100", "150", "200", "250"]
    assert texts(Interval(3, 6), 200, logarithmic=True) == ["1 K", "10 K", "100 K", "1 M"]
    assert texts(Interval(0, 12), 100, logarithmic=True) == ["1", "10 M"]
    assert texts(Interval(1, 1), 250) == []
    for low, high in ((0.0, 12.0), (2.0, 2.3), (5.0, 5.01)):
        assert len(texts(Interval(low, high), 300, logarithmic=True)) <= 7


def test_that_zooming_keeps_the_pointers_position_and_the_limits() -> None:
    assert LIMITS.zoomed(0.5, 20.0, LIMITS, least=4.0) == Interval(10.0, 60.0)
    assert Interval(10.0, 60.0).zoomed(2.0, 20.0, LIMITS, least=4.0) == LIMITS
    assert Interval(0.0, 10.0).zoomed(2.0, 10.0, LIMITS, least=4.0) == Interval(0.0, 20.0)
    assert Interval(0.0, 5.0).zoomed(0.1, 0.0, LIMITS, least=4.0) == Interval(0.0, 4.0)


def test_that_panning_stops_at_the_limits() -> None:
    assert Interval(10.0, 20.0).moved(-50.0, LIMITS) == Interval(0.0, 10.0)
    assert Interval(10.0, 20.0).moved(85.0, LIMITS) == Interval(90.0, 100.0)


def test_that_a_position_comes_into_view_by_the_shortest_pan() -> None:
    assert Interval(10.0, 20.0).showing(15.0, LIMITS) == Interval(10.0, 20.0)
    assert Interval(10.0, 20.0).showing(30.0, LIMITS) == Interval(20.5, 30.5)
    assert Interval(10.0, 20.0).showing(5.0, LIMITS) == Interval(4.5, 14.5)
