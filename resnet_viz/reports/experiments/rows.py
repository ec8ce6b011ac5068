"""Rows of a result: one for each number, for CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from resnet_viz.experiments.choices import ExperimentKind
from resnet_viz.experiments.results import (
    ActivationsResult,
    DeletionResult,
    GradientsResult,
    LandscapeResult,
    ResponsesResult,
    Result,
    TrainingResult,
)

Row: TypeAlias = tuple[str | int | float | None, ...]


def result_csv(result: Result) -> str:
    """``result`` as CSV with one row for each number; empty where it is not finite."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns, rows = _TABLES[result.experiment]
    writer.writerow(columns)
    writer.writerows(rows(result))
    return text.getvalue()


def _gradients(result: GradientsResult) -> Iterator[Row]:
    for run in result.runs:
        for call, value in zip(run.calls, run.relative_gradient, strict=True):
            yield run.source, "relative_gradient", call, value
        for block, value in zip(run.block_gradient.ids, run.block_gradient.values, strict=True):
            yield run.source, "block_gradient", block, value


def _training(result: TrainingResult) -> Iterator[Row]:
    for run in result.runs:
        for step, value in enumerate(run.loss, start=1):
            yield run.source, "loss", step, "", value
        for step, value in enumerate(run.accuracy, start=1):
            yield run.source, "accuracy", step, "", value
        yield run.source, "held_out_loss", run.steps, "", run.held_out_loss
        yield run.source, "held_out_accuracy", run.steps, "", run.held_out_accuracy
        for step, column in zip(run.gradient_steps, run.relative_gradient, strict=True):
            for call, value in zip(run.calls, column, strict=True):
                yield run.source, "relative_gradient", step, call, value


def _responses(result: ResponsesResult) -> Iterator[Row]:
    for run in result.runs:
        for call, value in zip(run.calls, run.response_std, strict=True):
            yield run.source, "response_std", call, value
        ratios = run.residual_ratio
        for block, value in zip(ratios.blocks, ratios.values, strict=True):
            yield run.source, "residual_ratio", block, value


def _deletion(result: DeletionResult) -> Iterator[Row]:
    for run in result.runs:
        yield run.source, "baseline", "", 0, run.baseline.loss, run.baseline.accuracy
        for block in run.blocks:
            yield run.source, "block", block.id, 1, block.loss, block.accuracy
        for draw in run.random:
            yield run.source, "random", "", draw.removed, draw.loss, draw.accuracy


def _landscape(result: LandscapeResult) -> Iterator[Row]:
    for run in result.runs:
        for beta, row in zip(run.alphas, run.loss, strict=True):
            for alpha, loss in zip(run.alphas, row, strict=True):
                yield run.source, alpha, beta, loss


def _activations(result: ActivationsResult) -> Iterator[Row]:
    for run in result.runs:
        for each in run.tensors:
            for channel, rows in zip(each.channels, each.maps, strict=True):
                for row, values in enumerate(rows):
                    for column, value in enumerate(values):
                        yield run.source, each.role, each.call, channel, row, column, value


_TABLES: Final[dict[ExperimentKind, tuple[tuple[str, ...], Callable[[Any], Iterator[Row]]]]] = {
    "gradients": (("source", "kind", "id", "value"), _gradients),
    "training": (("source", "kind", "step", "call", "value"), _training),
    "responses": (("source", "kind", "id", "value"), _responses),
    "deletion": (("source", "kind", "id", "removed", "loss", "accuracy"), _deletion),
    "landscape": (("source", "alpha", "beta", "loss"), _landscape),
    "activations": (
        ("source", "role", "call", "channel", "row", "column", "value"),
        _activations,
    ),
}
"""Columns and rows of each experiment."""
