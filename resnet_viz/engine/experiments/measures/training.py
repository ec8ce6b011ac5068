"""Experiment "training": both networks trained step by step on the same batches."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import keras
import tensorflow as tf

from resnet_viz.engine.experiments.networks.classifier import loss_and_accuracy, relative_norms
from resnet_viz.experiments.findings import with_finding
from resnet_viz.experiments.results import TrainingResult, TrainingRun, Values, all_finite, finite
from resnet_viz.experiments.summaries import mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from resnet_viz.engine.experiments.bench import Bench
    from resnet_viz.engine.experiments.networks.net import Net
    from resnet_viz.engine.task import Task
    from resnet_viz.experiments.choices import ExperimentChoices
    from resnet_viz.experiments.results import Result

RECORD_EVERY: Final = 4
"""Steps from one kept column of gradients to the next; the first step is kept too."""
_MOST_COLUMNS: Final = 400


class TrainedNet:
    """A network in training, with what its steps have measured.

    Attributes:
        net: the network.
        loss, accuracy: of each step's batch.
        gradient_steps, columns: recorded steps, and their relative gradients.
        seconds: total duration of the steps but the first, which compiles.
        held_out: loss and accuracy on the held-out pictures; None before the end.
    """

    def __init__(self, net: Net, choices: ExperimentChoices) -> None:
        self.net = net
        self.loss: list[float | None] = []
        self.accuracy: list[float | None] = []
        self.gradient_steps: list[int] = []
        self.columns: list[Values] = []
        self.seconds = 0.0
        self.held_out: tuple[float | None, float | None] | None = None
        self._choices = choices

    @cached_property
    def _optimizer(self) -> Any:  # noqa: ANN401 - a keras.Optimizer
        optimizer = optimizer_of(self._choices)
        net = self.net
        kernels = {id(weight) for weights in net.kernels.values() for weight in weights}
        vectors = [weight for weight in net.variables if id(weight) not in kernels]
        if self._choices.weight_decay and vectors:
            optimizer.exclude_from_weight_decay(var_list=vectors)
        optimizer.build(list(net.variables))
        return optimizer

    @cached_property
    def _compiled(self) -> Callable[[Any, Any], tuple[Any, Any, Any]]:
        assert self._optimizer is not None  # its variables can't be made while tracing
        function: Callable[[Any, Any], tuple[Any, Any, Any]] = tf.function(self._one_step)
        return function

    def step(self, pictures: Any, labels: Any) -> None:  # noqa: ANN401 - tensors
        """Train on one batch."""
        started = time.monotonic()
        loss, accuracy, norms = self._compiled(pictures, labels)
        self.loss.append(finite(float(loss)))
        self.accuracy.append(finite(float(accuracy)))
        if self.net.trained % RECORD_EVERY == 0 and len(self.columns) < _MOST_COLUMNS:
            self.gradient_steps.append(self.net.trained + 1)
            self.columns.append(all_finite(norms.numpy()))
        self.last_norms = norms
        self.net.trained += 1
        if self.net.trained > 1:
            self.seconds += time.monotonic() - started

    def finish(self, bench: Bench) -> None:
        """Keep the last step's gradients, and judge the held-out pictures."""
        if self.gradient_steps and self.gradient_steps[-1] != self.net.trained:
            self.gradient_steps.append(self.net.trained)
            self.columns.append(all_finite(self.last_norms.numpy()))
        self.held_out = score(self.net, bench.held_out())

    def run(self) -> TrainingRun:
        """Measurements so far."""
        timed = self.net.trained - 1
        held_out = self.held_out or (None, None)
        return TrainingRun(
            **self.net.fields,
            loss=tuple(self.loss),
            accuracy=tuple(self.accuracy),
            held_out_loss=held_out[0],
            held_out_accuracy=held_out[1],
            gradient_steps=tuple(self.gradient_steps),
            relative_gradient=tuple(self.columns),
            step_seconds=round(self.seconds / timed, 4) if timed > 0 else None,
        )

    def _one_step(self, pictures: Any, labels: Any) -> tuple[Any, Any, Any]:  # noqa: ANN401
        with tf.GradientTape() as tape:
            logits, _taps = self.net.run(pictures, training=True)
            loss, accuracy = loss_and_accuracy(logits, labels)
        found = tape.gradient(loss, [variable.value for variable in self.net.variables])
        gradients = {id(v): g for v, g in zip(self.net.variables, found, strict=True)}
        norms = relative_norms(self.net, gradients)
        filled = [
            tf.zeros(variable.shape) if gradient is None else gradient
            for variable, gradient in zip(self.net.variables, found, strict=True)
        ]
        self._optimizer.apply(filled, list(self.net.variables))
        return loss, accuracy, norms


def optimizer_of(choices: ExperimentChoices) -> Any:  # noqa: ANN401 - a keras.Optimizer
    """Optimiser that the choices name."""
    decay = choices.weight_decay or None
    common = {"learning_rate": choices.learning_rate, "weight_decay": decay}
    if choices.optimizer == "sgd":
        return keras.optimizers.SGD(momentum=choices.momentum, **common)
    if choices.optimizer == "rmsprop":
        return keras.optimizers.RMSprop(momentum=choices.momentum, **common)
    if choices.optimizer == "adamw":
        return keras.optimizers.AdamW(**common)
    return keras.optimizers.Adam(**common)


def score(
    net: Net,
    batches: list[tuple[Any, Any]],
    changes: Any = None,  # noqa: ANN401 - Changes
) -> tuple[float | None, float | None]:
    """Loss and share of right answers of ``net`` on ``batches``, as it is used after training."""
    losses, rights, count = 0.0, 0.0, 0
    for pictures, labels in batches:
        logits, _taps = net.run(pictures, training=False, changes=changes)
        loss, accuracy = loss_and_accuracy(logits, labels)
        size = int(labels.shape[0])
        losses += float(loss) * size
        rights += float(accuracy) * size
        count += size
    return finite(losses / count), finite(rights / count)


def train(
    nets: tuple[TrainedNet, ...],
    bench: Bench,
    choices: ExperimentChoices,
    task: Task,
    result: Callable[[], Result],
) -> None:
    """Train all of ``nets`` up to ``choices.steps``, one step of each at a time.

    Raises:
        Cancelled: the task has been cancelled; the nets stay as trained until then.
    """
    while nets[0].net.trained < choices.steps:
        step = nets[0].net.trained
        pictures, labels = bench.batch(step, choices.batch)
        for each in nets:
            each.step(pictures, labels)
        rest = choices.steps - step - 1
        pace = mean([each.seconds / step if step else None for each in nets])
        task.measured(
            result,
            done=step + 1,
            total=choices.steps,
            remaining=None if pace is None else round(pace * len(nets) * rest, 1),
        )


def training_result(
    nets: tuple[TrainedNet, ...], bench: Bench, choices: ExperimentChoices
) -> TrainingResult:
    """Result of the training of ``nets`` so far."""
    return TrainingResult(**bench.common(choices), runs=tuple(each.run() for each in nets))


def measure_training(
    nets: tuple[TrainedNet, ...], bench: Bench, choices: ExperimentChoices, task: Task
) -> Result:
    """Train the networks and judge them on the held-out pictures."""
    train(nets, bench, choices, task, lambda: training_result(nets, bench, choices))
    task.step("judging")
    for each in nets:
        each.finish(bench)
    return with_finding(training_result(nets, bench, choices))
