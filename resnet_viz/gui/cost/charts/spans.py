"""Runs of bars that belong to one stage, and what is written below them."""

from __future__ import annotations

import msgspec

from resnet_viz.gui.cost.model import Costs


class StageSpan(msgspec.Struct, frozen=True):
    """Neighbouring bars of one stage.

    Attributes:
        first, last: places of its bars.
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
    found: list[StageSpan] = []
    start = 0
    bars = costs.bars
    for place, bar in enumerate(bars):
        last = place + 1 == len(bars) or bars[place + 1].stage != bar.stage
        if not last:
            continue
        alone = start == place
        title = bar.title if alone else costs.shares[bar.stage].title
        found.append(StageSpan(start, place, title, f"{bar.token}.text", not alone))
        start = place + 1
    return tuple(found)
