"""Distances of rule-based placement, from the design board, in pixels at 100 %."""

from __future__ import annotations

from typing import Final

import msgspec

ARC_LANE: Final = 19.0
"""Distance from a card's right side to the first arc's lane."""
LANE_STEP: Final = 12.0
"""Distance between two lanes."""
DOT_LEAD: Final = 14.0
"""Distance from the entry dot down to the card."""
STEM: Final = 6.0
"""Distance from the card's bottom to the circle of its join."""
LEAK_X: Final = 30.0
"""Distance from a card's axis to the line of a tensor that leaves from its inside."""
LEAK_RISE: Final = 12.0
"""Height above a card's lower side at which such a line leaves to the right."""
CIRCLE: Final = 14.0
"""Diameter of a join's circle below a card."""
CIRCLE_OPEN: Final = 18.0
"""Diameter of a join's circle among layers."""
LABEL_GAP: Final = 8.0
"""Distance from a line to its shape label."""
BASELINE: Final = 4.0
"""Distance from the middle of a line of small text down to its baseline."""
WRAP_DROP: Final = 14.0
"""Height by which a wrap goes down before it turns right."""

PANEL_PAD: Final = 17.0
PANEL_HEAD: Final = 45.0
"""Height from a panel's top to the line on which tensors enter."""
PANEL_HEAD_UNDER: Final = 16.0
"""The same if a tensor comes straight down from the panel above."""
PANEL_FOOT: Final = 12.0
PANEL_LEFT: Final = 62.0 + PANEL_PAD
"""The least extent of a panel to the left of its axis."""
PANEL_RIGHT: Final = 62.0 + ARC_LANE + PANEL_PAD
GUTTER: Final = 30.0
GUTTER_LANE: Final = 8.0
CLOSED_PITCH: Final = 20.0
"""Between the lines on which several tensors meet a closed stage: room for a label."""
LEAVE_STEP: Final = 6.0
"""Between the lines on which several tensors leave a panel."""
PANEL_GAP: Final = 16.0
"""Between panels that stand one below the other."""
COLUMN_CARDS: Final = 8
"""A panel's column wraps after so many cards."""

FRAME_PAD: Final = 22.0
FRAME_HEAD: Final = 34.0
BRANCH_GAP: Final = 74.0
"""Between the residual branch and the shortcut's boxes: room for the shapes."""


class Spacing(msgspec.Struct, frozen=True):
    """The vertical distances of a chain.

    Attributes:
        first: from the entering line to the first card's top.
        bare: the same where nothing enters.
        card: between a card and the next one.
        join: between a circle and the next card.
        end: from the last node to the leaving line.
        dot: from the dot of a shortcut that parts from the entering tensor to the first card.
        in_frame: whether it stands in a frame, where shapes stand on the right of the line.
    """

    first: float
    bare: float
    card: float
    join: float
    end: float
    dot: float
    in_frame: bool


IN_PANEL: Final = Spacing(
    first=29, bare=20, card=30, join=28, end=WRAP_DROP, dot=14, in_frame=False
)
IN_FRAME: Final = Spacing(first=37, bare=27, card=27, join=27, end=22, dot=18.5, in_frame=True)
SCALE_HEIGHT: Final = 122.0
"""Height of a heat scale in the legend."""
