"""Runs of bars that belong to one stage, with the title below them."""

from __future__ import annotations

from itertools import groupby

import msgspec

from resnet_viz.gui.cost.model import Costs


class StageSpan(msgspec.Struct, frozen=True):
    """Neighbouring bars of one stage.

    Attributes:
        first, last: indices of its bars.
        title: the stage's; the bar's own where it is the only one.
        token: colour token of the title.
        numbered: whether each bar has its number in the stage below it.
    """

    first: int
    last: int
    title: str
    token: str
    numbered: bool


def spans_of(costs: Costs) -> tuple[StageSpan, ...]:
    """The runs of bars, in order. At stage detail every bar is a run of its own."""
    spans: list[StageSpan] = []
    for stage, run in groupby(enumerate(costs.bars), key=lambda pair: pair[1].stage):
        marks = [mark for mark, _ in run]
        bar = costs.bars[marks[0]]
        numbered = len(marks) > 1
        title = costs.shares[stage].title if numbered else bar.title
        spans.append(StageSpan(marks[0], marks[-1], title, f"{bar.token}.text", numbered))
    return tuple(spans)
