"""Terms for operations, activations, shortcuts and blocks."""

from __future__ import annotations

from typing import Final

from resnet_viz.analysis.keras_ops.op_families import is_keras
from resnet_viz.analysis.structure.types import (
    RESIDUAL_KINDS,
    BlockKind,
    Group,
    Shortcut,
    ShortcutKind,
    Structure,
)
from resnet_viz.graph.ops import (
    CONVOLUTION_OPS,
    DEPTHWISE,
    SEPARABLE,
    TRANSPOSED,
    activation_of,
    op_kind,
)
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
    "gated": "gated shortcut",
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
    "separable": "depthwise-separable block",
    "dense": "dense connection",
    "gate": "gate",
    "parallel": "parallel block",
}


def op_term(call: LayerCall) -> str:
    """Short name of the operation: "Conv", "BatchNorm", "ReLU", "MaxPool"; else the class."""
    if not is_keras(call):
        return class_term(call)
    if call.type in _CLASSES:
        return _CLASSES[call.type]
    kind = op_kind(call)
    if kind == "activation":
        return _activation_of_call(call)
    if kind == "conv":
        return _convolution_term(call)
    return next((word for stem, word in _STEMS if call.type.startswith(stem)), class_term(call))


def class_term(call: LayerCall) -> str:
    """Name of the class without its package: "Halve" of "mine>Halve"."""
    return call.type.rpartition(_PACKAGE)[2] or call.type


def package_of(call: LayerCall) -> str:
    """Package that a class outside Keras is registered under, else its module; or ""."""
    name = call.type if _PACKAGE in call.type else call.registered or ""
    return name.rpartition(_PACKAGE)[0] or ("" if is_keras(call) else call.module or "")


def _activation_of_call(call: LayerCall) -> str:
    if call.type == "ReLU" and call.config.get("max_value") == 6:
        return "ReLU6"
    name = activation_of(call)
    if name is None:
        return "Linear"
    return activation_term(name)


def activation_term(name: str) -> str:
    """Usual spelling of an activation: "relu" → "ReLU", "softmax" → "Softmax"."""
    return _ACTIVATIONS.get(name.lower(), name[:1].upper() + name[1:])


def _convolution_term(call: LayerCall) -> str:
    if call.type in CONVOLUTION_OPS:
        return call.type
    if call.type in DEPTHWISE:
        return "DepthwiseConv"
    if call.type in SEPARABLE:
        return "SeparableConv"
    return "ConvTranspose" if call.type in TRANSPOSED else "Conv"


def shortcut_term(shortcut: Shortcut) -> str:
    """Kind of a shortcut: "identity shortcut", "long dense connection"."""
    term = _SHORTCUTS[shortcut.kind]
    return f"long {term}" if shortcut.long else term


def submodel_term(group: Group) -> str:
    """The term for a submodel: "layer" for a layer that holds layers."""
    return "layer" if group.is_layer else "submodel"


NO_SHORTCUT: Final = "no shortcut"
"""The term where others have the kind of their shortcut."""


def lacks_shortcut(group: Group) -> bool:
    """True for a block that is built like a residual block but has no shortcut."""
    return group.join is None and group.block_kind in RESIDUAL_KINDS


def block_shortcut_term(structure: Structure, block: Group) -> str:
    """Kind of a block's shortcut without the noun: "identity", "long dense", "no shortcut".

    A block of parallel or separable calls, which has none to miss, is named by its kind.
    """
    if lacks_shortcut(block):
        return NO_SHORTCUT
    own = structure.own_shortcuts(block)
    if not own:
        return block.block_kind or ""
    return shortcut_term(own[0]).removesuffix(" shortcut").removesuffix(" connection")


def block_term(kind: BlockKind) -> str:
    """Kind of a block: "bottleneck residual block"."""
    return _BLOCKS[kind]


def sizes_text(sizes: object) -> str:
    """Sizes along the axes: [3, 3] → "3×3", 3 → "3"."""
    if isinstance(sizes, list | tuple):
        return "×".join(str(size) for size in sizes)
    return str(sizes)


def padding_text(value: object) -> str:
    """Padding along the axes, once if all are equal: 3 → "3", ((0, 1), (0, 1)) → "0+1"."""
    if not isinstance(value, list | tuple):
        return "" if value is None else str(value)
    texts = list(map(_sides_text, value))
    return texts[0] if texts and len(set(texts)) == 1 else ", ".join(texts)


def _sides_text(sides: object) -> str:
    """Padding at both sides of an axis: (0, 1) → "0+1", (3, 3) → "3"."""
    if not isinstance(sides, list | tuple) or not sides:
        return str(sides)
    return f"{sides[0]}+{sides[1]}" if len(sides) == 2 and sides[0] != sides[1] else str(sides[0])
