"""Receptive fields and jumps beyond chains of convolutions."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.costs.types import CallNumbers
from resnet_viz.analysis.explain.unknown_reasons import no_field_reason
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.graph.types import Graph, TensorRef
from tests.support.graphs import architectures as nets
from tests.support.graphs.net import Net
from tests.support.graphs.shipped import shipped


def numbers(net: Net, *outputs: TensorRef) -> dict[str, CallNumbers]:
    return numbers_of(structure_of(net.graph(*outputs))).calls


def test_that_dilation_widens_the_field() -> None:
    net = Net()
    x = net.conv(net.input(64, 64, 3), 8, 3, name="one")
    x = net.conv(x, 8, 3, rate=4, name="two")
    found = numbers(net, x)
    assert found["one"].receptive_field == (3, 3)
    assert found["two"].receptive_field == (11, 11)  # 3 + (3 - 1)·4


def test_that_axes_are_counted_separately() -> None:
    net = Net()
    x = net.conv(net.conv(net.input(64, 64, 3), 8, (1, 7), (1, 2)), 8, (7, 1), name="out")
    found = numbers(net, x)["out"]
    assert (found.receptive_field, found.jump) == ((7, 7), (1, 2))


def test_that_the_widest_branch_counts() -> None:
    net = Net()
    x = net.conv(net.input(64, 64, 3), 8, 3)
    x = net.add(net.conv(x, 8, 1), net.conv(net.conv(x, 8, 5), 8, 5), name="join")
    assert numbers(net, x)["join"].receptive_field == (11, 11)


def test_that_transposed_convolutions_make_rational_jumps() -> None:
    net = Net()
    x = net.conv(net.input(64, 64, 3), 8, 3)  # field 3, jump 1
    x = net.transposed(x, 8, 4, 2)  # two input positions reach an output: + 1; jump 1/2
    up = net.conv(x, 8, 3, name="after")  # + 2·1/2
    found = numbers(net, up)
    assert found["conv2dtranspose_0"].receptive_field == (4, 4)
    assert found["conv2dtranspose_0"].jump == (0.5, 0.5)
    assert found["after"].receptive_field == (5, 5)


def test_that_thirds_add_up_without_rounding_errors() -> None:
    net = Net()
    x = net.upsample(net.input(64, 64, 3), 3)
    for _ in range(3):
        x = net.conv(x, 8, 3)  # each adds 2/3
    assert numbers(net, x)["conv2d_2"].receptive_field == (3, 3)


@pytest.mark.parametrize(
    ("interpolation", "field"), [("nearest", 3), ("bilinear", 4), ("bicubic", 6)]
)
def test_that_resizing_sees_the_positions_it_interpolates(interpolation: str, field: int) -> None:
    net = Net()
    x = net.upsample(net.conv(net.input(64, 64, 3), 8, 3), 2, interpolation)
    found = numbers(net, x)["upsampling2d_0"]
    assert (found.receptive_field, found.jump) == ((field, field), (0.5, 0.5))


def test_that_a_unets_field_comes_back_to_full_resolution() -> None:
    graph = nets.unet(2, 32)
    found = numbers_of(structure_of(graph)).calls[graph.outputs[0].call]
    # down: 3, 5 | 6, 10, 14 | 16, 24, 32; up by 2×2 (one position reaches an output): 32, 36, 40
    # at jump 2 and 40, 42, 44 at jump 1
    assert (found.receptive_field, found.jump) == ((44, 44), (1, 1))


def test_that_gates_are_left_out_and_reported_as_global() -> None:
    graph = nets.squeeze_excite()
    structure = structure_of(graph)
    found = numbers_of(structure).calls
    assert found["conv2d_2"].receptive_field == (7, 7)
    assert not found["conv2d_2"].is_global
    assert found["multiply_0"].receptive_field == (7, 7)
    assert found["multiply_0"].is_global
    assert found["globalaveragepooling2d_0"].receptive_field is None
    assert found["globalaveragepooling2d_0"].is_global
    assert found["conv2d_7"].receptive_field is None  # in the second gate, behind the first


def test_that_attention_is_a_global_path() -> None:
    graph = nets.transformer(1)
    found = numbers_of(structure_of(graph)).calls
    assert found["embedding_0"].receptive_field == (1,)
    assert not found["embedding_0"].is_global
    assert found["multiheadattention_0"].receptive_field == (1,)
    assert found["multiheadattention_0"].is_global


def test_that_a_layer_without_a_rule_makes_later_fields_unknown() -> None:
    net = Net()
    x = net.conv(net.input(16, 16, 3), 8)
    x = net.call("MyLayer", x, shape=(None, 16, 16, 8), name="mine", module="my.code")
    found = numbers(net, net.conv(x, 8, name="after"))
    for name in ("mine", "after"):
        assert found[name].receptive_field is None
        assert not found[name].is_global
    assert found["mine"].parameters is None
    assert found["mine"].macs is None
    assert found["after"].macs == 9 * 8 * 8 * 256


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda net, x: net.conv(x, 8, 3, 2), "⌈56 / 2⌉ = 28"),
        (lambda net, x: net.conv(x, 8, 3, 2, padding="valid"), "⌊(56 − 3) / 2⌋ + 1 = 27"),
        (lambda net, x: net.conv(x, 8, 3, padding="valid"), "56 − 3 + 1 = 54"),
        (lambda net, x: net.conv(x, 8, 3, padding="valid", rate=2), "56 − 5 + 1 = 52"),
        (lambda net, x: net.conv(x, 8, 3), ""),
        (lambda net, x: net.max_pool(x, 2, 2, "valid"), "⌊(56 − 2) / 2⌋ + 1 = 28"),
        (lambda net, x: net.pad(x, ((0, 1), (0, 1))), "56 + 0 + 1 = 57"),
        (lambda net, x: net.upsample(x, 2), "56 · 2 = 112"),
        (lambda net, x: net.transposed(x, 8), "56 · 2 = 112"),
        (lambda net, x: net.conv(x, 8, 3, (2, 1)), "⌈56 / 2⌉ = 28, ⌈56 / 1⌉ = 56"),
    ],
)
def test_that_formulas_say_how_the_size_follows(make: object, text: str) -> None:
    assert callable(make)
    net = Net()
    x = make(net, net.input(56, 56, 3))
    assert numbers(net, x)[x.call].size_formula == text


def test_that_unknown_sizes_are_unknown_and_make_sums_lower_bounds() -> None:
    graph = nets.edsr(2)
    structure = structure_of(graph)
    found = numbers_of(structure)
    assert found.calls["conv2d_1"].macs is None
    assert found.calls["conv2d_1"].parameters == 9 * 64 * 64 + 64
    assert found.totals.numbers.macs_at_least
    assert not found.totals.numbers.parameters_at_least


def test_that_fields_begin_where_keras_pads() -> None:
    # Same padding of stride 2 on even sizes puts less in front: 7×7 on 224 gets 2 before, 3 behind.
    graph = shipped("resnet34")
    found = numbers_of(structure_of(graph)).calls
    assert found["input"].field_start == (0, 0)
    assert (found["conv1"].field_start, found["conv1"].receptive_field) == ((-2, -2), (7, 7))
    assert found["max_pool"].field_start == (-2, -2)  # 3×3 of stride 2 on 112: none before
    assert found["conv2_1_conv_a"].field_start == (-2 - 4, -2 - 4)  # one position of jump 4


def test_that_padding_and_cropping_move_a_field_without_widening_it() -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 3), 8, 3, 2)  # 32 to 16: nothing before
    x = net.pad(x, ((2, 1), (1, 2)), name="padded")
    x = net.call(
        "Cropping2D", x, shape=(None, 18, 16, 8), cropping=[[1, 0], [3, 0]], name="cropped"
    )
    found = numbers(net, x)
    assert found["padded"].field_start == (-4, -2)
    assert found["cropped"].field_start == (-2, 4)
    assert found["cropped"].receptive_field == found["padded"].receptive_field == (3, 3)


def test_that_the_field_of_a_join_is_the_union_of_its_branches() -> None:
    net = Net()
    x = net.input(32, 32, 3)
    back = net.conv(net.pad(x, ((2, 0), (0, 0))), 8, 3, padding="valid")  # pixels -2 … 0
    ahead = net.conv(net.pad(x, ((0, 2), (0, 0))), 8, 3, padding="valid")  # pixels 0 … 2
    found = numbers(net, net.add(back, ahead, name="join"))["join"]
    assert (found.field_start, found.receptive_field) == ((-2, 0), (5, 3))


def test_that_open_sizes_leave_the_start_open_only_where_a_stride_needs_them() -> None:
    net = Net()
    x = net.conv(net.input(None, None, 3), 8, 3, name="one")
    found = numbers(net, net.conv(x, 8, 3, 2, name="two"))
    assert found["one"].field_start == (-1, -1)
    assert (found["two"].field_start, found["two"].receptive_field) == (None, (5, 5))


def test_that_adaptive_pooling_sees_its_widest_cell() -> None:
    net = Net()
    x = net.call(
        "AdaptiveAveragePooling2D", net.input(10, 12, 3), shape=(None, 4, 4, 3),
        output_size=[4, 4], name="cells",
    )  # fmt: skip
    found = numbers(net, x)["cells"]
    assert (found.receptive_field, found.jump) == ((3, 3), (2.5, 3))  # 0–2, 2–4, 5–7, 7–9


def test_that_a_time_distributed_layer_leaves_the_time_axis_alone() -> None:
    net = Net()
    x = net.call("TimeDistributed", net.input(7, 16, 16, 3), shape=(None, 7, 8, 8, 4), name="steps")
    inner = {"filters": 4, "kernel_size": [5, 5], "strides": [2, 2], "padding": "same"}
    wrapped = {"module": "keras.layers", "class_name": "Conv2D", "config": inner}
    net.calls[-1] = replace(net.calls[-1], config={"layer": wrapped})
    found = numbers(net, x)["steps"]
    assert (found.receptive_field, found.jump) == ((1, 5, 5), (1, 2, 2))
    assert found.field_start == (0, -1, -1)


def around_vectors(net: Net, x: TensorRef, kind: str, width: int, **config: object) -> TensorRef:
    """TimeDistributed around a layer that takes a vector at each of 20 steps."""
    y = net.call("TimeDistributed", x, shape=(None, 20, width))
    wrapped = {"module": "keras.layers", "class_name": kind, "config": config}
    net.calls[-1] = replace(net.calls[-1], config={"layer": wrapped})
    return y


def test_that_vectors_at_every_step_keep_the_field_of_their_step() -> None:
    net = Net()
    x = net.call("Conv1D", net.input(20, 8), shape=(None, 20, 8), filters=8, kernel_size=[5],
                 strides=[1], padding="same")  # fmt: skip
    x = net.call("GRU", x, shape=(None, 20, 12), units=12, return_sequences=True)
    y = around_vectors(net, x, "Dense", 4, units=4)
    found = numbers(net, y)[y.call]
    assert (found.receptive_field, found.jump, found.is_global) == ((5,), (1,), True)


def test_that_an_unknown_field_is_not_reported_as_global() -> None:
    net = Net()
    x = net.call("GRU", net.input(20, 8), shape=(None, 20, 12), units=12, return_sequences=True)
    y = net.call("Mystery", x, shape=(None, 20, 12))
    structure = structure_of(net.graph(y))
    found = numbers_of(structure)
    assert found.calls[y.call].receptive_field is None
    reason = no_field_reason(structure, found, structure.graph.by_id[y.call])
    assert reason.startswith("unknown: ")
    net = Net()
    y = net.call("Reshape", net.gap(net.input(8, 8, 4)), shape=(None, 1, 1, 4))
    structure = structure_of(net.graph(net.conv(net.upsample(y, 8), 4)))
    reason = no_field_reason(structure, numbers_of(structure), structure.graph.by_id[y.call])
    assert reason == "every position sees the whole input"


def test_that_a_submodels_input_passes_the_field_on() -> None:
    net = Net()
    x = net.conv(net.input(32, 32, 3), 8, 3, 2)
    (x,) = net.nested("inner", lambda inner: (net.conv(inner, 8, 3, name="conv"),), x)
    found = numbers(net, x)
    assert found[x.call].receptive_field == (7, 7)
    inner = next(one for name, one in found.items() if name.startswith("inner/inp"))
    assert (inner.receptive_field, inner.macs, inner.parameters) == ((3, 3), 0, 0)


@pytest.mark.parametrize(
    ("graph", "field"),
    [
        # 7 for the stem, 2·2 for its pooling; then (3 - 1)·jump for every 3×3 convolution of the
        # blocks, and jump for the 2×2 pooling of every transition.
        (nets.densenet121(), 7 + 4 + (6 * 8 + 4) + (12 * 16 + 8) + (24 * 32 + 16) + 16 * 64),
        # As above; the last block of a stage has the stride.
        (nets.resnet_v2(50), 7 + 4 + 3 * 8 + 4 * 16 + 6 * 32 + 3 * 64),
    ],
    ids=["densenet121", "resnet50v2"],
)
def test_that_what_precedes_global_pooling_has_a_field(graph: Graph, field: int) -> None:
    structure = structure_of(graph)
    found = numbers_of(structure)
    pooling = next(call for call in graph.calls if call.type == "GlobalAveragePooling2D")
    relu = graph.by_id[pooling.inputs[0].call]
    norm = graph.by_id[relu.inputs[0].call]
    for call in (norm, relu):
        assert found.calls[call.id].receptive_field == (field, field)
        assert found.calls[call.id].jump == (32, 32)
    for call in graph.calls[graph.calls.index(pooling) :]:
        assert found.calls[call.id].receptive_field is None
        assert no_field_reason(structure, found, call) == (
            "from the first global pooling or flatten on there is none"
        )


def test_that_an_unknown_layer_before_global_pooling_has_an_unknown_field() -> None:
    net = Net()
    x = net.conv(net.input(16, 16, 3), 8, 3)
    x = net.call("Mine", x, shape=(None, 16, 16, 8), module="mine", name="mine")
    structure = structure_of(net.graph(net.dense(net.gap(net.relu(x, name="relu")), 4)))
    found = numbers_of(structure).calls
    assert (found["mine"].is_field_unknown, found["relu"].is_field_unknown) == (True, True)
    assert not found["globalaveragepooling2d_0"].is_field_unknown
