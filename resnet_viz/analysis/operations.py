"""Operations that are no MACs, for one sample: normalisation, pooling, activation, element-wise.

What counts as how many is said in ``conventions``: one for an addition, a multiplication, a
comparison or a function's value, so many for each value; copying counts nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any, Final

from resnet_viz.analysis.counting import Term, positions, total
from resnet_viz.analysis.sizes import per_axis
from resnet_viz.analysis.weights import Shapes, attention_sizes, is_operation
from resnet_viz.analysis.windows import TAPS
from resnet_viz.graph.ops import GLOBAL_POOLING, LOCAL_POOLING, op_kind
from resnet_viz.graph.values import LayerCall, Shape

SOFTMAX: Final = 5
"""For each value: the largest, a subtraction, the exponential, the sum, a division."""

_COPYING: Final = frozenset(
    {"input", "embedding", "pad", "reshape", "regularise"}
)  # fmt: skip
_COPYING_CLASSES: Final = frozenset(
    {"Concatenate", "Masking", "CenterCrop", "GetItem", "Cast", "Stack", "Split", "Tile", "Repeat",
     "BroadcastTo", "Roll", "Flip", "Swapaxes", "Moveaxis", "Ravel", "ZerosLike", "OnesLike",
     "StopGradient", "Discretization", "Hashing", "HashedCrossing", "StringLookup",
     "IntegerLookup", "TextVectorization", "CategoryEncoding"}
)  # fmt: skip
_REDUCING: Final = frozenset({"Mean", "Sum", "Max", "Min", "Amax", "Amin", "Prod"})


def other_of(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """The operations as a sum of products; no terms are none at all, None is no rule."""
    rule = _RULES.get(call.type)
    if rule is not None and not is_operation(call):
        return rule(call, inputs)
    kind = op_kind(call)
    if kind in {"conv", "dense"}:
        return _bias_and_activation(call)
    if kind == "activation":
        return _activation(call, _name(call))
    if kind == "pool":
        return _pool(call, inputs)
    if kind == "resize":
        return _resize(call)
    if kind in _COPYING or call.type in _COPYING_CLASSES or _is_augmentation(call):
        return []
    return _elementwise(call, inputs, kind)


def _is_augmentation(call: LayerCall) -> bool:
    """Augmentation hands images on unchanged at inference."""
    return call.type.startswith("Random") and (call.module or "").startswith("keras")


def _elementwise(call: LayerCall, inputs: Shapes, kind: str) -> list[Term] | None:
    if is_operation(call) and call.type in _REDUCING:
        return _times(1, inputs[0] if inputs else None)
    if kind == "elementwise" or call.type in {"Average", "Where"}:
        return _times(max(1, len(call.inputs) - (call.type != "Average")), call.output_shape)
    if kind == "join" and call.type in _MERGING:
        return _times(len(call.inputs) - 1, call.output_shape)
    return None


_MERGING: Final = frozenset({"Add", "Subtract", "Multiply", "Maximum", "Minimum"})


def _times(count: int, shape: Shape | None) -> list[Term] | None:
    """So many operations for every value of a tensor."""
    if count == 0:
        return []
    return None if shape is None else [(count, *shape[1:])]


def _name(call: LayerCall) -> str:
    if call.type != "Activation":
        return call.type.lower()
    return activation_name(call.config.get("activation"))


def activation_name(value: Any) -> str:  # noqa: ANN401 - any JSON value of a configuration
    """The name of a setting that is a function: "relu"; "linear" for none."""
    if isinstance(value, dict):  # a serialised object: its class or registered name says enough
        inner = value.get("config")
        value = inner if isinstance(inner, str) else value.get("class_name")
    return value.lower() if isinstance(value, str) else "linear"


def _activation(call: LayerCall, name: str) -> list[Term] | None:
    if name == "linear":
        return []
    each = SOFTMAX if name in {"softmax", "log_softmax", "logsoftmax"} else 1
    return _times(each, call.output_shape)


def _bias_and_activation(call: LayerCall) -> list[Term] | None:
    config = call.config
    has_bias = bool(config.get("bias_axes") if call.type == "EinsumDense"
                    else config.get("use_bias", True))  # fmt: skip
    bias = _times(int(has_bias), call.output_shape)
    after = _activation(call, activation_name(config.get("activation")))
    return None if bias is None or after is None else bias + after


def _batch_norm(call: LayerCall, _inputs: Shapes) -> list[Term] | None:
    return _times(2, call.output_shape)


def _layer_norm(call: LayerCall, _inputs: Shapes) -> list[Term] | None:
    config = call.config
    if config.get("rms_scaling"):
        return _times(4, call.output_shape)
    affine = bool(config.get("scale", True)) + bool(config.get("center", True))
    return _times(5 + affine, call.output_shape)


def _each(count: int) -> Callable[[LayerCall, Shapes], list[Term] | None]:
    return lambda call, _inputs: _times(count, call.output_shape)


def _pool(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """A maximum of n values is n - 1 comparisons; an average n - 1 additions and a division."""
    shape = inputs[0] if inputs else None
    if call.type.startswith("Adaptive"):
        return _adaptive_pool(call, shape)
    spread = positions(call, shape)
    if spread is None or call.output_shape is None:
        return None
    is_max = "Max" in call.type
    if call.type in GLOBAL_POOLING:
        if None in spread:
            return None
        window = prod(size or 0 for size in spread)
    elif call.type in LOCAL_POOLING and "pool_size" in call.config:
        window = prod(per_axis(call.config["pool_size"], len(spread)))
    else:
        return None
    if window == 1:
        return []
    return _times(window - 1 if is_max else window, call.output_shape)


def _adaptive_pool(call: LayerCall, shape: Shape | None) -> list[Term] | None:
    """Cell i of m over n values holds those from ⌊i·n / m⌋ to ⌈(i + 1)·n / m⌉."""
    before, after = positions(call, shape), positions(call, call.output_shape)
    if before is None or after is None or len(before) != len(after):
        return None
    covered = tuple(_covered(n, m) for n, m in zip(before, after, strict=True))
    channels = total([(call.output_shape or ())[1:]])
    cells = total([after])
    if None in covered or not channels or not cells:
        return None
    each = (channels // cells,)
    if "Max" in call.type:
        return [(*covered, *each), (-1, *after, *each)]
    return [(*covered, *each)]


def _covered(n: int | None, m: int | None) -> int | None:
    if not n or not m:
        return None
    return sum(-(-(i + 1) * n // m) - i * n // m for i in range(m))


def _resize(call: LayerCall) -> list[Term] | None:
    """A value mixed of n taps takes n multiplications and n - 1 additions."""
    taps = TAPS.get(str(call.config.get("interpolation", "nearest")))
    if taps is None:
        return None
    axes = int(call.type[-2]) if call.type.startswith("UpSampling") else 2
    return [] if taps == 1 else _times(2 * taps**axes - 1, call.output_shape)


def _attention(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """Biases of the projections, and for every score its scaling and a softmax."""
    found = attention_sizes(call, inputs)
    if found is None or call.config.get("attention_axes") is not None:
        return None
    asking, asked = (inputs[0] or ())[1:-1], (inputs[1] or ())[1:-1]
    _widths, (heads, width, value_width), out = found
    terms: list[Term] = [(SOFTMAX + 1, heads, *asking, *asked)]
    if call.config.get("use_bias", True):
        terms += [
            (*asking, heads, width),
            (*asked, heads, width),
            (*asked, heads, value_width),
            (*asking, out),
        ]
    return terms


_RULES: Final[dict[str, Callable[[LayerCall, Shapes], list[Term] | None]]] = {
    "BatchNormalization": _batch_norm,
    "LayerNormalization": _layer_norm,
    "GroupNormalization": _layer_norm,
    "RMSNormalization": _each(4),
    "UnitNormalization": _each(3),
    "Normalization": _each(2),
    "Rescaling": _each(2),
    "MultiHeadAttention": _attention,
}
