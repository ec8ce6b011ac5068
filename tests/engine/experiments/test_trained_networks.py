"""Responses, deletion, landscape and activations, against what is computed in another way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from resnet_viz.errors import UsageError
from tests.engine.experiments.conftest import Conduct
from tests.engine.experiments.test_gradients import batch, net_of
from tests.support.keras.tiny_nets import tiny_net

pytestmark = pytest.mark.engine


def blocks_of(net: Any) -> Any:
    from resnet_viz.analysis.counterpart.removals import removable_blocks

    return removable_blocks(net.structure)


@pytest.mark.usefixtures("fresh_keras")
def test_that_a_deleted_block_is_a_branch_of_zeros_and_the_graph_without_it() -> None:
    from resnet_viz.engine.counterpart.counterparts import counterpart_of
    from resnet_viz.engine.experiments.networks.block_match import removal

    net = net_of(tiny_net(classes=3))
    pictures, _labels = batch()
    for block, last in zip(blocks_of(net), ("one_b", "two_b", "three_b"), strict=True):
        changes = removal(net, net, block)
        deleted = net.run(pictures, training=False, changes=changes)[0].numpy()
        graph = net_of(counterpart_of(net.model, (block.id,)))
        for layer in graph.model.layers:
            layer.set_weights(net.model.get_layer(layer.name).get_weights())
        by_graph = graph.run(pictures, training=False)[0].numpy()
        assert by_graph == pytest.approx(deleted, abs=1e-5)
        norm = net.model.get_layer(f"{last}_bn")
        weights = norm.get_weights()
        norm.set_weights([0 * weights[0], 0 * weights[1], *weights[2:]])
        zeroed = net.run(pictures, training=False)[0].numpy()
        norm.set_weights(weights)
        assert zeroed == pytest.approx(deleted, abs=1e-5)


def test_that_each_block_and_several_are_deleted(experiment: Conduct) -> None:
    result = experiment("deletion", steps=2)
    model, bare = result.runs
    assert [block.accuracy is None for block in model.blocks] == [False] * 3
    assert [block.accuracy is None for block in bare.blocks] == [
        False,
        False,
        True,
    ]  # 4 → 8 filters
    assert [draw.removed for draw in model.random] == [1, 2, 3]
    assert [draw.removed for draw in bare.random] == [1, 2]


@pytest.mark.usefixtures("fresh_keras")
def test_that_blocks_are_matched_with_the_layers_of_a_plain_net() -> None:
    from resnet_viz.engine.experiments.networks.block_match import removals
    from resnet_viz.engine.experiments.networks.live_sources import graph_of
    from resnet_viz.engine.experiments.networks.net import Net
    from resnet_viz.engine.experiments.networks.wiring import PassTensor
    from resnet_viz.graph.types import TensorRef
    from resnet_viz.sources.parse import parse_source
    from resnet_viz.zoo.build import build

    nets = []
    for name in ("cifar_resnet20?input=8x8x3", "cifar_plain20?input=8x8x3"):
        model = build(parse_source(name))
        nets.append(Net(name, model, graph_of(model, where=name), {}))
    residual, plain = nets
    changes = removals(plain, residual, blocks_of(residual))
    # Table 6's net has 3 blocks a stage; the first of the second and third stage halve the image.
    assert [each is None for each in changes] == [False] * 3 + [True, False, False] * 2
    assert changes[0] == {"conv2_1_bn_b": PassTensor(TensorRef("conv1_relu"))}


@pytest.mark.usefixtures("fresh_keras")
def test_that_the_plane_goes_through_the_weights_along_filters_of_their_length() -> None:
    from resnet_viz.engine.experiments.measures.landscape import Plane
    from resnet_viz.engine.experiments.measures.training import score

    net = net_of(tiny_net(classes=3))
    pictures, labels = batch()
    before = [weight.numpy() for weight in net.model.weights]
    plane = Plane(net, pictures, labels, seed=1)
    other = Plane(net, pictures, labels, seed=1, swapped=True)
    assert plane.loss(0.0, 0.0) == pytest.approx(score(net, [(pictures, labels)])[0], rel=1e-5)
    swapped = other.loss(0.75, -0.5)
    other.restore()
    assert plane.loss(-0.5, 0.75) == pytest.approx(swapped, rel=1e-4)
    plane.restore()
    assert all(
        np.array_equal(a, weight.numpy())
        for a, weight in zip(before, net.model.weights, strict=True)
    )
    for (kernel,), pair in zip(net.kernels.values(), plane.directions, strict=True):
        lengths = np.sqrt((kernel.numpy() ** 2).sum(axis=tuple(range(len(kernel.shape) - 1))))
        for direction in pair:
            own = np.sqrt((direction**2).sum(axis=tuple(range(direction.ndim - 1))))
            assert own == pytest.approx(lengths, rel=1e-4)


def test_that_the_landscape_is_measured_on_every_point(experiment: Conduct) -> None:
    result = experiment("landscape", steps=2, grid=5)
    for run in result.runs:
        assert run.alphas == (-1.0, -0.5, 0.0, 0.5, 1.0)
        assert run.measured == 25
        assert all(value is not None for row in run.loss for value in row)
    assert "of the plane is below chance" in result.finding


def test_that_responses_are_those_of_normalised_3x3_layers(experiment: Conduct) -> None:
    from resnet_viz.engine.experiments import conduct
    from resnet_viz.graph.types import TensorRef

    result = experiment("responses", steps=2)
    model, bare = result.runs
    shown = dict(zip(model.calls, model.response_std, strict=True))
    assert {call for call, value in shown.items() if value is None} == {"three_shortcut", "fc"}
    (session,) = conduct._LAST
    net = session.bench.nets[0]
    ((pictures, _labels),) = session.bench.held_out(100)
    taps = {name: TensorRef(name) for name in ("two_b_bn", "one_relu", "two_add")}
    found = net.run(pictures, training=False, taps=taps.values())[1]
    branch, by, whole = (found[ref].numpy() for ref in taps.values())
    assert shown["two_b"] == pytest.approx(branch.std(), rel=1e-4)
    assert whole == pytest.approx(branch + by, abs=1e-4)
    ratio = np.linalg.norm(branch) / np.linalg.norm(by)
    assert model.residual_ratio.values[1] == pytest.approx(ratio, rel=1e-4)
    assert bare.residual_ratio.values == (None, None, None)


def test_that_activations_show_both_ways_of_a_block(experiment: Conduct) -> None:
    result = experiment("activations", at="two_add")
    assert [maps.role for maps in result.runs[0].tensors] == ["output"]
    result = experiment("activations")
    model, bare = result.runs
    assert [maps.role for maps in model.tensors] == [
        "input", "shortcut", "branch", "sum", "output",
    ]  # fmt: skip
    assert [maps.role for maps in bare.tensors] == ["input", "branch", "output"]
    assert model.tensors[0].shape == (8, 8, 4)
    assert list(model.tensors[0].strengths) == sorted(model.tensors[0].strengths, reverse=True)
    assert sum(each.probability for each in model.predictions) <= 1 + 1e-6
    assert "at random weights" in result.finding
    with pytest.raises(UsageError, match="conv9"):
        experiment("activations", at="conv9")
