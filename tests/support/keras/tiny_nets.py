"""Tiny residual nets of digits, for experiments that take seconds."""

from __future__ import annotations

from typing import Any

SOURCE = """
from tests.support.keras.tiny_nets import tiny_net


def net():
    return tiny_net()


def wild():
    return tiny_net(normalized=False)


def tall():
    import keras

    image = keras.Input((8, 8, 1))
    x = keras.layers.GlobalAveragePooling2D()(image)
    outputs = [keras.layers.Dense(10, activation="softmax")(x) for _ in range(2)]
    return keras.Model(image, outputs, name="two")


def series():
    import keras

    row = keras.Input((5,))
    return keras.Model(row, keras.layers.Dense(10, activation="softmax")(row), name="series")
"""


def tiny_net(*, normalized: bool = True, dtype: str = "float32", classes: int = 10) -> Any:
    """A stem, two blocks with identity shortcuts and one with a projection, and a classifier."""
    import keras
    from keras import layers

    def conv(x: Any, filters: int, name: str, *, size: int = 3, strides: int = 1) -> Any:
        x = layers.Conv2D(
            filters, size, strides=strides, padding="same", use_bias=False, name=name, dtype=dtype
        )(x)
        return layers.BatchNormalization(name=f"{name}_bn", dtype=dtype)(x) if normalized else x

    def relu(x: Any, name: str) -> Any:
        return layers.ReLU(name=name, dtype=dtype)(x)

    image = keras.Input((8, 8, 1), name="image", dtype=dtype)
    x = relu(conv(image, 4, "stem"), "stem_relu")
    for prefix, filters, strides in (("one", 4, 1), ("two", 4, 1), ("three", 8, 2)):
        branch = relu(conv(x, filters, f"{prefix}_a", strides=strides), f"{prefix}_relu_a")
        branch = conv(branch, filters, f"{prefix}_b")
        if strides > 1:
            x = conv(x, filters, f"{prefix}_shortcut", size=1, strides=strides)
        x = layers.Add(name=f"{prefix}_add", dtype=dtype)([branch, x])
        x = relu(x, f"{prefix}_relu")
    x = layers.GlobalAveragePooling2D(name="pool", dtype=dtype)(x)
    x = layers.Dense(classes, activation="softmax", name="fc", dtype=dtype)(x)
    return keras.Model(image, x, name="tiny")
