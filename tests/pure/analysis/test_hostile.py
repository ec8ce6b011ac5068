"""Graphs that no model has, and that a few bytes can ask for: analysed all the same, and soon."""

from __future__ import annotations

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.reading.read import read_config
from tests.support.counted_work import at_most_calls
from tests.support.model_files.configs import JSON, data, layer, model, node, source, tensor

SHAPE = [None, 4]


def relu(name: str, of: str) -> JSON:
    return layer("ReLU", name, node(tensor(of, SHAPE)))


def add(name: str, *of: str) -> JSON:
    return layer("Add", name, node([tensor(one, SHAPE) for one in of]))


def test_that_an_addition_of_thousands_is_no_puzzle() -> None:
    names = [f"r{number}" for number in range(5_000)]
    layers = [source(shape=(None, 4)), *(relu(name, "x") for name in names), add("sum", *names)]
    graph = read_config(data(model(layers)), where="m")
    with at_most_calls(2_000_000):
        structure = structure_of(graph)
    assert len(structure.stages) == 1


def test_that_a_thousand_blocks_may_lie_in_each_other() -> None:
    """Like onions: each addition takes what entered as many layers before it."""
    depth = 1_100
    layers, before = [source(shape=(None, 4))], "x"
    entries = []
    for number in range(depth):
        entries.append(before)
        before = f"d{number}"
        layers.append(layer("Dense", before, node(tensor(entries[-1], SHAPE)), units=4))
    for number in range(depth):
        layers.append(add(f"a{number}", before, entries.pop()))
        before = f"a{number}"
    structure = structure_of(read_config(data(model(layers)), where="m"))
    (block,) = structure.blocks
    assert len(structure.shortcuts) == depth
    assert block.block_kind == "mlp"
