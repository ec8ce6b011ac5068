"""Settings of Keras's own layers, also of those in wrappers: of a wrong kind, they are refused.

Structure, numbers and words rely on them, so that a rate of "abc" is a sentence here and no fault
there. What a setting may be is Keras's to say; only its kind matters here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from resnet_viz.errors import quoted
from resnet_viz.graph.keras_classes import is_keras, resolve_class
from resnet_viz.reading.config.validate_sizes import check_sizes
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_NESTING, MAX_SIZE

_Fits: TypeAlias = Callable[[Any], bool]


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


def _are_factors(rank: int) -> _Fits:
    def fits(value: object) -> bool:
        sizes = value if isinstance(value, list) else [value] * rank
        return len(sizes) == rank and all(size is not None and _is_count(size) for size in sizes)

    return fits


def _are_widths(rank: int) -> _Fits:
    """One width, one for each axis, or two for each; of one axis both sides."""

    def fits(value: object) -> bool:
        if _is_width(value):
            return True
        if not isinstance(value, list) or len(value) != (2 if rank == 1 else rank):
            return False
        return all(
            _is_width(one)
            or (rank > 1 and isinstance(one, list) and len(one) == 2 and all(map(_is_width, one)))
            for one in value
        )

    return fits


_EVERYWHERE: Final[dict[str, _Fits]] = {
    **dict.fromkeys(("rate", "stddev"), _is_number),
    **dict.fromkeys(
        ("use_bias", "return_sequences", "return_state", "keepdims", "reset_after",
         "renorm", "rms_scaling", "tie_weights"),
        _is_flag,
    ),
    **dict.fromkeys(
        ("units", "num_heads", "key_dim", "value_dim", "num_query_heads", "num_key_value_heads",
         "head_dim", "input_dim", "projection_dim"),
        _is_count,
    ),
    "shared_axes": _are_axes,
}  # fmt: skip
_OF_CLASS: Final[dict[str, dict[str, _Fits]]] = {
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
_INSIDE: Final = ("layer", "backward_layer", "cell")


def check_settings(class_name: str, config: dict[str, Any], place: str, depth: int = 0) -> None:
    """Refuse a layer of Keras's own with a setting of a wrong kind, also in a layer that it wraps.

    Raises:
        Unreadable: naming ``place``, the key and the value.
    """
    check_sizes(class_name, config, place)
    for checks in (_EVERYWHERE, _OF_CLASS.get(class_name, {})):
        for key, fits in checks.items():
            if key in config and not fits(config[key]):
                value = quoted(str(config[key]), longest=40)
                raise Unreadable(f"{place} can't have {value} as its {key}")
    if depth > MAX_NESTING:
        raise Unreadable(f"{place} has layers in layers more than {MAX_NESTING} levels deep")
    cells = config.get("cells")
    for raw in (*(config.get(key) for key in _INSIDE), *(cells if isinstance(cells, list) else ())):
        _check_inside(raw, place, depth)


def _check_inside(raw: object, place: str, depth: int) -> None:
    if not isinstance(raw, dict):
        return
    name, config = raw.get("class_name"), raw.get("config")
    if isinstance(name, str) and isinstance(config, dict):
        kind, module = resolve_class(name, config, raw)
        if isinstance(module, str) and is_keras(module):
            check_settings(kind, config, place, depth + 1)
