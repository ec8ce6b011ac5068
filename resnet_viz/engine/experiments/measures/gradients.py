"""Experiment "gradients": one batch's gradients at the weights and at the blocks' outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from resnet_viz.engine.experiments.networks.block_match import block_output
from resnet_viz.engine.experiments.networks.classifier import loss_and_accuracy, relative_norms
from resnet_viz.experiments.findings import with_finding
from resnet_viz.experiments.results import (
    BlockGradients,
    GradientsResult,
    GradientsRun,
    all_finite,
    finite,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from resnet_viz.analysis.structure.types import Group
    from resnet_viz.engine.experiments.bench import Bench
    from resnet_viz.engine.experiments.networks.net import Net
    from resnet_viz.engine.task import Task
    from resnet_viz.experiments.choices import ExperimentChoices
    from resnet_viz.experiments.results import Result
    from resnet_viz.graph.types import TensorRef


def measure_gradients(bench: Bench, choices: ExperimentChoices, task: Task) -> Result:
    """Measure the gradients of both networks for the first batch."""
    pictures, labels = bench.batch(bench.nets[0].trained, choices.batch)
    runs: list[GradientsRun] = []

    def result() -> Result:
        return GradientsResult(**bench.common(choices), runs=tuple(runs))

    for net in bench.nets:
        runs.append(gradients_of(net, bench.nets[0], bench.blocks, pictures, labels))
        task.measured(result, done=len(runs), total=len(bench.nets), always=True)
    return with_finding(result())


def gradients_of(
    net: Net,
    own: Net,
    blocks: Sequence[Group],
    pictures: Any,  # noqa: ANN401 - tensors
    labels: Any,  # noqa: ANN401
) -> GradientsRun:
    """Gradients of ``net`` for a batch, with normalisation by the batch as in training.

    Args:
        net: the network.
        own: the network that ``blocks`` are of.
        blocks: |∂L/∂x| is measured at their outputs.
        pictures: of the batch.
        labels: of the batch.
    """
    outputs = {block.id: block_output(net, own, block) for block in blocks}
    taps = [ref for ref in outputs.values() if ref is not None]
    moving = [weight.numpy() for weight in net.model.non_trainable_weights]
    with tf.GradientTape() as tape:
        logits, tensors = net.run(pictures, training=True, taps=taps)
        loss, _accuracy = loss_and_accuracy(logits, labels)
    variables = [variable.value for variable in net.variables]
    made = [ref for ref in taps if ref in tensors]
    found = tape.gradient(loss, variables + [tensors[ref] for ref in made])
    for weight, before in zip(net.model.non_trainable_weights, moving, strict=True):
        weight.assign(before)
    gradients = {id(v): g for v, g in zip(net.variables, found, strict=False)}
    norms = dict(zip(made, found[len(variables) :], strict=True))
    return GradientsRun(
        **net.fields,
        loss=finite(float(loss)),
        relative_gradient=all_finite(relative_norms(net, gradients).numpy()),
        block_gradient=BlockGradients(
            tuple(outputs), tuple(_norm(norms, ref) for ref in outputs.values())
        ),
    )


def _norm(gradients: dict[TensorRef, Any], ref: TensorRef | None) -> float | None:
    gradient = gradients.get(ref) if ref is not None else None
    return None if gradient is None else finite(float(tf.norm(gradient)))
