"""Weights of layers from class, configuration and input shapes, as Keras would build them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from resnet_viz.analysis.costs.attention import plain_weights, projected_weights
from resnet_viz.analysis.costs.recurrence import conv_lstm_weights, recurrent_weights
from resnet_viz.analysis.costs.types import WeightSource
from resnet_viz.analysis.keras_ops.config_values import per_axis
from resnet_viz.analysis.keras_ops.dtypes import is_quantised
from resnet_viz.analysis.keras_ops.einsum import kernel_sizes
from resnet_viz.analysis.keras_ops.op_families import (
    CONV_LSTM,
    MERGING_LAYERS,
    PLAIN_ATTENTION,
    PREPARING,
    PROJECTED,
    RECURRENT_LAYERS,
    is_augmentation,
    is_function,
    is_keras,
    is_operation,
)
from resnet_viz.analysis.keras_ops.terms import Shapes, Term, Terms, axis_size, features, total
from resnet_viz.analysis.keras_ops.wrappers import wrapped_runs
from resnet_viz.graph.ops import CONVOLUTIONS, DEPTHWISE, SEPARABLE, TRANSPOSED, op_kind
from resnet_viz.graph.types import LayerCall

NOTHING: Final[Terms] = ([], [])


class LayerParameters(msgspec.Struct, frozen=True):
    """Parameters of one layer.

    Attributes:
        total: number of all weights.
        trainable, non_trainable: their split; None if only a file lists the weights.
        terms: ``total`` as a sum of products, the trainable weights first.
        source: where the numbers are from.
    """

    total: int
    trainable: int | None
    non_trainable: int | None
    terms: tuple[Term, ...]
    source: WeightSource = "rule"


def weights_by_rule(call: LayerCall, inputs: Shapes) -> LayerParameters | None:
    """Parameters as Keras would build them; None for a class without a rule or an unknown size."""
    terms = None if _is_changed(call) else _terms(call, inputs)
    if terms is None:
        return None
    trainable, fixed = total(terms[0]), total(terms[1])
    if trainable is None or fixed is None:
        return None
    if call.config.get("trainable") is False:
        trainable, fixed = 0, trainable + fixed
    return LayerParameters(trainable + fixed, trainable, fixed, (*terms[0], *terms[1]))


def _is_changed(call: LayerCall) -> bool:
    """Return whether the weights differ from those its class builds: LoRA, quantisation."""
    return bool(call.config.get("lora_rank")) or is_quantised(call)


_WEIGHTLESS: Final = frozenset(
    {"input", "activation", "pool", "pad", "resize", "reshape", "regularise", "elementwise"}
)
_BARE: Final = frozenset({"Masking", "Lambda", "MelSpectrogram", "CustomScaleLayer"})


def _terms(call: LayerCall, inputs: Shapes) -> Terms | None:
    if not is_keras(call):
        return None
    if is_operation(call) or is_function(call):
        return NOTHING
    rule = _RULES.get(call.type)
    if rule is not None:
        return rule(call, inputs)
    weightless = _BARE | MERGING_LAYERS | PREPARING
    if op_kind(call) in _WEIGHTLESS or call.type in weightless or is_augmentation(call):
        return NOTHING
    return None


def _bias(config: dict[str, Any], *sizes: int | None) -> list[Term]:
    return [tuple(sizes)] if config.get("use_bias", True) else []


def _convolution(call: LayerCall, inputs: Shapes) -> Terms | None:
    config = call.config
    shape = inputs[0] if inputs else None
    before = features(call, shape)
    if shape is None or before is None:
        return None
    kernel = per_axis(config.get("kernel_size"), len(shape) - 2)
    if call.type in DEPTHWISE:
        out = before * config.get("depth_multiplier", 1)
        return [(*kernel, out), *_bias(config, out)], []
    filters = config.get("filters")
    if call.type in SEPARABLE:
        inner = before * config.get("depth_multiplier", 1)
        return [(*kernel, inner), (inner, filters), *_bias(config, filters)], []
    groups = config.get("groups", 1)
    return [(*kernel, before // groups, filters), *_bias(config, filters)], []


def _dense(call: LayerCall, inputs: Shapes) -> Terms | None:
    shape = inputs[0]
    units = call.config.get("units")
    return ([(shape[-1], units), *_bias(call.config, units)], []) if shape else None


def _einsum_dense(call: LayerCall, inputs: Shapes) -> Terms | None:
    sizes = kernel_sizes(call, inputs[0])
    if sizes is None:
        return None
    kernel, by_letter = sizes
    letters = call.config.get("bias_axes") or ""
    if not all(letter in by_letter for letter in letters):
        return None
    bias = [tuple(by_letter[letter] for letter in letters)] if letters else []
    return [kernel, *bias], []


def _embedding(call: LayerCall, _inputs: Shapes) -> Terms:
    return [(call.config.get("input_dim"), call.config.get("output_dim"))], []


def _affine(call: LayerCall, sizes: Term | None) -> list[Term] | None:
    count = call.config.get("scale", True) + call.config.get("center", True)
    if sizes is None:
        return None
    return [(count, *sizes)] if count else []


def _batch_norm(call: LayerCall, inputs: Shapes) -> Terms | None:
    sizes = axis_size(inputs[0], call.config.get("axis", -1))
    affine = _affine(call, sizes)
    if affine is None or sizes is None:
        return None
    # Renormalisation also keeps a moving deviation, and a mean and a deviation of its own.
    return affine, [(5 if call.config.get("renorm") else 2, *sizes)]


def _layer_norm(call: LayerCall, inputs: Shapes) -> Terms | None:
    sizes = axis_size(inputs[0], call.config.get("axis", -1))
    if call.type == "RMSNormalization" or call.config.get("rms_scaling"):
        return None if sizes is None else ([sizes], [])
    affine = _affine(call, sizes)
    return None if affine is None else (affine, [])


def _prelu(call: LayerCall, inputs: Shapes) -> Terms | None:
    shape = inputs[0]
    if shape is None:
        return None
    shared = call.config.get("shared_axes") or []
    return [tuple(1 if n in shared else shape[n] for n in range(1, len(shape)))], []


def _statistics(call: LayerCall, inputs: Shapes) -> Terms | None:
    """Normalization: mean and variance of each feature and a count, unless configured."""
    if call.config.get("mean") is not None:
        return NOTHING
    axis = call.config.get("axis", -1)
    sizes: Term | None = () if axis is None else axis_size(inputs[0], axis)
    return None if sizes is None else ([], [(2, *sizes), (1,)])


def _wrapped(call: LayerCall, inputs: Shapes) -> Terms | None:
    """Weights of the wrapped layers; all are fixed if the layer is not trainable."""
    inside = wrapped_runs(call, inputs)
    if inside is None:
        return None
    trainable: list[Term] = []
    fixed: list[Term] = []
    for run in inside:
        terms = None if _is_changed(run.call) else _terms(run.call, run.inputs)
        if terms is None:
            return None
        if run.call.config.get("trainable") is False:
            terms = ([], [*terms[0], *terms[1]])
        trainable += terms[0]
        fixed += terms[1]
    return trainable, fixed


def _spectral(call: LayerCall, inputs: Shapes) -> Terms | None:
    """The wrapped layer's weights and a vector as long as its kernel's last axis."""
    terms, inside = _wrapped(call, inputs), wrapped_runs(call, inputs)
    if terms is None or not inside:
        return None
    trainable, fixed = terms
    inner = inside[0].call
    if inner.type in SEPARABLE or not trainable + fixed:
        return None
    kernel = (trainable or fixed)[0]
    last = kernel[-1]
    if inner.type in DEPTHWISE:
        last = inner.config.get("depth_multiplier", 1)
    elif inner.type in TRANSPOSED:
        last = kernel[-2]
    return trainable, [*fixed, (1, last)]


def _reversible(call: LayerCall, _inputs: Shapes) -> Terms:
    """An embedding that also projects back, with weights of its own if they are not tied."""
    sizes: Term = (call.config.get("input_dim"), call.config.get("output_dim"))
    return [sizes] if call.config.get("tie_weights", True) else [sizes, sizes], []


def _layer_scale(call: LayerCall, _inputs: Shapes) -> Terms:
    """A factor for each channel (ConvNeXt)."""
    return [(call.config.get("projection_dim"),)], []


def _stft(call: LayerCall, _inputs: Shapes) -> Terms | None:
    """Trainable kernels of sines and cosines."""
    kernel = stft_kernel(call)
    if kernel is None:
        return None
    return [kernel] * stft_parts(call), []


def stft_kernel(call: LayerCall) -> Term | None:
    """Shape of one kernel of an STFTSpectrogram: frame length, frequencies."""
    frame, length = call.config.get("frame_length"), call.config.get("fft_length")
    if frame is None:
        return None
    length = length or 1 << (frame - 1).bit_length()
    return frame, length // 2 + 1


def stft_parts(call: LayerCall) -> int:
    """Number of kernels of an STFTSpectrogram: real, imaginary, or both."""
    return 1 if call.config.get("mode") in {"real", "imag"} else 2


_RULES: Final[dict[str, Callable[[LayerCall, Shapes], Terms | None]]] = {
    **dict.fromkeys(CONVOLUTIONS, _convolution),
    "Dense": _dense,
    "EinsumDense": _einsum_dense,
    "Embedding": _embedding,
    "BatchNormalization": _batch_norm,
    "LayerNormalization": _layer_norm,
    "RMSNormalization": _layer_norm,
    "GroupNormalization": _layer_norm,
    "UnitNormalization": lambda _call, _inputs: NOTHING,
    "PReLU": _prelu,
    "Normalization": _statistics,
    "SpectralNormalization": _spectral,
    "ReversibleEmbedding": _reversible,
    "STFTSpectrogram": _stft,
    "LayerScale": _layer_scale,
    **dict.fromkeys(RECURRENT_LAYERS, recurrent_weights),
    **dict.fromkeys(CONV_LSTM, conv_lstm_weights),
    **dict.fromkeys(("TimeDistributed", "Bidirectional"), _wrapped),
    **dict.fromkeys(PROJECTED, projected_weights),
    **dict.fromkeys(PLAIN_ATTENTION, plain_weights),
}
