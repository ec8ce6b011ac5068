"""Words for what analysis finds: operations, shortcuts, blocks; and short numbers."""

from __future__ import annotations

from math import floor, log10
from typing import Final

from resnet_viz.analysis.keras_ops.op_families import is_keras
from resnet_viz.analysis.structure.types import BlockKind, Shortcut, ShortcutKind
from resnet_viz.graph.ops import DEPTHWISE, SEPARABLE, TRANSPOSED, activation_of, op_kind
from resnet_viz.graph.shapes import UNKNOWN_TEXT
from resnet_viz.graph.types import LayerCall

_MOST_PARTS: Final = 1_024
_CLOSE: Final = 1e-12
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


def op_word(call: LayerCall) -> str:
    """The operation in a word: "Conv", "BatchNorm", "ReLU", "MaxPool"; else the class name."""
    if call.type in _CLASSES:
        return _CLASSES[call.type]
    kind = op_kind(call)
    if kind == "activation":
        return _activation_word(call)
    if kind == "conv":
        return _convolution_word(call)
    return next((word for stem, word in _STEMS if call.type.startswith(stem)), class_word(call))


def class_word(call: LayerCall) -> str:
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
    return activation_word(name)


def activation_word(name: str) -> str:
    """An activation's name as people write it: "relu" → "ReLU", "softmax" → "Softmax"."""
    return _ACTIVATIONS.get(name.lower(), name[:1].upper() + name[1:])


def _convolution_word(call: LayerCall) -> str:
    if call.type in DEPTHWISE:
        return "DepthwiseConv"
    if call.type in SEPARABLE:
        return "SeparableConv"
    return "ConvTranspose" if call.type in TRANSPOSED else "Conv"


def shortcut_words(shortcut: Shortcut) -> str:
    """The shortcut's kind for people: "identity shortcut", "long dense connection"."""
    words = _SHORTCUTS[shortcut.kind]
    return f"long {words}" if shortcut.long else words


def block_words(kind: BlockKind) -> str:
    """The block's kind for people: "bottleneck residual block"."""
    return _BLOCKS[kind]


def millions(count: int | None) -> str:
    """A count in millions with one decimal: "231.2 M", "1,335.9 M"; "–" if unknown.

    What is not zero never reads "0.0 M": below 50,000 it is "< 0.1 M". Zero by convention is "·".
    """
    if count is None:
        return UNKNOWN_TEXT
    if count == 0:
        return "·"
    tenths = (count + 50_000) // 100_000  # halves go up, as people expect
    return f"{tenths // 10:,}.{tenths % 10} M" if tenths else "< 0.1 M"


def number_text(value: int | None, *, at_least: bool = False) -> str:
    """A number in full: "57,802,752", "≥ 57,802,752" for a lower bound, "–" if unknown.

    Zero by convention is "·"; a lower bound of zero says nothing and is unknown.
    """
    if value is None or (at_least and value == 0):
        return UNKNOWN_TEXT
    if value == 0:
        return "·"
    return f"≥ {value:,}" if at_least else f"{value:,}"


def decimal(value: float) -> str:
    """A jump as people write it: "4", "0.5", "262144"; never with an exponent."""
    return str(int(value)) if value == int(value) else f"{value:.4g}"


def as_ratio(value: float) -> tuple[int, int] | None:
    """Two whole numbers that make it, 8.666… → (26, 3); None for none with a small divisor."""
    for low in range(1, _MOST_PARTS + 1):
        high = round(value * low)
        if abs(high / low - value) <= _CLOSE * abs(value):
            return high, low
    return None


def exact(value: float) -> str:
    """A jump in a formula, never rounded: "4", "0.5", "26/3"."""
    text = decimal(value)
    ratio = as_ratio(value)
    if ratio is None or abs(float(text) - value) <= _CLOSE * abs(value):
        return text
    return f"{ratio[0]}/{ratio[1]}"


def significant(value: float) -> str:
    """A small number with two digits that count: 0.000_213_4 → "0.00021"; never an exponent."""
    return f"{value:.{max(1 - floor(log10(value)), 0)}f}"


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its word: "1 layer", "1,031 layers"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def percent(part: int, whole: int) -> str:
    """A share in percent: "6 %"; what is neither none nor all never reads "0 %" or "100 %"."""
    if not whole or not part:
        return "0 %"
    rounded = (200 * part + whole) // (2 * whole)
    if rounded == 0:
        return "< 1 %"
    return "> 99 %" if rounded == 100 and part < whole else f"{rounded} %"


def share_text(part: int, whole: int) -> str:
    """A share in percent with a decimal: "18.9 %", "< 0.1 %"."""
    share = 100 * part / whole
    return f"{share:.1f} %" if share >= 0.1 or not part else "< 0.1 %"


def by(sizes: object) -> str:
    """A setting per axis as text: [3, 3] → "3×3", 3 → "3"."""
    if isinstance(sizes, list | tuple):
        return "×".join(str(size) for size in sizes)
    return str(sizes)


def widths(value: object) -> str:
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
