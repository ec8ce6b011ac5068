"""Asynchronous client of the engine for the window; loses no request when the engine dies."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from resnet_viz.engine_client.command import engine_command
from resnet_viz.engine_client.request_queue import RequestQueue
from resnet_viz.protocol.framing import ProtocolError
from resnet_viz.protocol.messages import (
    CODE_DIED,
    CODE_DOWN,
    CODE_MODEL,
    CODE_PROTOCOL,
    NO_REQUEST,
    Build,
    Built,
    Cancel,
    CancelledReply,
    Check,
    Checked,
    Complete,
    Completed,
    Failed,
    Hello,
    Pause,
    Progress,
    Ready,
    Resume,
    RunFunction,
    Traced,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from resnet_viz.engine_client.request_queue import Pending
    from resnet_viz.engine_client.supervisor import Crash, EngineSupervisor
    from resnet_viz.protocol.encoding import Answer, Reply, Work
    from resnet_viz.protocol.experiment_messages import Experiment
    from resnet_viz.sources.types import Buildable, PythonFunction

EngineState: TypeAlias = Literal[
    "off", "starting", "importing", "ready", "busy", "stopping", "crashed", "missing"
]

CANCEL_LIMIT_S: Final = 2.0
_DOWN: Final = "The engine is not running."
_DOWN_HINT: Final = "Restart it, then try again."


class EngineClient(QObject):
    """One engine for the window's lifetime, through any number of processes.

    Requests may be made in any state. They wait until the engine is ready, are sent one at a time,
    and end exactly once: with their answer's signal, ``failed`` or ``cancelled``. The request that
    an engine died of is sent once more, but never an experiment or one that runs the user's code.

    Signals:
        state_changed(str): an ``EngineState``.
        progress(Progress): a request has come to another step.
        built(Built), checked(Checked), completed(Completed), traced(Traced),
            concluded(Concluded): answers.
        measured(Measurement): an experiment's result so far.
        logged(str): a line that the engine, or the user's code in it, wrote to stdout or stderr.
        failed(Failed): a request can't be answered; ``Failed.sentence`` is for people.
        cancelled(int): a request has ended after ``cancel``, or because the program quits.
        crashed(Crash): the engine died; it restarts by itself if ``Crash.restarting``, otherwise
            offer a button for ``restart``.
    """

    state_changed = Signal(str)
    progress = Signal(object)
    built = Signal(object)
    checked = Signal(object)
    completed = Signal(object)
    traced = Signal(object)
    measured = Signal(object)
    concluded = Signal(object)
    logged = Signal(str)
    failed = Signal(object)
    cancelled = Signal(int)
    crashed = Signal(object)

    def __init__(
        self, parent: QObject | None = None, *, command: Sequence[str] | None = None
    ) -> None:
        super().__init__(parent)
        self._state: EngineState = "off"
        self._queue = RequestQueue()
        self._last_id = NO_REQUEST
        self._unavailable: Failed | None = None
        self._command = command
        self._cancel_limit = QTimer(self, singleShot=True)
        self._cancel_limit.timeout.connect(self._on_cancel_overdue)

    @cached_property
    def _supervisor(self) -> EngineSupervisor:
        """The supervisor, imported when first needed: after the window's first picture."""
        from resnet_viz.engine_client.supervisor import EngineSupervisor

        supervisor = EngineSupervisor(self._command or engine_command(), self)
        supervisor.state_changed.connect(self._on_supervisor_state)
        supervisor.received.connect(self._on_received)
        supervisor.logged.connect(self.logged)
        supervisor.lost.connect(self._on_lost)
        supervisor.unavailable.connect(self._on_unavailable)
        return supervisor

    @property
    def state(self) -> EngineState:
        """State of the engine, "busy" while it works on a request."""
        return self._state

    @property
    def description(self) -> str:
        """Backend and device: "TensorFlow 2.21 · CPU"; "" until the engine was ready once."""
        versions = self._supervisor.versions
        if versions is None:
            return ""
        number = ".".join(versions.tensorflow.split(".")[:2])
        return f"TensorFlow {number} · {versions.device}"

    @property
    def unavailable_reason(self) -> Failed | None:
        """The engine's report that TensorFlow is not installed, in state "missing"; else None."""
        return self._unavailable if self._state == "missing" else None

    @property
    def pid(self) -> int:
        """Id of the process; 0 if none runs."""
        return self._supervisor.pid

    def start(self) -> None:
        """Start the engine if it is off; call it after the first paint."""
        self._supervisor.start()

    def restart(self) -> None:
        """Restart in any state; open requests are kept."""
        self._cancel_limit.stop()
        self._give_up(self._queue.put_back())
        self._supervisor.restart()

    def shutdown(self) -> None:
        """Shut the engine down before returning, within seconds; cancels open requests."""
        self._cancel_limit.stop()
        self._supervisor.stop()
        for pending in self._queue.clear():
            self.cancelled.emit(pending.request.id)

    def build(self, source: Buildable, revision: int = 0) -> int:
        """Request the config of a model that has a name; returns the request's id."""
        return self._ask(Build(id=self._new_id(), revision=revision, source=source))

    def check(self, config: str, *, where: str, revision: int = 0) -> int:
        """Request a comparison of the reader's tensors with Keras's; returns the request's id."""
        return self._ask(Check(id=self._new_id(), revision=revision, config=config, where=where))

    def complete(self, config: str, *, where: str, revision: int = 0) -> int:
        """Request Keras's tensors for ``config``, no code run; returns the request's id."""
        return self._ask(Complete(id=self._new_id(), revision=revision, config=config, where=where))

    def run_function(self, source: PythonFunction, *, folder: str, revision: int = 0) -> int:
        """Run the user's function and request its model's graph; returns the request's id.

        The user must have agreed. Prints come through ``logged``; the engine is replaced after it.
        """
        request = RunFunction(id=self._new_id(), revision=revision, source=source, folder=folder)
        return self._ask(request)

    def experiment(self, experiment: Experiment) -> int:
        """Request an experiment; its ``id`` is replaced. Returns the request's id.

        For a source that is a function the user must have agreed. Use a client of its own: an
        experiment takes minutes, and no other request is answered meanwhile.
        """
        return self._ask(msgspec.structs.replace(experiment, id=self._new_id()))

    def pause(self, request: int) -> None:
        """Pause the experiment ``request`` before its next step."""
        self._steer(request, Pause(id=request))

    def resume(self, request: int) -> None:
        """Let the paused experiment ``request`` go on."""
        self._steer(request, Resume(id=request))

    def cancel(self, request: int) -> None:
        """Cancel ``request`` if it is open. An engine that does not react is replaced."""
        if self._queue.withdraw(request) is not None:
            self.cancelled.emit(request)
            return
        active = self._queue.active
        if active is not None and active.request.id == request and not active.cancelling:
            active.cancelling = True
            if isinstance(active.request, RunFunction):  # the user's code can't be cancelled
                self._on_cancel_overdue()
                return
            self._supervisor.send(Cancel(id=request))
            self._cancel_limit.start(int(CANCEL_LIMIT_S * 1000))

    # -- sending requests --------------------------------------------------------------------

    def _new_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _steer(self, request: int, message: Pause | Resume) -> None:
        active = self._queue.active
        if active is not None and active.request.id == request:
            self._supervisor.send(message)

    def _ask(self, request: Work) -> int:
        if self._state in {"crashed", "missing"} and not self._supervisor.is_restarting:
            # Later: the caller must know the id first.
            QTimer.singleShot(0, self, lambda: self._fail_down(request.id))
        else:
            self._queue.add(request)
            self._send_next()
        return request.id

    def _send_next(self) -> None:
        """Send the next request if the engine is free."""
        while self._supervisor.state == "ready" and (pending := self._queue.activate()) is not None:
            try:
                self._supervisor.send(pending.request)
            except ProtocolError as error:
                self._queue.settle(pending.request.id)
                self._fail(pending.request.id, CODE_MODEL, error.message)
        if self._supervisor.state == "ready":
            self._set_state("busy" if self._queue.active is not None else "ready")

    # -- receiving answers -------------------------------------------------------------------

    def _on_received(self, reply: Reply) -> None:
        from resnet_viz.protocol.experiment_messages import Measurement

        if isinstance(reply, Progress | Measurement):
            active = self._queue.active
            if active is None or active.request.id != reply.id:
                return
            if isinstance(reply, Measurement):  # also while cancelling: it is kept
                self.measured.emit(reply)
            elif not active.cancelling:
                self.progress.emit(reply)
        elif not isinstance(reply, Hello | Ready):
            pending = self._queue.settle(reply.id)
            if pending is None:  # no longer wanted
                return
            self._cancel_limit.stop()
            if isinstance(pending.request, RunFunction):
                self._supervisor.replace()
            self._emit_answer(reply, pending)
            self._send_next()

    def _emit_answer(self, reply: Answer | Failed | CancelledReply, pending: Pending) -> None:
        if pending.cancelling or isinstance(reply, CancelledReply):
            self.cancelled.emit(reply.id)
        elif isinstance(reply, Failed):
            self.failed.emit(reply)
        elif reply.revision != pending.request.revision:
            self._fail(reply.id, CODE_PROTOCOL, "The engine answered for an older document.")
        else:
            signals = {
                Built: self.built,
                Checked: self.checked,
                Completed: self.completed,
                Traced: self.traced,
            }
            signals.get(type(reply), self.concluded).emit(reply)

    # -- the engine's states -----------------------------------------------------------------

    def _on_supervisor_state(self, state: EngineState) -> None:
        if state == "ready":
            self._send_next()
        else:
            self._set_state(state)

    def _on_lost(self, crash: Crash) -> None:
        self._cancel_limit.stop()
        self._give_up(self._queue.put_back())
        if not crash.restarting:
            for pending in self._queue.clear():
                self._fail_down(pending.request.id)
        self.crashed.emit(crash)

    def _on_unavailable(self, reason: Failed) -> None:
        self._unavailable = reason
        for pending in self._queue.clear():
            self._fail_down(pending.request.id)

    def _on_cancel_overdue(self) -> None:
        self._give_up(self._queue.put_back())
        self._supervisor.replace()

    def _give_up(self, lost: Pending | None) -> None:
        if lost is None:
            return
        if lost.cancelling:
            self.cancelled.emit(lost.request.id)
            return
        from resnet_viz.protocol.encoding import subject_of
        from resnet_viz.protocol.experiment_messages import Experiment

        if isinstance(lost.request, Experiment):
            died, hint = "died", "What was measured until then is kept; run it again."
        elif isinstance(lost.request, RunFunction):
            died, hint = "died", "Its last lines are in the log."
        else:
            died, hint = "died twice", "Choose a smaller input, or close other programs."
        message = f"The engine {died} while working on {subject_of(lost.request)}."
        self._fail(lost.request.id, CODE_DIED, message, hint=hint)

    def _fail_down(self, request: int) -> None:
        reason = self.unavailable_reason
        if reason is not None:
            self.failed.emit(msgspec.structs.replace(reason, id=request))
        else:
            self._fail(request, CODE_DOWN, _DOWN, hint=_DOWN_HINT)

    def _fail(self, request: int, code: str, message: str, *, hint: str = "") -> None:
        self.failed.emit(Failed(id=request, code=code, message=message, hint=hint))

    def _set_state(self, state: EngineState) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
