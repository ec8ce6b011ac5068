"""Nets whose blocks have other ties: WaveNet's skip sums, a highway's gates."""

from __future__ import annotations

from resnet_viz.graph.types import Graph
from tests.support.graphs.net import Net


def wavenet(layers: int, *, separate_skip: bool) -> Graph:
    """Gated convolutions whose outputs are added to the path and summed up aside.

    The skip sum has a 1×1 convolution of its own (van den Oord et al. 2016, Fig. 4), or shares it.
    """
    net = Net("wavenet")
    x = net.conv(net.input(64, 64, 1), 16, 1)
    skips = []
    for _ in range(layers):
        gated = net.multiply(
            net.conv(x, 16, 3, activation="tanh"), net.conv(x, 16, 3, activation="sigmoid")
        )
        out = net.conv(gated, 16, 1)
        skips.append(net.conv(gated, 16, 1) if separate_skip else out)
        x = net.add(x, out)
    y = net.relu(net.add(*skips, net.conv(x, 16, 1)))
    return net.graph(net.conv(net.conv(y, 16, 1, activation="relu"), 8, 1))


def highway(layers: int) -> Graph:
    """h·t + x·(1 - t), as in Srivastava et al. 2015."""
    net = Net("highway")
    x = net.dense(net.input(64), 32)
    for _ in range(layers):
        h, t = net.dense(x, 32, "relu"), net.dense(x, 32, "sigmoid")
        rest = net.call("Subtract", t, shape=(None, 32), module="keras.src.ops.numpy")
        x = net.add(net.multiply(h, t), net.multiply(x, rest))
    return net.graph(net.dense(x, 10))
