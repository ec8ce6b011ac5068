"""The settings of a call that matter, as rows for the inspector."""

from __future__ import annotations

from typing import Any, Final

from resnet_viz.analysis.keras_ops.wrappers import wrapped_layer
from resnet_viz.analysis.wording.terms import activation_term, class_term, padding_text, sizes_text
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
_COMMONPLACE: Final[tuple[tuple[str, object], ...]] = (
    ("dilation_rate", 1),
    ("groups", 1),
    ("depth_multiplier", 1),
    ("data_format", "channels_last"),
    ("keepdims", False),
    ("negative_slope", 0),
)
_OF_WRAPPERS: Final = (
    ("return_sequences", "whole sequence"),
    ("merge_mode", "merged by"),
    ("power_iterations", "power iterations"),
)
_HIDDEN: Final = frozenset({"name", "trainable", "dtype", "batch_shape", "seed"})


def layer_settings(call: LayerCall) -> tuple[tuple[str, str], ...]:
    """The configuration that matters, as (label, value) rows for the inspector.

    Of known classes the settings above, values that say nothing (no dilation, one group) left
    out; of unknown classes every plain value.
    """
    if op_kind(call) == "input":
        return (("dtype", str(call.config.get("dtype", "")) or "?"),)
    inner = wrapped_layer(call)
    if inner is not None:
        return _of_wrapper(call, inner)
    if op_kind(call) in {"custom", "submodel"}:
        plain = [(key, _plain(value)) for key, value in call.config.items() if key not in _HIDDEN]
        return tuple((key, text) for key, text in plain if text)
    rows = []
    for key, label in _LABELS:
        value = call.config.get(key)
        if value is None or _says_nothing(key, value):
            continue
        text = _activation(call) if key == "activation" else _setting(key, value)
        rows.append((label, text))
    if not call.config.get("trainable", True):
        rows.append(("trainable", "no"))
    return tuple(rows)


def _of_wrapper(call: LayerCall, inner: LayerCall) -> tuple[tuple[str, str], ...]:
    """The class inside with its own settings, and the wrapper's that say something."""
    own = [(label, call.config.get(key)) for key, label in _OF_WRAPPERS]
    rows = [(label, _plain(value)) for label, value in own if value is not None]
    name = "cell" if call.type == "RNN" else "wraps"
    return ((name, class_term(inner)), *(layer_settings(inner)), *(row for row in rows if row[1]))


def _says_nothing(key: str, value: object) -> bool:
    for name, common in _COMMONPLACE:
        if key == name:
            values = value if isinstance(value, list | tuple) else [value]
            return all(one == common for one in values)
    return False


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
    if isinstance(value, list | tuple) and all(isinstance(one, int | float) for one in value):
        return sizes_text(value)
    return ""
