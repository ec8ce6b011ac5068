"""Dtypes: bytes per value, and the dtypes that layers compute and keep weights in."""

from __future__ import annotations

from typing import Any, Final

from resnet_viz.graph.types import LayerCall

DTYPES: Final[dict[str, int]] = {
    "float64": 8,
    "float32": 4,
    "float16": 2,
    "bfloat16": 2,
    "float8_e4m3fn": 1,
    "float8_e5m2": 1,
    "int8": 1,
    "uint8": 1,
}
"""Dtypes that floating-point values may count as, with bytes per value."""

_OTHERS: Final[dict[str, int]] = {
    "bool": 1,
    "int16": 2,
    "uint16": 2,
    "int32": 4,
    "uint32": 4,
    "int64": 8,
    "uint64": 8,
    "complex64": 8,
    "complex128": 16,
}
_DEFAULT: Final = "float32"
"""Keras's default for a configuration without a dtype."""


def bytes_per_value(dtype: str | None) -> int | None:
    """Bytes of one value; None for an unknown dtype and for strings."""
    return None if dtype is None else DTYPES.get(dtype) or _OTHERS.get(dtype)


def is_floating(dtype: str) -> bool:
    """Return whether values of the dtype are floating-point."""
    return dtype.startswith(("float", "bfloat"))


def effective_dtype(dtype: str | None, chosen: str | None) -> str | None:
    """The dtype that a value counts as: ``chosen``, if given, for floats and unknown dtypes."""
    if chosen is not None and (dtype is None or is_floating(dtype)):
        return chosen
    return dtype


def policy_name(call: LayerCall) -> str | None:
    """The name of the layer's dtype policy: "float32", "mixed_bfloat16"; None if it has none."""
    policy: str | dict[str, Any] | None = call.config.get("dtype")
    if isinstance(policy, dict):
        inner = policy.get("config")
        policy = inner.get("name") if isinstance(inner, dict) else None
    return policy if isinstance(policy, str) else None


def is_quantised(call: LayerCall) -> bool:
    """Return whether the layer's weights are quantised: "int8_from_float32"."""
    return "_from_" in (policy_name(call) or "") or bool(call.config.get("quantization_config"))


def weight_dtype(call: LayerCall) -> str | None:
    """The dtype of a layer's weights; None if unknown (quantised layers).

    A mixed policy computes in 16 bits and keeps its weights in 32.
    """
    name = policy_name(call)
    if name is None:
        return _DEFAULT
    if name.startswith("mixed_"):
        return "float32"
    return name if bytes_per_value(name) is not None else None


def compute_dtype(call: LayerCall) -> str | None:
    """The dtype that a layer computes in; None without a policy."""
    name = policy_name(call)
    return name.removeprefix("mixed_") if name is not None else None
