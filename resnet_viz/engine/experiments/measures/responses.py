"""Experiment "responses": how strongly 3×3 layers respond, and how much blocks change (Fig. 7).

He et al. 2015, section 4.2: the standard deviation of each 3×3 layer's response, after its
normalisation and before activation and addition.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import tensorflow as tf

from resnet_viz.engine.experiments.networks.wiring import branch_and_shortcut, is_normalization
from resnet_viz.experiments.findings import with_finding
from resnet_viz.experiments.results import (
    ResidualRatios,
    ResponsesResult,
    ResponsesRun,
    Value,
    finite,
)
from resnet_viz.graph.types import TensorRef

if TYPE_CHECKING:
    from collections.abc import Sequence

    from resnet_viz.analysis.structure.types import Group
    from resnet_viz.engine.experiments.bench import Bench
    from resnet_viz.engine.experiments.networks.net import Net
    from resnet_viz.engine.task import Task
    from resnet_viz.experiments.choices import ExperimentChoices
    from resnet_viz.experiments.results import Result

_PICTURES: Final = 100


def measure_responses(bench: Bench, choices: ExperimentChoices, task: Task) -> Result:
    """Measure the responses of both networks to held-out pictures."""
    ((pictures, _labels),) = bench.held_out(_PICTURES)
    runs: list[ResponsesRun] = []

    def result() -> Result:
        return ResponsesResult(**bench.common(choices), runs=tuple(runs))

    for net in bench.nets:
        runs.append(responses_of(net, bench.blocks, pictures))
        task.measured(result, done=len(runs), total=len(bench.nets), always=True)
    return with_finding(result())


def responses_of(net: Net, blocks: Sequence[Group], pictures: Any) -> ResponsesRun:  # noqa: ANN401
    """Responses of ``net``, normalised by its moving averages, to a batch of ``pictures``."""
    layers = {call: response_of(net, call) for call in net.calls if is_3x3(net, call)}
    joins = {block.id: branch_and_shortcut(net.structure, block) for block in blocks}
    bare = {block.id for block in blocks if block.join in net.changes}
    joins = {key: pair for key, pair in joins.items() if key not in bare and _passes_by(net, pair)}
    taps = {*layers.values(), *(ref for pair in joins.values() for ref in (*pair[0], *pair[1]))}
    _logits, tensors = net.run(pictures, training=False, taps=taps)
    return ResponsesRun(
        **net.fields,
        response_std=tuple(
            _deviation(tensors[layers[call]]) if call in layers else None for call in net.calls
        ),
        residual_ratio=ResidualRatios(
            tuple(block.id for block in blocks),
            tuple(_ratio(tensors, joins.get(block.id)) for block in blocks),
        ),
    )


def is_3x3(net: Net, call: str) -> bool:
    """True if ``call`` is a convolution with a 3×3 kernel."""
    kernel = net.graph.by_id[call].config.get("kernel_size")
    return kernel is not None and list(kernel) == [3, 3]


def response_of(net: Net, call: str) -> TensorRef:
    """Response of a convolution: the output of its normalisation, else its own."""
    consumers = [each for each in net.graph.consumers[call] if each in net.live]
    if len(consumers) == 1 and is_normalization(net.graph.by_id[consumers[0]]):
        return TensorRef(consumers[0])
    return TensorRef(call)


def _passes_by(net: Net, pair: tuple[tuple[TensorRef, ...], tuple[TensorRef, ...]]) -> bool:
    branch, shortcut = pair
    return bool(branch and shortcut) and all(ref.call in net.live for ref in (*branch, *shortcut))


def _deviation(tensor: Any) -> Value:  # noqa: ANN401
    return finite(float(tf.math.reduce_std(tf.cast(tensor, tf.float32))))


def _ratio(
    tensors: dict[TensorRef, Any], pair: tuple[tuple[TensorRef, ...], tuple[TensorRef, ...]] | None
) -> Value:
    """‖F(x)‖ / ‖x‖, each the sum of what meets at the join."""
    if pair is None:
        return None
    branch, shortcut = (float(tf.norm(tf.add_n([tensors[ref] for ref in refs]))) for refs in pair)
    return finite(branch / shortcut) if shortcut and math.isfinite(shortcut) else None
