"""Problems are found where they are, and nowhere else."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.problems.find import problems_of
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.graph.types import Graph, Tensor, TensorRef
from resnet_viz.sources.catalog import BUILTIN_NAMES
from tests.support.graphs import architectures as nets
from tests.support.graphs.found_problems import problems, shared_convolution
from tests.support.graphs.net import Net
from tests.support.graphs.shipped import shipped

PAPERS = [name for name in BUILTIN_NAMES if not name.startswith("tutorial")]


@pytest.mark.parametrize("name", PAPERS)
def test_that_the_papers_nets_have_no_problem(name: str) -> None:
    assert problems(shipped(name)) == {}


@pytest.mark.parametrize("shortcut", ["A", "C"])
def test_that_the_papers_other_shortcuts_have_no_warning(shortcut: str) -> None:
    found = problems(nets.resnet(34, shortcut=shortcut))
    assert "warning" not in {problem.severity for problem in found.values()}


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


def test_that_a_shared_bias_is_needed_if_one_call_is_not_normalised() -> None:
    assert problems(shared_convolution(8, 16, normalised=1)) == {}
    problem = problems(shared_convolution(8, 16, normalised=2))["bias_before_normalization"]
    assert len(problem.calls) == 2
    assert "1 convolution with a bias" in problem.message
    assert "leaves 4 weights without effect" in problem.message


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


@pytest.mark.parametrize(
    "activation",
    [{"class_name": "LeakyReLU", "config": {"negative_slope": 0.2}}, ["relu"], {"config": "mine"}],
    ids=["layer", "list", "function"],
)
def test_that_an_activation_may_be_an_object(activation: object) -> None:
    net = Net("objects")
    x = net.conv(net.input(8, 8, 3), 4, activation=activation)  # type: ignore[arg-type]
    assert "bias_before_normalization" not in problems(net.graph(net.bn(x)))


def test_that_an_argument_that_a_layer_ignores_is_no_problem() -> None:
    """DeBERTa's relative embedding takes the tokens for their number only."""
    net = Net()
    x = net.input(16, 8)
    made = net.nested("embedding", lambda _tokens: net.call(
        "Constant", shape=(None, 16, 8), module="keras.ops"), x)  # fmt: skip
    graph = net.graph(net.dense(net.add(x, made), 10))
    assert "unused_layer" not in problems(graph)
