"""Problems are found where they are, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.problems.find import problems_of
from resnet_viz.analysis.problems.types import Problem
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.graph.types import Graph, Tensor, TensorRef
from resnet_viz.sources.catalog import BUILTIN_NAMES
from tests.support.graphs import architectures as nets
from tests.support.graphs.net import Net
from tests.support.graphs.shipped import shipped


def problems(graph: Graph) -> dict[str, Problem]:
    structure = structure_of(graph)
    found = problems_of(structure, numbers_of(structure))
    indices = {call.id: index for index, call in enumerate(graph.calls)}
    for problem in found:
        order = [indices[name] for name in problem.calls]
        assert order == sorted(set(order))
        assert order
        assert problem.message.endswith(".")
        assert "\n" not in problem.message
    by_code = {problem.code: problem for problem in found}
    assert len(by_code) == len(found)
    return by_code


PAPERS = [name for name in BUILTIN_NAMES if not name.startswith("tutorial")]


@pytest.mark.parametrize("name", PAPERS)
def test_that_the_papers_nets_have_no_problem(name: str) -> None:
    assert problems(shipped(name)) == {}


@pytest.mark.parametrize("shortcut", ["A", "C"])
def test_that_the_papers_other_shortcuts_have_no_warning(shortcut: str) -> None:
    found = problems(nets.resnet(34, shortcut=shortcut))
    assert "warning" not in {problem.severity for problem in found.values()}


def test_that_the_tutorial_convolves_single_pixels() -> None:
    found = problems(shipped("tutorial_resnet34"))
    assert set(found) == {"kernel_on_one_pixel"}
    problem = found["kernel_on_one_pixel"]
    assert problem.severity == "warning"
    # block3_block_3 reaches 1×1 with its first convolution; its second sees one pixel already.
    # Each of the ten units after it has a pooling and two convolutions on it.
    assert problem.calls[:2] == (
        "block3_block_3__residual_2__conv_2", "block3_block_4__residual_1__pool_1",
    )  # fmt: skip
    assert len(problem.calls) == 1 + 10 * 3
    assert not any(
        "residual_1__conv" in call for call in problem.calls
    )  # 1×1 convolutions are fine
    # Of nine taps eight are idle: 128·128 twice and once, then 128·256, five and six of 256·256...
    pairs = 3 * 128 * 128 + 128 * 256 + 11 * 256 * 256 + 256 * 512 + 5 * 512 * 512
    assert f"{8 * pairs:,} of their {9 * pairs:,}" in problem.message


def test_that_a_dilated_kernel_may_miss_the_only_pixel() -> None:
    net = Net()
    x = net.conv(net.input(1, 1, 4), 8, 2, rate=3)  # taps at -1 and 2 of the one pixel
    problem = problems(net.graph(x))["kernel_on_one_pixel"]
    assert "128 of its 128 kernel weights (100 %)" in problem.message


def test_that_the_words_fit_what_works_on_one_pixel() -> None:
    net = Net()
    net.conv(net.input(1, 1, 8), 4, name="conv")
    problem = problems(net.graph(TensorRef("conv")))["kernel_on_one_pixel"].message
    assert problem.startswith("1 convolution with a kernel larger than 1 and same padding works on")
    assert "256 of its 288 kernel weights (89 %) have no effect" in problem
    net = Net()
    pooled = net.max_pool(net.input(1, 1, 8), 3, 1)
    problem = problems(net.graph(pooled))["kernel_on_one_pixel"].message
    assert problem.startswith(
        "1 pooling layer with a kernel larger than 1 and same padding works on"
    )
    assert "weights" not in problem
    net = Net()
    x = net.call(
        "Conv1D", net.input(1, 8), shape=(None, 1, 4), filters=4, kernel_size=[3], strides=[1],
        padding="same",
    )  # fmt: skip
    problem = problems(net.graph(x))["kernel_on_one_pixel"].message
    assert "works on a map of one pixel" in problem  # there is no 1×1 along a single axis


def test_that_valid_kernels_and_single_taps_are_fine_on_one_pixel() -> None:
    net = Net()
    x = net.conv(net.input(3, 3, 4), 4, 3, padding="valid")
    assert problems(net.graph(net.conv(x, 4, 1))) == {}


def test_that_subsampling_with_single_pixels_on_all_branches_is_reported() -> None:
    found = problems(nets.resnet(50, stride_on="1x1"))
    problem = found["unseen_pixels"]
    assert problem.severity == "information"
    assert "three quarters" in problem.message
    assert len(problem.calls) == 6  # the first convolution and the projection of conv3_1 … conv5_1
    assert set(found) == {"unseen_pixels"}
    assert "unseen_pixels" not in problems(nets.resnet(50))


def test_that_a_kernel_before_the_stride_has_seen_all_pixels() -> None:
    net = Net()
    x = net.conv(net.input(16, 16, 8), 8)
    branch = net.conv(net.relu(net.conv(x, 8, 3)), 8, 1, 2)
    x = net.add(net.conv(branch, 8), net.conv(x, 8, 1, 2))
    assert "unseen_pixels" not in problems(net.graph(x))


def chain(layers: int, *, norm_at: int | None = None) -> Graph:
    net = Net()
    x = net.input(16, 16, 8)
    for index in range(layers):
        x = net.relu(net.conv(x, 8))
        if index == norm_at:
            x = net.bn(x)
    return net.graph(x)


@pytest.mark.parametrize(
    ("graph", "length"),
    [
        (chain(19), 0),
        (chain(20), 20),
        (chain(30), 30),
        (chain(30, norm_at=15), 0),
        (chain(30, norm_at=5), 24),
        (nets.plain(34), 0),
        (nets.vgg16(), 0),
        (nets.edsr(12), 0),
        (nets.unet(5), 0),
    ],
)
def test_that_long_chains_without_help_are_reported(graph: Graph, length: int) -> None:
    found = problems(graph).get("long_chain")
    assert (0 if found is None else len(found.calls)) == length
    if found is not None:
        assert found.severity == "warning"
        assert f"{length} weighted layers" in found.message


def test_that_even_kernels_of_stride_one_shift() -> None:
    net = Net()
    x = net.input(16, 16, 4)
    x = net.conv(x, 4, 2, name="even")
    x = net.conv(x, 4, (3, 4), name="half")
    x = net.conv(x, 4, 4, 2, name="strided")
    x = net.conv(x, 4, 2, padding="valid", name="valid")
    x = net.conv(x, 4, 2, rate=2, name="dilated")  # spans 3: it has a centre between its taps
    problem = problems(net.graph(x))["even_kernel"]
    assert (problem.calls, problem.severity) == (("even", "half"), "warning")


def test_that_biases_before_batch_normalisation_are_counted() -> None:
    problem = problems(nets.keras_resnet50())["bias_before_normalization"]
    # 49 convolutions of the blocks and the stem, 4 projections
    stem_and_blocks = 64 + 3 * (64 + 64 + 256) + 4 * (128 + 128 + 512)
    biases = stem_and_blocks + 6 * (256 + 256 + 1024) + 3 * (512 + 512 + 2048)
    biases += 256 + 512 + 1024 + 2048
    assert len(problem.calls) == 53
    assert f"{biases:,} weights" in problem.message
    assert problem.severity == "information"


def test_that_a_bias_with_anything_between_is_needed() -> None:
    net = Net()
    x = net.conv(net.input(8, 8, 4), 4, activation="relu")
    x = net.bn(x)
    x = net.bn(net.relu(net.conv(x, 4)))
    y = net.conv(x, 4)
    assert problems(net.graph(net.add(net.bn(y), y))) == {}


def test_that_a_bias_is_needed_where_other_axes_are_normalised() -> None:
    net = Net()
    x = net.conv(net.input(8, 8, 4), 4)
    rows = net.call("BatchNormalization", x, shape=net.shape(x), axis=1)
    assert problems(net.graph(rows)) == {}
    net = Net()
    x = net.conv(net.input(8, 8, 4), 4)
    channels = net.call("BatchNormalization", x, shape=net.shape(x), axis=[3])
    assert set(problems(net.graph(channels))) == {"bias_before_normalization"}


def test_that_channels_may_come_first() -> None:
    net = Net()
    x = net.call(
        "Conv2D", net.input(4, 8, 8), shape=(None, 4, 8, 8), data_format="channels_first",
        filters=4, kernel_size=[3, 3], strides=[1, 1], padding="same",
    )  # fmt: skip
    first = net.call("BatchNormalization", x, shape=net.shape(x), axis=1)
    problem = problems(net.graph(first))["bias_before_normalization"]
    assert "leaves 4 weights without effect" in problem.message


def test_that_a_bias_is_needed_where_a_frozen_mean_does_not_follow_it() -> None:
    net = Net()
    assert problems(net.graph(net.bn(net.conv(net.input(8, 8, 4), 4), trainable=False))) == {}


def shared_convolution(*sizes: int, normalised: int) -> Graph:
    """A 3×3 convolution of 4 to 4 channels on maps of several sizes; the first are normalised."""
    net = Net()
    ends: list[TensorRef] = []
    for index, size in enumerate(sizes):
        x = net.call(
            "Conv2D", net.input(size, size, 4), shape=(None, size, size, 4), layer="shared",
            filters=4, kernel_size=[3, 3], strides=[1, 1], padding="same",
        )  # fmt: skip
        ends.append(net.bn(x) if index < normalised else x)
    return net.graph(*ends)


def test_that_a_shared_bias_is_needed_if_one_call_is_not_normalised() -> None:
    assert problems(shared_convolution(8, 16, normalised=1)) == {}
    problem = problems(shared_convolution(8, 16, normalised=2))["bias_before_normalization"]
    assert len(problem.calls) == 2
    assert "1 convolution with a bias" in problem.message
    assert "leaves 4 weights without effect" in problem.message


def test_that_a_shared_kernel_works_if_one_of_its_maps_is_larger() -> None:
    problem = problems(shared_convolution(8, 1, normalised=0))["kernel_on_one_pixel"]
    assert problem.calls == ("shared:1",)
    assert "no effect" not in problem.message
    both = problems(shared_convolution(1, 1, normalised=0))["kernel_on_one_pixel"]
    assert f"{8 * 16} of their {9 * 16} kernel weights" in both.message


def blocks(*, without: tuple[int, ...] = (), twice: tuple[int, ...] = ()) -> Graph:
    net = Net()
    x = net.relu(net.conv(net.input(16, 16, 8), 8, name="stem"))
    for index in range(5):
        inner = net.conv(net.relu(net.conv(x, 8)), 8)
        x = net.add(x, inner, name=f"add{index}")
        if index not in without:
            x = net.relu(x, name=f"relu{index}")
        if index in twice:
            x = net.activation(x)
    return net.graph(net.conv(x, 8, name="last"))


def test_that_a_missing_activation_is_reported() -> None:
    problem = problems(blocks(without=(2,)))["missing_activation"]
    assert (problem.calls, problem.severity) == (("add2",), "warning")


def test_that_the_last_block_may_be_linear_before_a_convolution() -> None:
    """Inception-ResNet-v2: Block8 number 10 has no activation before the last 1×1 convolution."""
    assert "missing_activation" not in problems(blocks(without=(4,)))


def test_that_an_addition_that_others_take_too_has_its_activation() -> None:
    graph = blocks()
    tapped = replace(graph, outputs=(*graph.outputs, TensorRef("add2")))
    assert problems(tapped) == {}
    net = Net()
    x = net.relu(net.conv(net.input(16, 16, 8), 8))
    for index in range(5):
        x = net.add(x, net.conv(net.relu(net.conv(x, 8)), 8), name=f"add{index}")
        x = net.relu(x)
    aside = net.call("Rescaling", TensorRef("add2"), shape=(None, 16, 16, 8), scale=0.5)
    assert problems(net.graph(net.conv(x, 8), aside)) == {}


def test_that_a_doubled_activation_is_reported() -> None:
    problem = problems(blocks(twice=(3,)))["doubled_activation"]
    assert problem.calls == ("relu3", "activation_0")


@pytest.mark.parametrize("without", [(), (0, 1, 2), (0, 1, 2, 3, 4)])
def test_that_the_practice_of_most_blocks_is_no_problem(without: tuple[int, ...]) -> None:
    assert problems(blocks(without=without)) == {}


@pytest.mark.parametrize("graph", [nets.resnet_v2(50), nets.mobilenet_v2(), nets.transformer(2)])
def test_that_blocks_without_activations_are_fine(graph: Graph) -> None:
    found = problems(graph)
    assert not {"missing_activation", "doubled_activation"} & set(found)


def test_that_unused_layers_are_reported() -> None:
    net = Net()
    x = net.conv(net.input(8, 8, 4), 4)
    dead = net.relu(net.conv(x, 4, name="dead"), name="dead_relu")
    assert dead.call == "dead_relu"
    problem = problems(net.graph(net.conv(x, 4)))["unused_layer"]
    assert (problem.calls, problem.severity) == (("dead", "dead_relu"), "warning")


def test_that_an_unused_input_is_reported_as_an_input() -> None:
    net = Net()
    net.input(8, name="spare")
    problem = problems(net.graph(net.dense(net.input(8), 8)))["unused_layer"]
    assert problem.calls == ("spare",)
    assert problem.message == "No output depends on 1 input: what is fed to it changes nothing."


def test_that_untrained_weights_are_mentioned_only_where_there_are_any() -> None:
    net = Net()
    x = net.conv(net.input(8, 8, 4), 4)
    net.relu(x, name="dead")
    graph = net.graph(x)
    assert problems(graph)["unused_layer"].message == (
        "No output depends on 1 layer call: its result is discarded."
    )


def test_that_a_dense_layer_in_a_wrapper_counts_as_one() -> None:
    net = Net()
    inner = {"class_name": "Dense", "module": "keras.layers", "config": {"units": 10}}
    x = net.call("TimeDistributed", net.input(5, 8), shape=(None, 5, 10), layer="td")
    calls = [
        replace(call, config={**call.config, "layer": inner}) if call.id == x.call else call
        for call in net.graph(x).calls
    ]
    found = problems(replace(net.graph(x), calls=tuple(calls)))
    assert found["dense_holds_most"].calls == (x.call,)


def test_that_a_dense_layer_with_all_weights_is_reported_as_such() -> None:
    net = Net()
    problem = problems(net.graph(net.dense(net.input(4), 3)))["dense_holds_most"]
    assert "all 15 parameters" in problem.message  # 4·3 + 3


def test_that_a_dense_layer_with_most_weights_is_reported() -> None:
    problem = problems(nets.vgg16())["dense_holds_most"]
    assert problem.calls == ("fc1",)
    assert "102,764,544 of 138,357,544" in problem.message
    assert "74 %" in problem.message


def typed(graph: Graph, dtypes: dict[str, str]) -> Graph:
    calls = tuple(
        replace(call, outputs=(Tensor(call.output_shape, dtypes.get(call.id, "float32")),))
        for call in graph.calls
    )
    return replace(graph, calls=calls)


def test_that_mixed_dtypes_are_reported() -> None:
    net = Net()
    x = net.input(8, name="in")
    for name in ("a", "b", "c"):
        x = net.dense(x, 8, name=name)
    graph = net.graph(x)
    assert "mixed_dtypes" not in problems(typed(graph, {"in": "float16"}))  # cast on entering
    problem = problems(typed(graph, {"b": "float16"}))["mixed_dtypes"]
    assert problem.calls == ("b",)
    assert "float32 (2), float16 (1)" in problem.message


def test_that_warnings_come_first() -> None:
    net = Net()
    x = net.bn(net.conv(net.input(8, 8, 4), 4))
    x = net.conv(x, 4, 2, name="even")
    structure = structure_of(net.graph(x))
    found = problems_of(structure, numbers_of(structure))
    assert [problem.severity for problem in found] == ["warning", "information"]


def test_that_one_output_of_a_call_is_use_enough() -> None:
    net = Net()
    x = net.conv(net.input(8, 8, 4), 4)
    assert "unused_layer" not in problems(net.graph(TensorRef(x.call)))


def test_that_gated_long_skips_help_gradients() -> None:
    assert "long_chain" not in problems(nets.attention_unet(4))


def _divided(net: Net, x: TensorRef) -> TensorRef:
    spread = net.call("Std", x, shape=(None, 16, 16, 1), module="keras.src.ops.numpy")
    return net.call("TrueDivide", x, spread, shape=net.shape(x), module="keras.src.ops.numpy")


def _multiplied(net: Net, x: TensorRef) -> TensorRef:
    spread = net.call("Var", x, shape=(None, 16, 16, 1), module="keras.src.ops.numpy")
    root = net.call("Rsqrt", spread, shape=(None, 16, 16, 1), module="keras.src.ops.math")
    return net.call("Multiply", x, root, shape=net.shape(x), module="keras.src.ops.numpy")


def _in_one_operation(net: Net, x: TensorRef) -> TensorRef:
    return net.call("RMSNorm", x, shape=net.shape(x), module="keras.src.ops.nn")


def _of_a_user(net: Net, x: TensorRef) -> TensorRef:
    return net.call("MyNorm", x, shape=net.shape(x), module="mine")


def _in_a_lambda(net: Net, x: TensorRef) -> TensorRef:
    return net.call("Lambda", x, shape=net.shape(x))


@pytest.mark.parametrize(
    "normalised", [_divided, _multiplied, _in_one_operation, _of_a_user, _in_a_lambda]
)
def test_that_chains_end_at_what_normalises_or_may(
    normalised: Callable[[Net, TensorRef], TensorRef],
) -> None:
    net = Net()
    x = net.input(16, 16, 8)
    for _ in range(30):
        x = normalised(net, net.relu(net.conv(x, 8)))
    assert "long_chain" not in problems(net.graph(x))


def test_that_a_product_with_a_constant_ends_no_chain() -> None:
    net = Net()
    x = net.input(16, 16, 8)
    for _ in range(30):
        x = net.conv(x, 8)
        x = net.call("TrueDivide", x, shape=net.shape(x), module="keras.src.ops.numpy")
    assert len(problems(net.graph(x))["long_chain"].calls) == 30


def test_that_branches_off_a_long_chain_are_one_chain() -> None:
    net = Net("comb")
    x = net.input(8, 8, 4)
    ends = []
    for _ in range(60):
        x = net.conv(x, 4)
        ends.append(net.conv(net.conv(x, 4), 4))
    chain = problems(net.graph(x, *ends))["long_chain"]
    assert len(chain.calls) == 62


@pytest.mark.parametrize(
    "activation",
    [{"class_name": "LeakyReLU", "config": {"negative_slope": 0.2}}, ["relu"], {"config": "mine"}],
    ids=["layer", "list", "function"],
)
def test_that_an_activation_may_be_an_object(activation: object) -> None:
    net = Net("objects")
    x = net.conv(net.input(8, 8, 3), 4, activation=activation)  # type: ignore[arg-type]
    assert "bias_before_normalization" not in problems(net.graph(net.bn(x)))
