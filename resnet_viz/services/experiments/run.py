"""Experiments for the command line and for scripts: sources as words, one engine for each run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from resnet_viz.engine_client.blocking import run_experiment
from resnet_viz.errors import ModelError, UsageError, quoted
from resnet_viz.protocol.experiment_messages import Experiment
from resnet_viz.sources.parse import parse_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from resnet_viz.experiments.choices import ExperimentChoices, ExperimentKind
    from resnet_viz.experiments.results import Result
    from resnet_viz.protocol.experiment_messages import Measurement

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
        UsageError: a text names no source, or ``save`` is no .keras file.
    """
    if save and not save.lower().endswith(".keras"):
        raise UsageError(
            f"{quoted(save)} can't be saved: the name of a file of weights ends in .keras."
        )
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


class NamedModels(NamedTuple):
    """Sources' texts of a model and its counterpart, and their names in the result."""

    source: str
    against: str
    names: tuple[str, str]


@contextmanager
def named(model: object, against: object) -> Iterator[NamedModels]:
    """Sources' texts of what a script passes; live models are saved to files meanwhile.

    Args:
        model: a live Keras model, a path, or a source's text.
        against: likewise; None for the model without its shortcuts.

    Raises:
        UsageError: it is something else.
        ModelError: a live model can't be saved.
    """
    with tempfile.TemporaryDirectory(prefix="resnet-viz-") as folder:
        source, name = _text(model, Path(folder, "model.keras"))
        other, other_name = ("", "")
        if against is not None:
            other, other_name = _text(against, Path(folder, "counterpart.keras"))
        yield NamedModels(source, other, (name, other_name))


def _text(model: Any, file: Path) -> tuple[str, str]:  # noqa: ANN401 - anything
    """Text of a source, and its name where the text is a file of ours."""
    if isinstance(model, str | os.PathLike):
        return os.fspath(model), ""
    save = getattr(model, "save", None)
    if save is None or not hasattr(model, "to_json"):
        raise UsageError(
            "run takes a live Keras model, the path of a model file or a source's text "
            f"(not {type(model).__qualname__})."
        )
    try:
        save(file)
    except Exception as error:  # Keras raises anything
        reason = " ".join(str(error).split())[:200]
        raise ModelError(
            f"The model can't be saved for the engine ({reason}); pass a function that builds it, "
            'as in "file.py:function".',
            details=str(error),
        ) from error
    return str(file), str(model.name)


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
