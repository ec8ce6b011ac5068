"""Sizes in the configuration of convolutions, poolings and dense layers: wrong ones are refused.

Structure and numbers rely on them, so that a kernel of -3 is a sentence here and no fault there.
"""

from __future__ import annotations

from typing import Final

from resnet_viz.errors import quoted
from resnet_viz.graph.ops import CONVOLUTIONS, LOCAL_POOLING
from resnet_viz.reading.failure import Unreadable
from resnet_viz.reading.limits import MAX_SIZE
from resnet_viz.reading.records import LayerRecord

_WINDOWED: Final = frozenset(name for name in CONVOLUTIONS | LOCAL_POOLING if name[-1] == "D") | {
    name for name in CONVOLUTIONS if name.endswith("Transpose")
}
_SINGLE: Final = ("filters", "groups", "depth_multiplier")
_PER_AXIS: Final = ("kernel_size", "pool_size", "strides", "dilation_rate")
_OPTIONAL: Final = frozenset({"filters", "groups", "strides", "dilation_rate"})
_WORDS: Final = {
    "padding": ("valid", "same", "causal"),
    "data_format": ("channels_last", "channels_first", None),
}


def check_sizes(record: LayerRecord, place: str) -> None:
    """Refuse a layer of Keras's own with an impossible size; other classes pass unseen.

    Raises:
        Unreadable: naming ``place``, the key and the value.
    """
    if not record.is_keras:
        return
    if record.class_name == "Dense":
        _check(record, ("units",), 0, place)
    elif record.class_name in _WINDOWED:
        rank = next(int(c) for c in record.class_name if c.isdigit())
        _check(record, _SINGLE, 0, place)
        _check(record, _PER_AXIS, rank, place)
        for key, words in _WORDS.items():
            value = record.config.get(key, words[0])
            if value not in words:
                raise Unreadable(_wrong(place, key, value))


def _check(record: LayerRecord, keys: tuple[str, ...], rank: int, place: str) -> None:
    for key in keys:
        if key not in record.config:
            continue
        value = record.config[key]
        if value is None and key in _OPTIONAL:
            continue
        sizes = value if rank and isinstance(value, list) else [value]
        fits = len(sizes) == rank if sizes is value else True
        if not fits or not all(type(s) is int and 0 < s <= MAX_SIZE for s in sizes):
            raise Unreadable(_wrong(place, key, value))


def _wrong(place: str, key: str, value: object) -> str:
    return f"{place} can't have {quoted(str(value), longest=40)} as its {key}"
