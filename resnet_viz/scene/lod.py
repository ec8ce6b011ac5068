"""Levels of detail: the zoom factors at which marks appear."""

from __future__ import annotations

from typing import Final

from resnet_viz.drawing.display_list import FAR, MID, NEAR

MID_FROM: Final = 0.4
NEAR_FROM: Final = 0.8


def level_of(zoom: float) -> int:
    """The level of detail (FAR, MID or NEAR) at a zoom; 1.0 is 100 %."""
    # A zoom that arithmetic left a hair under 80 % is still shown as 80 % in the zoom control.
    zoom = round(zoom, 4)
    if zoom < MID_FROM:
        return FAR
    return MID if zoom < NEAR_FROM else NEAR
