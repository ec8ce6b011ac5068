"""Ten made-up models whose shapes are hard to draw: many inputs, outputs, joins and ranks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from resnet_viz.graph.types import Graph, TensorRef
from tests.support.graphs.architectures import conv_bn, unet
from tests.support.graphs.net import Net
from tests.support.graphs.submodels import siamese


def multi_input() -> Graph:
    """An image, a text and seven numbers; two outputs."""
    net = Net("multi_input")
    image = net.gap(net.relu(net.conv(net.input(64, 64, 3, name="image"), 32, 3, 2)))
    words = net.embedding(net.input(40, name="text"), 5000, 32)
    text = net.call("LSTM", words, shape=(None, 48), units=48, activation="tanh")
    numbers = [net.dense(net.input(1, name=f"number_{n}"), 8, "relu") for n in range(7)]
    x = net.dense(net.concat(image, text, *numbers), 64, "relu")
    return net.graph(net.dense(x, 1, "sigmoid"), net.dense(x, 10, "softmax"))


def seq2seq() -> Graph:
    """An encoder and a decoder with attention, of open length."""
    net = Net("seq2seq")
    source = net.embedding(net.input(None, name="source"), 8000, 128)
    encoded = net.call("Bidirectional", source, shape=(None, None, 256), layer="encoder")
    target = net.embedding(net.input(None, name="target"), 9000, 128)
    decoded = net.call("LSTM", target, encoded, shape=(None, None, 256), units=256)
    attended = net.call("Attention", decoded, encoded, shape=(None, None, 256))
    x = net.dense(net.concat(attended, decoded), 256, "tanh")
    x = net.layer_norm(net.add(x, decoded))
    return net.graph(net.dense(x, 9000, "softmax"))


def gan() -> Graph:
    """A generator in front of a discriminator, both nested, called with noise and a label."""
    net = Net("gan")

    def generator(noise: TensorRef, label: TensorRef) -> TensorRef:
        x = net.concat(noise, net.flatten(net.embedding(label, 10, 16)))
        x = net.reshape(net.dense(x, 7 * 7 * 64), 7, 7, 64)
        x = net.relu(net.bn(net.transposed(x, 32)))
        return net.activation(net.transposed(x, 1), "tanh")

    def discriminator(image: TensorRef) -> TensorRef:
        x = net.call("LeakyReLU", y := net.conv(image, 32, 3, 2), shape=net.shape(y))
        return net.dense(net.flatten(net.dropout(x)), 1, "sigmoid")

    noise, label = net.input(100, name="noise"), net.input(1, name="label")
    fake = net.nested("generator", generator, noise, label)
    return net.graph(net.nested("discriminator", discriminator, fake))


def open_autoencoder() -> Graph:
    """Pictures of open size, made smaller and larger again."""
    net = Net("autoencoder")
    x = net.input(None, None, 3)
    for width in (16, 32):
        x = net.relu(conv_bn(net, x, width, 3, 2))
    for width in (16, 3):
        x = net.conv(net.upsample(x), width, activation="relu")
    return net.graph(x)


def volumes() -> Graph:
    """A residual block on volumes."""
    net = Net("volumes")
    shape = (None, 16, 16, 16, 8)

    def conv(x: TensorRef) -> TensorRef:
        return net.call("Conv3D", x, shape=shape, filters=8, kernel_size=[3, 3, 3])

    x = conv(net.input(16, 16, 16, 1))
    for _ in range(3):
        x = net.relu(net.add(conv(net.relu(conv(x))), x))
    return net.graph(net.dense(net.gap(x), 4))


def wide() -> Graph:
    """Modules of eleven branches each, as many kinds of joins in a row."""
    net = Net("wide")
    x = net.relu(net.conv(net.input(32, 32, 3), 16))
    for _ in range(2):
        x = net.concat(*(net.relu(net.conv(x, 8, kernel)) for kernel in range(1, 12)))
    return net.graph(net.dense(net.gap(x), 3))


def odd_joins() -> Graph:
    """Joins without a sign, in blocks and outside of them."""
    net = Net("odd_joins")
    x = net.dense(net.input(32), 64, "relu")
    for join in ("Average", "Maximum", "Subtract", "Minimum"):
        branch = net.dense(net.dense(x, 64, "relu"), 64)
        x = net.call(join, branch, x, shape=(None, 64))
    gate = net.dense(x, 64, "sigmoid")
    x = net.multiply(net.dense(x, 64, "relu"), gate)
    y = net.call("Dot", x, net.dense(x, 64), shape=(None, 1), axes=1)
    return net.graph(net.concat(y, x))


def shared() -> Graph:
    """A layer that is called three times, and a Sequential of one layer."""
    net = Net("shared")
    inputs = [net.input(20, 8, name=name) for name in ("first", "second", "third")]
    shape = (None, 20, 16)
    towers = [
        net.call("Conv1D", x, shape=shape, layer="tower", filters=16, kernel_size=[3])
        for x in inputs
    ]
    x = net.gap(net.concat(*towers))
    x = net.nested("top", lambda x: net.dense(x, 2, "softmax"), x, type_="Sequential")
    return net.graph(x)


SHAPES: Final[dict[str, Callable[[], Graph]]] = {
    "multi_input": multi_input,
    "seq2seq": seq2seq,
    "gan": gan,
    "open_autoencoder": open_autoencoder,
    "volumes": volumes,
    "wide": wide,
    "odd_joins": odd_joins,
    "shared": shared,
    "deep_unet": lambda: unet(5, 256),
    "twins": siamese,
}
