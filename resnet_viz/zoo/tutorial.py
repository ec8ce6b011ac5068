"""The tutorial's ResNet-34, exactly as written there."""

from __future__ import annotations

import keras
from keras import KerasTensor, layers


def resnet_34(
    input_shape: tuple[int, int, int] = (224, 224, 3), class_num: int = 1000
) -> keras.Model:
    """The tutorial's whole network: 16 residual units, each of which halves the image."""
    inputs = keras.Input(input_shape, name="input_1")
    x = _stem(inputs)
    x = residual_block(x, 64, 3, "block2")
    x = residual_block(x, 128, 4, "block3")
    x = residual_block(x, 256, 6, "block4")
    x = residual_block(x, 512, 3, "block5")
    x = layers.GlobalAveragePooling2D(name="gap_1")(x)
    outputs = layers.Dense(class_num, activation="softmax", name="last_dense_1")(x)
    return keras.Model(inputs, outputs)


def residual_block(x: KerasTensor, filters: int, num_blocks: int, name: str) -> KerasTensor:
    """``num_blocks`` residual units one after the other, named ``{name}_block_{i}`` from 1."""
    for i in range(1, num_blocks + 1):
        x = residual_unit(x, filters, f"{name}_block_{i}")
    return x


def residual_unit(x: KerasTensor, filters: int, name: str) -> KerasTensor:
    """Sum of two branches that halve the image: pool and 1×1 convolution, two 3×3 convolutions."""
    prefix = f"{name}__residual"
    pooled = layers.MaxPool2D(3, strides=2, padding="same", name=f"{prefix}_1__pool_1")(x)
    pooled = _conv(pooled, filters, 1, f"{prefix}_1__conv_1")
    branch = _conv(x, filters, 3, f"{prefix}_2__conv_1", strides=2)
    branch = _conv(branch, filters, 3, f"{prefix}_2__conv_2")
    return layers.Add(name=f"{prefix}__add_1")([pooled, branch])


def first_unit(input_shape: tuple[int, int, int] = (224, 224, 3)) -> keras.Model:
    """The tutorial's walkthrough of the first unit: the stem, two convolutions and an Add."""
    inputs = keras.Input(input_shape, name="input_1")
    pooled = _stem(inputs)
    x = _conv(pooled, 64, 3, "block2_conv_1")
    x = _conv(x, 64, 3, "block2_conv_2")
    return keras.Model(inputs, layers.Add(name="block2_add_1")([pooled, x]))


def _stem(x: KerasTensor) -> KerasTensor:
    x = _conv(x, 64, 7, "block1_conv_1", strides=2)
    return layers.MaxPool2D(3, strides=2, padding="same", name="block2_pool_1")(x)


def _conv(x: KerasTensor, filters: int, kernel: int, name: str, *, strides: int = 1) -> KerasTensor:
    convolution = layers.Conv2D(
        filters, kernel, strides=strides, padding="same", activation="relu", name=name
    )
    return convolution(x)
