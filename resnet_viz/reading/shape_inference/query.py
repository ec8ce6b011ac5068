"""Input of shape rules, and readers for untrusted configuration values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from resnet_viz.graph.operands import listed_shapes, operand_shapes
from resnet_viz.graph.types import Shape
from resnet_viz.reading.limits import MAX_RANK


class UnknownShape(Exception):  # noqa: N818 - not an error
    """The shape can't be inferred: an input is unknown, or the configuration is unsupported."""


class ShapeQuery(msgspec.Struct, frozen=True):
    """Input of a shape rule: one call's configuration, other arguments, shapes of its inputs."""

    config: dict[str, Any]
    arguments: dict[str, Any]
    shapes: list[Shape | None]


RuleResult: TypeAlias = Shape | list[Shape] | list[Shape | None]
"""A tuple is the shape of the only output; a list has one for each output, None if unknown."""
Rule: TypeAlias = Callable[[ShapeQuery], RuleResult]


def input_shape(query: ShapeQuery) -> Shape:
    """Shape of the first input; also the rule of layers that keep the shape."""
    if not query.shapes:
        raise UnknownShape
    shape = query.shapes[0]
    if shape is None:
        raise UnknownShape
    return shape


def second_input_shape(query: ShapeQuery) -> Shape:
    """Shape of the second input."""
    if len(query.shapes) < 2 or query.shapes[1] is None:
        raise UnknownShape
    return query.shapes[1]


def input_shapes(query: ShapeQuery) -> list[Shape]:
    """Shapes of all inputs: at least one, none unknown."""
    return _all_known(query.shapes, None)


def operands(query: ShapeQuery, count: int | None = None) -> list[Shape]:
    """Shapes of an operation's positional arguments, constants among them; the first ``count``."""
    return _all_known(operand_shapes(query.arguments, query.shapes)[:count], count)


def list_operands(query: ShapeQuery) -> list[Shape]:
    """Shapes of the tensors and constants in the list that an operation takes."""
    return _all_known(listed_shapes(query.arguments, query.shapes), None)


def _all_known(shapes: list[Shape | None], count: int | None) -> list[Shape]:
    known = [shape for shape in shapes if shape is not None]
    if not known or len(known) < (count or len(shapes)):
        raise UnknownShape
    return known


def integer(value: object, *, least: int = 1) -> int:
    """``value`` if it is an integer of at least ``least``."""
    if type(value) is not int or value < least:
        raise UnknownShape
    return value


def per_axis(value: object, rank: int, *, least: int = 1) -> list[int]:
    """One integer for each of ``rank`` axes, from a list or from one for all."""
    if not isinstance(value, list):
        return [integer(value, least=least)] * rank
    if len(value) != rank:
        raise UnknownShape
    return [integer(item, least=least) for item in value]


def normalize_axis(value: object, rank: int) -> int:
    """``value`` as an axis index below ``rank``, not negative."""
    if type(value) is not int or not -rank <= value < rank:
        raise UnknownShape
    return value % rank


def normalize_axes(value: object, rank: int) -> list[int]:
    """``value``, one axis or a list, as distinct axis indices below ``rank``, not negative."""
    items = value if isinstance(value, list) else [value]
    if len(items) > MAX_RANK:
        raise UnknownShape
    axes = [normalize_axis(item, rank) for item in items]
    if len(set(axes)) < len(axes):
        raise UnknownShape
    return axes


def is_channels_first(query: ShapeQuery) -> bool:
    """True if the layer's data format is channels-first; Keras's default is channels-last."""
    return bool(query.config.get("data_format") == "channels_first")
