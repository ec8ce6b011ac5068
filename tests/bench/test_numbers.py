"""Analyses of large models: 150 ms for 1,031 layers, 3 s for 70,000 calls."""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.costs.types import Numbers
from resnet_viz.analysis.problems.find import problems_of
from resnet_viz.analysis.problems.types import Problem
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.types import Graph, LayerCall, Tensor, TensorRef

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
