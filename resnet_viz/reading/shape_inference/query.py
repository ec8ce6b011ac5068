"""What a rule of inference is asked, and how it reads a configuration it must not trust."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from resnet_viz.graph.types import Shape
from resnet_viz.reading.limits import MAX_RANK


class Unknown(Exception):  # noqa: N818 - not an error: nothing tells the shape
    """The rule can't say: an input is unknown, or the configuration isn't what it knows."""


class Query(msgspec.Struct, frozen=True):
    """One call as a rule sees it: configuration, other arguments, shapes of the inputs."""

    config: dict[str, Any]
    arguments: dict[str, Any]
    shapes: list[Shape | None]


# A list is of the shapes of several outputs, None where unknown; a tuple is one shape.
Shapes: TypeAlias = Shape | list[Shape] | list[Shape | None]
Rule: TypeAlias = Callable[[Query], Shapes]


def first(query: Query) -> Shape:
    """The first input's shape; also the rule of all that leave the shape as it is."""
    if not query.shapes:
        raise Unknown
    shape = query.shapes[0]
    if shape is None:
        raise Unknown
    return shape


def every(query: Query) -> list[Shape]:
    """The shapes of all inputs, of which there must be some and none unknown."""
    known = [shape for shape in query.shapes if shape is not None]
    if not known or len(known) < len(query.shapes):
        raise Unknown
    return known


def whole(value: object, *, least: int = 1) -> int:
    """``value`` if it is a whole number of at least ``least``."""
    if type(value) is not int or value < least:
        raise Unknown
    return value


def sizes(value: object, rank: int, *, least: int = 1) -> list[int]:
    """One number for each of ``rank`` axes, from a list or from one number for all."""
    if not isinstance(value, list):
        return [whole(value, least=least)] * rank
    if len(value) != rank:
        raise Unknown
    return [whole(item, least=least) for item in value]


def axis_of(value: object, rank: int) -> int:
    """``value`` as an axis of ``rank`` ones, counted from the front."""
    if type(value) is not int or not -rank <= value < rank:
        raise Unknown
    return value % rank


def second(query: Query) -> Shape:
    """The second input's shape."""
    if len(query.shapes) < 2 or query.shapes[1] is None:
        raise Unknown
    return query.shapes[1]


def axes_of(value: object, rank: int) -> list[int]:
    """``value``, one axis or a list, as different axes of ``rank`` ones, from the front."""
    items = value if isinstance(value, list) else [value]
    if len(items) > MAX_RANK:
        raise Unknown
    axes = [axis_of(item, rank) for item in items]
    if len(set(axes)) < len(axes):
        raise Unknown
    return axes


def channels_first(query: Query) -> bool:
    """Whether the layer has its channels before the spatial axes; Keras's own default is last."""
    return bool(query.config.get("data_format") == "channels_first")
