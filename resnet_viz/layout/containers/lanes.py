"""Lanes for vertical runs of wires to the right of the nodes beside them; no two runs meet."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from resnet_viz.layout.metrics import ARC_LANE, LANE_STEP


class LaneRun(msgspec.Struct, frozen=True):
    """A vertical run from ``top`` to ``bottom`` with a label of a width on its right."""

    top: float
    bottom: float
    label: float = 0.0

    def meets(self, other: LaneRun) -> bool:
        """True if the two share some height."""
        return self.top < other.bottom and other.top < self.bottom


class Obstacle(msgspec.Struct, frozen=True):
    """A box that lanes keep clear of: its height and its right side."""

    height: LaneRun
    right: float


def lanes(runs: Sequence[LaneRun], obstacles: Sequence[Obstacle]) -> tuple[float, ...]:
    """The x of each run: right of every obstacle, short runs inside, long ones outside."""
    taken: list[tuple[LaneRun, float]] = []
    positions = [0.0] * len(runs)
    by_length = sorted(range(len(runs)), key=lambda i: (runs[i].bottom - runs[i].top, i))
    for index in by_length:
        run = runs[index]
        beside = [obstacle.right for obstacle in obstacles if obstacle.height.meets(run)]
        x = max(beside, default=0.0) + ARC_LANE
        for other, lane in sorted(taken, key=lambda pair: pair[1]):
            if not other.meets(run):
                continue
            if abs(lane - x) < LANE_STEP:
                x = lane + LANE_STEP
            if other.label and lane < x < lane + other.label + 2 * LANE_STEP:
                x = lane + other.label + 2 * LANE_STEP
        taken.append((run, x))
        positions[index] = x
    return tuple(positions)
