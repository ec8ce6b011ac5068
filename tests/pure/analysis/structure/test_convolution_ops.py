"""Convolutions of keras.ops: structure, receptive fields and problems see the layers they are."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from resnet_viz.analysis.explain.explanations import explain_call
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.wording.captions import caption
from resnet_viz.document import make_document
from resnet_viz.graph.types import Graph, LayerCall, LayerWeights, Tensor, TensorRef
from resnet_viz.sources.types import ModelFile
from tests.support.graphs.net import Net

OPERATIONS = {
    "Conv2D": "Conv",
    "DepthwiseConv2D": "DepthwiseConv",
    "Conv2DTranspose": "ConvTranspose",
}


def in_operations(graph: Graph) -> Graph:
    """The same model with an operation on a variable in place of each convolution layer."""
    calls, weights = [], {}
    for call in graph.calls:
        kind = OPERATIONS.get(call.type)
        if kind is None:
            calls.append(call)
            continue
        kernel = kernel_shape(graph, call)
        calls.append(operation(call, kind, kernel))
        weights[call.layer] = LayerWeights((kernel,), (True,))
    return replace(graph, calls=tuple(calls), weights=weights)


def kernel_shape(graph: Graph, call: LayerCall) -> tuple[int, ...]:
    """As Keras has it: kernel, channels of a group, filters; the last two swapped if transposed."""
    before, after = graph.input_shapes(call)[0], call.output_shape
    assert before is not None
    assert after is not None
    sizes, channels, filters = call.config["kernel_size"], before[-1] or 0, after[-1] or 0
    if call.type == "DepthwiseConv2D":
        return (*sizes, channels, filters // channels)
    if call.type == "Conv2DTranspose":
        return (*sizes, filters, channels)
    return (*sizes, channels // call.config["groups"], filters)


def operation(call: LayerCall, kind: str, kernel: tuple[int, ...]) -> LayerCall:
    keys = ("name", "strides", "padding", "dilation_rate", "data_format")
    config = {key: call.config[key] for key in keys if key in call.config}
    variable = {"shape": list(kernel), "dtype": "float32"}
    arguments = {"1": {"class_name": "__constant__", "config": variable}}
    module = "keras.src.ops.nn"
    return replace(call, type=kind, module=module, config=config, arguments=arguments)


def mobile_net() -> Graph:
    """Blocks with an expansion, a stem, groups, a dilated and a transposed convolution."""
    net = Net("mobile")
    x = net.relu(net.bn(net.conv(net.input(64, 64, 3), 16, 3, 2, bias=False)))
    for stride in (2, 1, 1):
        y = net.relu(net.bn(net.conv(x, 64, 1, bias=False)))
        y = net.relu(net.bn(net.depthwise(y, 3, stride)))
        y = net.bn(net.conv(y, 16, 1, bias=False))
        x = y if stride > 1 else net.add(x, y)
    x = net.relu(net.bn(net.conv(x, 32, 3, groups=4, bias=False)))
    x = net.relu(net.bn(net.conv(x, 32, 3, rate=2, bias=False)))
    x = net.transposed(x, 8)
    transposed = net.calls.pop()
    net.calls.append(replace(transposed, config={**transposed.config, "use_bias": False}))
    return net.graph(net.dense(net.gap(x), 10))


def test_that_a_model_in_operations_has_the_structure_and_numbers_of_its_layers() -> None:
    layers = make_document(ModelFile("a.keras"), "a", mobile_net())
    operations = make_document(ModelFile("a.keras"), "a", in_operations(mobile_net()))
    of_layers, of_operations = layers.numbers, operations.numbers
    assert of_operations.totals.weighted_layers == of_layers.totals.weighted_layers == 14
    assert of_operations.totals.numbers.macs == of_layers.totals.numbers.macs
    assert of_operations.totals.numbers.parameters == of_layers.totals.numbers.parameters
    for name, numbers in of_layers.calls.items():
        assert of_operations.calls[name].receptive_field == numbers.receptive_field
        assert of_operations.calls[name].size_formula == numbers.size_formula
    groups = [
        [(group.kind, group.block_kind, group.calls) for group in each.structure.groups]
        for each in (layers, operations)
    ]
    assert groups[0] == groups[1]
    kinds = [block.block_kind for block in operations.structure.blocks]
    assert kinds == ["inverted_bottleneck"] * 3


def test_that_a_convolution_operation_has_a_layers_caption_and_formula() -> None:
    graph = in_operations(mobile_net())
    texts = {call.type: caption(call, graph) for call in graph.calls if call.type in OPS}
    assert texts == {
        "Conv": "3×3, 32, dilated 2",  # the last one
        "DepthwiseConv": "3×3, depthwise",
        "ConvTranspose": "2×2, 8, ×2",
    }
    document = make_document(ModelFile("a.keras"), "a", graph)
    stem = next(call for call in graph.calls if call.type == "Conv")
    explained = explain_call(document.structure, document.numbers, stem.id)
    assert "1 + (3 − 1)·1 = 3" in [each.formula for each in explained]


OPS = frozenset(OPERATIONS.values())


def dynamic(kernel: Any) -> Graph:
    """A convolution whose kernel another layer makes."""
    net = Net()
    x = net.input(16, 16, 4)
    made = net.call("Mine", x, shape=kernel, module="mine")
    outputs = (Tensor((None, 16, 16, 8), "float32"),)
    config = {"name": "conv", "strides": 1, "padding": "same"}
    refs = (x, made)
    net.calls.append(
        LayerCall("conv", "conv", 0, "Conv", "keras.src.ops", config, {}, refs, outputs)
    )
    return net.graph(TensorRef("conv"))


def test_that_a_kernel_may_be_a_tensor() -> None:
    graph = dynamic((3, 3, 4, 8))
    call = graph.by_id["conv"]
    assert caption(call, graph) == "3×3, 8"
    document = make_document(ModelFile("a.keras"), "a", graph)
    assert document.numbers.calls["conv"].macs == 3 * 3 * 4 * 8 * 16 * 16


@pytest.mark.parametrize(
    "kernel", [None, (3, 3), (3, 3, 4, None), (0, 3, 4, 8), (3, 3, 0, 8), (1,) * 9]
)
def test_that_an_odd_kernel_leaves_the_operation_as_it_is(kernel: Any) -> None:
    graph = dynamic(kernel)
    assert not caption(graph.by_id["conv"], graph) or kernel == (3, 3, 0, 8)
    assert len(structure_of(graph).groups) > 0


def test_that_odd_settings_leave_the_operation_as_it_is() -> None:
    graph = in_operations(mobile_net())
    calls = tuple(
        replace(call, config={**call.config, "strides": "odd"}) if call.type in OPS else call
        for call in graph.calls
    )
    document = make_document(ModelFile("a.keras"), "a", replace(graph, calls=calls))
    assert document.numbers.totals.weighted_layers == 14
