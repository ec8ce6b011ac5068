"""Finding of a result: one sentence of what was measured, without a claim beyond it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from statistics import median
from typing import Any, Final

import msgspec

from resnet_viz.experiments.choices import ExperimentKind
from resnet_viz.experiments.results import (
    ActivationsResult,
    DeletionResult,
    GradientsResult,
    GradientsRun,
    LandscapeResult,
    NetRun,
    ResponsesResult,
    Result,
    TrainingResult,
    TrainingRun,
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
    times,
)

_OPENINGS: Final = ("in ", "the ", "no ", "around ")


def with_finding(result: Result) -> Result:
    """The finished ``result`` with its finding."""
    return msgspec.structs.replace(result, finding=finding(result))


def finding(result: Result) -> str:
    """One sentence of what was measured: both networks' numbers beside each other."""
    return _FINDINGS[result.experiment](result)


def _joined(clauses: list[str]) -> str:
    """The networks' clauses as one sentence."""
    text = "; ".join(clauses)
    if text.startswith(_OPENINGS):  # and not with a network's name, which stays as it is
        text = f"{text[:1].upper()}{text[1:]}"
    return f"{text}."


def _gradients(result: GradientsResult) -> str:
    return _joined([_gradient_ratio(run) for run in result.runs])


def _gradient_ratio(run: GradientsRun) -> str:
    values = run.relative_gradient
    if not values:
        return f"in {run.source} no weighted layer gets a gradient"
    if len(known(values)) < len(values):
        return f"in {run.source} gradients are not finite"
    return (
        f"in {run.source} the first weighted layer's relative gradient is {number(values[0])}, "
        f"{times(first_by_last(values))} that of the last before the classifier "
        f"({number(last_hidden(values))})"
    )


def _training(result: TrainingResult) -> str:
    limit = chance(len(result.data.classes))
    steps = max((len(run.loss) for run in result.runs), default=0)
    clauses = [_trained(run, limit) for run in result.runs]
    return f"After {_steps(steps)} {'; '.join(clauses)} (chance: {number(limit)})."


def _steps(count: int) -> str:
    return f"{count} step{'' if count == 1 else 's'}"


def _trained(run: TrainingRun, limit: float) -> str:
    loss = final_loss(run.loss)
    if loss is None:
        first = run.loss.index(None) + 1
        return f"{run.source} has no finite loss (the first such step is {first})"
    verb = "has learned, with" if loss < 0.7 * limit else "is still near chance, with"
    if loss > 1.3 * limit:
        verb = "is worse than chance, with"
    text = f"{run.source} {verb} a loss of {number(loss)}"
    if run.held_out_accuracy is not None:
        text += f" and {share(run.held_out_accuracy)} of the held-out pictures right"
    if run.relative_gradient:
        ratio = first_by_last(run.relative_gradient[-1])
        text += f", its first layer's relative gradient {times(ratio)} that of the last "
        text += "before the classifier"
    return text


def _responses(result: ResponsesResult) -> str:
    clauses = []
    for run in result.runs:
        values = known(run.response_std)
        if not values:
            clauses.append(f"{run.source} has no 3×3 layer with a finite response")
            continue
        text = (
            f"the 3×3 layers of {run.source} respond with a standard deviation of "
            f"{number(median(values))} in the median ({number(min(values))} to "
            f"{number(max(values))})"
        )
        ratios = known(run.residual_ratio.values)
        if ratios:
            text += f", and its median block changes what passes by {number(median(ratios))}-fold"
        clauses.append(text)
    return _joined(clauses)


def _deletion(result: DeletionResult) -> str:
    clauses = []
    for run in result.runs:
        before = run.baseline.accuracy
        after = known(block.accuracy for block in run.blocks)
        if before is None or not after:
            clauses.append(f"no block of {run.source} could be removed")
            continue
        clauses.append(
            f"{run.source} has {share(before)} of the held-out pictures right, and without one "
            f"block {share(median(after))} in the median, {share(min(after))} at worst "
            f"({len(after)} of {len(run.blocks)} blocks fit)"
        )
    return _joined(clauses)


def _landscape(result: LandscapeResult) -> str:
    limit = chance(len(result.data.classes))
    clauses = []
    for run in result.runs:
        points = tuple(chain.from_iterable(run.loss))
        values = known(points)
        highest = number(max(values)) if values else "not finite"
        below = share(share_below(points, limit))
        missing = len(points) - len(values)
        gaps = f" (not finite at {missing} of {len(points)} points)" if missing else ""
        clauses.append(
            f"around {run.source} the loss is at most {highest}{gaps}, and {below} of the plane is "
            f"below chance ({number(limit)})"
        )
    return _joined(clauses)


def _activations(result: ActivationsResult) -> str:
    clauses = []
    for run in result.runs:
        best = run.predictions[0] if run.predictions else None
        start = f"{run.source} ({_origin(run)})"
        if best is None:
            clauses.append(f"{start} gives no classes; its tensors at {run.at} are shown")
            continue
        said = f" of class {run.truth}" if run.truth else ""
        clauses.append(
            f"{start} takes the picture{said} for class {best.label} with {share(best.probability)}"
        )
    return _joined(clauses)


def _origin(run: NetRun) -> str:
    if run.steps:
        return f"trained for {_steps(run.steps)}"
    return "with the weights of its source" if run.weights == "keep" else "at random weights"


_FINDINGS: Final[dict[ExperimentKind, Callable[[Any], str]]] = {
    "gradients": _gradients,
    "training": _training,
    "responses": _responses,
    "deletion": _deletion,
    "landscape": _landscape,
    "activations": _activations,
}
