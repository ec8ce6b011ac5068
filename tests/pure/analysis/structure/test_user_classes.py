"""A user's class is the user's, whatever its name: structure and numbers take it for custom."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.types import Graph
from tests.support.graphs.net import Net


def of_user(graph: Graph, *layers: str) -> Graph:
    calls = [replace(call, module=None) if call.layer in layers else call for call in graph.calls]
    return replace(graph, calls=tuple(calls))


def test_that_a_users_class_called_like_kerass_is_custom() -> None:
    net = Net()
    x = net.input(8, 8, 4)
    y = net.conv(net.conv(x, 4, name="own"), 4, name="conv")
    y = net.identity(net.flatten(y))
    graph = of_user(net.graph(y), "own", "identity_0")
    assert [op_kind(call) for call in graph.calls] == [
        "input", "custom", "conv", "reshape", "custom"
    ]  # fmt: skip
    structure = structure_of(graph)
    numbers = numbers_of(structure).calls
    assert (numbers["own"].parameters, numbers["own"].macs) == (None, None)
    assert numbers["own"].is_field_unknown
    assert structure.enclosing_group("own", "unit") is None


@pytest.mark.parametrize(("channels", "kind"), [(4, "identity"), (8, "dense")])
def test_that_a_users_join_called_add_adds_only_by_its_shape(channels: int, kind: str) -> None:
    net = Net()
    x = net.input(8, 8, 4)
    y = net.relu(net.bn(net.conv(x, 4)))
    graph = net.graph(net.call("Add", x, y, shape=(None, 8, 8, channels), name="join"))
    structure = structure_of(of_user(graph, "join"))
    assert [shortcut.kind for shortcut in structure.shortcuts] == [kind]
