"""Sizes of inputs, without the batch, that tests of shape rules share."""

from __future__ import annotations

VECTOR, SEQUENCE, IMAGE, VOLUME = (6,), (10, 6), (12, 9, 4), (6, 7, 8, 4)
OPEN_SEQUENCE, OPEN_IMAGE = (None, 6), (None, 9, 4)
FILM = (5, 12, 9, 4)
