"""Terms for operations, activations, shortcuts and blocks."""

from __future__ import annotations

from typing import Final

from resnet_viz.analysis.keras_ops.op_families import is_keras
from resnet_viz.analysis.structure.types import BlockKind, Shortcut, ShortcutKind
from resnet_viz.graph.ops import DEPTHWISE, SEPARABLE, TRANSPOSED, activation_of, op_kind
from resnet_viz.graph.types import LayerCall

_ACTIVATIONS: Final = {
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leakyrelu": "LeakyReLU",
    "leaky_relu": "LeakyReLU",
    "prelu": "PReLU",
    "elu": "ELU",
    "selu": "SELU",
    "celu": "CELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "swish": "SiLU",
    "glu": "GLU",
    "hard_swish": "HardSwish",
    "hard_silu": "HardSwish",
    "hardswish": "HardSwish",
    "hardsilu": "HardSwish",
    "hard_sigmoid": "HardSigmoid",
    "hardsigmoid": "HardSigmoid",
    "log_softmax": "LogSoftmax",
    "logsoftmax": "LogSoftmax",
}
_CLASSES: Final = {
    "InputLayer": "Input",
    "EinsumDense": "Dense",
    "BatchNormalization": "BatchNorm",
    "LayerNormalization": "LayerNorm",
    "GroupNormalization": "GroupNorm",
    "UnitNormalization": "UnitNorm",
    "RMSNormalization": "RMSNorm",
    "SpectralNormalization": "SpectralNorm",
    "MultiHeadAttention": "Attention",
    "Concatenate": "Concat",
    "Identity": "Identity",
}
_STEMS: Final = (
    ("GlobalAveragePool", "AvgPool"),
    ("GlobalMaxPool", "MaxPool"),
    ("AdaptiveAveragePool", "AvgPool"),
    ("AdaptiveMaxPool", "MaxPool"),
    ("AveragePool", "AvgPool"),
    ("MaxPool", "MaxPool"),
    ("ZeroPadding", "ZeroPad"),
    ("UpSampling", "UpSample"),
    ("SpatialDropout", "Dropout"),
    ("Cropping", "Crop"),
    ("ConvLSTM", "ConvLSTM"),
)
_PACKAGE: Final = ">"
_SHORTCUTS: Final[dict[ShortcutKind, str]] = {
    "identity": "identity shortcut",
    "padded": "zero-padded shortcut",
    "upsampled": "upsampled shortcut",
    "pooled": "pooled shortcut",
    "projection": "projection shortcut",
    "other": "other shortcut",
    "dense": "dense connection",
    "gate": "gate",
}
_BLOCKS: Final[dict[BlockKind, str]] = {
    "basic": "basic residual block",
    "bottleneck": "bottleneck residual block",
    "inverted_bottleneck": "inverted bottleneck residual block",
    "attention": "attention residual block",
    "mlp": "MLP residual block",
    "residual": "residual block",
    "dense": "dense connection",
    "gate": "gate",
    "parallel": "parallel block",
}


def op_term(call: LayerCall) -> str:
    """The operation in a word: "Conv", "BatchNorm", "ReLU", "MaxPool"; else the class name."""
    if call.type in _CLASSES:
        return _CLASSES[call.type]
    kind = op_kind(call)
    if kind == "activation":
        return _activation_word(call)
    if kind == "conv":
        return _convolution_word(call)
    return next((word for stem, word in _STEMS if call.type.startswith(stem)), class_term(call))


def class_term(call: LayerCall) -> str:
    """The class's name for people, a user's own without its package: "Halve" of "mine>Halve"."""
    return call.type.rpartition(_PACKAGE)[2] or call.type


def package_of(call: LayerCall) -> str:
    """Where a class of the user's own is from: "mine", as registered, else its module; or ""."""
    name = call.type if _PACKAGE in call.type else call.registered or ""
    return name.rpartition(_PACKAGE)[0] or ("" if is_keras(call) else call.module or "")


def _activation_word(call: LayerCall) -> str:
    if call.type == "ReLU" and call.config.get("max_value") == 6:
        return "ReLU6"
    name = activation_of(call)
    if name is None:
        return "Linear"
    return activation_term(name)


def activation_term(name: str) -> str:
    """An activation's name as people write it: "relu" → "ReLU", "softmax" → "Softmax"."""
    return _ACTIVATIONS.get(name.lower(), name[:1].upper() + name[1:])


def _convolution_word(call: LayerCall) -> str:
    if call.type in DEPTHWISE:
        return "DepthwiseConv"
    if call.type in SEPARABLE:
        return "SeparableConv"
    return "ConvTranspose" if call.type in TRANSPOSED else "Conv"


def shortcut_term(shortcut: Shortcut) -> str:
    """The shortcut's kind for people: "identity shortcut", "long dense connection"."""
    words = _SHORTCUTS[shortcut.kind]
    return f"long {words}" if shortcut.long else words


def block_term(kind: BlockKind) -> str:
    """The block's kind for people: "bottleneck residual block"."""
    return _BLOCKS[kind]


def sizes_text(sizes: object) -> str:
    """A setting per axis as text: [3, 3] → "3×3", 3 → "3"."""
    if isinstance(sizes, list | tuple):
        return "×".join(str(size) for size in sizes)
    return str(sizes)


def padding_text(value: object) -> str:
    """Widths per axis: 3, (3, 3), ((0, 1), (0, 1)); equal ones are said once: "3", "0+1"."""
    if not isinstance(value, list | tuple):
        return "" if value is None else str(value)
    parts = [
        f"{one[0]}+{one[1]}"
        if isinstance(one, list | tuple) and len(one) == 2 and one[0] != one[1]
        else str(one[0])
        if isinstance(one, list | tuple) and one
        else str(one)
        for one in value
    ]
    return parts[0] if parts and len(set(parts)) == 1 else ", ".join(parts)
