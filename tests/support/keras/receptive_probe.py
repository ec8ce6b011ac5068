"""Which input pixels an output position depends on, by its gradient: a program of its own.

It writes, for each net below, the configuration and for each probed layer the rows and columns of
the input that each of a few neighbouring positions sees. All kernels are positive and there are no
biases, so nothing cancels; pooling is a mean, whose gradient reaches every pixel of its window.
It runs by itself because TensorFlow's oneDNN kernels crash in some of these gradients.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf

L = keras.layers
SIZE = 72
POSITIONS = 8


def conv(x: Any, kernel: int = 3, stride: int = 1, **more: Any) -> Any:
    padding = more.pop("padding", "same")
    return L.Conv2D(2, kernel, strides=stride, padding=padding, use_bias=False, **more)(x)


def residual(x: Any) -> Any:
    x = conv(x, 7, 2)
    x = L.AveragePooling2D(3, strides=2, padding="same")(x)
    for stride in (1, 2):
        y = conv(conv(x, 3, stride), 3)
        x = L.Add()([y, conv(x, 1, stride) if stride > 1 else x])
    return x


def inception(x: Any) -> Any:
    x = conv(x, 3, 2, padding="valid")
    ways = [
        conv(x, 1),
        conv(conv(x, 1), 5),
        conv(conv(conv(x, 1), 3), 3),
        conv(L.AveragePooling2D(3, strides=1, padding="same")(x), 1),
    ]
    x = L.Concatenate()(ways)
    ends = [conv(x, 3, 2, padding="valid"), L.AveragePooling2D(3, strides=2)(x)]
    return L.Concatenate()(ends)


def dense_net(x: Any) -> Any:
    for _ in range(3):
        x = L.Concatenate()([x, conv(conv(x, 1), 3)])
    x = L.AveragePooling2D(2)(conv(x, 1))
    return L.Concatenate()([x, conv(x, 3)])


def dilated(x: Any) -> Any:
    x = conv(x, 3, 2)
    ways = [conv(x, 3, dilation_rate=rate) for rate in (1, 2, 5)]
    return conv(L.Add()(ways), 2)


def shifted(x: Any) -> Any:
    back = L.Cropping2D(((2, 0), (0, 2)))(L.ZeroPadding2D(((0, 2), (2, 0)))(x))
    ways = [conv(x, 2, 2), conv(back, 1, 2), L.AveragePooling2D(2)(x), conv(x, 4, 2)]
    return conv(L.Add()(ways), 3)


def u_net(make_up: Callable[[], Callable[[Any], Any]]) -> Callable[[Any], Any]:
    def up(x: Any) -> Any:
        return make_up()(x)

    def make(x: Any) -> Any:
        a = conv(x)
        b = conv(L.AveragePooling2D(2)(a))
        c = conv(L.AveragePooling2D(2)(b))
        x = conv(L.Concatenate()([up(c), b]))
        return conv(L.Concatenate()([up(x), a]))

    return make


def resized(x: Any) -> Any:
    x = L.Resizing(48, 48)(conv(x))
    return conv(L.Resizing(36, 36, interpolation="nearest")(conv(x)))


def gated(x: Any) -> Any:
    x = conv(x, 3, 2)
    gate = conv(L.GlobalAveragePooling2D(keepdims=True)(x), 1)
    return conv(L.Multiply()([x, gate]), 3)


def transposed(kernel: int, padding: str = "same") -> Callable[[Any], Any]:
    return L.Conv2DTranspose(2, kernel, strides=2, padding=padding, use_bias=False)


NETS: dict[str, Callable[[Any], Any]] = {
    "residual": residual,
    "inception": inception,
    "dense": dense_net,
    "dilated": dilated,
    "shifted": shifted,
    "u-net, transposed 2": u_net(lambda: transposed(2)),
    "u-net, transposed 3": u_net(lambda: transposed(3)),
    "u-net, transposed 5": u_net(lambda: transposed(5)),
    "u-net, nearest": u_net(lambda: L.UpSampling2D(2)),
    "u-net, bilinear": u_net(lambda: L.UpSampling2D(2, interpolation="bilinear")),
    "transposed, valid": lambda x: conv(transposed(3, "valid")(conv(x, 3, 2))),
    "upsampled thrice": lambda x: conv(L.UpSampling2D(3, interpolation="bilinear")(conv(x, 3, 2))),
    "resized": resized,
    "adaptive": lambda x: conv(L.AdaptiveAveragePooling2D(28)(conv(x))),
    "separable": lambda x: L.SeparableConv2D(2, 5, strides=2, use_bias=False)(conv(x)),
    "gated": gated,
}


def positive(model: Any) -> None:
    for weight in model.weights:
        weight.assign(np.full(weight.shape, 1 / max(1, np.prod(weight.shape[:-1]))))


def seen(model: Any, layer: Any, position: int) -> list[list[int]]:
    """The first and last row and column that one position depends on."""
    part = keras.Model(model.inputs, layer.output)
    x = tf.ones((1, SIZE, SIZE, 2))
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = tf.reduce_sum(part(x)[0, position, position])
    gradient = np.abs(tape.gradient(value, x).numpy()[0]).sum(-1)
    found = [np.nonzero(gradient.sum(axis))[0] for axis in (1, 0)]
    return [[int(one[0]), int(one[-1])] for one in found]


def probed(name: str) -> dict[str, Any]:
    x = keras.Input((SIZE, SIZE, 2))
    model = keras.Model(x, NETS[name](x))
    positive(model)
    layers = {}
    for layer in model.layers[1:]:
        size = layer.output.shape[1]
        if len(layer.output.shape) == 4 and size > POSITIONS:
            middle = (size - POSITIONS) // 2
            spans = {at: seen(model, layer, at) for at in range(middle, middle + POSITIONS)}
            layers[layer.name] = spans
    return {"config": model.to_json(), "layers": layers}


if __name__ == "__main__":
    json.dump({name: probed(name) for name in NETS}, sys.stdout)
