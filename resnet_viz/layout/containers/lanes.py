"""Lanes: vertical runs of wires to the right of what stands beside them, none on another."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from resnet_viz.layout.metrics import ARC_LANE, LANE_STEP


class LaneRun(msgspec.Struct, frozen=True):
    """A vertical run from ``top`` to ``bottom``, with a label so wide on its right."""

    top: float
    bottom: float
    label: float = 0.0

    def meets(self, other: LaneRun) -> bool:
        """Whether the two share some height."""
        return self.top < other.bottom and other.top < self.bottom


class Obstacle(msgspec.Struct, frozen=True):
    """Something beside which no lane may run: its height and its right side."""

    span: LaneRun
    right: float


def lanes(spans: Sequence[LaneRun], obstacles: Sequence[Obstacle]) -> tuple[float, ...]:
    """For each run its x: right of every obstacle, short runs inside, long ones outside."""
    taken: list[tuple[LaneRun, float]] = []
    found = [0.0] * len(spans)
    by_length = sorted(range(len(spans)), key=lambda i: (spans[i].bottom - spans[i].top, i))
    for place in by_length:
        span = spans[place]
        beside = [o.right for o in obstacles if o.span.meets(span)]
        x = max(beside, default=0.0) + ARC_LANE
        for other, lane in sorted(taken, key=lambda pair: pair[1]):
            if other.meets(span) and abs(lane - x) < LANE_STEP:
                x = lane + LANE_STEP
            if other.meets(span) and other.label and x < lane + other.label + 2 * LANE_STEP:
                x = max(x, lane + other.label + 2 * LANE_STEP) if x > lane else x
        taken.append((span, x))
        found[place] = x
    return tuple(found)
