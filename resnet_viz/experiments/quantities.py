"""Quantities of a result that colour a picture: one number for each layer or block."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from resnet_viz.experiments.choices import ExperimentKind
from resnet_viz.experiments.layer_numbers import LayerNumbers, Quantity
from resnet_viz.experiments.results import (
    DeletionRun,
    GradientsRun,
    NetRun,
    ResponsesRun,
    Result,
    TrainingRun,
    Value,
)

_Found: TypeAlias = dict[Quantity, tuple[tuple[str, float], ...]]


def quantities(result: Result, run: NetRun) -> dict[Quantity, LayerNumbers]:
    """All quantities of one of a result's networks that have a number, the main one first."""
    measured = _MEASURED.get(result.experiment)
    found = {} if measured is None else measured(run)
    origin = _origin(result, run)
    return {
        quantity: LayerNumbers(quantity, origin, values)
        for quantity, values in found.items()
        if values
    }


def run_named(result: Result, name: str) -> tuple[NetRun, ...]:
    """The measurement of the network ``name``; () if ``result`` has none."""
    return tuple(run for run in result.runs if run.source == name)[:1]


def _origin(result: Result, run: NetRun) -> str:
    steps = f"after {run.steps:,} step{'' if run.steps == 1 else 's'}" if run.steps else "untrained"
    kept = run.weights == "keep" and not run.steps
    return ", ".join(
        (
            f"{result.experiment} on {result.data.name}",
            "weights of the source" if kept else steps,
            f"seed {result.seed}",
            result.device,
        )
    )


def _known(ids: Iterable[str], values: Iterable[Value]) -> tuple[tuple[str, float], ...]:
    pairs = zip(ids, values, strict=True)
    return tuple((each, value) for each, value in pairs if value is not None)


def _gradients(run: GradientsRun) -> _Found:
    return {
        "gradient": _known(run.calls, run.relative_gradient),
        "output_gradient": _known(run.block_gradient.ids, run.block_gradient.values),
    }


def _training(run: TrainingRun) -> _Found:
    last = run.relative_gradient[-1:]
    return {"training_gradient": _known(run.calls, last[0]) if last else ()}


def _responses(run: ResponsesRun) -> _Found:
    return {
        "response": _known(run.calls, run.response_std),
        "change": _known(run.residual_ratio.blocks, run.residual_ratio.values),
    }


def _deletion(run: DeletionRun) -> _Found:
    return {
        "deletion": _known((each.id for each in run.blocks), (each.loss for each in run.blocks))
    }


_MEASURED: Final[dict[ExperimentKind, Callable[[Any], _Found]]] = {
    "gradients": _gradients,
    "training": _training,
    "responses": _responses,
    "deletion": _deletion,
}
