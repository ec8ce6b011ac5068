"""Validation of the types of layer settings, also in wrappers, for Keras's own layers.

Structure, costs and wording rely on them: a rate of "abc" is an error here, not a crash there.
Accepted values are Keras's business; only types are checked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from resnet_viz.errors import quoted
from resnet_viz.graph.keras_classes import is_keras, parse_wrapped
from resnet_viz.reading.config.validate_sizes import check_sizes
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_NESTING, MAX_SIZE

_Check: TypeAlias = Callable[[Any], bool]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_flag(value: object) -> bool:
    return value is None or _is_switch(value)


def _is_switch(value: object) -> bool:
    return value in (0, 1)  # True is 1


def _is_count(value: object) -> bool:
    return value is None or (type(value) is int and 0 < value <= MAX_SIZE)


def _are_axes(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(type(axis) is int for axis in value))


def _is_width(value: object) -> bool:
    return type(value) is int and 0 <= value <= MAX_SIZE


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_width, value))


def _are_factors(rank: int) -> _Check:
    def is_valid(value: object) -> bool:
        sizes = value if isinstance(value, list) else [value] * rank
        return len(sizes) == rank and all(size is not None and _is_count(size) for size in sizes)

    return is_valid


def _are_widths(rank: int) -> _Check:
    """One width, one for each axis, or two for each; for a single axis two."""

    def is_valid(value: object) -> bool:
        if _is_width(value):
            return True
        if not isinstance(value, list) or len(value) != (2 if rank == 1 else rank):
            return False
        return all(_is_width(item) or (rank > 1 and _is_pair(item)) for item in value)

    return is_valid


_ANY_CLASS: Final[dict[str, _Check]] = {
    **dict.fromkeys(("rate", "stddev"), _is_number),
    **dict.fromkeys(
        ("use_bias", "return_sequences", "return_state", "keepdims", "reset_after",
         "renorm", "rms_scaling", "tie_weights"),
        _is_flag,
    ),
    **dict.fromkeys(
        ("units", "num_heads", "key_dim", "value_dim", "num_query_heads", "num_key_value_heads",
         "head_dim", "input_dim", "projection_dim", "lora_rank"),
        _is_count,
    ),
    "shared_axes": _are_axes,
}  # fmt: skip
_BY_CLASS: Final[dict[str, dict[str, _Check]]] = {
    **{
        f"{name}Normalization": {"scale": _is_switch, "center": _is_switch}
        for name in ("Batch", "Layer", "Group")
    },
    "Embedding": {"output_dim": _is_count},
    "ReversibleEmbedding": {"output_dim": _is_count},
    **{f"UpSampling{n}D": {"size": _are_factors(n)} for n in (1, 2, 3)},
    **{f"ZeroPadding{n}D": {"padding": _are_widths(n)} for n in (1, 2, 3)},
    **{f"Cropping{n}D": {"cropping": _are_widths(n)} for n in (1, 2, 3)},
}
_WRAPPED: Final = ("layer", "backward_layer", "cell")


def check_settings(class_name: str, config: dict[str, Any], subject: str, depth: int = 0) -> None:
    """Check the settings of one of Keras's layers, and of the layers that it wraps.

    Raises:
        Unreadable: a setting has a wrong type; names ``subject``, key and value.
    """
    check_sizes(class_name, config, subject)
    for checks in (_ANY_CLASS, _BY_CLASS.get(class_name, {})):
        for key, is_valid in checks.items():
            if key in config and not is_valid(config[key]):
                value = quoted(str(config[key]), longest=40)
                raise Unreadable(f"{subject} can't have {value} as its {key}")
    if depth > MAX_NESTING:
        raise Unreadable(f"{subject} has nested layers more than {MAX_NESTING} levels deep")
    wrapped, cells = [config.get(key) for key in _WRAPPED], config.get("cells")
    for raw in (*wrapped, *(cells if isinstance(cells, list) else ())):
        layer = parse_wrapped(raw)
        if layer is not None and is_keras(layer.module):
            check_settings(layer.type, layer.config, subject, depth + 1)
