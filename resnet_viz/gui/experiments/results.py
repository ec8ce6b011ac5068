"""Results of experiments, kept for each model over a restart of the program."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from resnet_viz.document import Document
from resnet_viz.experiments.choices import KINDS, ExperimentKind
from resnet_viz.experiments.layer_numbers import LayerNumbers, Quantity
from resnet_viz.experiments.quantities import quantities, run_named
from resnet_viz.experiments.results import Result
from resnet_viz.gui.session import Session
from resnet_viz.services.experiments.result_store import ResultStore, content_key
from resnet_viz.services.worker import Outcome, Worker
from resnet_viz.sources.types import Source

_PATIENCE_S: Final = 0.5
"""Time for a result to be written when the program ends."""


class ExperimentResults(QObject):
    """The last result of each experiment on each model, finished or not.

    When a model is opened, its results of earlier runs come back; a model whose content has changed
    has none any more. Files are read and written in a thread.

    Signals:
        changed(): there is another result, or more of one.
    """

    changed = Signal()

    def __init__(self, session: Session, store: ResultStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._store = store
        self._results: dict[str, dict[ExperimentKind, Result]] = {}
        self._keys: dict[str, str] = {}
        self._loading: dict[int, str] = {}
        self._worker = Worker("results", self)
        self._worker.ended.connect(self._on_ended)
        session.document_changed.connect(self._load)
        self._load()

    def result(self, source: Source, kind: ExperimentKind) -> Result | None:
        """The last result of an experiment on a model; None if there is none."""
        return self._results.get(str(source), {}).get(kind)

    def keep(self, source: Source, kind: ExperimentKind, result: Result) -> None:
        """Keep a result of the model ``source`` in place of the experiment's last one.

        While an experiment still trains, its result is a training's.
        """
        self._results.setdefault(str(source), {})[kind] = result
        self.changed.emit()

    def store(self, source: Source, kind: ExperimentKind) -> None:
        """Store the last result of an experiment for later runs of the program."""
        result, key = self.result(source, kind), self.key(source)
        if result is not None and key is not None:
            self._worker.submit(partial(self._store.store, key, kind, result))

    def key(self, source: Source) -> str | None:
        """Key of a model's content; None until it has been read."""
        return self._keys.get(str(source))

    def quantities(self, source: Source) -> dict[Quantity, LayerNumbers]:
        """All quantities that are known of a model, also as another model's counterpart."""
        name = str(source)
        found: dict[Quantity, LayerNumbers] = {}
        for of_source, results in self._results.items():
            for result in (results[kind] for kind in KINDS if kind in results):
                own = result.runs[:1] if of_source == name else ()
                for run in own or run_named(result, name):
                    found = {**quantities(result, run), **found}
        return found

    def stop(self) -> None:
        """End the thread; what is being written is finished if it takes no longer than a moment."""
        self._worker.stop(patience_s=_PATIENCE_S)

    def _load(self) -> None:
        document = self._session.document
        if document is not None:
            ticket = self._worker.submit(partial(_loaded, self._store, document))
            self._loading[ticket] = str(document.source)

    def _on_ended(self, outcome: Outcome) -> None:
        name = self._loading.pop(outcome.ticket, None)
        if name is None or outcome.value is None:
            return
        key, stored = outcome.value
        changed = self._keys.get(name, key) != key
        self._keys[name] = key
        fresh = {} if changed else self._results.get(name, {})
        self._results[name] = {**stored, **fresh}
        self.changed.emit()


def _loaded(
    store: ResultStore, document: Document
) -> tuple[str, dict[ExperimentKind, Result]] | None:
    """Key of the model's content, and its results; None if its file is gone."""
    try:
        key = content_key(document)
    except OSError:
        return None
    return key, store.load(key)
