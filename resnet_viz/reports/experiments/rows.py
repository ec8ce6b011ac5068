"""Rows of a result: one for each number, for CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from resnet_viz.experiments.results import (
    ActivationsResult,
    DeletionResult,
    GradientsResult,
    LandscapeResult,
    ResponsesResult,
    Result,
    TrainingResult,
)

Cell = str | int | float | None

_HEADS: Final[dict[str, tuple[str, ...]]] = {
    "gradients": ("source", "kind", "id", "value"),
    "training": ("source", "kind", "step", "call", "value"),
    "responses": ("source", "kind", "id", "value"),
    "deletion": ("source", "kind", "id", "removed", "loss", "accuracy"),
    "landscape": ("source", "alpha", "beta", "loss"),
    "activations": ("source", "role", "call", "channel", "row", "column", "value"),
}


def result_csv(result: Result) -> str:
    """``result`` as CSV with one row for each number; empty where it is not finite."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADS[result.experiment])
    writer.writerows(_rows(result))
    return text.getvalue()


def _rows(result: Result) -> Iterator[tuple[Cell, ...]]:
    if isinstance(result, GradientsResult):
        yield from _gradients(result)
    elif isinstance(result, TrainingResult):
        yield from _training(result)
    elif isinstance(result, ResponsesResult):
        yield from _responses(result)
    elif isinstance(result, DeletionResult):
        yield from _deletion(result)
    elif isinstance(result, LandscapeResult):
        yield from _landscape(result)
    else:
        yield from _activations(result)


def _gradients(result: GradientsResult) -> Iterator[tuple[Cell, ...]]:
    for run in result.runs:
        for call, value in zip(run.calls, run.relative_gradient, strict=True):
            yield run.source, "relative_gradient", call, value
        for block, value in zip(run.block_gradient.ids, run.block_gradient.values, strict=True):
            yield run.source, "block_gradient", block, value


def _training(result: TrainingResult) -> Iterator[tuple[Cell, ...]]:
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


def _responses(result: ResponsesResult) -> Iterator[tuple[Cell, ...]]:
    for run in result.runs:
        for call, value in zip(run.calls, run.response_std, strict=True):
            yield run.source, "response_std", call, value
        ratios = run.residual_ratio
        for block, value in zip(ratios.blocks, ratios.values, strict=True):
            yield run.source, "residual_ratio", block, value


def _deletion(result: DeletionResult) -> Iterator[tuple[Cell, ...]]:
    for run in result.runs:
        yield run.source, "baseline", "", 0, run.baseline.loss, run.baseline.accuracy
        for block in run.blocks:
            yield run.source, "block", block.id, 1, block.loss, block.accuracy
        for draw in run.random:
            yield run.source, "random", "", draw.removed, draw.loss, draw.accuracy


def _landscape(result: LandscapeResult) -> Iterator[tuple[Cell, ...]]:
    for run in result.runs:
        for beta, row in zip(run.alphas, run.loss, strict=True):
            for alpha, loss in zip(run.alphas, row, strict=True):
                yield run.source, alpha, beta, loss


def _activations(result: ActivationsResult) -> Iterator[tuple[Cell, ...]]:
    for run in result.runs:
        for each in run.tensors:
            for channel, rows in zip(each.channels, each.maps, strict=True):
                for row, values in enumerate(rows):
                    for column, value in enumerate(values):
                        yield run.source, each.role, each.call, channel, row, column, value
