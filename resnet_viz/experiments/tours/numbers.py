"""Numbers in the texts of a tour, from the results that its experiments have so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median
from string import Formatter
from typing import Any, Final

from resnet_viz.experiments.choices import ExperimentKind
from resnet_viz.experiments.results import (
    DeletionRun,
    GradientsRun,
    ResponsesRun,
    Result,
    TrainingResult,
    TrainingRun,
    Value,
    Values,
)
from resnet_viz.experiments.summaries import (
    final_loss,
    first_by_last,
    known,
    last_hidden,
    number,
    share,
    times,
)
from resnet_viz.experiments.tours.texts import VERDICTS, WAITING

_SIDES: Final = ("model", "plain")


def ones(side: int, units: int = 16) -> int:
    """Units of the tutorial's net that give one pixel, for pictures of ``side`` pixels a side.

    The stem quarters the side, each unit halves it; what is left over is rounded up.
    """
    for _ in range(2):
        side = -(-side // 2)
    count = 0
    for _ in range(units):
        side = -(-side // 2)
        count += side == 1
    return count


def filled(text: str, numbers: Mapping[str, str]) -> str:
    """``text`` with its numbers; those that are not known yet are "…"."""
    wanted = {name for _, name, _, _ in Formatter().parse(text) if name}
    return text.format(**{name: numbers.get(name, WAITING) for name in wanted})


def numbers_of(results: Mapping[str, Result]) -> dict[str, str]:
    """All numbers that the results of a tour's runs, by their names, give."""
    numbers = {"ones": str(ones(32)), "large_ones": str(ones(224)), "units": "16"}
    for name, result in results.items():
        numbers["device"] = result.device
        numbers["train"] = f"{result.data.train:,}"
        numbers[f"{name}_rate"] = f"{result.settings.learning_rate:g}"
        numbers[f"{name}_steps"] = f"{result.settings.steps:,}"
        numbers[f"{name}_done"] = f"{max((run.steps for run in result.runs), default=0):,}"
        rule = _RULES.get(result.experiment)
        for side, run in zip(_SIDES, result.runs, strict=False):
            found = {} if rule is None else rule(run, result)
            numbers |= {f"{name}_{side}_{key}": value for key, value in found.items()}
        if isinstance(result, TrainingResult):
            numbers[f"{name}_verdict"] = VERDICTS[_verdict(result)]
    return numbers


def _verdict(result: TrainingResult) -> str:
    """Key of the sentence on how the plain net compares; "waiting" before the end."""
    losses = [final_loss(run.loss) for run in result.runs if run.loss]
    if not result.finding or len(losses) < 2:
        return "waiting"
    model, plain = losses
    return "behind" if model is not None and (plain is None or plain > 2 * model) else "level"


def _first_and_last(values: Values) -> dict[str, str]:
    if not values:
        return {}
    ratio = first_by_last(values)
    found = {
        "first": number(values[0]),
        "last": number(last_hidden(values)),
        "times": times(ratio),
    }
    if ratio is not None:
        found["way"] = "grown" if ratio > 1 else "shrunk"
    return found


def _gradients(run: GradientsRun, _result: Result) -> dict[str, str]:
    return _first_and_last(run.relative_gradient)


def _training(run: TrainingRun, result: Result) -> dict[str, str]:
    if not run.loss:
        return {}
    found = {"loss": number(final_loss(run.loss))}
    if run.held_out_accuracy is not None:
        found["right"] = share(run.held_out_accuracy)
    if run.step_seconds is not None:
        found["seconds"] = f"{run.step_seconds:.2f}"
    if run.relative_gradient:
        found |= _first_and_last(run.relative_gradient[-1])
        start = run.relative_gradient[0][0]
        found["change"] = number(None if start is None else result.settings.learning_rate * start)
    return found


def _responses(run: ResponsesRun, _result: Result) -> dict[str, str]:
    found = {}
    deviations, ratios = known(run.response_std), known(run.residual_ratio.values)
    if deviations:
        found["std"] = number(median(deviations))
        found["least"], found["most"] = number(min(deviations)), number(max(deviations))
    if ratios:
        found["change"] = number(median(ratios))
    return found


def _deletion(run: DeletionRun, _result: Result) -> dict[str, str]:
    found = {"before": _share(run.baseline.accuracy)}
    after = known(block.accuracy for block in run.blocks)
    if after:
        found["median"], found["worst"] = share(median(after)), share(min(after))
    return found


def _share(value: Value) -> str:
    return WAITING if value is None else share(value)


_RULES: Final[dict[ExperimentKind, Callable[[Any, Result], dict[str, str]]]] = {
    "gradients": _gradients,
    "training": _training,
    "responses": _responses,
    "deletion": _deletion,
}
