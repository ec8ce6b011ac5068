"""``resnet-viz run``: an experiment on a model and its counterpart."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from resnet_viz.services.timings import Timings

if TYPE_CHECKING:
    from resnet_viz.protocol.experiment_messages import Experiment, Measurement


def run_experiment(options: Namespace, timings: Timings, tell: Callable[[str], None]) -> None:
    """Run the experiment; write its result to the file named, or as text to the terminal.

    Raises:
        AppError: an option, a source, the data or the target can't be used.
    """
    from resnet_viz.experiments.choices import checked_choices
    from resnet_viz.services.experiments.run import experiment_of, run

    names = (
        "data", "steps", "batch", "optimizer", "learning_rate", "weight_decay", "init",
        "normalization", "grid", "image", "at", "seed", "device",
    )  # fmt: skip
    choices = checked_choices(
        options.experiment, **{name: getattr(options, name) for name in names}
    )
    experiment = experiment_of(
        options.source, options.experiment, choices, against=options.against, save=options.save
    )
    target = None if options.output in (None, "-") else Path(options.output)
    _check_targets(experiment, target, options.theme)
    progress = _Progress(shown=not options.quiet)
    try:
        result = run(
            experiment,
            on_progress=progress.stage,
            on_measurement=progress.measured,
            on_log=tell if options.debug else None,
        )
    finally:
        progress.end()
    timings.mark("read")
    for note in result.notes:
        tell(note)
    if target is None:
        from resnet_viz.files import write_stdout
        from resnet_viz.reports.experiments.formats import render_result

        write_stdout(render_result(result, "text").decode())
    else:
        from resnet_viz.exports.experiment_files import write_result

        write_result(result, target, theme=options.theme)
    timings.mark("written")


def _check_targets(experiment: Experiment, target: Path | None, theme: str) -> None:
    """Refuse files that can't be written, before minutes of work."""
    from resnet_viz.files import check_target
    from resnet_viz.sources.types import file_of

    source = file_of(experiment.source)
    if experiment.save:
        check_target(Path(experiment.save), source=source)
    if target is not None:
        from resnet_viz.exports.experiment_files import check_result_target

        check_result_target(target, source=source, theme=theme)


class _Progress:
    """One line on a terminal's stderr that says how far the experiment is."""

    def __init__(self, *, shown: bool) -> None:
        self._stream = sys.stderr if shown and sys.stderr and sys.stderr.isatty() else None
        self._length = 0

    def stage(self, stage: str) -> None:
        """Show that ``stage`` begins."""
        self._show(f"{stage} …")

    def measured(self, measurement: Measurement) -> None:
        """Show the state of a measurement."""
        self._show(f"{measurement.result.experiment}: {measurement.progress}")

    def end(self) -> None:
        """Take the line away."""
        if self._length:
            self._show("")

    def _show(self, text: str) -> None:
        if self._stream is not None:
            self._stream.write(
                f"\r{text.ljust(self._length)}" if text else f"\r{' ' * self._length}\r"
            )
            self._stream.flush()
            self._length = len(text)
