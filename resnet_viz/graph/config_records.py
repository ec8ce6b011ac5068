"""Types of the settings in configurations of Keras's own layers, as records for msgspec.

Shapes, structure, costs and wording rely on them. Settings that are not listed are never computed
with; accepted values are Keras's business.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from resnet_viz.graph.ops import CONVOLUTIONS, LOCAL_POOLING
from resnet_viz.graph.types import MAX_RANK, MAX_SIZE, Width

Size: TypeAlias = Annotated[int, Meta(gt=0, le=MAX_SIZE)]
Whole: TypeAlias = Annotated[int, Meta(ge=-MAX_SIZE, le=MAX_SIZE)]
Switch: TypeAlias = bool | Literal[0, 1]
Flag: TypeAlias = Switch | None
Word: TypeAlias = str | None
Named: TypeAlias = str | dict[str, Any] | None
"""A name, or a serialized object that has one."""
OptionalSize: TypeAlias = Size | None
Axes: TypeAlias = Whole | Annotated[tuple[Whole, ...], Meta(max_length=MAX_RANK)] | None
Sizes: TypeAlias = Whole | Annotated[tuple[Whole | None, ...], Meta(max_length=MAX_RANK)] | None

_ANY_CLASS: Final[dict[object, str]] = {
    OptionalSize: "units num_heads key_dim value_dim num_query_heads num_key_value_heads head_dim"
    " input_dim projection_dim lora_rank frame_length frame_step fft_length sequence_length"
    " sequence_stride num_mel_bins",
    float: "rate stddev",
    Flag: "use_bias return_sequences return_state keepdims reset_after renorm rms_scaling"
    " tie_weights",
    Named: "activation recurrent_activation dtype",
    Word: "merge_mode mode score_mode output_mode interpolation equation bias_axes data_format",
    Axes: "axis",
    tuple[Whole, ...] | None: "attention_axes",
    dict[str, Any] | None: "layer backward_layer cell",
    list[Any] | None: "cells",
}
_CONV_LSTM: Final = frozenset({f"ConvLSTM{rank}D" for rank in (1, 2, 3)})
_WINDOWED: Final = _CONV_LSTM | {
    name for name in CONVOLUTIONS | LOCAL_POOLING if name[-1] == "D" or name.endswith("Transpose")
}
_WORDS_OF_WINDOWS: Final = {
    "padding": Literal["valid", "same", "causal"],
    "data_format": Literal["channels_last", "channels_first", None],
}


@cache
def any_class() -> type[msgspec.Struct]:
    """Record of the settings that have one type in all classes."""
    types = {key: kind for kind, keys in _ANY_CLASS.items() for key in keys.split()}
    return _record("AnyClass", types)


@cache
def of_class(name: str) -> type[msgspec.Struct] | None:
    """Record of the settings with types of their own in the class; None if it has none."""
    if name in _WINDOWED:
        return _windowed(_rank(name))
    types = _BY_CLASS.get(name)
    stem = name[: -len("2D")]
    if stem in _BY_STEM and name[-2:] in {"1D", "2D", "3D"}:
        keys, type_of = _BY_STEM[stem]
        types = dict.fromkeys(keys, type_of(_rank(name)))
    return None if types is None else _record(name, types)


def _rank(name: str) -> int:
    return next(int(letter) for letter in name if letter.isdigit())


@cache
def _windowed(rank: int) -> type[msgspec.Struct]:
    """Record of convolutions and poolings over ``rank`` axes."""
    sizes = _per_axis(Size, rank)
    types = {
        "filters": OptionalSize,
        **dict.fromkeys(("groups", "depth_multiplier"), Size),
        **dict.fromkeys(("kernel_size", "pool_size"), sizes),
        **dict.fromkeys(("strides", "dilation_rate"), sizes | None),
        "output_padding": _per_axis(Width, rank) | None,
    }
    return _record(f"Windowed{rank}D", {**types, **_WORDS_OF_WINDOWS})


def _per_axis(kind: Any, rank: int) -> Any:  # noqa: ANN401 - types
    return kind | Annotated[tuple[kind, ...], Meta(min_length=rank, max_length=rank)]


def _record(name: str, types: dict[str, Any]) -> type[msgspec.Struct]:
    fields = [(key, kind | UnsetType, UNSET) for key, kind in types.items()]
    return msgspec.defstruct(f"{name}Config", fields)


def _factors(rank: int) -> Any:  # noqa: ANN401 - a type
    return _per_axis(Size, rank)


_Pair: TypeAlias = Annotated[tuple[Width, ...], Meta(min_length=2, max_length=2)]


def _widths(rank: int) -> Any:  # noqa: ANN401 - a type
    """One width, one for each axis, or two for each; for a single axis two."""
    if rank == 1:
        return Width | _Pair
    return Width | Annotated[tuple[Width | _Pair, ...], Meta(min_length=rank, max_length=rank)]


_IMAGE: Final = {"height": Size, "width": Size}
_PROJECTION: Final = {"output_shape": Sizes}
_NORMALISATION: Final = {"scale": Switch, "center": Switch}
_BY_CLASS: Final[dict[str, dict[str, Any]]] = {
    "Dense": {"units": Size},
    "BatchNormalization": _NORMALISATION,
    "LayerNormalization": _NORMALISATION,
    "GroupNormalization": {**_NORMALISATION, "groups": Whole},
    "Embedding": {"output_dim": OptionalSize},
    "ReversibleEmbedding": {"output_dim": OptionalSize},
    "EinsumDense": _PROJECTION,
    "MultiHeadAttention": _PROJECTION,
    "GroupedQueryAttention": _PROJECTION,
    "GroupQueryAttention": _PROJECTION,
    "Resizing": _IMAGE,
    "CenterCrop": _IMAGE,
    "Pad": {"pad_width": Width | tuple[Width | _Pair, ...]},
    "PReLU": {"shared_axes": tuple[Whole, ...] | None},
    "RepeatVector": {"n": Size},
    "Permute": {"dims": Axes},
    "Reshape": {"target_shape": Sizes, "newshape": Sizes},
}
_BY_STEM: Final[dict[str, tuple[tuple[str, ...], Callable[[int], Any]]]] = {
    "UpSampling": (("size",), _factors),
    "ZeroPadding": (("padding", "cropping"), _widths),
    "Cropping": (("padding", "cropping"), _widths),
    **dict.fromkeys(("AdaptiveAveragePooling", "AdaptiveMaxPooling"), (("output_size",), _factors)),
}
