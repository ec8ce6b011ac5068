"""Numbers of a single layer behind an input."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.costs.types import CallNumbers
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.graph.types import TensorRef
from tests.support.graphs.net import Net

Make: TypeAlias = Callable[[Net, TensorRef], TensorRef]


def numbers_of_layer(make: Make, *sizes: int) -> CallNumbers:
    net = Net()
    x = make(net, net.input(*sizes))
    return numbers_of(structure_of(net.graph(x))).calls[x.call]


def layer(type_: str, shape: tuple[int | None, ...], **config: object) -> Make:
    return lambda net, x: net.call(type_, x, shape=shape, **config)
