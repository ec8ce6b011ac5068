"""ResNets and plain networks of He et al. 2015 (Table 1, and section 4.2 for CIFAR-10) in Keras."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import keras
from keras import KerasTensor, layers
from msgspec import Struct

from resnet_viz.sources.parameters import ArchitectureParameters

BASIC_REPEATS: Final = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3)}
BOTTLENECK_REPEATS: Final = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
WIDTHS: Final = (64, 128, 256, 512)
EXPANSION: Final = 4  # a bottleneck's last convolution is four times as wide as its others
CIFAR_WIDTHS: Final = (16, 32, 64)


class _Conv(Struct, frozen=True):
    """A convolution of a block: kernel size, filters and stride."""

    kernel: int
    filters: int
    stride: int = 1


class _Block(Struct, frozen=True):
    """Convolutions of one block; their names begin with ``prefix``, "conv3_1"."""

    prefix: str
    convs: Sequence[_Conv]

    @property
    def stride(self) -> int:
        """The stride of the whole block."""
        return math.prod(conv.stride for conv in self.convs)


def resnet(depth: int, parameters: ArchitectureParameters, *, name: str) -> keras.Model:
    """ResNet of 18, 34, 50, 101 or 152 weighted layers.

    Convolutions have no bias and are batch-normalised; the ReLU comes after the addition.
    """
    inputs, x = _stem(parameters)
    return _residual(inputs, x, _imagenet_blocks(depth, parameters), parameters, name)


def plain(depth: int, parameters: ArchitectureParameters, *, name: str) -> keras.Model:
    """Plain network: the layers of ResNet-18 or ResNet-34 in sequence, without shortcuts."""
    inputs, x = _stem(parameters)
    return _in_series(inputs, x, _imagenet_blocks(depth, parameters), parameters, name)


def cifar_resnet(depth: int, parameters: ArchitectureParameters, *, name: str) -> keras.Model:
    """ResNet for CIFAR-10 of 6n + 2 weighted layers: n blocks of each of 16, 32 and 64 filters."""
    inputs, x = _cifar_stem(parameters)
    return _residual(inputs, x, _cifar_blocks(depth), parameters, name)


def cifar_plain(depth: int, parameters: ArchitectureParameters, *, name: str) -> keras.Model:
    """Plain network for CIFAR-10: the layers of ``cifar_resnet`` without shortcuts."""
    inputs, x = _cifar_stem(parameters)
    return _in_series(inputs, x, _cifar_blocks(depth), parameters, name)


def _residual(
    inputs: KerasTensor,
    x: KerasTensor,
    blocks: Sequence[_Block],
    parameters: ArchitectureParameters,
    name: str,
) -> keras.Model:
    """Model of ``blocks`` after the stem, each with its shortcut."""
    padded: list[str] = []
    for block in blocks:
        branch = _branch(x, block)
        shortcut = _shortcut(x, block, parameters.shortcut, padded)
        x = layers.Add(name=f"{block.prefix}_add")([branch, shortcut])
        x = layers.ReLU(name=f"{block.prefix}_relu")(x)
    model = keras.Model(inputs, _head(x, parameters), name=name)
    _name_paddings(model, padded)
    return model


def _in_series(
    inputs: KerasTensor,
    x: KerasTensor,
    blocks: Sequence[_Block],
    parameters: ArchitectureParameters,
    name: str,
) -> keras.Model:
    """Model of the convolutions of ``blocks`` after the stem, one after the other."""
    for block in blocks:
        x = layers.ReLU(name=f"{block.prefix}_relu_b")(_branch(x, block))
    return keras.Model(inputs, _head(x, parameters), name=name)


def _imagenet_blocks(depth: int, parameters: ArchitectureParameters) -> list[_Block]:
    repeats = BASIC_REPEATS.get(depth) or BOTTLENECK_REPEATS[depth]

    def convs(width: int, stride: int) -> Sequence[_Conv]:
        if depth in BASIC_REPEATS:
            return _basic(width, stride)
        first, second = (1, stride) if parameters.stride_on == "3x3" else (stride, 1)
        return (_Conv(1, width, first), _Conv(3, width, second), _Conv(1, width * EXPANSION))

    return _blocks(WIDTHS, repeats, convs)


def _cifar_blocks(depth: int) -> list[_Block]:
    return _blocks(CIFAR_WIDTHS, ((depth - 2) // 6,) * 3, _basic)


def _basic(width: int, stride: int) -> Sequence[_Conv]:
    return (_Conv(3, width, stride), _Conv(3, width))


def _blocks(
    widths: Sequence[int],
    repeats: Sequence[int],
    convs: Callable[[int, int], Sequence[_Conv]],
) -> list[_Block]:
    """Every block in order; each stage but the first begins by halving the image.

    Args:
        widths: filters of each stage.
        repeats: blocks of each stage.
        convs: makes the convolutions of a block by its width and stride.
    """
    blocks: list[_Block] = []
    for stage, (width, count) in enumerate(zip(widths, repeats, strict=True), start=2):
        for block in range(1, count + 1):
            stride = 2 if stage > 2 and block == 1 else 1
            blocks.append(_Block(f"conv{stage}_{block}", convs(width, stride)))
    return blocks


def _stem(parameters: ArchitectureParameters) -> tuple[KerasTensor, KerasTensor]:
    inputs = keras.Input(parameters.input, name="input")
    x = _conv(inputs, _Conv(7, 64, 2), "conv1", "conv1_bn")
    x = layers.ReLU(name="conv1_relu")(x)
    return inputs, layers.MaxPooling2D(3, strides=2, padding="same", name="max_pool")(x)


def _cifar_stem(parameters: ArchitectureParameters) -> tuple[KerasTensor, KerasTensor]:
    inputs = keras.Input(parameters.input, name="input")
    x = _conv(inputs, _Conv(3, CIFAR_WIDTHS[0]), "conv1", "conv1_bn")
    return inputs, layers.ReLU(name="conv1_relu")(x)


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


def _branch(x: KerasTensor, block: _Block) -> KerasTensor:
    """Residual branch: normalised convolutions with ReLU between them and none at the end."""
    prefix, convs = block.prefix, block.convs
    for letter, conv in zip("abc", convs, strict=False):
        x = _conv(x, conv, f"{prefix}_conv_{letter}", f"{prefix}_bn_{letter}")
        if conv is not convs[-1]:
            x = layers.ReLU(name=f"{prefix}_relu_{letter}")(x)
    return x


def _shortcut(x: KerasTensor, block: _Block, option: str, padded: list[str]) -> KerasTensor:
    """Shortcut by the paper's options: A zero-pads, B projects where sizes differ, C always."""
    prefix, stride, filters = block.prefix, block.stride, block.convs[-1].filters
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
