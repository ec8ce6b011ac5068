"""Multiply-accumulates (MACs) of calls for one sample, from configuration and shapes.

Conventions: ``resources/docs/glossary.md``, "MACs".
"""

from __future__ import annotations

from typing import Final

from resnet_viz.analysis.costs.attention import plain_macs, projected_macs
from resnet_viz.analysis.costs.lora import adapter_macs
from resnet_viz.analysis.costs.products import PRODUCTS
from resnet_viz.analysis.costs.recurrence import conv_lstm_macs, recurrent_macs
from resnet_viz.analysis.costs.spectrograms import mel_macs, stft_macs
from resnet_viz.analysis.keras_ops.config_values import per_axis
from resnet_viz.analysis.keras_ops.einsum import kernel_sizes, letters_of
from resnet_viz.analysis.keras_ops.op_families import (
    CONV_LSTM,
    FREE_OPS,
    MERGING_LAYERS,
    PLAIN_ATTENTION,
    PREPARING,
    PROJECTED,
    RECURRENT_LAYERS,
    is_augmentation,
    is_keras,
    is_operation,
)
from resnet_viz.analysis.keras_ops.terms import (
    Shapes,
    Term,
    TermRule,
    axis_size,
    features,
    positions,
)
from resnet_viz.analysis.keras_ops.wrappers import WRAPPERS, wrapped_terms
from resnet_viz.graph.ops import CONVOLUTIONS, DEPTHWISE, SEPARABLE, TRANSPOSED, op_kind
from resnet_viz.graph.types import LayerCall

_FREE: Final = frozenset(
    {"input", "activation", "norm", "pool", "pad", "resize", "reshape", "regularise",
     "elementwise", "embedding"}
)  # fmt: skip
_FREE_LAYERS: Final = frozenset({"Masking", "LayerScale", "CustomScaleLayer", "StochasticDepth"})


def mac_terms(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """The MACs as a sum of products; no terms for zero by convention, None without a rule.

    Normalisation, pooling, activation, element-wise operations, resizing and padding have none by
    convention. A bias is an addition, not a MAC. A LoRA adapter counts.
    """
    own = _own_terms(call, inputs) if is_keras(call) else None
    adapter = None if own is None else adapter_macs(call, inputs, own)
    return None if own is None or adapter is None else [*own, *adapter]


def _own_terms(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    if is_operation(call):
        rule = PRODUCTS.get(call.type)
        free = FREE_OPS
    else:
        rule = _RULES.get(call.type)
        free = MERGING_LAYERS | PREPARING | _FREE_LAYERS
    if rule is not None:
        return rule(call, inputs)
    is_free = op_kind(call) in _FREE or call.type in free or is_augmentation(call)
    return [] if is_free else None


def _convolution(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    config = call.config
    shape = inputs[0] if inputs else None
    before, spread = features(call, shape), positions(call, call.output_shape)
    if call.type in TRANSPOSED:  # each *input* position spreads the whole kernel
        spread = positions(call, shape)
    if before is None or spread is None:
        return None
    kernel = per_axis(config.get("kernel_size"), len(spread))
    multiplier, filters = config.get("depth_multiplier", 1), config.get("filters")
    if call.type in DEPTHWISE:
        return [(*kernel, before * multiplier, *spread)]
    if call.type in SEPARABLE:
        inner = before * multiplier
        return [(*kernel, inner, *spread), (inner, filters, *spread)]
    return [(*kernel, before // config.get("groups", 1), filters, *spread)]


def _dense(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    shape = inputs[0] if inputs else None
    return None if shape is None else [(shape[-1], call.config.get("units"), *shape[1:-1])]


def _einsum_dense(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    shape = inputs[0] if inputs else None
    kernel_and_letters, letters = kernel_sizes(call, shape), letters_of(call)
    if kernel_and_letters is None or letters is None or shape is None:
        return None
    kernel, sizes = kernel_and_letters
    dots = len(shape) - len(letters[0])  # leading axes, the batch among them
    batch = letters[0][0] if dots == 0 else ""
    others = [sizes[x] for x in letters[0] if x not in letters[1] and x != batch]
    return [(*kernel, *others, *shape[1:dots])]


def _reversible(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """A dense layer for the reverse projection; none for a look-up."""
    if not call.arguments.get("reverse"):
        return []
    shape = inputs[0] if inputs else None
    return None if shape is None else [(*shape[1:], call.config.get("input_dim"))]


def _dot(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """A sum over the contracted axis for each value of the result."""
    axes = call.config.get("axes")
    axis = axes[0] if isinstance(axes, list | tuple) and axes else axes
    summed = axis_size(inputs[0] if inputs else None, axis)
    after = call.output_shape
    if summed is None or after is None:
        return None
    # The product of two vectors is one number, in an axis of its own.
    return [(*summed, *after[1:])]


_RULES: Final[dict[str, TermRule]] = {
    **dict.fromkeys(CONVOLUTIONS, _convolution),
    "Dense": _dense,
    "EinsumDense": _einsum_dense,
    "ReversibleEmbedding": _reversible,
    "STFTSpectrogram": stft_macs,
    "MelSpectrogram": mel_macs,
    "Dot": _dot,
    **dict.fromkeys(RECURRENT_LAYERS, recurrent_macs),
    **dict.fromkeys(CONV_LSTM, conv_lstm_macs),
    **dict.fromkeys(PROJECTED, projected_macs),
    **dict.fromkeys(PLAIN_ATTENTION, plain_macs),
    **dict.fromkeys(WRAPPERS, lambda call, inputs: wrapped_terms(call, inputs, mac_terms)),
}
