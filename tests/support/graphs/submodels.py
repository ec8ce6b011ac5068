"""Graphs of models that hold other models."""

from __future__ import annotations

from resnet_viz.graph.types import Graph, TensorRef
from tests.support.graphs.architectures import resnet_body
from tests.support.graphs.net import Net


def encoder(net: Net, x: TensorRef) -> TensorRef:
    x = net.max_pool(net.relu(net.conv(x, 16)))
    x = net.max_pool(net.relu(net.conv(x, 32)))
    return net.dense(net.flatten(x), 64)


def siamese() -> Graph:
    net = Net()
    images = [net.input(28, 28, 1, name=name) for name in ("left", "right")]
    vectors = [net.nested("encoder", lambda x: encoder(net, x), image) for image in images]
    difference = net.call("Subtract", *vectors, shape=(None, 64))
    return net.graph(net.dense(difference, 1, "sigmoid"))


def transfer() -> Graph:
    """An augmented ResNet-18 without its head, and a Sequential head of its own."""
    net = Net()
    x = net.call("RandomFlip", image := net.input(224, 224, 3), shape=net.shape(image))
    x = net.nested("resnet18", lambda x: resnet_body(net, x, 18), x)
    top = net.nested("top", lambda x: net.dense(net.dropout(net.gap(x)), 5), x, type_="Sequential")
    return net.graph(top)
