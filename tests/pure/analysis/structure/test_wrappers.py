"""Wrapped layers: structure, receptive fields and weighted layers see the layer inside."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.document import make_document
from resnet_viz.graph.types import Graph, LayerWeights, TensorRef
from resnet_viz.reports.formats import render
from resnet_viz.reports.json_report import report
from resnet_viz.sources.types import ModelFile
from tests.support.graphs.net import Net


def layer(kind: str, **config: Any) -> dict[str, Any]:
    settings = {"name": "inner", "trainable": True, "dtype": "float32", **config}
    return {"class_name": kind, "module": "keras.layers", "config": settings}


def conv(kernel: int = 3) -> dict[str, Any]:
    return layer(
        "Conv2D", filters=4, kernel_size=[kernel, kernel], strides=[1, 1], padding="same",
        dilation_rate=[1, 1], groups=1, use_bias=False, data_format="channels_last",
        activation="linear",
    )  # fmt: skip


def dense(units: int = 4) -> dict[str, Any]:
    return layer("Dense", units=units, use_bias=True, activation="linear")


def wrap(net: Net, kind: str, x: TensorRef, inner: dict[str, Any]) -> TensorRef:
    ref = net.call(kind, x, shape=net.shape(x))
    call = net.calls.pop()
    net.calls.append(replace(call, config={**call.config, "layer": inner}))
    return ref


def depth(graph: Graph) -> int | None:
    return numbers_of(structure_of(graph)).totals.weighted_layers


def test_that_spectral_normalisation_sees_what_its_convolution_does() -> None:
    net = Net()
    x = net.input(32, 32, 4)
    for _ in range(6):
        x = wrap(net, "SpectralNormalization", x, conv())
    graph = net.graph(x)
    fields = [each.receptive_field for each in numbers_of(structure_of(graph)).calls.values()]
    assert fields == [(n, n) for n in (1, 3, 5, 7, 9, 11, 13)]
    assert depth(graph) == 6


def test_that_a_residual_block_of_wrapped_convolutions_is_basic() -> None:
    net = Net()
    x = y = net.input(8, 8, 4)
    for _ in range(2):
        y = net.relu(wrap(net, "SpectralNormalization", y, conv()))
    structure = structure_of(net.graph(net.add(x, y)))
    assert [block.block_kind for block in structure.blocks] == ["basic"]
    assert [shortcut.kind for shortcut in structure.shortcuts] == ["identity"]


@pytest.mark.parametrize(
    "inner",
    [dense(), layer("SpectralNormalization", layer=dense(), power_iterations=1),
     layer("TimeDistributed", layer=dense())],
    ids=["dense", "spectral", "nested"],
)  # fmt: skip
def test_that_a_layer_at_every_step_counts_once(inner: dict[str, Any]) -> None:
    net = Net()
    x = net.input(5, 3, 4)
    x = wrap(net, "TimeDistributed", x, inner)
    assert depth(net.graph(net.dense(x, 2))) == 2


def test_that_both_directions_count_once() -> None:
    net = Net()
    lstm = layer("LSTM", units=2, return_sequences=True, use_bias=True)
    x = wrap(net, "Bidirectional", net.input(5, 4), lstm)
    assert depth(net.graph(x)) == 1


def test_that_pooling_of_every_step_begins_no_head() -> None:
    net = Net()
    x = net.input(5, 8, 8, 4)
    pooling = layer("GlobalAveragePooling2D", keepdims=False, data_format="channels_last")
    y = net.call("TimeDistributed", x, shape=(None, 5, 4))
    call = net.calls.pop()
    net.calls.append(replace(call, config={**call.config, "layer": pooling}))
    y = net.dense(y, 4)
    structure = structure_of(net.graph(y))
    assert "head" not in {group.kind for group in structure.groups}


@pytest.mark.parametrize(
    ("weights", "expected"),
    [({}, None), ({"mine": LayerWeights(((3, 3),))}, None), ({"mine": LayerWeights(())}, 2)],
    ids=["unknown", "some", "none"],
)
def test_that_closed_layers_leave_the_depth_unknown(
    weights: dict[str, LayerWeights], expected: int | None
) -> None:
    net = Net()
    x = net.dense(net.input(4), 4)
    x = net.call("Mine", x, shape=(None, 4), layer="mine", module="mine")
    graph = replace(net.graph(net.dense(x, 4)), weights=weights)
    assert depth(graph) == expected
    found = report(make_document(ModelFile("m.json"), "m", graph))
    assert found["totals"]["weighted_layers"] == expected
    line = next(line for line in render(found, "text").splitlines() if "weighted layers" in line)
    assert line.split()[-1] == ("–" if expected is None else "2")


def test_that_a_closed_model_at_every_step_leaves_the_depth_unknown() -> None:
    net = Net()
    x = wrap(net, "TimeDistributed", net.input(5, 4), layer("Functional", layers=[]))
    assert depth(net.graph(x)) is None
