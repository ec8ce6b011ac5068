"""Gradients agree with finite differences, and with the formula of the last layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.support.keras.tiny_nets import tiny_net

pytestmark = pytest.mark.engine


def net_of(model: Any) -> Any:
    from resnet_viz.engine.experiments.networks.classifier import make_logits
    from resnet_viz.engine.experiments.networks.net import Net
    from resnet_viz.engine.experiments.networks.weights import initialize
    from resnet_viz.engine.tracing import trace_model

    net = Net("tiny", model, trace_model(model), {})
    initialize(net, "he_normal", seed=3)
    make_logits(net, classes=3)
    return net


def batch() -> tuple[Any, Any]:
    import tensorflow as tf

    pictures = np.random.default_rng(0).normal(size=(6, 8, 8, 1))
    return tf.constant(pictures), tf.constant([0, 1, 2, 0, 1, 2], tf.int32)


def loss_of(net: Any, pictures: Any, labels: Any) -> float:
    from resnet_viz.engine.experiments.networks.classifier import loss_and_accuracy

    logits, _taps = net.run(pictures, training=True)
    return float(loss_and_accuracy(logits, labels)[0])


@pytest.mark.usefixtures("fresh_keras")
def test_that_the_relative_gradient_is_that_of_finite_differences() -> None:
    from resnet_viz.analysis.counterpart.removals import removable_blocks
    from resnet_viz.engine.experiments.measures.gradients import gradients_of

    net = net_of(tiny_net(dtype="float64", classes=3))
    pictures, labels = batch()
    run = gradients_of(net, net, removable_blocks(net.structure), pictures, labels)
    step = 1e-5
    (kernel,) = net.kernels["stem"]
    weights = kernel.numpy()
    slopes = np.zeros(weights.size)
    for index in range(weights.size):
        losses = []
        for sign in (1, -1):
            moved = weights.reshape(-1).copy()
            moved[index] += sign * step
            kernel.assign(moved.reshape(weights.shape))
            losses.append(loss_of(net, pictures, labels))
        slopes[index] = (losses[0] - losses[1]) / (2 * step)
    expected = np.linalg.norm(slopes) / np.linalg.norm(weights)
    found = dict(zip(run.calls, run.relative_gradient, strict=True))
    assert found["stem"] == pytest.approx(expected, rel=1e-4)
    assert {"fc", "three_shortcut", "one_a", "two_b"} <= found.keys()


@pytest.mark.usefixtures("fresh_keras")
def test_that_the_gradient_at_the_last_block_is_that_of_the_formula() -> None:
    from resnet_viz.analysis.counterpart.removals import removable_blocks
    from resnet_viz.engine.experiments.measures.gradients import gradients_of

    net = net_of(tiny_net(dtype="float64", classes=3))
    pictures, labels = batch()
    run = gradients_of(net, net, removable_blocks(net.structure), pictures, labels)
    logits = net.run(pictures, training=True)[0].numpy()
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    error = odds / odds.sum(axis=1, keepdims=True) - np.eye(3)[labels.numpy()]
    pooled = error @ net.kernels["fc"][0].numpy().T / len(error)  # ∂L/∂(mean of 4×4 positions)
    expected = np.linalg.norm(np.repeat(pooled / 16, 16, axis=0))
    assert run.block_gradient.values[-1] == pytest.approx(expected, rel=1e-6)


@pytest.mark.usefixtures("fresh_keras")
def test_that_measuring_gradients_leaves_the_network_as_it_was() -> None:
    from resnet_viz.engine.experiments.measures.gradients import gradients_of

    net = net_of(tiny_net(dtype="float64", classes=3))
    before = [weight.numpy() for weight in net.model.weights]
    gradients_of(net, net, (), *batch())
    after = [weight.numpy() for weight in net.model.weights]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
