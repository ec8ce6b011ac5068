"""Comparison of large models: 300 ms for two of 1,000 calls, 5 s for two of 10,000.

Compared and drawn for the window: 500 ms for two of 1,000 calls.
"""

from __future__ import annotations

from random import Random

import pytest
from msgspec.structs import replace
from pytest_benchmark.fixture import BenchmarkFixture

from resnet_viz.comparison.compare import compare
from resnet_viz.document import Document, make_document
from resnet_viz.graph.types import Graph
from resnet_viz.layout.view import View
from resnet_viz.paint.fonts import QtMeasurer
from resnet_viz.services.comparison_pictures import (
    ComparedPictures,
    ComparedViews,
    Side,
    compared,
    compared_pictures,
)
from resnet_viz.sources.types import ModelFile
from tests.bench.test_numbers import residual_net
from tests.support.graphs.net import Net


def document(graph: Graph) -> Document:
    return make_document(ModelFile("model.keras"), graph.name, graph)


def edited(graph: Graph, edits: int) -> Graph:
    """The model with another setting of calls at random."""
    chosen = set(Random(1).sample([call.id for call in graph.calls[1:]], edits))
    calls = tuple(
        replace(call, config={**call.config, "noted": 1}) if call.id in chosen else call
        for call in graph.calls
    )
    return replace(graph, calls=calls)


def plain_chain(size: int) -> Graph:
    net = Net("chain")
    x = net.input(16)
    for number in range(size // 2):
        x = net.relu(net.dense(x, 16 + number % 7))
    return net.graph(x)


@pytest.mark.parametrize("size", [1_000, 10_000])
def test_that_edits_everywhere_are_found(benchmark: BenchmarkFixture, size: int) -> None:
    graph = residual_net(size)
    a, b = document(graph), document(edited(graph, size // 20))
    comparison = benchmark.pedantic(compare, (a, b), rounds=3)
    assert comparison.counts.changed == size // 20


@pytest.mark.parametrize("size", [1_000, 10_000])
def test_that_models_without_likeness_are_compared_quickly(
    benchmark: BenchmarkFixture, size: int
) -> None:
    a, b = document(residual_net(size)), document(plain_chain(size))
    comparison = benchmark.pedantic(compare, (a, b), rounds=1)
    assert len(comparison.pairs) < size


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("sides", [("a", "b"), ("union",)], ids=["side by side", "both in one"])
def test_that_the_compare_view_has_its_pictures(
    benchmark: BenchmarkFixture, sides: tuple[Side, ...]
) -> None:
    graph = residual_net(1_000)
    a, b = document(graph), document(edited(graph, 50))
    wanted = ComparedViews(dict.fromkeys(sides, View()))

    def work() -> ComparedPictures:
        return compared_pictures(compared(a, b), wanted, QtMeasurer(), lambda: False)

    made = benchmark.pedantic(work, rounds=3)
    assert made.pictures.keys() == set(sides)
