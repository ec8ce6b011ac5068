"""Reasons why a call has no number."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from resnet_viz.analysis.costs.macs import mac_terms
from resnet_viz.analysis.explain.unknown_reasons import unknown_reason
from tests.support.graphs.net import Net


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (
            "Cholesky",
            "a factorisation's operations depend on the library, and no convention counts",
        ),
        ("SVD", "it iterates until it converges"),
        ("WhileLoop", "Keras does not record what its functions compute"),
    ],
)
def test_that_an_operation_of_unknown_work_says_so(operation: str, reason: str) -> None:
    net = Net()
    x = net.input(8, 8)
    y = net.call(operation, x, shape=(None, 8, 8), module="keras.src.ops.linalg")
    graph = net.graph(y)
    text = unknown_reason(graph, graph.by_id[y.call], mac_terms)
    assert text.startswith(f"no rule for {operation}: {reason}")


def test_that_a_layer_that_cannot_be_opened_says_why() -> None:
    net = Net()
    y = net.call("Odd", net.input(8), shape=(None, 8), module="mine")
    graph = replace(net.graph(y), closed={y.call: "its call() fails"})
    text = unknown_reason(graph, graph.by_id[y.call], mac_terms)
    assert text == "Odd can't be opened: its call() fails"
