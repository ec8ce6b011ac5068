"""Settings of a call as labelled rows for the inspector."""

from __future__ import annotations

from typing import Any, Final

from resnet_viz.analysis.keras_ops.wrappers import wrapped_layer
from resnet_viz.analysis.wording.terms import (
    activation_term,
    class_term,
    padding_text,
    sizes_text,
)
from resnet_viz.graph.ops import activation_of, op_kind
from resnet_viz.graph.types import LayerCall

_LABELS: Final = (
    ("kernel_size", "kernel"),
    ("pool_size", "pool size"),
    ("filters", "filters"),
    ("units", "units"),
    ("num_heads", "heads"),
    ("key_dim", "key size"),
    ("value_dim", "value size"),
    ("input_dim", "vocabulary"),
    ("output_dim", "vector size"),
    ("equation", "equation"),
    ("strides", "stride"),
    ("padding", "padding"),
    ("pad_width", "padding"),
    ("size", "factor"),
    ("interpolation", "interpolation"),
    ("dilation_rate", "dilation"),
    ("groups", "groups"),
    ("depth_multiplier", "depth multiplier"),
    ("target_shape", "target shape"),
    ("dims", "order"),
    ("axis", "axis"),
    ("axes", "axes"),
    ("momentum", "momentum"),
    ("epsilon", "epsilon"),
    ("rate", "rate"),
    ("max_value", "maximum"),
    ("negative_slope", "negative slope"),
    ("scale", "scale"),
    ("center", "centre"),
    ("offset", "offset"),
    ("keepdims", "keep dimensions"),
    ("return_sequences", "whole sequence"),
    ("activation", "activation"),
    ("use_bias", "bias"),
    ("data_format", "data format"),
)
_DEFAULTS: Final[dict[str, object]] = {
    "dilation_rate": 1,
    "groups": 1,
    "depth_multiplier": 1,
    "data_format": "channels_last",
    "keepdims": False,
    "negative_slope": 0,
}
"""Values that are left out."""
_WRAPPER_LABELS: Final = (
    ("return_sequences", "whole sequence"),
    ("merge_mode", "merged by"),
    ("power_iterations", "power iterations"),
)
_HIDDEN: Final = frozenset({"name", "trainable", "dtype", "batch_shape", "seed"})


def layer_settings(call: LayerCall) -> tuple[tuple[str, str], ...]:
    """Settings that matter as (label, value) rows.

    Of Keras classes those listed here, without defaults such as no dilation; of other classes
    every plain value.
    """
    if op_kind(call) == "input":
        return (("dtype", str(call.config.get("dtype", "")) or "?"),)
    inner = wrapped_layer(call)
    if inner is not None:
        return _wrapper_settings(call, inner)
    if op_kind(call) in {"custom", "submodel"}:
        plain = [(key, _plain(value)) for key, value in call.config.items() if key not in _HIDDEN]
        return tuple((key, text) for key, text in plain if text)
    rows = []
    for key, label in _LABELS:
        value = call.config.get(key)
        if value is not None and not _is_default(key, value):
            text = _activation(call) if key == "activation" else _setting(key, value)
            rows.append((label, text))
    if not call.config.get("trainable", True):
        rows.append(("trainable", "no"))
    return tuple(rows)


def _wrapper_settings(call: LayerCall, inner: LayerCall) -> tuple[tuple[str, str], ...]:
    """Class and settings of the wrapped layer, then settings of the wrapper."""
    label = "cell" if call.type == "RNN" else "wraps"
    own = [(label, _plain(call.config.get(key))) for key, label in _WRAPPER_LABELS]
    return ((label, class_term(inner)), *layer_settings(inner), *(row for row in own if row[1]))


def _is_default(key: str, value: object) -> bool:
    values = value if isinstance(value, list | tuple) else [value]
    return key in _DEFAULTS and all(element == _DEFAULTS[key] for element in values)


def _activation(call: LayerCall) -> str:
    name = activation_of(call)
    return "none (linear)" if name is None else activation_term(name)


def _setting(key: str, value: object) -> str:
    if key in {"padding", "pad_width"} and isinstance(value, list | tuple):
        return padding_text(value)
    return _plain(value)


def _plain(value: Any) -> str:  # noqa: ANN401 - any JSON value of a configuration
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and all(isinstance(size, int | float) for size in value):
        return sizes_text(value)
    return ""
