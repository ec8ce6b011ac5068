"""Hostile graphs, which no model has but a small file can hold, are analysed all the same."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from resnet_viz.analysis.structure.detect import structure_of
from tests.support.graphs.net import Net


@contextmanager
def recursion_limit(frames: int) -> Iterator[None]:
    """Let the code inside go no deeper than so many frames below the caller."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + frames)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def test_that_an_addition_may_have_thousands_of_inputs() -> None:
    net = Net()
    x = net.input(4)
    graph = net.graph(net.add(*(net.relu(x, name=f"r{number}") for number in range(2_000))))
    assert len(structure_of(graph).stages) == 1


def test_that_nested_blocks_need_no_recursion() -> None:
    """Like an onion: each addition takes what entered as many layers before it."""
    depth = 200
    net = Net()
    x = net.input(4)
    entries = []
    for _ in range(depth):
        entries.append(x)
        x = net.dense(x, 4)
    for entry in reversed(entries):
        x = net.add(x, entry)
    graph = net.graph(x)
    with recursion_limit(100):
        structure = structure_of(graph)
    (block,) = structure.blocks
    assert len(structure.shortcuts) == depth
    assert block.block_kind == "mlp"
