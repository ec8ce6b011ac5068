"""Shapes for people: H×W×C, without the batch, whatever the data format."""

from __future__ import annotations

from typing import Final

from resnet_viz.graph.types import LayerCall, Ranks, Shape

UNKNOWN_TEXT = "–"

CHANNELS_LAST: Final[Ranks] = frozenset()
"""All tensors are channels-last."""
_OF_IMAGES: Final[Ranks] = frozenset({3, 4, 5})


def channels_first_ranks_of(call: LayerCall) -> Ranks:
    """Ranks of one call's tensors that have their channels first, from its ``data_format``."""
    return _OF_IMAGES if call.config.get("data_format") == "channels_first" else CHANNELS_LAST


def spatial(
    shape: Shape | None, *, channels_first_ranks: Ranks = CHANNELS_LAST
) -> tuple[int | None, ...]:
    """The sizes between batch and channels; () for vectors and unknown shapes."""
    if shape is None or len(shape) < 3:
        return ()
    return tuple(shape[2:] if len(shape) in channels_first_ranks else shape[1:-1])


def channels(shape: Shape | None, *, channels_first_ranks: Ranks = CHANNELS_LAST) -> int | None:
    """The number of channels (the size of a vector); None if unknown or a scalar."""
    if shape is None or len(shape) < 2:
        return None
    return shape[1] if len(shape) > 2 and len(shape) in channels_first_ranks else shape[-1]


def shape_text(shape: Shape | None, *, channels_first_ranks: Ranks = CHANNELS_LAST) -> str:
    """``(None, 56, 56, 64)`` as "56×56×64"; unknown sizes as "?", an unknown shape as "–"."""
    if shape is None:
        return UNKNOWN_TEXT
    sizes = list(shape[1:])
    if len(sizes) > 1 and len(shape) in channels_first_ranks:
        sizes = [*sizes[1:], sizes[0]]
    return "×".join("?" if size is None else str(size) for size in sizes) if sizes else "scalar"


def size_text(sizes: tuple[int | None, ...]) -> str:
    """Spatial sizes alone: "56×56"; "" for none."""
    return "×".join("?" if size is None else str(size) for size in sizes)
