"""Values of the graph."""

from __future__ import annotations

from resnet_viz import assets
from resnet_viz.reading.read import read_config


def test_that_a_graph_has_a_short_repr() -> None:
    graph = read_config(assets.read_bytes("models/resnet34.json"), where="resnet34")
    assert repr(graph) == "<Graph resnet34: 125 calls, 140 edges>"
