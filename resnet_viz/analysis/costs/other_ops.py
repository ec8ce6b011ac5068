"""Operations other than MACs, for one sample: normalisation, pooling, activation, element-wise.

Each addition, multiplication, comparison and function value counts as one operation, copying as
none; ``explain.conventions`` lists the counts.
"""

from __future__ import annotations

from math import gcd, prod
from typing import Any, Final

from resnet_viz.analysis.costs.attention import SOFTMAX, plain_other_ops, projected_other_ops
from resnet_viz.analysis.costs.products import PRODUCTS, attention_other_ops
from resnet_viz.analysis.costs.recurrence import conv_lstm_other_ops, recurrent_other_ops
from resnet_viz.analysis.costs.spectrograms import mel_other_ops, stft_op_ops, stft_other_ops
from resnet_viz.analysis.keras_ops.config_values import per_axis
from resnet_viz.analysis.keras_ops.op_families import (
    ACTIVATION_OPS,
    CONV_LSTM,
    COPYING_OPS,
    ELEMENT_OPS,
    FOURIER_OPS,
    PLAIN_ATTENTION,
    PREPARING,
    PROJECTED,
    RECURRENT_LAYERS,
    REDUCING_OPS,
    SORTING_OPS,
    STATISTICS,
    is_augmentation,
    is_keras,
    is_operation,
)
from resnet_viz.analysis.keras_ops.sliding_window import TAPS
from resnet_viz.analysis.keras_ops.terms import Shapes, Term, TermRule, axis_size, positions, total
from resnet_viz.analysis.keras_ops.wrappers import WRAPPERS, wrapped_terms
from resnet_viz.graph.operands import operand_shapes
from resnet_viz.graph.ops import GLOBAL_POOLING, LOCAL_POOLING, OpKind, activation_name, op_kind
from resnet_viz.graph.types import LayerCall, Shape

_COPYING: Final = frozenset({"input", "embedding", "pad", "reshape", "regularise"})
_COPYING_LAYERS: Final = PREPARING | {"Concatenate", "Masking", "StochasticDepth", "Embedding"}


def other_op_terms(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """The operations as a sum of products; no terms for none, None without a rule."""
    if not is_keras(call):
        return None
    kind = op_kind(call)
    if is_operation(call):
        rule = _OPERATIONS.get(call.type)
        copies = call.type in COPYING_OPS
    else:
        rule = _RULES.get(call.type)
        is_random = is_augmentation(call) and call.type.startswith("Random")
        copies = call.type in _COPYING_LAYERS or is_random
    rule = rule or _BY_KIND.get(kind)
    if rule is not None and not copies:
        return rule(call, inputs)
    return [] if copies or kind in _COPYING else None


def _times(count: int, shape: Shape | None) -> list[Term] | None:
    """``count`` operations for each value of a tensor."""
    if count == 0:
        return []
    if shape is None:
        return None
    sizes = shape[1:]
    return [(count, *sizes) if count > 1 or not sizes else sizes]


def _name(call: LayerCall) -> str:
    if call.type != "Activation":
        return call.type.lower()
    return _activation_name(call.config)


def _activation_name(config: dict[str, Any]) -> str:
    return (activation_name(config.get("activation")) or "linear").lower()


def _activation(call: LayerCall, name: str) -> list[Term] | None:
    if name == "linear":
        return []
    each = SOFTMAX if name in {"softmax", "log_softmax", "logsoftmax"} else 1
    return _times(each, call.output_shape)


def _activated(call: LayerCall, _inputs: Shapes) -> list[Term] | None:
    return _activation(call, _name(call))


def _merged(call: LayerCall, _inputs: Shapes) -> list[Term] | None:
    """Merging n tensors takes n - 1 operations for each value, and one more for an average."""
    return _times(len(call.inputs) - (call.type != "Average"), call.output_shape)


def _reduced(_call: LayerCall, inputs: Shapes) -> list[Term] | None:
    return _times(1, inputs[0] if inputs else None)


def _einsum(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """Additions for a single tensor; for several they are MACs."""
    is_alone = len(operand_shapes(call.arguments, inputs)) == 1
    return _reduced(call, inputs) if is_alone else []


def _statistics(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    before, after = STATISTICS[call.type]
    each = _times(before, inputs[0] if inputs else None)
    root = _times(after, call.output_shape)
    return None if each is None or root is None else each + root


def _sorted(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """Sorting n values of an axis takes n·⌈log₂ n⌉ comparisons."""
    shape = inputs[0] if inputs else None
    sizes = axis_size(shape, call.config.get("axis", -1))
    if shape is None or not sizes or sizes[0] is None:
        return None
    return _times((sizes[0] - 1).bit_length(), shape)


def _cross_entropy(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """By the definition of each; a function of the logits before.

    −(t·log p + (1 − t)·log(1 − p)) for each value: 8; −Σ t·log p: 3 for each value and 1 for each
    sum; −log p of the class: 2.
    """
    shapes = operand_shapes(call.arguments, inputs)
    values = shapes[1] if len(shapes) > 1 else None
    is_binary = call.type == "BinaryCrossentropy"
    on_logits = bool(call.config.get("from_logits")) * (1 if is_binary else SOFTMAX)
    each = {"BinaryCrossentropy": 8, "CategoricalCrossentropy": 3}.get(call.type, 0)
    sums = {"CategoricalCrossentropy": 1, "SparseCategoricalCrossentropy": 2}.get(call.type, 0)
    before, after = _times(each + on_logits, values), _times(sums, call.output_shape)
    return None if before is None or after is None else before + after


def _layer_norm_op(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """5 for each value, and 1 for each of scale and centre; 4 by the root of the mean square."""
    if call.config.get("rms_scaling"):
        return _times(4, call.output_shape)
    operands = len(operand_shapes(call.arguments, inputs))
    affine = sum(call.arguments.get(str(place), True) is not None for place in range(1, operands))
    return _times(5 + affine, call.output_shape)


def _embedded(call: LayerCall, _inputs: Shapes) -> list[Term] | None:
    """A soft cap of the reverse projection: division, tanh, multiplication."""
    is_capped = call.arguments.get("reverse") and call.config.get("logit_soft_cap") is not None
    return _times(3, call.output_shape) if is_capped else []


def _wrapped(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    terms = wrapped_terms(call, inputs, other_op_terms)
    if call.type == "Bidirectional" and call.config.get("merge_mode") in {"sum", "mul", "ave"}:
        merged = _times(2 if call.config["merge_mode"] == "ave" else 1, call.output_shape)
        return None if terms is None or merged is None else terms + merged
    return terms


def _bias_and_activation(call: LayerCall, _inputs: Shapes) -> list[Term] | None:
    config = call.config
    is_einsum = call.type == "EinsumDense"
    has_bias = config.get("bias_axes") if is_einsum else config.get("use_bias", True)
    bias = _times(int(bool(has_bias)), call.output_shape)
    after = _activation(call, _activation_name(config))
    return None if bias is None or after is None else bias + after


def _layer_norm(call: LayerCall, _inputs: Shapes) -> list[Term] | None:
    config = call.config
    if config.get("rms_scaling"):
        return _times(4, call.output_shape)
    affine = bool(config.get("scale", True)) + bool(config.get("center", True))
    return _times(5 + affine, call.output_shape)


def _each(count: int) -> TermRule:
    return lambda call, _inputs: _times(count, call.output_shape)


def _pool(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """Pooling n values takes n - 1 comparisons, or n - 1 additions and a division."""
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
    """Cell i of m over n values pools those from ⌊i·n / m⌋ to ⌈(i + 1)·n / m⌉."""
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
    """The values that all cells along an axis pool: n, and one more at each border that is shared.

    Of the m borders, gcd(n, m) lie between two values.
    """
    if not n or not m:
        return None
    return n + m - gcd(n, m)


def _resize(call: LayerCall, _inputs: Shapes) -> list[Term] | None:
    """Interpolating n taps takes n multiplications and n - 1 additions for each value."""
    taps = TAPS.get(str(call.config.get("interpolation", "nearest")))
    if taps is None:
        return None
    axes = int(call.type[-2]) if call.type.startswith("UpSampling") else 2
    return [] if taps == 1 else _times(2 * taps**axes - 1, call.output_shape)


_RULES: Final[dict[str, TermRule]] = {
    "BatchNormalization": _each(2),
    "LayerNormalization": _layer_norm,
    "GroupNormalization": _layer_norm,
    "RMSNormalization": _each(4),
    "UnitNormalization": _each(3),
    "Normalization": _each(2),
    "Rescaling": _each(2),
    "CustomScaleLayer": _each(2),
    "LayerScale": _each(1),
    "ReversibleEmbedding": _embedded,
    "STFTSpectrogram": stft_other_ops,
    "MelSpectrogram": mel_other_ops,
    "Dot": lambda call, _inputs: None if call.config.get("normalize") else [],
    **dict.fromkeys(("Add", "Subtract", "Multiply", "Maximum", "Minimum", "Average"), _merged),
    **dict.fromkeys(RECURRENT_LAYERS, recurrent_other_ops),
    **dict.fromkeys(CONV_LSTM, conv_lstm_other_ops),
    **dict.fromkeys(PROJECTED, projected_other_ops),
    **dict.fromkeys(PLAIN_ATTENTION, plain_other_ops),
    **dict.fromkeys(WRAPPERS, _wrapped),
}
_OPERATIONS: Final[dict[str, TermRule]] = {
    **dict.fromkeys(ELEMENT_OPS, _each(1)),
    **dict.fromkeys(REDUCING_OPS, _reduced),
    **dict.fromkeys(STATISTICS, _statistics),
    **dict.fromkeys(SORTING_OPS, _sorted),
    **dict.fromkeys(FOURIER_OPS, stft_op_ops),
    **dict.fromkeys(ACTIVATION_OPS, _each(1)),
    **dict.fromkeys(PRODUCTS, lambda _call, _inputs: []),
    "Einsum": _einsum,
    **dict.fromkeys(
        ("BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy"),
        _cross_entropy,
    ),
    "DotProductAttention": attention_other_ops,
    **dict.fromkeys(("AdaptiveMaxPool", "AdaptiveAveragePool"), _pool),
    "BatchNorm": _each(2),
    "LayerNorm": _layer_norm_op,
    "RMSNorm": _each(4),
    "Normalize": _each(3),
}
_BY_KIND: Final[dict[OpKind, TermRule]] = {
    "conv": _bias_and_activation,
    "dense": _bias_and_activation,
    "activation": _activated,
    "pool": _pool,
    "resize": _resize,
}
