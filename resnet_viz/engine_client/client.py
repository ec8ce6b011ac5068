"""The window's side of the engine: asks it, and loses nothing when it dies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

from resnet_viz.engine_client.command import engine_command
from resnet_viz.engine_client.request_queue import RequestQueue
from resnet_viz.engine_client.supervisor import Crash, EngineSupervisor
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
    Progress,
    RunFunction,
    Traced,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from resnet_viz.engine_client.request_queue import Pending
    from resnet_viz.protocol.messages import Answer, Reply, Work
    from resnet_viz.sources.types import Buildable, PythonFunction

EngineState: TypeAlias = Literal[
    "off", "starting", "importing", "ready", "busy", "stopping", "crashed", "missing"
]

CANCEL_LIMIT_S: Final = 2.0
_DOWN: Final = "The engine is not running."
_DOWN_HINT: Final = "Restart it, then try again."


class EngineClient(QObject):
    """One engine for the window's life, through as many processes as that takes.

    Requests may be made in any state. They wait until the engine is ready, go out one at a time,
    and end exactly once: with their answer's signal, ``failed`` or ``cancelled``. A request out
    when the engine died is sent once more, but never one that runs the user's code.

    Signals:
        state_changed(str): an ``EngineState``.
        progress(Progress): a request has come to another step.
        built(Built), checked(Checked), completed(Completed), traced(Traced): answers.
        logged(str): a line that the engine, or the user's code in it, wrote to stdout or stderr.
        failed(Failed): a request can't be answered; ``Failed.sentence`` is for people.
        cancelled(int): a request was given up after ``cancel``, or because the program quits.
        crashed(Crash): the engine died; it restarts by itself if ``Crash.restarting``, else offer
            a button for ``restart``.
    """

    state_changed = Signal(str)
    progress = Signal(object)
    built = Signal(object)
    checked = Signal(object)
    completed = Signal(object)
    traced = Signal(object)
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
        self._stale = 0
        self._refused: list[int] = []
        self._unavailable: Failed | None = None
        self._life = EngineSupervisor(command or engine_command(), self)
        self._life.state_changed.connect(self._on_life)
        self._life.received.connect(self._on_received)
        self._life.logged.connect(self.logged)
        self._life.lost.connect(self._on_lost)
        self._life.unavailable.connect(self._on_unavailable)
        self._cancel_limit = QTimer(self, singleShot=True)
        self._cancel_limit.timeout.connect(self._on_cancel_overdue)
        self._refusal = QTimer(self, singleShot=True)
        self._refusal.timeout.connect(self._refuse)

    @property
    def state(self) -> EngineState:
        """What the engine is doing."""
        return self._state

    @property
    def description(self) -> str:
        """What computes: "TensorFlow 2.21 · CPU"; "" until the engine has been ready once."""
        versions = self._life.versions
        if versions is None:
            return ""
        number = ".".join(versions.tensorflow.split(".")[:2])
        return f"TensorFlow {number} · {versions.device}"

    @property
    def unavailable_reason(self) -> Failed | None:
        """Why there is no TensorFlow, in state "missing"; else None."""
        return self._unavailable if self._state == "missing" else None

    @property
    def command(self) -> tuple[str, ...]:
        """What is run as the engine."""
        return self._life.command

    @property
    def pid(self) -> int:
        """The process's id; 0 when none runs."""
        return self._life.pid

    @property
    def stale_replies(self) -> int:
        """How many replies came for requests that nobody waits for any more."""
        return self._stale

    def start(self) -> None:
        """Start the engine if it is off; call it after the first paint."""
        self._life.start()

    def restart(self) -> None:
        """Start anew, whatever the state; requests that are out or wait are kept."""
        self._cancel_limit.stop()
        self._give_up(self._queue.put_back())
        self._life.restart()

    def shutdown(self) -> None:
        """End the engine before returning, within seconds; open requests end as cancelled."""
        self._cancel_limit.stop()
        self._life.stop()
        for pending in self._queue.clear():
            self.cancelled.emit(pending.request.id)

    def build(self, source: Buildable, revision: int = 0) -> int:
        """Ask for the config of a model that has a name; the request's id."""
        return self._ask(Build(id=self._new_id(), revision=revision, source=source))

    def check(self, config: str, *, where: str, revision: int = 0) -> int:
        """Ask where the reader's tensors of ``config`` differ from Keras's; the request's id."""
        return self._ask(Check(id=self._new_id(), revision=revision, config=config, where=where))

    def complete(self, config: str, *, where: str, revision: int = 0) -> int:
        """Ask for every tensor of ``config`` as Keras has it, no code run; the request's id."""
        return self._ask(Complete(id=self._new_id(), revision=revision, config=config, where=where))

    def run_function(self, source: PythonFunction, *, folder: str, revision: int = 0) -> int:
        """Run the user's function, ask for its model's graph; the request's id.

        The user must have agreed. Prints come through ``logged``; the engine is replaced after it.
        """
        request = RunFunction(id=self._new_id(), revision=revision, source=source, folder=folder)
        return self._ask(request)

    def cancel(self, request: int) -> None:
        """Give up ``request``, if it is still open. An engine that doesn't listen is replaced."""
        if self._queue.withdraw(request) is not None:
            self.cancelled.emit(request)
            return
        active = self._queue.active
        if active is not None and active.request.id == request and not active.cancelling:
            active.cancelling = True
            if isinstance(active.request, RunFunction):  # the user's code listens to nobody
                self._on_cancel_overdue()
                return
            self._life.send(Cancel(id=request))
            self._cancel_limit.start(int(CANCEL_LIMIT_S * 1000))

    # -- requests out ------------------------------------------------------------------------

    def _new_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _ask(self, request: Work) -> int:
        if self._state in {"crashed", "missing"} and not self._life.is_restarting:
            self._refused.append(request.id)  # told later: the caller must know the id first
            self._refusal.start(0)
        else:
            self._queue.add(request)
            self._pump()
        return request.id

    def _pump(self) -> None:
        """Send the next request if the engine is free."""
        while self._life.state == "ready" and (pending := self._queue.activate()) is not None:
            try:
                self._life.send(pending.request)
            except ProtocolError as error:
                self._queue.settle(pending.request.id)
                self._fail(pending.request.id, CODE_MODEL, error.message)
        if self._life.state == "ready":
            self._set_state("busy" if self._queue.active is not None else "ready")

    def _refuse(self) -> None:
        refused, self._refused = self._refused, []
        for request in refused:
            self._fail_down(request)

    # -- answers in --------------------------------------------------------------------------

    def _on_received(self, reply: Reply) -> None:
        if isinstance(reply, Progress):
            active = self._queue.active
            if active is not None and active.request.id == reply.id and not active.cancelling:
                self.progress.emit(reply)
        elif isinstance(reply, Built | Checked | Completed | Traced | Failed | CancelledReply):
            pending = self._queue.settle(reply.id)
            if pending is None:
                self._stale += 1
                return
            self._cancel_limit.stop()
            if isinstance(pending.request, RunFunction):
                self._life.replace()
            self._pass_on(reply, pending)
            self._pump()

    def _pass_on(self, reply: Answer | Failed | CancelledReply, asked: Pending) -> None:
        if asked.cancelling or isinstance(reply, CancelledReply):
            self.cancelled.emit(reply.id)
        elif isinstance(reply, Failed):
            self.failed.emit(reply)
        elif reply.revision != asked.request.revision:
            self._stale += 1
            self._fail(reply.id, CODE_PROTOCOL, "The engine answered for an older document.")
        elif isinstance(reply, Built):
            self.built.emit(reply)
        elif isinstance(reply, Completed):
            self.completed.emit(reply)
        elif isinstance(reply, Traced):
            self.traced.emit(reply)
        else:
            self.checked.emit(reply)

    # -- the engine's life -------------------------------------------------------------------

    def _on_life(self, state: EngineState) -> None:
        if state == "ready":
            self._pump()
        else:
            self._set_state(state)

    def _on_lost(self, crash: Crash) -> None:
        self._cancel_limit.stop()
        self._give_up(self._queue.put_back())
        if not crash.restarting:
            for pending in self._queue.clear():
                self._fail_down(pending.request.id)
        self.crashed.emit(crash)

    def _on_unavailable(self, why: Failed) -> None:
        self._unavailable = why
        for pending in self._queue.clear():
            self._fail_down(pending.request.id)

    def _on_cancel_overdue(self) -> None:
        self._give_up(self._queue.put_back())
        self._life.replace()

    def _give_up(self, lost: Pending | None) -> None:
        if lost is None:
            return
        if lost.cancelling:
            self.cancelled.emit(lost.request.id)
            return
        if isinstance(lost.request, RunFunction):
            died, hint = "died", "Its last lines are in the log."
        else:
            died, hint = "died twice", "Choose a smaller input, or close other programs."
        message = f"The engine {died} while it worked on {lost.subject}."
        self._fail(lost.request.id, CODE_DIED, message, hint=hint)

    def _fail_down(self, request: int) -> None:
        why = self.unavailable_reason
        if why is not None:
            self.failed.emit(Failed(request, why.code, why.message, why.hint, why.details))
        else:
            self._fail(request, CODE_DOWN, _DOWN, hint=_DOWN_HINT)

    def _fail(self, request: int, code: str, message: str, *, hint: str = "") -> None:
        self.failed.emit(Failed(id=request, code=code, message=message, hint=hint))

    def _set_state(self, state: EngineState) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
