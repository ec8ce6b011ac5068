"""Results of the experiments, as they are streamed, kept with a view and written as JSON.

A number that is not finite is None here and null in JSON; so is one that can't be measured. The
model comes first in ``runs``, its counterpart second. A result that is still being measured has
the same form with fewer values, and no finding.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final, TypeAlias

import msgspec

from resnet_viz.experiments.choices import ExperimentChoices, ExperimentKind

SCHEMA: Final = 1
Value: TypeAlias = float | None
Values: TypeAlias = tuple[Value, ...]


class DataSummary(msgspec.Struct, frozen=True):
    """Data of an experiment.

    Attributes:
        name: "digits", "cifar10", or the folder.
        sha256: hash of all pictures and labels.
        train, held_out: number of pictures.
        classes: names of the labels.
        notes: pictures that could not be read, and the like.
    """

    name: str
    sha256: str
    train: int
    held_out: int
    classes: tuple[str, ...]
    notes: tuple[str, ...] = ()


class NetRun(msgspec.Struct, frozen=True, kw_only=True):
    """Measurement of one network; the subclasses hold its numbers.

    Attributes:
        source: the network's name.
        calls: ids of the weighted calls, input to output.
        steps: steps that its weights were trained for.
        weights: origin of the weights before that: an initialiser's name, or "keep".
    """

    source: str
    calls: tuple[str, ...]
    steps: int = 0
    weights: str = ""


class BlockGradients(msgspec.Struct, frozen=True):
    """|∂L/∂x| at the output of each block."""

    ids: tuple[str, ...]
    values: Values


class GradientsRun(NetRun, frozen=True, kw_only=True):
    """Gradients for one batch: |∂L/∂w| / |w| of each weighted call, |∂L/∂x| of each block."""

    loss: Value
    relative_gradient: Values
    block_gradient: BlockGradients


class TrainingRun(NetRun, frozen=True, kw_only=True):
    """Training of one network.

    Attributes:
        loss, accuracy: mean over each step's batch, before the step changes the weights.
        held_out_loss, held_out_accuracy: on the held-out pictures at the end.
        gradient_steps: the steps, from 1, whose gradients are kept.
        relative_gradient: for each of them, |∂L/∂w| / |w| of every weighted call.
        step_seconds: mean duration of a step.
    """

    loss: Values
    accuracy: Values
    held_out_loss: Value = None
    held_out_accuracy: Value = None
    gradient_steps: tuple[int, ...] = ()
    relative_gradient: tuple[Values, ...] = ()
    step_seconds: Value = None


class ResidualRatios(msgspec.Struct, frozen=True):
    """‖F(x)‖ / ‖x‖ of each block; None where nothing passes by."""

    blocks: tuple[str, ...]
    values: Values


class ResponsesRun(NetRun, frozen=True, kw_only=True):
    """Standard deviation of each 3×3 layer's response, and how much each block changes."""

    response_std: Values
    residual_ratio: ResidualRatios


class Score(msgspec.Struct, frozen=True):
    """Loss and share of right answers on the held-out pictures."""

    loss: Value
    accuracy: Value


class BlockDeletion(msgspec.Struct, frozen=True):
    """Score without the block ``id``; None where the shapes around it don't fit."""

    id: str
    loss: Value
    accuracy: Value


class RandomDeletion(msgspec.Struct, frozen=True):
    """Mean score without ``removed`` blocks drawn at random."""

    removed: int
    loss: Value
    accuracy: Value


class DeletionRun(NetRun, frozen=True, kw_only=True):
    """Scores of one network as it is, without each block, and without several."""

    baseline: Score
    blocks: tuple[BlockDeletion, ...] = ()
    random: tuple[RandomDeletion, ...] = ()


class LandscapeRun(NetRun, frozen=True, kw_only=True):
    """Loss on a plane through the weights: the finest level of points that is complete.

    Attributes:
        alphas: positions along either direction, of which 0 is the weights themselves.
        loss: rows along the second direction, columns along the first.
        measured: points measured so far, of finer levels too.
    """

    alphas: tuple[float, ...]
    loss: tuple[Values, ...]
    measured: int = 0


class FeatureMaps(msgspec.Struct, frozen=True):
    """Strongest channels of one tensor for one picture.

    Attributes:
        role: "input", "shortcut", "branch", "sum" or "output".
        call: id of the call that makes the tensor.
        shape: height, width and channels.
        channels: indices of the strongest channels, by mean absolute value.
        maps: a picture for each of them, as rows; made smaller where it is large.
    """

    role: str
    call: str
    shape: tuple[int, int, int]
    channels: tuple[int, ...]
    strengths: Values
    maps: tuple[tuple[Values, ...], ...]


class Prediction(msgspec.Struct, frozen=True):
    """A class and the probability that the network gives it."""

    label: str
    probability: Value


class ActivationsRun(NetRun, frozen=True, kw_only=True):
    """Feature maps of one picture around a block or at a call, and the predictions."""

    at: str
    picture: str
    truth: str
    tensors: tuple[FeatureMaps, ...]
    predictions: tuple[Prediction, ...]


class _Result(msgspec.Struct, frozen=True, kw_only=True, tag_field="experiment"):
    """Fields of every result."""

    schema: int = SCHEMA
    finding: str = ""
    seed: int
    device: str
    versions: dict[str, str]
    settings: ExperimentChoices
    data: DataSummary
    notes: tuple[str, ...] = ()

    @property
    def experiment(self) -> ExperimentKind:
        """Name of the experiment."""
        name: ExperimentKind = self.__struct_config__.tag  # type: ignore[assignment]
        return name


class GradientsResult(_Result, frozen=True, kw_only=True, tag="gradients"):
    """Result of the experiment "gradients"."""

    runs: tuple[GradientsRun, ...]


class TrainingResult(_Result, frozen=True, kw_only=True, tag="training"):
    """Result of the experiment "training"."""

    runs: tuple[TrainingRun, ...]


class ResponsesResult(_Result, frozen=True, kw_only=True, tag="responses"):
    """Result of the experiment "responses"."""

    runs: tuple[ResponsesRun, ...]


class DeletionResult(_Result, frozen=True, kw_only=True, tag="deletion"):
    """Result of the experiment "deletion"."""

    runs: tuple[DeletionRun, ...]


class LandscapeResult(_Result, frozen=True, kw_only=True, tag="landscape"):
    """Result of the experiment "landscape"."""

    runs: tuple[LandscapeRun, ...]


class ActivationsResult(_Result, frozen=True, kw_only=True, tag="activations"):
    """Result of the experiment "activations"."""

    runs: tuple[ActivationsRun, ...]


Result: TypeAlias = (
    GradientsResult
    | TrainingResult
    | ResponsesResult
    | DeletionResult
    | LandscapeResult
    | ActivationsResult
)


def finite(value: float) -> Value:
    """``value``, or None if it is not finite."""
    return value if math.isfinite(value) else None


def all_finite(values: Iterable[float]) -> Values:
    """``values`` with None for those that are not finite."""
    return tuple(finite(float(value)) for value in values)


def encode_result(result: Result) -> bytes:
    """``result`` as JSON."""
    return msgspec.json.encode(result)
