"""Shapes as people read them: H×W×C, without the batch."""

from __future__ import annotations

from resnet_viz.graph.values import Graph, Shape

UNKNOWN_TEXT = "–"


def channels_first(graph: Graph) -> bool:
    """Whether the model's convolutions and poolings have their channels first."""
    return graph.is_channels_first


def spatial(shape: Shape | None, *, first: bool = False) -> tuple[int | None, ...]:
    """The sizes between batch and channels; () for vectors and unknown shapes."""
    if shape is None or len(shape) < 3:
        return ()
    return tuple(shape[2:] if first else shape[1:-1])


def channels(shape: Shape | None, *, first: bool = False) -> int | None:
    """The number of channels (the size of a vector); None if unknown or a scalar."""
    if shape is None or len(shape) < 2:
        return None
    return shape[1] if first and len(shape) > 2 else shape[-1]


def shape_text(shape: Shape | None, *, first: bool = False) -> str:
    """``(None, 56, 56, 64)`` as "56×56×64"; unknown sizes as "?", an unknown shape as "–"."""
    if shape is None:
        return UNKNOWN_TEXT
    sizes = list(shape[1:])
    if first and len(sizes) > 1:
        sizes = [*sizes[1:], sizes[0]]
    return "×".join("?" if size is None else str(size) for size in sizes) if sizes else "scalar"


def size_text(sizes: tuple[int | None, ...]) -> str:
    """Spatial sizes alone: "56×56"; "" for none."""
    return "×".join("?" if size is None else str(size) for size in sizes)
