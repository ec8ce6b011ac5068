"""Problems found in a graph by code, and a graph with one layer on several maps."""

from __future__ import annotations

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.problems.find import problems_of
from resnet_viz.analysis.problems.types import Problem
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.graph.types import Graph, TensorRef
from tests.support.graphs.net import Net


def problems(graph: Graph) -> dict[str, Problem]:
    structure = structure_of(graph)
    found = problems_of(structure, numbers_of(structure))
    indices = {call.id: index for index, call in enumerate(graph.calls)}
    for problem in found:
        order = [indices[name] for name in problem.calls]
        assert order == sorted(set(order))
        assert order
        assert problem.message.endswith(".")
        assert "\n" not in problem.message
    by_code = {problem.code: problem for problem in found}
    assert len(by_code) == len(found)
    return by_code


def shared_convolution(*sizes: int, normalised: int) -> Graph:
    """A 3×3 convolution of 4 to 4 channels on maps of several sizes; the first are normalised."""
    net = Net()
    ends: list[TensorRef] = []
    for index, size in enumerate(sizes):
        x = net.call(
            "Conv2D", net.input(size, size, 4), shape=(None, size, size, 4), layer="shared",
            filters=4, kernel_size=[3, 3], strides=[1, 1], padding="same",
        )  # fmt: skip
        ends.append(net.bn(x) if index < normalised else x)
    return net.graph(*ends)
