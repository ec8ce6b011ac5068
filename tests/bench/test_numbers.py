"""Analyses of large models: 150 ms for 1,031 layers, 3 s for 70,000; wide joins."""

from __future__ import annotations

from time import process_time

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.costs.types import Numbers
from resnet_viz.analysis.problems.find import problems_of
from resnet_viz.analysis.problems.types import Problem
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.types import Graph, LayerCall, Tensor, TensorRef
from tests.support.graphs.net import Net

SHAPE = (None, 32, 32, 16)


def residual_net(size: int) -> Graph:
    """At least ``size`` calls: basic residual blocks, one after the other."""
    calls: list[LayerCall] = []

    def add(type_: str, *inputs: str, **config: object) -> str:
        name = f"layer_{len(calls)}"
        refs = tuple(TensorRef(one) for one in inputs)
        full = {"name": name, **config}
        outputs = (Tensor(SHAPE, "float32"),)
        calls.append(LayerCall(name, name, 0, type_, "keras.layers", full, {}, refs, outputs))
        return name

    def conv_bn(x: str) -> str:
        x = add(
            "Conv2D", x, filters=16, kernel_size=[3, 3], strides=[1, 1], padding="same",
            use_bias=False, data_format="channels_last", activation="linear",
        )  # fmt: skip
        return add("BatchNormalization", x, axis=-1)

    x = add("InputLayer")
    while len(calls) < size:
        x = add("ReLU", add("Add", conv_bn(add("ReLU", conv_bn(x))), x))
    return Graph("net", tuple(calls), (TensorRef(calls[0].id),), (TensorRef(x),))


def analysed(structure: Structure) -> tuple[Numbers, tuple[Problem, ...]]:
    numbers = numbers_of(structure)
    return numbers, problems_of(structure, numbers)


@pytest.mark.parametrize(("size", "seconds"), [(1_031, 0.150), (70_000, 3.0)])
def test_that_all_analyses_keep_their_budget(
    benchmark: BenchmarkFixture, size: int, seconds: float
) -> None:
    structure = structure_of(residual_net(size))
    numbers, problems = benchmark.pedantic(analysed, (structure,), rounds=3, warmup_rounds=1)
    weights = [one for one in numbers.calls.values() if one.macs]
    assert numbers.totals.numbers.macs == len(weights) * 9 * 16 * 16 * 32 * 32
    assert problems == ()
    if benchmark.stats is not None:  # not so where benchmarks are skipped or run once
        assert benchmark.stats.stats.min < seconds


def wide_addition(size: int) -> Graph:
    """An addition of so many activations of the input."""
    net = Net()
    x = net.input(4)
    return net.graph(net.add(*(net.relu(x, name=f"r{number}") for number in range(size))))


def test_that_time_grows_in_proportion_to_the_inputs_of_a_join(benchmark: BenchmarkFixture) -> None:
    def seconds(graph: Graph) -> float:
        begun = process_time()
        structure_of(graph)
        return process_time() - begun

    small, large = wide_addition(2_000), wide_addition(8_000)
    times = [(seconds(small), seconds(large)) for _ in range(5)]
    ratio = min(after for _, after in times) / min(before for before, _ in times)
    benchmark.pedantic(structure_of, (large,), rounds=1)
    benchmark.extra_info.update(ratio=ratio)
    assert ratio < 8  # 4 times the inputs; 16 if every pair of them took time
