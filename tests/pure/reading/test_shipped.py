"""The shipped configurations against the facts: counts, names, shapes, and rule against record."""

from __future__ import annotations

from functools import cache

import pytest

from resnet_viz import assets
from resnet_viz.graph.types import Graph, is_join
from resnet_viz.reading.read import read_config
from resnet_viz.sources.catalog import BUILTIN_NAMES
from tests.support.model_files.inference import inferred_outputs


@cache
def shipped(name: str) -> Graph:
    return read_config(assets.read_bytes(f"models/{name}.json"), where=name)


@pytest.mark.parametrize("name", BUILTIN_NAMES)
def test_that_every_architecture_ships_and_reads_without_keras(name: str) -> None:
    graph = shipped(name)
    assert graph.name == name
    assert len(graph.inputs) == len(graph.outputs) == 1
    is_cifar = name.startswith("cifar_")
    side = 32 if is_cifar else 224
    assert graph.tensor(graph.inputs[0]).shape == (None, side, side, 3)
    last = (None, 10 if is_cifar else 1000)
    last = (None, 56, 56, 64) if name == "tutorial_first_unit" else last
    assert graph.tensor(graph.outputs[0]).shape == last
    assert all(t.dtype == "float32" for call in graph.calls for t in call.outputs)


@pytest.mark.parametrize(
    ("name", "calls", "edges", "adds"),
    [
        ("resnet34", 125, 140, 16),
        ("plain34", 103, 102, 0),
        # One edge for each call but the input, and one more for each Add: 85 - 1 + 16.
        ("tutorial_resnet34", 85, 100, 16),
        ("tutorial_first_unit", 6, 6, 1),
    ],
)
def test_that_layers_edges_and_joins_are_those_of_the_facts(
    name: str, calls: int, edges: int, adds: int
) -> None:
    graph = shipped(name)
    joins = [call for call in graph.calls if is_join(call)]
    assert (len(graph.calls), len(graph.edges)) == (calls, edges)
    assert [call.type for call in joins] == ["Add"] * adds


@pytest.mark.parametrize(
    ("name", "blocks", "convolutions"),
    [("resnet18", 8, 20), ("resnet34", 16, 36), ("resnet50", 16, 53), ("resnet101", 33, 104),
     ("resnet152", 50, 155), ("plain18", 0, 17), ("plain34", 0, 33),
     # He et al. 2015, section 4.2: 6n + 1 convolutions and 3n shortcuts, n = 3, 5, 7, 9, 18
     ("cifar_resnet20", 9, 19), ("cifar_resnet32", 15, 31), ("cifar_resnet44", 21, 43),
     ("cifar_resnet56", 27, 55), ("cifar_resnet110", 54, 109), ("cifar_plain20", 0, 19),
     ("cifar_plain32", 0, 31), ("cifar_plain44", 0, 43), ("cifar_plain56", 0, 55)],
)  # fmt: skip
def test_that_each_depth_has_its_blocks_and_convolutions(
    name: str, blocks: int, convolutions: int
) -> None:
    types = [call.type for call in shipped(name).calls]
    assert types.count("Add") == blocks
    assert types.count("Conv2D") == convolutions
    assert types.count("BatchNormalization") == convolutions


@pytest.mark.parametrize("name", BUILTIN_NAMES)
def test_that_calls_are_in_topological_order_and_edges_count_up(name: str) -> None:
    graph = shipped(name)
    seen: set[str] = set()
    for call in graph.calls:
        assert {ref.call for ref in call.inputs} <= seen
        seen.add(call.id)
    joined = sum(len(set(call.inputs)) - 1 for call in graph.calls if is_join(call))
    assert len(graph.edges) == len(graph.calls) - len(graph.inputs) + joined


@pytest.mark.parametrize("name", BUILTIN_NAMES)
def test_that_the_rules_give_what_keras_recorded_for_every_tensor(name: str) -> None:
    graph = shipped(name)
    assert inferred_outputs(graph) == {call.id: call.outputs for call in graph.calls}


@pytest.mark.parametrize("name", ["cifar_resnet110", "cifar_plain56"])
def test_that_the_nets_for_cifar_have_the_sizes_of_the_paper(name: str) -> None:
    graph = shipped(name)
    convs = [call for call in graph.calls if call.type == "Conv2D"]
    shapes = [call.output_shape for call in convs]
    n = (len(convs) - 1) // 6
    # Output map size 32×32, 16×16, 8×8; 1 + 2n, 2n, 2n layers; 16, 32, 64 filters
    sizes = [(None, 32, 32, 16), (None, 16, 16, 32), (None, 8, 8, 64)]
    counts = (1 + 2 * n, 2 * n, 2 * n)
    assert shapes == [s for s, count in zip(sizes, counts, strict=True) for _ in range(count)]
    assert all(call.config["kernel_size"] == [3, 3] for call in convs)
    assert [call.config["strides"] for call in convs].count([2, 2]) == 2


def test_that_resnet34_has_the_stages_of_the_paper() -> None:
    graph = shipped("resnet34")
    sizes = {"conv1": 112, "max_pool": 56, "conv2_3_relu": 56, "conv3_1_conv_a": 28,
             "conv3_4_relu": 28, "conv4_6_relu": 14, "conv5_3_relu": 7}  # fmt: skip
    widths = {"conv1": 64, "max_pool": 64, "conv2_3_relu": 64, "conv3_1_conv_a": 128,
              "conv3_4_relu": 128, "conv4_6_relu": 256, "conv5_3_relu": 512}  # fmt: skip
    for name, size in sizes.items():
        assert graph.by_id[name].output_shape == (None, size, size, widths[name])
    assert graph.by_id["avg_pool"].output_shape == (None, 512)


def test_that_resnet34_layers_carry_the_papers_names() -> None:
    graph = shipped("resnet34")
    names = [call.id for call in graph.calls]
    assert names[:5] == ["input", "conv1", "conv1_bn", "conv1_relu", "max_pool"]
    assert names[-2:] == ["avg_pool", "fc"]
    block = {name for name in names if name.startswith("conv3_1_")}
    assert block == {
        "conv3_1_conv_a", "conv3_1_bn_a", "conv3_1_relu_a", "conv3_1_conv_b", "conv3_1_bn_b",
        "conv3_1_shortcut_conv", "conv3_1_shortcut_bn", "conv3_1_add", "conv3_1_relu",
    }  # fmt: skip
    projected = [name for name in names if name.endswith("_shortcut_conv")]
    assert projected == [f"conv{stage}_1_shortcut_conv" for stage in (3, 4, 5)]
    for stage, blocks in zip((2, 3, 4, 5), (3, 4, 6, 3), strict=True):
        for block_number in range(1, blocks + 1):
            assert graph.by_id[f"conv{stage}_{block_number}_add"].type == "Add"


def test_that_bottlenecks_have_their_stride_on_the_3x3_and_project_in_every_first_block() -> None:
    graph = shipped("resnet50")
    assert graph.by_id["conv3_1_conv_a"].output_shape == (None, 56, 56, 128)
    assert graph.by_id["conv3_1_conv_b"].output_shape == (None, 28, 28, 128)
    assert graph.by_id["conv3_1_conv_c"].output_shape == (None, 28, 28, 512)
    projected = {call.id for call in graph.calls if call.id.endswith("_shortcut_conv")}
    assert projected == {f"conv{stage}_1_shortcut_conv" for stage in (2, 3, 4, 5)}


def test_that_convolutions_have_no_bias_and_the_softmax_is_the_dense_layers() -> None:
    graph = shipped("resnet34")
    assert all(c.config["use_bias"] is False for c in graph.calls if c.type == "Conv2D")
    assert graph.by_id["fc"].config["activation"] == "softmax"


def test_that_every_unit_of_the_tutorial_halves_the_image_down_to_one_pixel() -> None:
    graph = shipped("tutorial_resnet34")
    assert graph.by_id["block1_conv_1"].output_shape == (None, 112, 112, 64)
    assert graph.by_id["block2_pool_1"].output_shape == (None, 56, 56, 64)
    shapes = [call.output_shape for call in graph.calls if call.type == "Add"]
    sizes = [28, 14, 7, 4, 2, 1] + [1] * 10
    assert [shape[1] for shape in shapes if shape] == sizes
    assert [shape[2] for shape in shapes if shape] == sizes


def test_that_the_tutorials_layers_have_exactly_the_names_written_there() -> None:
    expected = {"input_1", "block1_conv_1", "block2_pool_1", "gap_1", "last_dense_1"}
    for block, units in (("block2", 3), ("block3", 4), ("block4", 6), ("block5", 3)):
        for i in range(1, units + 1):
            unit = f"{block}_block_{i}"
            expected |= {
                f"{unit}__residual_1__pool_1",
                f"{unit}__residual_1__conv_1",
                f"{unit}__residual_2__conv_1",
                f"{unit}__residual_2__conv_2",
                f"{unit}__residual__add_1",
            }
    assert {call.id for call in shipped("tutorial_resnet34").calls} == expected


def test_that_the_tutorials_first_unit_adds_the_pools_output() -> None:
    graph = shipped("tutorial_first_unit")
    assert [call.id for call in graph.calls][:5] == [
        "input_1", "block1_conv_1", "block2_pool_1", "block2_conv_1", "block2_conv_2",
    ]  # fmt: skip
    add = graph.calls[-1]
    assert add.type == "Add"
    assert {ref.call for ref in add.inputs} == {"block2_pool_1", "block2_conv_2"}
