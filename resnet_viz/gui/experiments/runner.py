"""Runs experiments in an engine of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from PySide6.QtCore import QObject, Signal

from resnet_viz.engine_client.client import EngineClient
from resnet_viz.engine_client.supervisor import Crash
from resnet_viz.errors import EngineError
from resnet_viz.experiments.choices import ExperimentKind
from resnet_viz.experiments.results import Result
from resnet_viz.gui.experiments.results import ExperimentResults
from resnet_viz.protocol.experiment_messages import Concluded, Experiment, Measurement
from resnet_viz.protocol.messages import Failed, Progress
from resnet_viz.sources.types import Source

RunState: TypeAlias = Literal["idle", "starting", "running", "paused", "cancelling"]
_NONE = 0


class ExperimentRunner(QObject):
    """One experiment at a time; its engine starts with the first and ends with the program.

    Signals:
        changed(): another state, more progress or more of a result, which is kept by then.
        failed(Exception): the experiment can't be run, or its engine has died; what was measured
            until then is kept.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        results: ExperimentResults,
        parent: QObject | None = None,
        *,
        command: Sequence[str] | None = None,
    ) -> None:
        super().__init__(parent)
        self._results = results
        self._command = command
        self._client: EngineClient | None = None
        self._request = _NONE
        self._running: tuple[Source, ExperimentKind] | None = None
        self._is_cancelling = False
        self._doing = ""
        self._measurement: Measurement | None = None

    @property
    def state(self) -> RunState:
        """State of the experiment that runs; "idle" if none does."""
        if self._running is None:
            return "idle"
        if self._is_cancelling:
            return "cancelling"
        if self._measurement is None:
            return "starting"
        return "paused" if self._measurement.paused else "running"

    @property
    def measurement(self) -> Measurement | None:
        """The last measurement of the experiment that runs; None before the first."""
        return self._measurement

    @property
    def progress(self) -> str:
        """Progress in words: "120 of 400, about 40 s left"; "" if nothing runs."""
        state = self.state
        if state == "idle":
            return ""
        if state == "cancelling":
            return "Cancelling …"
        measured = self._measurement
        if measured is None:
            return f"{self._doing or 'Starting TensorFlow'} …"
        if state == "paused":
            return f"Paused at {measured.done:,} of {measured.total:,}"
        return measured.progress

    def start(self, experiment: Experiment) -> None:
        """Start an experiment; no other may be running."""
        assert self._running is None, "one experiment at a time"
        client = self._engine()
        client.start()
        self._running = experiment.source, experiment.kind
        self._measurement, self._doing, self._is_cancelling = None, "", False
        self.changed.emit()
        self._request = client.experiment(experiment)

    def pause(self) -> None:
        """Halt before the next step."""
        if self.state == "running" and self._client is not None:
            self._client.pause(self._request)

    def resume(self) -> None:
        """Let a paused experiment go on."""
        if self.state == "paused" and self._client is not None:
            self._client.resume(self._request)

    def cancel(self) -> None:
        """End the experiment; what was measured is kept."""
        if self._running is not None and self._client is not None:
            self._is_cancelling = True
            self.changed.emit()
            self._client.cancel(self._request)

    def stop(self) -> None:
        """End the engine; the program ends."""
        client, self._client = self._client, None
        if client is not None:
            client.shutdown()

    def _engine(self) -> EngineClient:
        if self._client is None:
            client = EngineClient(self, command=self._command)
            client.progress.connect(self._on_progress)
            client.measured.connect(self._on_measured)
            client.concluded.connect(self._on_concluded)
            client.failed.connect(self._on_failed)
            client.cancelled.connect(self._on_cancelled)
            client.crashed.connect(self._on_crashed)
            self._client = client
        return self._client

    def _on_progress(self, progress: Progress) -> None:
        self._doing = progress.stage[:1].upper() + progress.stage[1:]
        self.changed.emit()

    def _on_measured(self, measurement: Measurement) -> None:
        self._measurement = measurement
        self._keep(measurement.result)
        self.changed.emit()

    def _on_concluded(self, reply: Concluded) -> None:
        self._keep(reply.result)
        self._end()

    def _on_failed(self, reply: Failed) -> None:
        self._end()
        self.failed.emit(EngineError(reply.sentence, details=reply.details))

    def _on_cancelled(self, request: int) -> None:
        if request == self._request:
            self._end()

    def _on_crashed(self, _crash: Crash) -> None:
        self._doing = "Starting TensorFlow again"
        self.changed.emit()

    def _keep(self, result: Result) -> None:
        if self._running is not None:
            self._results.keep(*self._running, result)

    def _end(self) -> None:
        if self._running is not None:
            self._results.store(*self._running)
        self._running, self._request, self._measurement = None, _NONE, None
        self.changed.emit()
