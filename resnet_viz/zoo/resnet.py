"""ResNets and plain networks of He et al. 2015 (Table 1), as Keras code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import keras
from keras import KerasTensor, layers
from msgspec import Struct

from resnet_viz.sources.parameters import ArchitectureParameters

BASIC_REPEATS: Final = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3)}
BOTTLENECK_REPEATS: Final = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
WIDTHS: Final = (64, 128, 256, 512)
EXPANSION: Final = 4  # a bottleneck's last convolution is four times as wide as its others


class _Conv(Struct, frozen=True):
    """A convolution of a block: kernel size, filters and stride."""

    kernel: int
    filters: int
    stride: int = 1


def resnet(depth: int, parameters: ArchitectureParameters, *, name: str) -> keras.Model:
    """ResNet of 18, 34, 50, 101 or 152 weighted layers.

    Convolutions have no bias and are batch-normalised; the ReLU comes after the addition.
    """
    padded: list[str] = []
    inputs, x = _stem(parameters)
    for prefix, width, stride in _blocks(depth):
        convs = _convolutions(depth, width, stride, parameters)
        branch = _branch(x, convs, prefix)
        shortcut = _shortcut(x, convs[-1].filters, stride, prefix, parameters.shortcut, padded)
        x = layers.Add(name=f"{prefix}_add")([branch, shortcut])
        x = layers.ReLU(name=f"{prefix}_relu")(x)
    model = keras.Model(inputs, _head(x, parameters), name=name)
    _name_paddings(model, padded)
    return model


def plain(depth: int, parameters: ArchitectureParameters, *, name: str) -> keras.Model:
    """Plain network: the layers of ResNet-18 or ResNet-34 in sequence, without shortcuts."""
    inputs, x = _stem(parameters)
    for prefix, width, stride in _blocks(depth):
        x = _branch(x, _convolutions(depth, width, stride, parameters), prefix)
        x = layers.ReLU(name=f"{prefix}_relu_b")(x)
    return keras.Model(inputs, _head(x, parameters), name=name)


def _blocks(depth: int) -> list[tuple[str, int, int]]:
    """Prefix ("conv3_1"), width and stride of every block, in order."""
    repeats = BASIC_REPEATS.get(depth) or BOTTLENECK_REPEATS[depth]
    blocks: list[tuple[str, int, int]] = []
    for stage, (width, count) in enumerate(zip(WIDTHS, repeats, strict=True), start=2):
        for block in range(1, count + 1):
            stride = 2 if stage > 2 and block == 1 else 1
            blocks.append((f"conv{stage}_{block}", width, stride))
    return blocks


def _convolutions(
    depth: int, width: int, stride: int, parameters: ArchitectureParameters
) -> Sequence[_Conv]:
    if depth in BASIC_REPEATS:
        return (_Conv(3, width, stride), _Conv(3, width))
    stride_1x1, stride_3x3 = (1, stride) if parameters.stride_on == "3x3" else (stride, 1)
    return (_Conv(1, width, stride_1x1), _Conv(3, width, stride_3x3), _Conv(1, width * EXPANSION))


def _stem(parameters: ArchitectureParameters) -> tuple[KerasTensor, KerasTensor]:
    inputs = keras.Input(parameters.input, name="input")
    x = _conv(inputs, _Conv(7, 64, 2), "conv1", "conv1_bn")
    x = layers.ReLU(name="conv1_relu")(x)
    return inputs, layers.MaxPooling2D(3, strides=2, padding="same", name="max_pool")(x)


def _head(x: KerasTensor, parameters: ArchitectureParameters) -> KerasTensor:
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    return layers.Dense(parameters.classes, activation="softmax", name="fc")(x)


def _conv(x: KerasTensor, conv: _Conv, name: str, norm: str) -> KerasTensor:
    convolution = layers.Conv2D(
        conv.filters,
        conv.kernel,
        strides=conv.stride,
        padding="same",
        use_bias=False,
        name=name,
    )
    return layers.BatchNormalization(name=norm)(convolution(x))


def _branch(x: KerasTensor, convs: Sequence[_Conv], prefix: str) -> KerasTensor:
    """Residual branch: normalised convolutions with ReLU between them and none at the end."""
    for letter, conv in zip("abc", convs, strict=False):
        x = _conv(x, conv, f"{prefix}_conv_{letter}", f"{prefix}_bn_{letter}")
        if conv is not convs[-1]:
            x = layers.ReLU(name=f"{prefix}_relu_{letter}")(x)
    return x


def _shortcut(
    x: KerasTensor, filters: int, stride: int, prefix: str, option: str, padded: list[str]
) -> KerasTensor:
    """Shortcut by the paper's options: A zero-pads, B projects where sizes differ, C always."""
    missing = filters - x.shape[-1]
    if option != "C" and stride == 1 and missing == 0:
        return x
    if option != "A":
        return _conv(
            x,
            _Conv(1, filters, stride),
            f"{prefix}_shortcut_conv",
            f"{prefix}_shortcut_bn",
        )
    if stride > 1:
        x = layers.MaxPooling2D(1, strides=stride, name=f"{prefix}_shortcut_pool")(x)
    if missing == 0:
        return x
    padded.append(prefix)
    return keras.ops.pad(x, ((0, 0), (0, 0), (0, 0), (0, missing)))


def _name_paddings(model: keras.Model, prefixes: list[str]) -> None:
    """Give the padding operations stable names: keras.ops takes no name and counts up by itself."""
    paddings = [op for op in model.operations if type(op).__name__ == "Pad"]
    for operation, prefix in zip(paddings, prefixes, strict=True):
        operation.name = f"{prefix}_shortcut_pad"
