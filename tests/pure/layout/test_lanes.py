"""Lanes beside a chain: clear of what stands there and of each other."""

from __future__ import annotations

from resnet_viz.layout.containers.lanes import LaneRun, Obstacle, lanes

ARC, STEP = 19.0, 12.0
"""The board's distances from a card to the first lane, and from lane to lane."""


def test_that_a_lane_keeps_clear_of_the_boxes_beside_it_only() -> None:
    boxes = [Obstacle(LaneRun(0, 50), 60.0), Obstacle(LaneRun(200, 250), 90.0)]
    assert lanes([LaneRun(10, 40)], boxes) == (60.0 + ARC,)
    assert lanes([LaneRun(60, 190)], boxes) == (ARC,)
    assert lanes([LaneRun(40, 210)], boxes) == (90.0 + ARC,)


def test_that_short_runs_lie_inside_of_long_ones() -> None:
    around, inner = LaneRun(0, 100), LaneRun(20, 40)
    assert lanes([around, inner], []) == (ARC + STEP, ARC)


def test_that_runs_that_do_not_meet_share_a_lane() -> None:
    assert lanes([LaneRun(0, 40), LaneRun(40, 90)], []) == (ARC, ARC)


def test_that_a_lane_keeps_clear_of_a_label_beside_another() -> None:
    labelled, around = LaneRun(10, 20, label=30.0), LaneRun(0, 100)
    inner, outer = lanes([labelled, around], [])
    assert (inner, outer) == (ARC, ARC + 30.0 + 2 * STEP)
