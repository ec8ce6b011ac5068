"""Validation of sizes in the configuration of convolutions, poolings and dense layers.

Structure and costs rely on them: a kernel of -3 is an error here, not a crash there.
"""

from __future__ import annotations

from typing import Any, Final

from resnet_viz.errors import quoted
from resnet_viz.graph.ops import CONVOLUTIONS, LOCAL_POOLING
from resnet_viz.reading.config.tensor_refs import parse_shape
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_SIZE

_CONV_LSTM: Final = {f"ConvLSTM{rank}D" for rank in (1, 2, 3)}
_WINDOWED: Final = frozenset(
    name for name in CONVOLUTIONS | LOCAL_POOLING | _CONV_LSTM if name[-1] == "D"
) | {name for name in CONVOLUTIONS if name.endswith("Transpose")}
_SINGLE: Final = ("filters", "groups", "depth_multiplier")
_PER_AXIS: Final = ("kernel_size", "pool_size", "strides", "dilation_rate")
_OPTIONAL: Final = frozenset({"filters", "strides", "dilation_rate"})
_CHOICES: Final = {
    "padding": ("valid", "same", "causal"),
    "data_format": ("channels_last", "channels_first", None),
}


def check_sizes(class_name: str, config: dict[str, Any], subject: str) -> None:
    """Check the sizes of one of Keras's layers.

    Raises:
        Unreadable: a size is impossible; names ``subject``, key and value.
    """
    if class_name == "Dense":
        _check(config, ("units",), 0, subject)
    elif class_name == "InputLayer":
        for key in ("batch_shape", "batch_input_shape"):
            if config.get(key) is not None:
                parse_shape(config[key], subject)
    elif class_name in _WINDOWED:
        rank = next(int(letter) for letter in class_name if letter.isdigit())
        _check(config, _SINGLE, 0, subject)
        _check(config, _PER_AXIS, rank, subject)
        for key, choices in _CHOICES.items():
            value = config.get(key, choices[0])
            if value not in choices:
                raise Unreadable(_wrong(subject, key, value))


def _check(config: dict[str, Any], keys: tuple[str, ...], rank: int, subject: str) -> None:
    for key in keys:
        if key not in config:
            continue
        value = config[key]
        if value is None and key in _OPTIONAL:
            continue
        sizes = value if rank and isinstance(value, list) else [value]
        has_rank = sizes is not value or len(sizes) == rank
        if not has_rank or not all(type(s) is int and 0 < s <= MAX_SIZE for s in sizes):
            raise Unreadable(_wrong(subject, key, value))


def _wrong(subject: str, key: str, value: object) -> str:
    return f"{subject} can't have {quoted(str(value), longest=40)} as its {key}"
