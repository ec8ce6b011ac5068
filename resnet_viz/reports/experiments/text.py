"""Result of an experiment as text: its finding, a column for each network, its settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, Final, TypeAlias

from resnet_viz.errors import escape_controls
from resnet_viz.experiments.choices import ExperimentKind
from resnet_viz.experiments.results import (
    ActivationsResult,
    DeletionResult,
    GradientsResult,
    LandscapeResult,
    ResponsesResult,
    Result,
    TrainingResult,
    Value,
    Values,
)
from resnet_viz.experiments.summaries import (
    chance,
    final_loss,
    first_by_last,
    known,
    last_hidden,
    number,
    share,
    share_below,
)
from resnet_viz.graph.shapes import UNKNOWN_TEXT
from resnet_viz.reports.text_table import aligned_lines

Row: TypeAlias = tuple[str, ...]
"""A name, and a cell for each network."""


def result_text(result: Result) -> str:
    """``result`` as lines of text."""
    rows = _ROWS[result.experiment](result)
    head = ("", *(run.source for run in result.runs))
    lines = [result.finding, "", *aligned_lines([head, *rows]), "", *_settings(result)]
    return escape_controls("\n".join(lines)) + "\n"


def _by_name(prefix: str, columns: Sequence[tuple[Sequence[str], Values]]) -> Iterator[Row]:
    """Rows of the model's names for which a network has a number."""
    numbers = [dict(zip(names, values, strict=True)) for names, values in columns]
    for name in columns[0][0]:
        values = [column.get(name) for column in numbers]
        if any(value is not None for value in values):
            yield prefix + name, *(UNKNOWN_TEXT if v is None else number(v) for v in values)


def _gradients(result: GradientsResult) -> Iterator[Row]:
    runs = result.runs
    yield "loss", *(number(run.loss) for run in runs)
    yield from _by_name("|∂L/∂w|/|w| ", [(run.calls, run.relative_gradient) for run in runs])
    blocks = [run.block_gradient for run in runs]
    yield from _by_name("|∂L/∂x| ", [(each.ids, each.values) for each in blocks])


def _training(result: TrainingResult) -> Iterator[Row]:
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


def _responses(result: ResponsesResult) -> Iterator[Row]:
    runs = result.runs
    yield from _by_name("deviation of ", [(run.calls, run.response_std) for run in runs])
    ratios = [run.residual_ratio for run in runs]
    yield from _by_name("‖F(x)‖/‖x‖ of ", [(each.blocks, each.values) for each in ratios])


def _deletion(result: DeletionResult) -> Iterator[Row]:
    runs = result.runs
    yield "as trained", *(_scored(r.baseline.loss, r.baseline.accuracy) for r in runs)
    for blocks in zip(*(run.blocks for run in runs), strict=True):
        yield f"without {blocks[0].id}", *(_scored(b.loss, b.accuracy) for b in blocks)
    for draws in zip(*(run.random for run in runs), strict=False):
        yield (
            f"without {draws[0].removed} at random",
            *(_scored(draw.loss, draw.accuracy) for draw in draws),
        )


def _scored(loss: Value, accuracy: Value) -> str:
    if accuracy is None:
        return UNKNOWN_TEXT
    return f"{number(loss)} ({share(accuracy)})"


def _landscape(result: LandscapeResult) -> Iterator[Row]:
    limit = chance(len(result.data.classes))
    grids = [tuple(chain.from_iterable(run.loss)) for run in result.runs]
    middles = [run.loss[len(run.loss) // 2][len(run.loss) // 2] for run in result.runs]
    yield "loss at the weights", *map(number, middles)
    yield "lowest", *(number(min(known(grid), default=None)) for grid in grids)
    yield "highest", *(number(max(known(grid), default=None)) for grid in grids)
    yield "below chance", *(share(share_below(grid, limit)) for grid in grids)
    yield "points not finite", *(str(len(grid) - len(known(grid))) for grid in grids)


def _activations(result: ActivationsResult) -> Iterator[Row]:
    runs = result.runs
    yield "shown at", *(run.at for run in runs)
    yield "picture", *(run.picture for run in runs)
    for index in range(min([5, *(len(run.predictions) for run in runs)])):
        best = [run.predictions[index] for run in runs]
        yield f"prediction {index + 1}", *(f"{b.label} ({share(b.probability)})" for b in best)
    for role in dict.fromkeys(each.role for run in runs for each in run.tensors):
        found = [next((t for t in run.tensors if t.role == role), None) for run in runs]
        yield (
            f"strongest channels, {role}",
            *(
                UNKNOWN_TEXT if each is None else ", ".join(map(str, each.channels[:6]))
                for each in found
            ),
        )


def _settings(result: Result) -> Iterator[str]:
    choices, data = result.settings, result.data
    size = f"{data.train:,} + {data.held_out:,} pictures"
    yield f"data: {data.name}, {size}, sha256 {data.sha256[:16]}…"
    yield (
        f"steps {choices.steps}, batch {choices.batch}, {choices.optimizer}, "
        f"learning rate {choices.learning_rate:g}, weight decay {choices.weight_decay:g}, "
        f"init {', '.join(dict.fromkeys(run.weights for run in result.runs))}"
        f"{'' if choices.normalization else ', without normalisation'}"
    )
    versions = ", ".join(f"{name} {version}" for name, version in result.versions.items())
    yield f"seed {result.seed}, {result.device}, {versions}"
    yield from result.notes


_ROWS: Final[dict[ExperimentKind, Callable[[Any], Iterator[Row]]]] = {
    "gradients": _gradients,
    "training": _training,
    "responses": _responses,
    "deletion": _deletion,
    "landscape": _landscape,
    "activations": _activations,
}
