"""Experiment "landscape": loss on a plane through the trained weights (Li et al. 2018).

Two random directions, filter-normalised: each filter of a direction has the length of the
network's own filter. Biases and normalisation stay as they are, and normalisation uses its moving
averages. Coarse points come first.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from resnet_viz.engine.experiments.networks.classifier import loss_and_accuracy
from resnet_viz.engine.experiments.networks.weights import seed_of
from resnet_viz.experiments.findings import with_finding
from resnet_viz.experiments.planes import alphas_of, measured_lines, visiting_order
from resnet_viz.experiments.results import LandscapeResult, LandscapeRun, finite

if TYPE_CHECKING:
    from resnet_viz.engine.experiments.bench import Bench
    from resnet_viz.engine.experiments.networks.net import Net
    from resnet_viz.engine.task import Task
    from resnet_viz.experiments.choices import ExperimentChoices
    from resnet_viz.experiments.results import Result


def measure_landscape(bench: Bench, choices: ExperimentChoices, task: Task) -> Result:
    """Measure the loss of both networks on planes through their weights.

    Every point is measured for all networks before the next; the weights are put back at the end.
    """
    pictures, labels = bench.batch(0, choices.pictures)
    planes = [Plane(net, pictures, labels, seed=choices.seed) for net in bench.nets]
    alphas = alphas_of(choices.grid)
    losses = [np.full((choices.grid, choices.grid), np.nan) for _plane in planes]
    order = visiting_order(choices.grid)
    started = time.monotonic()
    measured = 0

    def result() -> Result:
        runs = tuple(
            _run(net, alphas, grid, measured) for net, grid in zip(bench.nets, losses, strict=True)
        )
        return LandscapeResult(**bench.common(choices), runs=runs)

    try:
        for row, column in order:
            for plane, grid in zip(planes, losses, strict=True):
                grid[row, column] = plane.loss(alphas[column], alphas[row])
            measured += 1
            pace = (time.monotonic() - started) / measured
            task.measured(
                result,
                done=measured,
                total=len(order),
                remaining=round(pace * (len(order) - measured), 1),
            )
    finally:
        for plane in planes:
            plane.restore()
    return with_finding(result())


def _run(net: Net, alphas: tuple[float, ...], grid: Any, measured: int) -> LandscapeRun:  # noqa: ANN401
    """The finest level of points that is complete."""
    lines = measured_lines(len(alphas), measured)
    return LandscapeRun(
        **net.fields,
        alphas=tuple(alphas[line] for line in lines),
        loss=tuple(tuple(finite(float(grid[row, column])) for column in lines) for row in lines),
        measured=measured,
    )


class Plane:
    """The plane through the weights of one network, along two directions.

    Attributes:
        directions: for each kernel by its call and index, both directions.
    """

    def __init__(
        self,
        net: Net,
        pictures: Any,  # noqa: ANN401 - tensors
        labels: Any,  # noqa: ANN401
        *,
        seed: int,
        swapped: bool = False,
    ) -> None:
        self._net = net
        self._pictures, self._labels = pictures, labels
        self._kernels = {
            id(weight): (weight, f"{call}/{index}")
            for call, weights in net.kernels.items()
            for index, weight in enumerate(weights)
        }
        self._origin = [weight.numpy() for weight, _name in self._kernels.values()]
        names = ("second", "first") if swapped else ("first", "second")
        self.directions = [
            tuple(_direction(own, seed_of(seed, f"{each}/{name}")) for each in names)
            for own, (_weight, name) in zip(self._origin, self._kernels.values(), strict=True)
        ]
        self._compiled = tf.function(self._loss_at)
        self._constants = [
            tuple(map(tf.constant, (own, *pair)))
            for own, pair in zip(self._origin, self.directions, strict=True)
        ]

    def loss(self, alpha: float, beta: float) -> float:
        """Loss at the weights plus ``alpha`` and ``beta`` times the directions."""
        return float(self._compiled(tf.constant(alpha), tf.constant(beta)))

    def restore(self) -> None:
        """Put the weights back."""
        for (weight, _name), own in zip(self._kernels.values(), self._origin, strict=True):
            weight.assign(own)

    def _loss_at(self, alpha: Any, beta: Any) -> Any:  # noqa: ANN401 - tensors
        for (weight, _name), (own, first, second) in zip(
            self._kernels.values(), self._constants, strict=True
        ):
            weight.assign(own + alpha * first + beta * second)
        logits, _taps = self._net.run(self._pictures, training=False)
        return loss_and_accuracy(logits, self._labels)[0]


def _direction(kernel: Any, seed: int) -> Any:  # noqa: ANN401 - arrays
    """Random direction whose filters (along the last axis) are as long as those of ``kernel``."""
    direction = np.random.default_rng(seed).standard_normal(kernel.shape)
    axes = tuple(range(kernel.ndim - 1))
    own = np.sqrt((kernel.astype(np.float64) ** 2).sum(axis=axes))
    length = np.sqrt((direction**2).sum(axis=axes))
    return (direction * own / np.maximum(length, 1e-12)).astype(np.float32)
