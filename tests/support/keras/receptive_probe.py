"""Receptive fields by gradients through Keras: a program of its own.

It writes, for each net below, the configuration and for each probed layer the rows and columns of
the input that each of a few neighbours depends on. All kernels are positive and there are no
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


def bare(kernel: int, stride: int) -> Any:
    return L.Conv2D(2, kernel, strides=stride, padding="same", use_bias=False)


def residual(x: Any) -> Any:
    x = conv(x, 7, 2)
    x = L.AveragePooling2D(3, strides=2, padding="same")(x)
    for stride in (1, 2):
        y = conv(conv(x, 3, stride), 3)
        x = L.Add()([y, conv(x, 1, stride) if stride > 1 else x])
    return x


def inception(x: Any) -> Any:
    x = conv(x, 3, 2, padding="valid")
    branches = [
        conv(x, 1),
        conv(conv(x, 1), 5),
        conv(conv(conv(x, 1), 3), 3),
        conv(L.AveragePooling2D(3, strides=1, padding="same")(x), 1),
    ]
    x = L.Concatenate()(branches)
    ends = [conv(x, 3, 2, padding="valid"), L.AveragePooling2D(3, strides=2)(x)]
    return L.Concatenate()(ends)


def dense_net(x: Any) -> Any:
    for _ in range(3):
        x = L.Concatenate()([x, conv(conv(x, 1), 3)])
    x = L.AveragePooling2D(2)(conv(x, 1))
    return L.Concatenate()([x, conv(x, 3)])


def dilated(x: Any) -> Any:
    x = conv(x, 3, 2)
    branches = [conv(x, 3, dilation_rate=rate) for rate in (1, 2, 5)]
    return conv(L.Add()(branches), 2)


def shifted(x: Any) -> Any:
    back = L.Cropping2D(((2, 0), (0, 2)))(L.ZeroPadding2D(((0, 2), (2, 0)))(x))
    branches = [conv(x, 2, 2), conv(back, 1, 2), L.AveragePooling2D(2)(x), conv(x, 4, 2)]
    return conv(L.Add()(branches), 3)


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
    "spectral": lambda x: conv(L.SpectralNormalization(bare(3, 2))(conv(x))),
    "gated": gated,
}


def positive(model: Any) -> None:
    for weight in model.weights:
        weight.assign(np.full(weight.shape, 1 / max(1, np.prod(weight.shape[:-1]))))


def seen(model: Any, layers: list[Any], first: dict[str, int]) -> dict[str, Any]:
    """The first and last row and column that positions of the layers depend on.

    ``POSITIONS`` neighbours on the diagonal are probed, from ``first`` on: each in an image of its
    own in a batch.
    """
    part = keras.Model(model.inputs, [layer.output for layer in layers])
    x = tf.ones((POSITIONS, SIZE, SIZE, 2))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        sums = {}
        for layer, value in zip(layers, part(x), strict=True):
            at = [[n, first[layer.name] + n, first[layer.name] + n] for n in range(POSITIONS)]
            sums[layer.name] = tf.reduce_sum(tf.gather_nd(value, at))
    found: dict[str, Any] = {}
    for name, total in sums.items():
        gradients = np.abs(tape.gradient(total, x).numpy()).sum(-1)
        found[name] = {first[name] + n: borders(image) for n, image in enumerate(gradients)}
    return found


def borders(gradient: Any) -> list[list[int]]:
    ends = [np.nonzero(gradient.sum(axis))[0] for axis in (1, 0)]
    return [[int(along[0]), int(along[-1])] for along in ends]


def probed(name: str) -> dict[str, Any]:
    x = keras.Input((SIZE, SIZE, 2))
    model = keras.Model(x, NETS[name](x))
    positive(model)
    shapes = {layer: layer.output.shape for layer in model.layers[1:]}
    layers = [layer for layer, s in shapes.items() if len(s) == 4 and s[1] > POSITIONS]
    first = {layer.name: (shapes[layer][1] - POSITIONS) // 2 for layer in layers}
    return {"config": model.to_json(), "layers": seen(model, layers, first)}


if __name__ == "__main__":
    json.dump({name: probed(name) for name in NETS}, sys.stdout)
