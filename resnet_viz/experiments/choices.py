"""Choices of an experiment: data, optimiser, steps, seed; the paper's where it has one."""

from __future__ import annotations

import math
from typing import Final, Literal, TypeAlias, get_args

import msgspec

from resnet_viz.errors import UsageError, quoted
from resnet_viz.suggestions import unknown_name

ExperimentKind: TypeAlias = Literal[
    "gradients", "training", "responses", "deletion", "landscape", "activations"
]
OptimizerName: TypeAlias = Literal["sgd", "adam", "adamw", "rmsprop"]
InitName: TypeAlias = Literal[
    "auto", "keep", "he_normal", "he_uniform", "glorot_normal", "glorot_uniform", "lecun_normal"
]

DeviceName: TypeAlias = Literal["cpu", "gpu"]

KINDS: Final[tuple[ExperimentKind, ...]] = get_args(ExperimentKind)
OPTIMIZERS: Final[tuple[OptimizerName, ...]] = get_args(OptimizerName)
INITS: Final[tuple[InitName, ...]] = get_args(InitName)
DEVICES: Final[tuple[DeviceName, ...]] = get_args(DeviceName)
TRAINED: Final = frozenset({"training", "responses", "deletion", "landscape"})
"""Experiments that train first, unless there are 0 steps."""
_RATES: Final[dict[str, float]] = {"sgd": 0.1, "adam": 0.001, "adamw": 0.001, "rmsprop": 0.001}
MOST_STEPS: Final = 100_000
MOST_PICTURES: Final = 4_096
MOST_SEED: Final = 2**31 - 1
_LARGEST_GRID: Final = 101


class ExperimentChoices(msgspec.Struct, frozen=True, kw_only=True):
    """Choices of an experiment; ``checked_choices`` makes them from a user's words.

    Attributes:
        data: "digits", "cifar10", or a folder with a sub-folder of pictures for each class.
        steps: steps of training before the measurement (the measurement itself for training); 0
            measures the weights as they are at the start.
        batch: pictures of one step.
        learning_rate: constant.
        weight_decay: share of the learning rate by which kernels shrink at each step; biases and
            normalisation are left out.
        init: initialiser of the kernels; "keep" keeps the weights of the opened file; "auto" keeps
            them for files and functions and is He's normal one otherwise.
        normalization: False takes the normalisation layers out.
        grid: points on each side of the landscape, odd.
        pictures: pictures that the landscape's loss is a mean over.
        image: picture file for the activations; "" for the data's first held-out one.
        at: id of the block or call whose activations are shown; "" for the first block.
        seed: of data, weights, batches and directions.
        device: "cpu", or "gpu" for the first one that TensorFlow sees.
    """

    data: str = "digits"
    steps: int = 200
    batch: int = 32
    optimizer: OptimizerName = "sgd"
    learning_rate: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 1e-4
    init: InitName = "auto"
    normalization: bool = True
    grid: int = 21
    pictures: int = 64
    image: str = ""
    at: str = ""
    seed: int = 0
    device: DeviceName = "cpu"

    @property
    def training(self) -> ExperimentChoices:
        """The choices that decide how the weights come about; equal ones give equal weights."""
        return msgspec.structs.replace(self, steps=0, grid=21, pictures=64, image="", at="")


def checked_choices(  # noqa: PLR0913 - each is an option of the command line
    kind: str,
    *,
    data: str = "digits",
    steps: int | None = None,
    batch: int = 32,
    optimizer: str = "sgd",
    learning_rate: float | None = None,
    weight_decay: float = 1e-4,
    init: str = "auto",
    normalization: bool = True,
    grid: int = 21,
    image: str = "",
    at: str = "",
    seed: int = 0,
    device: str = "cpu",
) -> ExperimentChoices:
    """Check a user's choices and fill in the defaults of the experiment.

    Raises:
        UsageError: an unknown name, or a number out of range.
    """
    _check_name("experiment", kind, KINDS)
    _check_name("optimizer", optimizer, OPTIMIZERS)
    _check_name("init", init, INITS)
    _check_name("device", device, DEVICES)
    if not data.strip():
        raise UsageError("data takes digits, cifar10 or a folder of pictures (not an empty name).")
    if grid % 2 == 0:
        raise UsageError(
            f"grid takes an odd number, so that the weights lie in its centre, "
            f"such as {grid + 1} (not {grid})."
        )
    rate = _RATES[optimizer] if learning_rate is None else learning_rate
    least = 1 if kind == "training" else 0
    return ExperimentChoices(
        data=data,
        steps=_whole("steps", _steps(kind) if steps is None else steps, least, MOST_STEPS),
        batch=_whole("batch", batch, 1, MOST_PICTURES),
        optimizer=optimizer,  # type: ignore[arg-type]
        learning_rate=_number("learning-rate", rate),
        momentum=0.9 if optimizer in ("sgd", "rmsprop") else 0.0,
        weight_decay=_number("weight-decay", weight_decay, zero=True),
        init=init,  # type: ignore[arg-type]
        normalization=normalization,
        grid=_whole("grid", grid, 3, _LARGEST_GRID),
        image=image,
        at=at,
        seed=_whole("seed", seed, 0, MOST_SEED),
        device=device,  # type: ignore[arg-type]
    )


def _steps(kind: str) -> int:
    return 200 if kind in TRAINED else 0


def _check_name(option: str, name: str, names: tuple[str, ...]) -> None:
    if name not in names:
        raise UsageError(unknown_name(option, name, names))


def _whole(option: str, value: int, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise UsageError(
            f"{option} takes a whole number from {least:,} to {most:,} (not {quoted(str(value))})."
        )
    return value


def _number(option: str, value: float, *, zero: bool = False) -> float:
    number = float(value)
    if not (number > 0 or (zero and number == 0)) or not math.isfinite(number):
        least = "of 0 or more" if zero else "more than 0"
        raise UsageError(f"{option} takes a number {least} (not {quoted(str(value))}).")
    return number
