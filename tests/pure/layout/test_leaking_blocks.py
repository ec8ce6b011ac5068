"""Tensors that leave a block from its inside: drawn from its card, not from below its circle."""

from __future__ import annotations

import pytest

from resnet_viz.document import make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import DisplayList, Rect
from resnet_viz.errors import AppError
from resnet_viz.graph.types import Graph
from resnet_viz.layout.containers.dot_format import DotRunner
from resnet_viz.layout.view import View
from resnet_viz.services.dot_runner import run_dot
from resnet_viz.sources.types import BuiltIn
from tests.support.graphs.leaky import wavenet
from tests.support.graphs.net import Net
from tests.support.pictures.drawn import MEASURE


def failing_dot(text: str) -> str:
    raise AppError("dot is not there", details=text)


def chain() -> Graph:
    """A block whose inside makes an output of the model; the rest is a chain."""
    net = Net("chain")
    x = net.conv(net.input(32, 32, 3), 8)
    inner = net.conv(x, 8)
    x = net.conv(net.add(x, net.conv(inner, 8)), 8)
    return net.graph(net.add(inner, x))


def drawn(graph: Graph, dot: DotRunner) -> DisplayList:
    document = make_document(BuiltIn(graph.name), graph.name, graph)
    return picture(document, View(), MEASURE, dot)


@pytest.mark.parametrize("dot", [run_dot, failing_dot], ids=["dot", "ranks"])
@pytest.mark.parametrize("graph", [wavenet(3, separate_skip=True), chain()], ids=lambda g: g.name)
def test_that_tensors_from_inside_leave_the_card(graph: Graph, dot: DotRunner) -> None:
    shown = drawn(graph, dot)
    cards = {item.id: item.hit for item in shown.items if item.kind == "card"}
    circles = {item.id: item for item in shown.items if item.kind == "join"}
    inner = outer = 0
    for link in shown.links:
        if not link.source.startswith("block:"):
            continue
        card, wire = cards[link.source], next(i for i in shown.items if i.id == link.item)
        call = wire.id.removeprefix("wire:").partition(":0|")[0]
        assert isinstance(card, Rect)
        assert isinstance(wire.hit, tuple)
        x, y = wire.hit[0]
        circle = circles[f"circle:{link.source.removeprefix('block:')}"]
        if circle.also[0].id == call:
            outer += 1
            assert y > card.bottom
        else:
            inner += 1
            assert card.x <= x <= card.right
            assert card.y < y <= card.bottom + 0.5
    assert outer >= inner >= 1
