"""Results of experiments, kept for each model while the program runs."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from resnet_viz.experiments.choices import KINDS, ExperimentKind
from resnet_viz.experiments.layer_numbers import LayerNumbers, Quantity
from resnet_viz.experiments.quantities import quantities, run_named
from resnet_viz.experiments.results import Result
from resnet_viz.sources.types import Source


class ExperimentResults(QObject):
    """The last result of each experiment on each model, finished or not.

    Signals:
        changed(): there is another result, or more of one.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._results: dict[str, dict[ExperimentKind, Result]] = {}

    def result(self, source: Source, kind: ExperimentKind) -> Result | None:
        """The last result of an experiment on a model; None if there is none."""
        return self._results.get(str(source), {}).get(kind)

    def keep(self, source: Source, result: Result) -> None:
        """Keep a result of the model ``source`` in place of the experiment's last one."""
        self._results.setdefault(str(source), {})[result.experiment] = result
        self.changed.emit()

    def quantities(self, source: Source) -> dict[Quantity, LayerNumbers]:
        """All quantities that are known of a model, also as another model's counterpart."""
        name = str(source)
        found: dict[Quantity, LayerNumbers] = {}
        for of_source, results in self._results.items():
            for result in sorted(results.values(), key=lambda each: KINDS.index(each.experiment)):
                own = result.runs[:1] if of_source == name else ()
                for run in own or run_named(result, name):
                    found = {**quantities(result, run), **found}
        return found
