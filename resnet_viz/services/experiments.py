"""Experiments for the command line and for scripts: sources as words, one engine for each run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from resnet_viz.engine_client.blocking import run_experiment
from resnet_viz.protocol.messages import Experiment
from resnet_viz.sources.parse import parse_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from resnet_viz.experiments.choices import ExperimentChoices, ExperimentKind
    from resnet_viz.experiments.results import Result
    from resnet_viz.protocol.messages import Measurement

ALONE: Final = "none"
"""Name of the counterpart that stands for running a model by itself."""


def experiment_of(
    source: str,
    kind: ExperimentKind,
    choices: ExperimentChoices,
    *,
    against: str = "",
    save: str = "",
    names: tuple[str, str] = ("", ""),
) -> Experiment:
    """Request of an experiment.

    Args:
        source: the model, as a source's text.
        kind: the experiment.
        choices: see there.
        against: the counterpart's text, "none", or "" for the model itself without shortcuts.
        save: file for the trained weights; "" for none.
        names: names in the result in place of the sources' texts.

    Raises:
        UsageError: a text names no source.
    """
    alone = against == ALONE
    return Experiment(
        id=1,
        revision=0,
        kind=kind,
        source=parse_source(source),
        choices=choices,
        against=parse_source(against) if against and not alone else None,
        alone=alone,
        folder=str(Path.cwd()),
        save=save,
        names=names,
    )


def run(
    experiment: Experiment,
    *,
    on_progress: Callable[[str], None] | None = None,
    on_measurement: Callable[[Measurement], None] | None = None,
    on_log: Callable[[str], None] | None = None,
) -> Result:
    """Run ``experiment`` in an engine of its own, which ends with it.

    Raises:
        ExperimentError: it can't be run, or the engine has died; has what was measured.
    """
    return run_experiment(experiment, on_progress, on_measurement=on_measurement, on_log=on_log)
