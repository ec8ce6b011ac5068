"""Shape rules of preprocessing layers: encodings of categories, look-ups, spectrograms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from resnet_viz.graph.types import Shape
from resnet_viz.reading.shape_inference.query import (
    Rule,
    ShapeQuery,
    UnknownShape,
    input_shape,
    integer,
    is_channels_first,
)
from resnet_viz.reading.shape_inference.spatial import window_output


def _encoded(shape: Shape, mode: object, depth: int) -> Shape:
    """One-hot encoding of each value, or of a last axis of size 1; else of the last axis."""
    if mode not in {"one_hot", "multi_hot", "count"} or not shape:
        raise UnknownShape
    if mode == "one_hot" and (shape[-1] != 1 or len(shape) == 1):
        return (*shape, depth)
    return (*shape[:-1], depth)


def _encoding(query: ShapeQuery) -> Shape:
    depth = integer(query.config.get("num_tokens"))
    return _encoded(input_shape(query), query.config.get("output_mode"), depth)


def _unless_integers(rule: Callable[[ShapeQuery], Shape]) -> Rule:
    """The rule for modes other than "int", which keeps the shape."""
    return lambda query: (
        input_shape(query) if query.config.get("output_mode") == "int" else rule(query)
    )


def _crossed(query: ShapeQuery) -> Shape:
    depth = integer(query.config.get("num_bins"))
    return _encoded(input_shape(query), query.config.get("output_mode"), depth)


def _hashed(query: ShapeQuery) -> Shape:
    """Keras encodes the last axis in every mode."""
    shape = input_shape(query)
    if not shape:
        raise UnknownShape
    return (*shape[:-1], integer(query.config.get("num_bins")))


def _unknown(_query: ShapeQuery) -> Shape:
    raise UnknownShape  # as deep as the vocabulary, which may be stored elsewhere


def _text(query: ShapeQuery) -> Shape:
    if query.config.get("output_mode") != "int":
        raise UnknownShape
    length = query.config.get("output_sequence_length")
    return (*input_shape(query)[:1], None if length is None else integer(length))


def _mel(query: ShapeQuery) -> Shape:
    """Keras's ``compute_output_shape`` of MelSpectrogram."""
    shape, config = input_shape(query), query.config
    bins, stride = (integer(config.get(key)) for key in ("num_mel_bins", "sequence_stride"))
    if len(shape) not in {1, 2}:
        raise UnknownShape
    steps = shape[-1]
    return (*shape[:-1], bins, None if steps is None else (steps + stride + 1) // stride)


def _stft(query: ShapeQuery) -> Shape:
    """Keras's ``compute_output_shape`` of STFTSpectrogram."""
    shape, config = input_shape(query), query.config
    if len(shape) != 3:
        raise UnknownShape
    is_first = is_channels_first(query)
    steps, channels = (shape[2], shape[1]) if is_first else (shape[1], shape[2])
    frame = integer(config.get("frame_length"))
    step = integer(config.get("frame_step") or max(1, frame // 2))
    length = integer(config.get("fft_length") or 1 << (frame - 1).bit_length())
    frequencies = (length // 2 + 1) * (2 if config.get("mode") == "stft" else 1)
    frames = window_output(steps, frame, step, 1, str(config.get("padding")))
    if config.get("expand_dims") is True:
        sizes = (channels, frames, frequencies) if is_first else (frames, frequencies, channels)
        return (shape[0], *sizes)
    width = frequencies * integer(channels)
    return (shape[0], width, frames) if is_first else (shape[0], frames, width)


LAYERS: Final[dict[str, Rule]] = {
    "CategoryEncoding": _encoding,
    "Hashing": _unless_integers(_hashed),
    "HashedCrossing": _unless_integers(_crossed),
    **dict.fromkeys(
        ("Discretization", "IntegerLookup", "StringLookup"), _unless_integers(_unknown)
    ),
    "TextVectorization": _text,
    "MelSpectrogram": _mel,
    "STFTSpectrogram": _stft,
}
