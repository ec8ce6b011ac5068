"""Operation families of calls, by Keras class: convolution, pooling, normalisation and so on.

Names of layers never matter here; the class does. A class that is in no family is "custom", and so
is a user's class, whatever its name.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

from resnet_viz.graph.types import LayerCall, is_join

OpKind: TypeAlias = Literal[
    "input", "conv", "dense", "attention", "recurrent", "embedding", "norm", "activation", "pool",
    "pad", "resize", "reshape", "elementwise", "regularise", "join", "submodel", "custom",
    "other",  # only for display (analysis.keras_ops.display_kind): Keras's own, in no family
]  # fmt: skip


def _dims(*stems: str) -> frozenset[str]:
    return frozenset(f"{stem}{n}D" for stem in stems for n in (1, 2, 3))


SOURCE_OPS: Final = frozenset({"Variable", "Constant"})
"""Calls without inputs that stand for a layer's own weights and constants."""
DEPTHWISE: Final = frozenset({"DepthwiseConv1D", "DepthwiseConv2D"})
SEPARABLE: Final = frozenset({"SeparableConv1D", "SeparableConv2D"})
TRANSPOSED: Final = frozenset({"Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"})
CONVOLUTIONS: Final = _dims("Conv") | DEPTHWISE | SEPARABLE | TRANSPOSED
CONVOLUTION_OPS: Final = frozenset({"Conv", "DepthwiseConv", "SeparableConv", "ConvTranspose"})
DENSE: Final = frozenset({"Dense", "EinsumDense"})
ATTENTION: Final = frozenset(
    {"MultiHeadAttention", "GroupedQueryAttention", "GroupQueryAttention", "Attention",
     "AdditiveAttention"}
)  # fmt: skip
RECURRENT: Final = frozenset(
    {"SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU", "RNN", "Bidirectional", "ConvLSTM1D",
     "ConvLSTM2D", "ConvLSTM3D"}
)  # fmt: skip
EMBEDDING: Final = frozenset({"Embedding"})
NORMALISATION: Final = frozenset(
    {"BatchNormalization", "LayerNormalization", "GroupNormalization", "UnitNormalization",
     "RMSNormalization", "SpectralNormalization"}
)  # fmt: skip
ACTIVATION: Final = frozenset(
    {"Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "Relu", "Relu6", "Sigmoid",
     "Silu", "Swish", "Gelu", "Tanh", "HardSigmoid", "HardSwish", "HardSilu", "Softplus",
     "Softsign", "Selu", "Elu", "LeakyRelu", "LogSoftmax", "Mish", "Celu", "Glu"}
)  # fmt: skip
LOCAL_POOLING: Final = _dims("MaxPooling", "AveragePooling") | frozenset({"MaxPool", "AveragePool"})
GLOBAL_POOLING: Final = _dims("GlobalMaxPooling", "GlobalAveragePooling")
ADAPTIVE_POOLING: Final = _dims("AdaptiveMaxPooling", "AdaptiveAveragePooling")
PADDING: Final = _dims("ZeroPadding") | frozenset({"Pad"})
RESIZING: Final = _dims("UpSampling") | frozenset({"Resizing", "Resize"})
RESHAPING: Final = frozenset(
    {"Flatten", "Reshape", "Permute", "RepeatVector", "Squeeze", "ExpandDims", "Transpose",
     "Cropping1D", "Cropping2D", "Cropping3D"}
)  # fmt: skip
REGULARISATION: Final = frozenset(
    {"Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise",
     "GaussianDropout", "AlphaDropout", "ActivityRegularization"}
)  # fmt: skip
PASSING: Final = REGULARISATION | {"Identity"}
ADDING_JOINS: Final = frozenset({"Add", "Subtract", "Average"})
MERGING: Final = ADDING_JOINS | {"Concatenate", "Multiply", "Maximum", "Minimum", "Dot"}
ELEMENTWISE: Final = frozenset(
    {"Rescaling", "Normalization", "Multiply", "Add", "Subtract", "TrueDivide", "Divide", "Power",
     "Square", "Sqrt", "Exp", "Log", "Absolute", "Negative", "Maximum", "Minimum", "Clip"}
)  # fmt: skip
SUBMODELS: Final = frozenset({"Functional", "Sequential", "Model"})

_KINDS: Final[tuple[tuple[frozenset[str], OpKind], ...]] = (
    (frozenset({"InputLayer"}), "input"),
    (CONVOLUTIONS | CONVOLUTION_OPS, "conv"),
    (DENSE, "dense"),
    (ATTENTION, "attention"),
    (RECURRENT, "recurrent"),
    (EMBEDDING, "embedding"),
    (NORMALISATION, "norm"),
    (ACTIVATION, "activation"),
    (LOCAL_POOLING | GLOBAL_POOLING | ADAPTIVE_POOLING, "pool"),
    (PADDING, "pad"),
    (RESIZING, "resize"),
    (RESHAPING, "reshape"),
    (REGULARISATION | {"Identity"}, "regularise"),
    (SUBMODELS, "submodel"),
    (ELEMENTWISE, "elementwise"),
)
_BY_CLASS: Final[dict[str, OpKind]] = {
    name: kind for names, kind in reversed(_KINDS) for name in names
}


def op_kind(call: LayerCall) -> OpKind:
    """The family of a call. A call with two or more distinct inputs that merges is a "join"."""
    name = call.keras_class
    if is_join(call) and (name in MERGING or name not in _BY_CLASS):
        return "join"
    return _BY_CLASS.get(name, "custom")


WEIGHTED: Final[frozenset[OpKind]] = frozenset({"conv", "dense", "recurrent", "attention"})
"""Families that "weighted layers" counts; a residual branch holds at least one such call."""


def is_weighted(call: LayerCall) -> bool:
    """True for a convolution, dense, recurrent or attention call."""
    return op_kind(call) in WEIGHTED


def activation_of(call: LayerCall) -> str | None:
    """Name of the activation that the call applies: "relu"; None for none (linear)."""
    if call.keras_class in {"ReLU", "Relu"}:
        return "relu"
    if op_kind(call) == "activation" and call.type != "Activation":
        return call.type.lower()
    name = activation_name(call.config.get("activation"))
    return name if name != "linear" else None


def activation_name(value: Any) -> str | None:  # noqa: ANN401 - any JSON value of a configuration
    """Name in an activation setting; of a serialised object its registered or class name."""
    if isinstance(value, dict):
        inner = value.get("config")
        value = inner if isinstance(inner, str) else value.get("class_name")
    return value if isinstance(value, str) else None
