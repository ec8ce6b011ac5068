"""Experiment "activations": one picture's feature maps around a block, and the predictions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import tensorflow as tf

from resnet_viz.engine.experiments.data.picture_files import read_picture, resized
from resnet_viz.engine.experiments.data.pictures import BYTES_LARGEST, size_of
from resnet_viz.engine.experiments.networks.wiring import branch_and_shortcut
from resnet_viz.errors import UsageError
from resnet_viz.experiments.findings import with_finding
from resnet_viz.experiments.results import (
    ActivationsResult,
    ActivationsRun,
    FeatureMaps,
    Prediction,
    all_finite,
    finite,
)
from resnet_viz.graph.types import TensorRef
from resnet_viz.suggestions import unknown_name

if TYPE_CHECKING:
    from resnet_viz.engine.experiments.bench import Bench
    from resnet_viz.engine.experiments.networks.net import Net
    from resnet_viz.engine.task import Task
    from resnet_viz.experiments.choices import ExperimentChoices
    from resnet_viz.experiments.results import Result

_CHANNELS: Final = 16
_LARGEST_MAP: Final = 48
_PREDICTIONS: Final = 5


def measure_activations(
    bench: Bench, choices: ExperimentChoices, task: Task, *, folder: str
) -> Result:
    """Run one picture through both networks.

    Raises:
        AppError: there is no such block or call, or the picture can't be used.
    """
    at = choices.at or next((block.id for block in bench.blocks), bench.nets[0].calls[0])
    pictures, name, truth = _picture(bench, choices, folder)
    runs: list[ActivationsRun] = []

    def result() -> Result:
        return ActivationsResult(**bench.common(choices), runs=tuple(runs))

    for net in bench.nets:
        tensors = _tensors(net, bench.nets[0], at)
        taps = [ref for _role, ref in tensors]
        output, found = net.run(pictures, training=False, taps=taps)
        runs.append(
            ActivationsRun(
                **net.fields,
                at=at,
                picture=name,
                truth=truth,
                tensors=tuple(
                    maps
                    for role, ref in tensors
                    if ref in found and (maps := feature_maps(role, ref, found[ref])) is not None
                ),
                predictions=_predictions(output, bench.data.classes),
            )
        )
        task.measured(result, done=len(runs), total=len(bench.nets), always=True)
    return with_finding(result())


def _picture(bench: Bench, choices: ExperimentChoices, folder: str) -> tuple[Any, str, str]:
    """The picture as a batch of one, its name, and the name of its class if that is known."""
    if not choices.image:
        index = int(bench.data.held_out[0])
        pictures, _labels = bench.data.batch(bench.data.held_out[:1], bench.shape)
        return pictures, f"{bench.data.name} {index}", bench.data.label(index)
    path = Path(folder, choices.image)
    picture = resized(read_picture(path), size_of(bench.shape))
    return bench.data.scaled(picture[None], bench.shape, largest=BYTES_LARGEST), path.name, ""


def _tensors(net: Net, own: Net, at: str) -> list[tuple[str, TensorRef]]:
    """Roles and tensors around the block or call ``at``, those that ``net`` has."""
    block = own.structure.by_id.get(at)
    if block is None:
        if at not in own.graph.by_id:
            names = [*(each.id for each in own.structure.groups), *own.graph.by_id]
            raise UsageError(unknown_name("block or layer", at, names))
        return [("output", TensorRef(at))] if at in net.live else []
    branch, shortcut = branch_and_shortcut(own.structure, block)
    entry = own.structure.entry_tensor(block)
    found = [("input", entry)] if entry is not None else []
    found += [("shortcut", ref) for ref in shortcut]
    found += [("branch", ref) for ref in branch]
    found += [("sum", TensorRef(block.join))] if block.join else []
    exit_call = own.structure.exit_call(block.calls)
    if exit_call != block.join:
        found.append(("output", TensorRef(exit_call)))
    kept = [(role, ref) for role, ref in found if ref is not None and ref.call in net.live]
    is_bare = block.join in net.changes
    return [pair for pair in kept if not (is_bare and pair[0] in ("shortcut", "sum"))]


def feature_maps(role: str, ref: TensorRef, tensor: Any) -> FeatureMaps | None:  # noqa: ANN401
    """Strongest channels of a picture's ``tensor`` (1, H, W, C); None if it has another shape."""
    if len(tensor.shape) != 4:
        return None
    values = tensor[0].numpy()
    strengths = np.abs(values).mean(axis=(0, 1))
    order = np.argsort(-np.nan_to_num(strengths, nan=np.inf), kind="stable")[:_CHANNELS]
    height, width, channels = values.shape
    ratio = max(height, width) / _LARGEST_MAP
    if ratio > 1:
        size = (max(1, round(height / ratio)), max(1, round(width / ratio)))
        values = tf.image.resize(values, size, antialias=True).numpy()
    return FeatureMaps(
        role=role,
        call=ref.call,
        shape=(height, width, channels),
        channels=tuple(map(int, order)),
        strengths=all_finite(strengths[order]),
        maps=tuple(
            tuple(all_finite(float(f"{v:.4g}") for v in row) for row in values[:, :, channel])
            for channel in order
        ),
    )


def _predictions(output: Any, classes: tuple[str, ...]) -> tuple[Prediction, ...]:  # noqa: ANN401
    """Most probable classes; () if the output is no distribution over classes."""
    if len(output.shape) != 2 or output.shape[1] < 2:
        return ()
    values = output[0].numpy().astype(np.float64)
    if not (np.isfinite(values).all() and values.min() >= 0 and abs(values.sum() - 1) < 1e-3):
        shifted = np.exp(values - values.max())
        values = shifted / shifted.sum()
    best = np.argsort(-values, kind="stable")[:_PREDICTIONS]
    named = classes if len(classes) == len(values) else ()
    return tuple(
        Prediction(named[index] if named else f"class {index}", finite(float(values[index])))
        for index in best
    )
