"""Results of experiments made by hand."""

from __future__ import annotations

import math

from resnet_viz.experiments.choices import ExperimentChoices, ExperimentKind, checked_choices
from resnet_viz.experiments.results import (
    ActivationsResult,
    ActivationsRun,
    BlockDeletion,
    BlockGradients,
    DataSummary,
    DeletionResult,
    DeletionRun,
    FeatureMaps,
    GradientsResult,
    GradientsRun,
    LandscapeResult,
    LandscapeRun,
    Prediction,
    RandomDeletion,
    ResidualRatios,
    ResponsesResult,
    ResponsesRun,
    Result,
    Score,
    TrainingResult,
    TrainingRun,
    Value,
)

DATA = DataSummary("digits", "ab" * 32, 1_500, 297, tuple("0123456789"))
CALLS = ("conv1", "conv2", "fc")
BLOCKS = ("conv2_1", "conv2_2")
NAMES = ("net", "net - shortcuts")


def common(kind: ExperimentKind) -> dict[str, object]:
    choices: ExperimentChoices = checked_choices(kind)
    versions = {"keras": "3.15.0", "tensorflow": "2.21.0"}
    return {"seed": 0, "device": "CPU", "versions": versions, "settings": choices, "data": DATA}


def gradients_result(first: Value = 0.5) -> GradientsResult:
    runs = tuple(
        GradientsRun(
            source=name,
            calls=CALLS,
            weights="he_normal",
            loss=2.3,
            relative_gradient=(first, 0.2, 0.05),
            block_gradient=BlockGradients(BLOCKS, (0.3, None)),
        )
        for name in NAMES
    )
    return GradientsResult(**common("gradients"), runs=runs)  # type: ignore[arg-type]


def training_result(*, steps: int = 4, last: tuple[Value, Value] = (0.3, 2.1)) -> TrainingResult:
    runs = tuple(
        TrainingRun(
            source=name,
            calls=CALLS,
            steps=steps,
            loss=(2.5,) + (loss,) * (steps - 1),
            accuracy=(0.1,) * steps,
            held_out_loss=loss,
            held_out_accuracy=0.5,
            gradient_steps=(1, steps),
            relative_gradient=((0.6, 0.06, 0.3), (0.001, 0.004, None)),
            step_seconds=0.4,
        )
        for name, loss in zip(NAMES, last, strict=True)
    )
    return TrainingResult(**common("training"), runs=runs)  # type: ignore[arg-type]


def responses_result() -> ResponsesResult:
    runs = tuple(
        ResponsesRun(
            source=name,
            calls=CALLS,
            response_std=(1.0, 0.5, None),
            residual_ratio=ResidualRatios(BLOCKS, ratios),
        )
        for name, ratios in zip(NAMES, ((0.4, 0.2), (None, None)), strict=True)
    )
    return ResponsesResult(**common("responses"), runs=runs)  # type: ignore[arg-type]


def deletion_result() -> DeletionResult:
    runs = tuple(
        DeletionRun(
            source=name,
            calls=CALLS,
            baseline=Score(0.4, 0.9),
            blocks=(BlockDeletion("conv2_1", 0.5, 0.85), BlockDeletion("conv2_2", None, None)),
            random=(RandomDeletion(1, 0.5, 0.85), RandomDeletion(2, 2.0, 0.3)),
        )
        for name in NAMES
    )
    return DeletionResult(**common("deletion"), runs=runs)  # type: ignore[arg-type]


def landscape_result(*, highest: float = 800.0) -> LandscapeResult:
    alphas = (-1.0, 0.0, 1.0)
    low = ((highest, 3.0, 9.0), (2.0, 0.3, 1.0), (5.0, 1.5, 700.0))
    high = ((math.inf, 9e8, 1e5), (50.0, 2.1, 40.0), (1e4, 100.0, 1e6))
    runs = tuple(
        LandscapeRun(
            source=name,
            calls=CALLS,
            alphas=alphas,
            loss=tuple(tuple(v if math.isfinite(v) else None for v in row) for row in rows),
            measured=9,
        )
        for name, rows in zip(NAMES, (low, high), strict=True)
    )
    return LandscapeResult(**common("landscape"), runs=runs)  # type: ignore[arg-type]


def activations_result() -> ActivationsResult:
    maps = (((0.0, 1.0), (2.0, None)), ((1.0, 1.0), (1.0, 1.0)))
    runs = tuple(
        ActivationsRun(
            source=name,
            calls=CALLS,
            weights="he_normal",
            at="conv2_1",
            picture="digits 7",
            truth="3",
            tensors=tuple(
                FeatureMaps(role, "conv2", (2, 2, 16), (5, 3), (0.75, 0.5), maps)
                for role in ("input", "shortcut", "branch", "sum")
            ),
            predictions=(Prediction("3", 0.8), Prediction("8", 0.2)),
        )
        for name in NAMES
    )
    return ActivationsResult(**common("activations"), runs=runs)  # type: ignore[arg-type]


def all_results() -> tuple[Result, ...]:
    return (
        gradients_result(),
        training_result(),
        responses_result(),
        deletion_result(),
        landscape_result(),
        activations_result(),
    )
