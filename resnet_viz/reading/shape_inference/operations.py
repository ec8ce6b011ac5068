"""Shape rules of keras.ops without a layer class: slicing, stacking, moved axes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from resnet_viz.graph.types import Shape
from resnet_viz.reading.limits import MAX_PARTS
from resnet_viz.reading.shape_inference.merging import broadcast
from resnet_viz.reading.shape_inference.query import (
    Rule,
    ShapeQuery,
    UnknownShape,
    input_shape,
    integer,
    list_operands,
    normalize_axes,
    normalize_axis,
    operands,
    per_axis,
)

_ELLIPSIS: Final = {"class_name": "__ellipsis__", "config": {}}


def _squeeze(query: ShapeQuery) -> Shape:
    shape, axis = input_shape(query), query.config.get("axis")
    if axis is None:
        if None in shape:
            raise UnknownShape
        return tuple(size for size in shape if size != 1)
    removed = normalize_axes(axis, len(shape))
    if any(shape[index] not in {1, None} for index in removed):
        raise UnknownShape
    return tuple(size for index, size in enumerate(shape) if index not in removed)


def _stack(query: ShapeQuery) -> Shape:
    shapes = list_operands(query)
    if len(set(shapes)) > 1:
        raise UnknownShape
    stacked = list(shapes[0])
    stacked.insert(normalize_axis(query.config.get("axis", 0), len(stacked) + 1), len(shapes))
    return tuple(stacked)


def _split(query: ShapeQuery) -> list[Shape]:
    shape, sections = input_shape(query), query.config.get("indices_or_sections")
    axis = normalize_axis(query.config.get("axis", 0), len(shape))
    size = shape[axis]
    if size is None:
        raise UnknownShape
    if isinstance(sections, list):
        if len(sections) >= MAX_PARTS:
            raise UnknownShape
        cuts = [0, *[integer(cut, least=0) for cut in sections], size]
        parts = [after - before for before, after in pairwise(cuts)]
    else:
        count = integer(sections)
        if size % count or count > MAX_PARTS:
            raise UnknownShape
        parts = [size // count] * count
    if any(part <= 0 for part in parts):
        raise UnknownShape
    return [(*shape[:axis], part, *shape[axis + 1 :]) for part in parts]


def _swapaxes(query: ShapeQuery) -> Shape:
    shape = list(input_shape(query))
    a, b = (normalize_axis(query.config.get(key), len(shape)) for key in ("axis1", "axis2"))
    shape[a], shape[b] = shape[b], shape[a]
    return tuple(shape)


def _moveaxis(query: ShapeQuery) -> Shape:
    shape = input_shape(query)
    sources = normalize_axes(query.config.get("source"), len(shape))
    targets = normalize_axes(query.config.get("destination"), len(shape))
    if len(sources) != len(targets):
        raise UnknownShape
    order = [axis for axis in range(len(shape)) if axis not in sources]
    for target, source in sorted(zip(targets, sources, strict=True)):
        order.insert(target, source)
    return tuple(shape[axis] for axis in order)


def _getitem(query: ShapeQuery) -> Shape:
    key = query.arguments.get("1", query.arguments.get("key"))
    keys: list[Any] = key if isinstance(key, list) else [key]
    if key is None or len(query.shapes) != 1:
        raise UnknownShape
    rest: list[int | None] = list(input_shape(query))
    sliced: list[int | None] = []
    for index, item in enumerate(keys):
        if item == _ELLIPSIS:
            following = keys[index + 1 :]
            elided = max(0, len(rest) - len(following) + following.count(None))
            if _ELLIPSIS in following:
                raise UnknownShape
            sliced += rest[:elided]
            del rest[:elided]
            continue
        if item is None:
            sliced.append(1)
            continue
        if not rest:
            raise UnknownShape
        size = rest.pop(0)
        if type(item) is not int:
            sliced.append(_sliced(item, size))
    return (*sliced, *rest)


def _sliced(item: object, size: int | None) -> int | None:
    config = item.get("config") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(config, dict):
        raise UnknownShape
    ends = [config.get(key) for key in ("start", "stop", "step")]
    if item.get("class_name") != "__slice__" or any(
        type(end) not in {int, type(None)} for end in ends
    ):
        raise UnknownShape
    if size is None:
        return None
    start, stop, step = ends
    if step == 0:
        raise UnknownShape
    return len(range(*slice(start, stop, step).indices(size)))


def _repeat(query: ShapeQuery) -> Shape:
    shape = list(input_shape(query))
    axis = normalize_axis(query.config.get("axis"), len(shape))
    repeats, size = integer(query.config.get("repeats")), shape[axis]
    shape[axis] = None if size is None else size * repeats
    return tuple(shape)


def _tile(query: ShapeQuery) -> Shape:
    shape, repeats = input_shape(query), query.config.get("repeats")
    factors = [integer(factor) for factor in (repeats if isinstance(repeats, list) else [repeats])]
    rank = max(len(factors), len(shape))
    factors = [1] * (rank - len(factors)) + factors
    padded = (1,) * (rank - len(shape)) + shape
    return tuple(
        None if size is None else size * n for size, n in zip(padded, factors, strict=True)
    )


def _argmax(query: ShapeQuery) -> Shape:
    shape = input_shape(query)
    axis = normalize_axis(query.config.get("axis"), len(shape))
    kept = (1,) if query.config.get("keepdims") is True else ()
    return (*shape[:axis], *kept, *shape[axis + 1 :])


def _take(query: ShapeQuery) -> Shape:
    """Indices replace the axis; without one they index the flattened tensor."""
    shape, indices = operands(query, 2)[:2]
    if query.config.get("axis") is None:
        return indices
    axis = normalize_axis(query.config["axis"], len(shape))
    return (*shape[:axis], *indices, *shape[axis + 1 :])


def _take_along_axis(query: ShapeQuery) -> Shape:
    shape, indices = operands(query, 2)[:2]
    if query.config.get("axis") is None or len(shape) != len(indices):
        raise UnknownShape
    axis = normalize_axis(query.config["axis"], len(shape))
    others = broadcast(
        [(*shape[:axis], 1, *shape[axis + 1 :]), (*indices[:axis], 1, *indices[axis + 1 :])]
    )
    return (*others[:axis], indices[axis], *others[axis + 1 :])


def _where(query: ShapeQuery) -> Shape:
    shapes = operands(query, 3)
    if len(shapes) != 3:
        raise UnknownShape
    return broadcast(shapes)


def _one_hot(query: ShapeQuery) -> Shape:
    shape, axis = list(input_shape(query)), query.config.get("axis", -1)
    position = len(shape) if axis == -1 else normalize_axis(axis, len(shape))
    shape.insert(position, integer(query.config.get("num_classes")))
    return tuple(shape)


def _top_k(query: ShapeQuery) -> list[Shape]:
    shape = input_shape(query)
    if not shape:
        raise UnknownShape
    return [(*shape[:-1], integer(query.config.get("k")))] * 2


def _stft(query: ShapeQuery) -> list[Shape]:
    """Keras's STFT: a frame every ``sequence_stride`` steps, padded by half of one if centred."""
    shape, config = input_shape(query), query.config
    length, stride = (integer(config.get(key)) for key in ("fft_length", "sequence_stride"))
    if not shape:
        raise UnknownShape
    steps = shape[-1]
    padded = 0 if config.get("center") is False else length // 2 * 2
    frames = None if steps is None else 1 + (steps + padded - length) // stride
    return [(*shape[:-1], frames, length // 2 + 1)] * 2


def _broadcast_to(query: ShapeQuery) -> Shape:
    sizes = query.config.get("shape")
    if not isinstance(sizes, list):
        raise UnknownShape
    return tuple(integer(size) for size in sizes)


def _unstack(query: ShapeQuery) -> list[Shape]:
    shape = input_shape(query)
    axis = normalize_axis(query.config.get("axis"), len(shape))
    count = integer(query.config.get("num") or shape[axis])
    if count > MAX_PARTS:
        raise UnknownShape
    return [(*shape[:axis], *shape[axis + 1 :])] * count


def _resize(query: ShapeQuery) -> Shape:
    shape = input_shape(query)
    if len(shape) not in {3, 4}:
        raise UnknownShape
    if query.config.get("pad_to_aspect_ratio") or query.config.get("crop_to_aspect_ratio"):
        raise UnknownShape
    size = per_axis(query.config.get("size"), 2)
    if query.config.get("data_format") == "channels_first":
        return (*shape[:-2], *size)
    if query.config.get("data_format") != "channels_last":
        raise UnknownShape
    return (*shape[:-3], *size, shape[-1])


OPERATIONS: Final[dict[str, Rule]] = {
    "Squeeze": _squeeze,
    "Stack": _stack,
    "Split": _split,
    "Swapaxes": _swapaxes,
    "Moveaxis": _moveaxis,
    "GetItem": _getitem,
    "Repeat": _repeat,
    "Tile": _tile,
    "Argmax": _argmax,
    "Argmin": _argmax,
    "Resize": _resize,
    "Take": _take,
    "TakeAlongAxis": _take_along_axis,
    "Where": _where,
    "OneHot": _one_hot,
    "TopK": _top_k,
    "STFT": _stft,
    "BroadcastTo": _broadcast_to,
    "Unstack": _unstack,
    **dict.fromkeys(("Sort", "Argsort"), input_shape),
}
