"""Weights of layers from class, configuration and input shapes, as Keras would build them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import msgspec

from resnet_viz.analysis.counting import Term, axis_size, features, total
from resnet_viz.analysis.einsum import kernel_sizes
from resnet_viz.analysis.sizes import per_axis
from resnet_viz.graph.ops import CONVOLUTIONS, DEPTHWISE, SEPARABLE, op_kind
from resnet_viz.graph.values import LayerCall, Shape

Shapes: TypeAlias = tuple[Shape | None, ...]
Terms: TypeAlias = tuple[list[Term], list[Term]]
"""Trainable and non-trainable sums."""

NOTHING: Final[Terms] = ([], [])


class Weights(msgspec.Struct, frozen=True):
    """How many weights a layer has; the terms are of all of them."""

    trainable: int
    non_trainable: int
    terms: tuple[Term, ...]


def weights_of(call: LayerCall, inputs: Shapes) -> Weights | None:
    """The layer's weights; None if its class has no rule or a size that matters isn't known."""
    terms = _terms(call, inputs)
    if terms is None or call.config.get("lora_rank"):
        return None
    trainable, fixed = total(terms[0]), total(terms[1])
    if trainable is None or fixed is None:
        return None
    every = (*terms[0], *terms[1])
    if call.config.get("trainable") is False:
        return Weights(0, trainable + fixed, every)
    return Weights(trainable, fixed, every)


def is_operation(call: LayerCall) -> bool:
    """Whether the call is a keras.ops operation, which has no weights."""
    return (call.module or "").startswith(("keras.src.ops", "keras.ops"))


_WEIGHTLESS: Final = frozenset(
    {"input", "activation", "pool", "pad", "resize", "reshape", "regularise", "elementwise"}
)
_BARE: Final = frozenset({"Masking", "Lambda", "CenterCrop", "Dot"})


def _terms(call: LayerCall, inputs: Shapes) -> Terms | None:
    if is_operation(call):
        return NOTHING
    if call.type in CONVOLUTIONS:
        return _convolution(call, inputs)
    rule = _RULES.get(call.type)
    if rule is not None:
        return rule(call, inputs)
    kind = op_kind(call)
    if kind in _WEIGHTLESS or call.type in _BARE or _is_augmentation(call):
        return NOTHING
    return NOTHING if kind == "join" and call.type in _MERGING_LAYERS else None


_MERGING_LAYERS: Final = frozenset(
    {"Add", "Subtract", "Average", "Concatenate", "Multiply", "Maximum", "Minimum", "Dot"}
)


def _is_augmentation(call: LayerCall) -> bool:
    return call.type.startswith("Random") and (call.module or "").startswith("keras")


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
    if affine is None or sizes is None or call.config.get("renorm"):
        return None
    return affine, [(2, *sizes)]


def _layer_norm(call: LayerCall, inputs: Shapes) -> Terms | None:
    sizes = axis_size(inputs[0], call.config.get("axis", -1))
    if call.config.get("rms_scaling"):
        return None if sizes is None else ([sizes], [])
    affine = _affine(call, sizes)
    return None if affine is None else (affine, [])


def _rms_norm(call: LayerCall, inputs: Shapes) -> Terms | None:
    sizes = axis_size(inputs[0], call.config.get("axis", -1))
    return None if sizes is None else ([sizes], [])


def _group_norm(call: LayerCall, inputs: Shapes) -> Terms | None:
    affine = _affine(call, axis_size(inputs[0], call.config.get("axis", -1)))
    return None if affine is None else (affine, [])


def _prelu(call: LayerCall, inputs: Shapes) -> Terms | None:
    shape = inputs[0]
    if shape is None:
        return None
    shared = call.config.get("shared_axes") or []
    return [tuple(1 if n in shared else shape[n] for n in range(1, len(shape)))], []


def _statistics(call: LayerCall, inputs: Shapes) -> Terms | None:
    """Normalization: mean and variance for each feature and a count, unless they are given."""
    if call.config.get("mean") is not None:
        return NOTHING
    axis = call.config.get("axis", -1)
    sizes: Term | None = () if axis is None else axis_size(inputs[0], axis)
    return None if sizes is None else ([], [(2, *sizes), (1,)])


_GATES: Final = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}


def _recurrent(call: LayerCall, inputs: Shapes) -> Terms | None:
    shape, units = inputs[0], call.config.get("units")
    if shape is None:
        return None
    gates = _GATES[call.type]
    biases = 2 if call.type == "GRU" and call.config.get("reset_after", True) else 1
    terms: list[Term] = [(gates, shape[-1], units), (gates, units, units)]
    return [*terms, *_bias(call.config, gates * biases, units)], []


def _bidirectional(call: LayerCall, inputs: Shapes) -> Terms | None:
    inner = call.config.get("layer")
    if not isinstance(inner, dict) or inner.get("class_name") not in _GATES:
        return None
    layer = msgspec.structs.replace(call, type=inner["class_name"], config=inner["config"])
    one = _recurrent(layer, inputs)
    return None if one is None else ([(2, *term) for term in one[0]], [])


def _attention(call: LayerCall, inputs: Shapes) -> Terms | None:
    found = attention_sizes(call, inputs)
    if found is None:
        return None
    (query, key, value), (heads, width, value_width), out = found
    terms: list[Term] = [
        (query, heads, width),
        (key, heads, width),
        (value, heads, value_width),
        (heads, value_width, out),
    ]
    biases: list[Term] = [(2, heads, width), (heads, value_width), (out,)]
    return [*terms, *(biases if call.config.get("use_bias", True) else [])], []


def attention_sizes(call: LayerCall, inputs: Shapes) -> tuple[Term, Term, int | None] | None:
    """Widths of query, key and value; heads and their widths; width of the output.

    None where a third input may be a mask rather than keys.
    """
    if len(inputs) not in {2, 3} or any(shape is None for shape in inputs):
        return None
    query, value = inputs[0], inputs[1]
    key = inputs[2] if len(inputs) == 3 else value
    if query is None or value is None or key is None or key[:-1] != value[:-1]:
        return None
    config = call.config
    width = config.get("key_dim")
    out = config.get("output_shape")
    if isinstance(out, list | tuple):
        out = out[0] if len(out) == 1 else None
    return (
        (query[-1], key[-1], value[-1]),
        (config.get("num_heads"), width, config.get("value_dim") or width),
        query[-1] if config.get("output_shape") is None else out,
    )


def _plain_attention(call: LayerCall, _inputs: Shapes) -> Terms | None:
    if call.config.get("score_mode", "dot") != "dot":
        return None
    return ([(1,)] if call.config.get("use_scale") else []), []


_RULES: Final[dict[str, Callable[[LayerCall, Shapes], Terms | None]]] = {
    "Dense": _dense,
    "EinsumDense": _einsum_dense,
    "Embedding": _embedding,
    "BatchNormalization": _batch_norm,
    "LayerNormalization": _layer_norm,
    "RMSNormalization": _rms_norm,
    "GroupNormalization": _group_norm,
    "UnitNormalization": lambda _call, _inputs: NOTHING,
    "PReLU": _prelu,
    "Normalization": _statistics,
    "SimpleRNN": _recurrent,
    "GRU": _recurrent,
    "LSTM": _recurrent,
    "Bidirectional": _bidirectional,
    "MultiHeadAttention": _attention,
    "Attention": _plain_attention,
}
