"""Rows of numbers that stand for a result: for text, and beside the curves of training."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from resnet_viz.experiments.results import TrainingResult
from resnet_viz.experiments.summaries import final_loss, first_by_last, last_hidden, number, share

Row: TypeAlias = tuple[str, ...]
"""A name, and a cell for each network."""


def training_rows(result: TrainingResult) -> Iterator[Row]:
    """Losses, accuracy, gradients at both ends and duration of a training."""
    runs = result.runs
    yield "steps", *(str(run.steps) for run in runs)
    if all(run.loss for run in runs):
        yield "loss, first step", *(number(run.loss[0]) for run in runs)
        yield "loss, last steps", *(number(final_loss(run.loss)) for run in runs)
    if any(run.held_out_accuracy is not None for run in runs):
        yield "held-out loss", *(number(run.held_out_loss) for run in runs)
        yield "held-out pictures right", *(share(run.held_out_accuracy) for run in runs)
    if all(column for run in runs for column in run.relative_gradient[:1] or [()]):
        for name, index in (("start", 0), ("end", -1)):
            columns = [run.relative_gradient[index] for run in runs]
            yield f"gradient of the first layer, {name}", *(number(c[0]) for c in columns)
            yield (
                f"gradient of the last hidden layer, {name}",
                *(number(last_hidden(c)) for c in columns),
            )
            yield f"first ÷ last, {name}", *(number(first_by_last(c)) for c in columns)
    if any(run.step_seconds is not None for run in runs):
        yield "seconds for a step", *(number(run.step_seconds) for run in runs)
