"""Models without their shortcuts or blocks, against models built that way by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.counterpart.removals import has_shortcuts, removable_blocks
from resnet_viz.analysis.counterpart.rewrite import without
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.errors import UsageError
from resnet_viz.graph.types import Graph, TensorRef, is_join
from tests.support.graphs import architectures
from tests.support.graphs.blueprint import blueprint
from tests.support.graphs.net import Net
from tests.support.graphs.random_nets import random_net
from tests.support.graphs.shipped import shipped


def types(graph: Graph) -> list[str]:
    return [call.type for call in graph.calls]


def refusal(graph: Graph, *terms: str) -> str:
    with pytest.raises(UsageError) as caught:
        without(graph, terms)
    assert "\n" not in caught.value.message
    return caught.value.message


@pytest.mark.parametrize(
    ("residual", "plain"),
    [
        ("resnet18", "plain18"),
        ("resnet34", "plain34"),
        ("cifar_resnet20", "cifar_plain20"),
        ("cifar_resnet32", "cifar_plain32"),
        ("cifar_resnet44", "cifar_plain44"),
        ("cifar_resnet56", "cifar_plain56"),
    ],
)
def test_that_a_resnet_without_shortcuts_is_the_plain_net(residual: str, plain: str) -> None:
    assert blueprint(without(shipped(residual), ["shortcuts"])) == blueprint(shipped(plain))


@pytest.mark.parametrize("option", ["A", "B", "C"])
def test_that_every_shortcut_option_vanishes_with_the_shortcut(option: str) -> None:
    graph = without(architectures.resnet(34, shortcut=option), ["shortcuts"])
    assert blueprint(graph) == blueprint(architectures.plain(34))


def test_that_resnet34_without_shortcuts_has_the_parameters_of_plain34() -> None:
    structure = structure_of(without(shipped("resnet34"), ["shortcuts"]))
    numbers = numbers_of(structure).totals.numbers
    assert numbers.trainable_parameters == 21_623_848
    assert numbers.macs == 3_644_493_824


def test_that_a_block_with_an_identity_falls_away_but_for_what_follows_its_addition() -> None:
    before = shipped("resnet34")
    after = without(before, ["conv3_2"])
    gone = set(before.by_id) - set(after.by_id)
    branch = {f"conv3_2_{part}" for part in ("conv_a", "bn_a", "relu_a", "conv_b", "bn_b", "add")}
    assert gone == branch
    assert after.by_id["conv3_2_relu"].inputs == (TensorRef("conv3_1_relu"),)


def test_that_a_block_with_a_projection_leaves_it() -> None:
    after = without(shipped("resnet34"), ["conv3_1"])
    left = [call.id for call in after.calls if call.id.startswith("conv3_1_")]
    assert left == ["conv3_1_shortcut_conv", "conv3_1_shortcut_bn", "conv3_1_relu"]


def test_that_blocks_and_shortcuts_can_be_taken_away_in_any_order() -> None:
    terms = ["conv3_2", "shortcuts", "conv4_6"]
    after = without(shipped("resnet34"), terms)
    assert after == without(shipped("resnet34"), terms[::-1])
    # plain34 without two convolutions, their normalisation and the ReLU between, in two blocks
    assert len(after.calls) == 103 - 2 * 5
    assert not [call for call in after.calls if is_join(call)]


def test_that_long_additions_lose_their_shortcut_too() -> None:
    graph = without(architectures.edsr(4), ["shortcuts"])
    assert "Add" not in types(graph)
    assert types(graph).count("Conv2D") == 1 + 4 * 2 + 1 + 2


@pytest.mark.parametrize(
    "build", [architectures.densenet121, architectures.unet, architectures.inception]
)
def test_that_concatenations_are_no_shortcuts_to_take_away(build: Callable[[], Graph]) -> None:
    graph = build()
    assert not has_shortcuts(structure_of(graph))
    assert "no addition with a shortcut" in refusal(graph, "shortcuts")


def test_that_gates_stay() -> None:
    graph = architectures.squeeze_excite()
    after = types(without(graph, ["shortcuts"]))
    assert "Add" not in after
    assert after.count("Multiply") == types(graph).count("Multiply") == 3


def test_that_a_transformer_keeps_its_side_inputs() -> None:
    graph = without(architectures.transformer(2), ["shortcuts"])
    attention = [call for call in graph.calls if call.type == "MultiHeadAttention"]
    assert "Add" not in types(graph)
    assert [len(set(call.inputs)) for call in attention] == [1, 1, 1, 2, 1, 2]


def test_that_an_addition_of_several_branches_keeps_them() -> None:
    net = Net()
    x = net.conv(net.input(8, 8, 4), 4)
    joined = net.add(net.conv(x, 4), x, net.conv(x, 4, 5))
    graph = without(net.graph(net.conv(joined, 4)), ["shortcuts"])
    assert [ref.call for ref in graph.by_id["add_0"].inputs] == ["conv2d_1", "conv2d_2"]


def test_that_a_branch_of_another_shape_is_refused() -> None:
    net = Net()
    x = net.conv(net.input(8, 8, 4), 4)
    gate = net.conv(net.gap(x, keepdims=True), 4, 1)
    joined = net.add(x, net.conv(gate, 4, 1))
    message = refusal(net.graph(net.conv(joined, 4)), "shortcuts")
    assert "its shape is 1×1×4, not 8×8×4" in message


def test_that_each_call_of_a_shared_submodel_changes_by_itself() -> None:
    def build(x: TensorRef) -> TensorRef:
        nonlocal net
        return net.add(x, net.conv(net.conv(x, 8, layer="a"), 8, layer="b"))

    net = Net()
    x = net.conv(net.input(8, 8, 8), 8)
    x = net.nested("twice", build, net.nested("twice", build, x))
    graph = net.graph(net.dense(net.gap(x), 3))
    blocks = [block.id for block in removable_blocks(structure_of(graph))]
    assert len(blocks) == 2
    after = without(graph, blocks[:1])
    assert types(after).count("Add") == 1
    assert types(after).count("Conv2D") == 3
    assert len(after.scopes) == 2
    assert types(without(graph, ["shortcuts"])).count("Add") == 0


@pytest.mark.parametrize(
    ("name", "term", "part"),
    [
        ("plain34", "shortcuts", "no addition with a shortcut"),
        ("resnet34", "conv3_9", "did you mean conv3_4"),
        ("resnet34", "shortcut", "did you mean shortcuts?"),
        ("resnet34", "conv3_x", "no block whose addition has a shortcut; take away conv2_1"),
        ("plain34", "fc", "no block whose addition has a shortcut"),
    ],
)
def test_that_what_cannot_be_taken_away_has_one_sentence(name: str, term: str, part: str) -> None:
    assert part in refusal(shipped(name), term)


def check_whole(before: Graph, after: Graph) -> None:
    """Every reference has its call, nothing dangles that did not, and the rest is unchanged."""
    seen: set[str] = set()
    for call in after.calls:
        assert {ref.call for ref in call.inputs} <= seen
        seen.add(call.id)
        assert call.outputs == before.by_id[call.id].outputs
    assert {ref.call for ref in (*after.inputs, *after.outputs)} <= seen
    ends = {ref.call for ref in (*after.outputs, *after.inputs)}
    loose = {call.id for call in after.calls if not after.consumers[call.id]} - ends
    assert all(not before.consumers[call] for call in loose)
    scopes = {scope.id for scope in after.scopes}
    assert {call.scope for call in after.calls} <= scopes | {""}
    assert {scope.parent for scope in after.scopes} <= scopes | {""}
    assert {ref.call for s in after.scopes for ref in (*s.inputs, *s.outputs)} <= seen


@given(seed=st.integers(0, 2**32), size=st.integers(4, 30))
def test_that_nothing_dangles_in_any_model(seed: int, size: int) -> None:
    graph = random_net(seed, size)
    structure = structure_of(graph)
    for terms in [["shortcuts"], *([block.id] for block in removable_blocks(structure))]:
        try:
            after = without(graph, terms)
        except UsageError:
            continue
        check_whole(graph, after)
        structure_of(after)
