"""Shape rules of keras.ops that cut, join, multiply and move: what layers have no class for."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from resnet_viz.graph.types import Shape
from resnet_viz.reading.limits import MAX_PARTS
from resnet_viz.reading.shape_inference.merging import broadcast
from resnet_viz.reading.shape_inference.query import (
    Query,
    Rule,
    Unknown,
    axes_of,
    axis_of,
    every,
    first,
    second,
    sizes,
    whole,
)


def _squeeze(query: Query) -> Shape:
    shape, axis = first(query), query.config.get("axis")
    if axis is None:
        if None in shape:
            raise Unknown
        return tuple(size for size in shape if size != 1)
    gone = axes_of(axis, len(shape))
    if any(shape[place] not in {1, None} for place in gone):
        raise Unknown
    return tuple(size for place, size in enumerate(shape) if place not in gone)


def _stack(query: Query) -> Shape:
    shapes = every(query)
    if len(set(shapes)) > 1:
        raise Unknown
    made = list(shapes[0])
    made.insert(axis_of(query.config.get("axis", 0), len(made) + 1), len(shapes))
    return tuple(made)


def _split(query: Query) -> list[Shape]:
    shape, how = first(query), query.config.get("indices_or_sections")
    axis = axis_of(query.config.get("axis", 0), len(shape))
    size = shape[axis]
    if size is None:
        raise Unknown
    if isinstance(how, list):
        if len(how) >= MAX_PARTS:
            raise Unknown
        cuts = [0, *[whole(cut, least=0) for cut in how], size]
        parts = [after - before for before, after in pairwise(cuts)]
    else:
        count = whole(how)
        if size % count or count > MAX_PARTS:
            raise Unknown
        parts = [size // count] * count
    if any(part <= 0 for part in parts):
        raise Unknown
    return [(*shape[:axis], part, *shape[axis + 1 :]) for part in parts]


def _swapaxes(query: Query) -> Shape:
    shape = list(first(query))
    one = axis_of(query.config.get("axis1"), len(shape))
    other = axis_of(query.config.get("axis2"), len(shape))
    shape[one], shape[other] = shape[other], shape[one]
    return tuple(shape)


def _moveaxis(query: Query) -> Shape:
    shape = first(query)
    start = axes_of(query.config.get("source"), len(shape))
    end = axes_of(query.config.get("destination"), len(shape))
    if len(start) != len(end):
        raise Unknown
    order = [place for place in range(len(shape)) if place not in start]
    for target, source in sorted(zip(end, start, strict=True)):
        order.insert(target, source)
    return tuple(shape[place] for place in order)


def _matmul(query: Query) -> Shape:
    one, other = first(query), second(query)
    if len(one) < 2 or len(other) < 2 or len(query.shapes) != 2:
        raise Unknown
    if None not in {one[-1], other[-2]} and one[-1] != other[-2]:
        raise Unknown
    return (*broadcast([one[:-2], other[:-2]]), one[-2], other[-1])


def _einsum(query: Query) -> Shape:
    text = query.config.get("subscripts")
    if not isinstance(text, str) or "." in text or text.count("->") != 1:
        raise Unknown
    left, right = text.replace(" ", "").split("->")
    terms, shapes = left.split(","), every(query)
    if [*map(len, terms)] != [*map(len, shapes)] or len(set(right)) < len(right):
        raise Unknown
    known: dict[str, int | None] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for letter, size in zip(term, shape, strict=True):
            have = known.get(letter)
            if None not in {have, size} and have != size:
                raise Unknown
            known[letter] = size if have is None else have
    if not set(right) <= set(known):
        raise Unknown
    return tuple(known[letter] for letter in right)


def _getitem(query: Query) -> Shape:
    key = query.arguments.get("1", query.arguments.get("key"))
    keys: list[Any] = key if isinstance(key, list) else [key]
    if key is None or len(query.shapes) != 1:
        raise Unknown
    rest: list[int | None] = list(first(query))
    made: list[int | None] = []
    for item in keys:
        if item is None:
            made.append(1)
            continue
        if not rest:
            raise Unknown
        size = rest.pop(0)
        if type(item) is not int:
            made.append(_sliced(item, size))
    return (*made, *rest)


def _sliced(item: object, size: int | None) -> int | None:
    config = item.get("config") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(config, dict):
        raise Unknown
    ends = [config.get(key) for key in ("start", "stop", "step")]
    if item.get("class_name") != "__slice__" or any(
        type(end) not in {int, type(None)} for end in ends
    ):
        raise Unknown
    if size is None:
        return None
    start, stop, step = ends
    if step == 0:
        raise Unknown
    return len(range(*slice(start, stop, step).indices(size)))


def _repeat(query: Query) -> Shape:
    shape, axis = list(first(query)), query.config.get("axis")
    place = axis_of(axis, len(shape))
    times, size = whole(query.config.get("repeats")), shape[place]
    shape[place] = None if size is None else size * times
    return tuple(shape)


def _tile(query: Query) -> Shape:
    shape, times = first(query), query.config.get("repeats")
    factors = [whole(factor) for factor in times] if isinstance(times, list) else [whole(times)]
    rank = max(len(factors), len(shape))
    factors = [1] * (rank - len(factors)) + factors
    longer = (1,) * (rank - len(shape)) + shape
    return tuple(
        None if size is None else size * n for size, n in zip(longer, factors, strict=True)
    )


def _argument_of_extreme(query: Query) -> Shape:
    shape, axis = first(query), query.config.get("axis")
    gone = axis_of(axis, len(shape))
    if query.config.get("keepdims") is True:
        return (*shape[:gone], 1, *shape[gone + 1 :])
    return (*shape[:gone], *shape[gone + 1 :])


def _resize(query: Query) -> Shape:
    shape = first(query)
    if len(shape) not in {3, 4}:
        raise Unknown
    if query.config.get("pad_to_aspect_ratio") or query.config.get("crop_to_aspect_ratio"):
        raise Unknown
    size = sizes(query.config.get("size"), 2)
    if query.config.get("data_format") == "channels_first":
        return (*shape[:-2], *size)
    if query.config.get("data_format") != "channels_last":
        raise Unknown
    return (*shape[:-3], *size, shape[-1])


OPERATIONS: Final[dict[str, Rule]] = {
    "Squeeze": _squeeze,
    "Stack": _stack,
    "Split": _split,
    "Swapaxes": _swapaxes,
    "Moveaxis": _moveaxis,
    "Matmul": _matmul,
    "Einsum": _einsum,
    "GetItem": _getitem,
    "Repeat": _repeat,
    "Tile": _tile,
    "Argmax": _argument_of_extreme,
    "Argmin": _argument_of_extreme,
    "Resize": _resize,
}
