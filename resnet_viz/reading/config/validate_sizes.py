"""Sizes in the configuration of convolutions, poolings and dense layers: wrong ones are refused.

Structure and numbers rely on them, so that a kernel of -3 is a sentence here and no fault there.
"""

from __future__ import annotations

from typing import Any, Final

from resnet_viz.errors import quoted
from resnet_viz.graph.ops import CONVOLUTIONS, LOCAL_POOLING
from resnet_viz.reading.config.nodes import shape_of
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_SIZE

_RUNNING: Final = {f"ConvLSTM{rank}D" for rank in (1, 2, 3)}
_WINDOWED: Final = frozenset(
    name for name in CONVOLUTIONS | LOCAL_POOLING | _RUNNING if name[-1] == "D"
) | {name for name in CONVOLUTIONS if name.endswith("Transpose")}
_SINGLE: Final = ("filters", "groups", "depth_multiplier")
_PER_AXIS: Final = ("kernel_size", "pool_size", "strides", "dilation_rate")
_OPTIONAL: Final = frozenset({"filters", "strides", "dilation_rate"})
_WORDS: Final = {
    "padding": ("valid", "same", "causal"),
    "data_format": ("channels_last", "channels_first", None),
}


def check_sizes(class_name: str, config: dict[str, Any], place: str) -> None:
    """Refuse a layer of Keras's own with an impossible size.

    Raises:
        Unreadable: naming ``place``, the key and the value.
    """
    if class_name == "Dense":
        _check(config, ("units",), 0, place)
    elif class_name == "InputLayer":
        for key in ("batch_shape", "batch_input_shape"):
            if config.get(key) is not None:
                shape_of(config[key], place)
    elif class_name in _WINDOWED:
        rank = next(int(c) for c in class_name if c.isdigit())
        _check(config, _SINGLE, 0, place)
        _check(config, _PER_AXIS, rank, place)
        for key, words in _WORDS.items():
            value = config.get(key, words[0])
            if value not in words:
                raise Unreadable(_wrong(place, key, value))


def _check(config: dict[str, Any], keys: tuple[str, ...], rank: int, place: str) -> None:
    for key in keys:
        if key not in config:
            continue
        value = config[key]
        if value is None and key in _OPTIONAL:
            continue
        sizes = value if rank and isinstance(value, list) else [value]
        fits = len(sizes) == rank if sizes is value else True
        if not fits or not all(type(s) is int and 0 < s <= MAX_SIZE for s in sizes):
            raise Unreadable(_wrong(place, key, value))


def _wrong(place: str, key: str, value: object) -> str:
    return f"{place} can't have {quoted(str(value), longest=40)} as its {key}"
