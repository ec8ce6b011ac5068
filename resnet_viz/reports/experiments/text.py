"""Result of an experiment as text: its finding, a column for each network, its settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from resnet_viz.errors import escape_controls
from resnet_viz.experiments.results import (
    ActivationsResult,
    DeletionResult,
    GradientsResult,
    LandscapeResult,
    ResponsesResult,
    Result,
    TrainingResult,
    Value,
)
from resnet_viz.experiments.summaries import (
    chance,
    known,
    number,
    share,
    share_below,
)
from resnet_viz.experiments.tables import Row, training_rows
from resnet_viz.graph.shapes import UNKNOWN_TEXT

_GAP: Final = "  "


def result_text(result: Result) -> str:
    """``result`` as lines of text."""
    head = ("", *(run.source for run in result.runs))
    lines = [result.finding, "", *_aligned([head, *_rows(result)]), "", *_settings(result)]
    return escape_controls("\n".join(lines)) + "\n"


def _aligned(rows: Sequence[Row]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *rest = (
            cell.rjust(width) if index else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield _GAP.join((first, *rest)).rstrip()


def _rows(result: Result) -> Iterator[Row]:
    if isinstance(result, GradientsResult):
        yield "loss", *(number(run.loss) for run in result.runs)
        gradients = [dict(zip(r.calls, r.relative_gradient, strict=True)) for r in result.runs]
        yield from _by_name("|∂L/∂w|/|w| ", result.runs[0].calls, gradients)
        blocks = [run.block_gradient for run in result.runs]
        outputs = [dict(zip(block.ids, block.values, strict=True)) for block in blocks]
        yield from _by_name("|∂L/∂x| ", blocks[0].ids, outputs)
    elif isinstance(result, TrainingResult):
        yield from training_rows(result)
    elif isinstance(result, ResponsesResult):
        responses = [dict(zip(r.calls, r.response_std, strict=True)) for r in result.runs]
        yield from _by_name("deviation of ", result.runs[0].calls, responses)
        ratios = [run.residual_ratio for run in result.runs]
        changes = [dict(zip(each.blocks, each.values, strict=True)) for each in ratios]
        yield from _by_name("‖F(x)‖/‖x‖ of ", ratios[0].blocks, changes)
    elif isinstance(result, DeletionResult):
        yield from _deletion(result)
    elif isinstance(result, LandscapeResult):
        yield from _landscape(result)
    else:
        yield from _activations(result)


def _by_name(
    prefix: str, names: Sequence[str], columns: Sequence[dict[str, Value]]
) -> Iterator[Row]:
    """Rows of the names for which a network has a number."""
    for name in names:
        values = [column.get(name) for column in columns]
        if any(value is not None for value in values):
            yield prefix + name, *(UNKNOWN_TEXT if v is None else number(v) for v in values)


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
    for index in range(min(5, *(len(run.predictions) for run in runs), 5)):
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
