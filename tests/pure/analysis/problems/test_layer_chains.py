"""Long chains without help and blocks unlike all others are found, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from resnet_viz.graph.types import Graph, TensorRef
from tests.support.graphs import architectures as nets
from tests.support.graphs.found_problems import problems
from tests.support.graphs.net import Net


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
