"""Multiply-accumulates (MACs) of calls for one sample, from configuration and shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from resnet_viz.analysis.counting import Term, features, positions
from resnet_viz.analysis.einsum import kernel_sizes, letters_of
from resnet_viz.analysis.sizes import per_axis
from resnet_viz.analysis.weights import Shapes, attention_sizes, is_operation
from resnet_viz.graph.ops import CONVOLUTIONS, DEPTHWISE, SEPARABLE, TRANSPOSED, op_kind
from resnet_viz.graph.values import LayerCall

_FREE: Final = frozenset(
    {"input", "activation", "norm", "pool", "pad", "resize", "reshape", "regularise",
     "elementwise", "embedding"}
)  # fmt: skip
_FREE_CLASSES: Final = frozenset(
    {"Add", "Subtract", "Average", "Concatenate", "Multiply", "Maximum", "Minimum", "Masking",
     "GetItem", "Mean", "Sum", "Max", "Min", "Amax", "Amin", "Cast", "Stack", "Split", "Tile",
     "Repeat", "BroadcastTo", "Where", "Roll", "Flip", "Swapaxes", "Moveaxis", "Divide",
     "TrueDivide", "Ravel", "ZerosLike", "OnesLike", "StopGradient"}
)  # fmt: skip


def work_of(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """The MACs as a sum of products; no terms are zero by convention, None is no rule.

    Normalisation, pooling, activation, element-wise operations, resizing and padding have none by
    convention. A bias is an addition, not a MAC.
    """
    if call.type in CONVOLUTIONS:
        return _convolution(call, inputs)
    rule = _RULES.get(call.type)
    if rule is not None:
        return rule(call, inputs)
    if call.type == "SpectralNormalization":  # a wrapper: what it wraps does the work
        return None
    if op_kind(call) in _FREE or call.type == "CenterCrop" or call.type.startswith("Random"):
        return []
    known = is_operation(call) or (call.module or "").startswith("keras")
    return [] if call.type in _FREE_CLASSES and known else None


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
    shape = inputs[0]
    return None if shape is None else [(shape[-1], call.config.get("units"), *shape[1:-1])]


def _einsum_dense(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    found, letters, shape = kernel_sizes(call, inputs[0]), letters_of(call), inputs[0]
    if found is None or letters is None or shape is None:
        return None
    kernel, sizes = found
    dots = len(shape) - len(letters[0])  # leading axes, the batch among them
    batch = letters[0][0] if dots == 0 else ""
    others = [sizes[one] for one in letters[0] if one not in letters[1] and one != batch]
    return [(*kernel, *others, *shape[1:dots])]


_GATES: Final = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}


def _recurrent(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    shape = inputs[0]
    if shape is None or len(shape) != 3:
        return None
    return _gates(call.type, shape[1], shape[2], call.config.get("units"))


def _gates(name: str, steps: int | None, before: int | None, units: int | None) -> list[Term]:
    gates = _GATES[name]
    return [(steps, gates, before, units), (steps, gates, units, units)]


def _bidirectional(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    inner, shape = call.config.get("layer"), inputs[0]
    if not isinstance(inner, dict) or shape is None or len(shape) != 3:
        return None
    if inner.get("class_name") not in _GATES:
        return None
    one = _gates(inner["class_name"], shape[1], shape[2], inner["config"].get("units"))
    return [(2, *term) for term in one]


def _attention(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """Projections of query, key and value, scores, weighted values, output projection."""
    found = attention_sizes(call, inputs)
    query_shape, value_shape = inputs[0], inputs[1] if len(inputs) > 1 else None
    if found is None or query_shape is None or value_shape is None:
        return None
    if call.config.get("attention_axes") is not None:
        return None
    (query, key, value), (heads, width, value_width), out = found
    asking, asked = query_shape[1:-1], value_shape[1:-1]
    return [
        (*asking, query, heads, width),
        (*asked, key, heads, width),
        (*asked, value, heads, value_width),
        (*asking, *asked, heads, width),
        (*asking, *asked, heads, value_width),
        (*asking, heads, value_width, out),
    ]


def _plain_attention(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    shapes = [shape for shape in inputs[:2] if shape is not None and len(shape) == 3]
    if len(shapes) != 2 or len(inputs) > 3 or call.config.get("score_mode", "dot") != "dot":
        return None
    query, value = shapes
    if len(inputs) == 3 and inputs[2] != value:
        return None
    return [(query[1], value[1], query[2]), (query[1], value[1], value[2])]


_RULES: Final[dict[str, Callable[[LayerCall, Shapes], list[Term] | None]]] = {
    "Dense": _dense,
    "EinsumDense": _einsum_dense,
    "SimpleRNN": _recurrent,
    "GRU": _recurrent,
    "LSTM": _recurrent,
    "Bidirectional": _bidirectional,
    "MultiHeadAttention": _attention,
    "Attention": _plain_attention,
}
