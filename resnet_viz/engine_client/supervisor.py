"""Supervisor of the engine's process: start-up, restart after a crash, shutdown."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from resnet_viz.engine_client.process import EngineProcess, ProcessEnd
from resnet_viz.protocol.handshake import (
    AwaitingHello,
    AwaitingReady,
    Established,
    advance,
    timed_out,
)
from resnet_viz.protocol.messages import CODE_MISSING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from resnet_viz.protocol.encoding import Reply, Request
    from resnet_viz.protocol.handshake import HandshakeState
    from resnet_viz.protocol.messages import Ready

SupervisorState: TypeAlias = Literal[
    "off", "starting", "importing", "ready", "stopping", "crashed", "missing"
]

MOST_RESTARTS: Final = 3
RESTART_SPAN_S: Final = 60.0


class Crash(msgspec.Struct, frozen=True):
    """The engine ended without being asked to.

    Attributes:
        message: one sentence for a notice.
        details: its last lines on stderr, for "Copy details".
        restarting: True if it is being restarted already; otherwise offer a restart.
    """

    message: str
    details: str
    restarting: bool


class EngineSupervisor(QObject):
    """One engine, kept alive through any number of processes.

    Signals:
        state_changed(str): a ``SupervisorState``.
        received(Reply): an answer to a request, only while ready.
        logged(str): a line that the process wrote to stdout or stderr.
        lost(Crash): the process has ended unasked; state is "crashed".
        unavailable(Failed): TensorFlow is not installed; state is "missing".

    Attributes:
        state: state of the process.
        versions: the engine's message when it was ready last, or None.
    """

    state_changed = Signal(str)
    received = Signal(object)
    logged = Signal(str)
    lost = Signal(object)
    unavailable = Signal(object)

    def __init__(self, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state: SupervisorState = "off"
        self.versions: Ready | None = None
        self._command = tuple(command)
        self._process: EngineProcess | None = None
        self._handshake: HandshakeState = AwaitingHello()
        self._restarts: list[float] = []
        self._limit = QTimer(self, singleShot=True)
        self._limit.timeout.connect(lambda: self._enter(timed_out(self._handshake)))
        self._relaunch = QTimer(self, singleShot=True)
        self._relaunch.timeout.connect(self._launch)

    @property
    def pid(self) -> int:
        """Id of the process; 0 if none runs."""
        return self._process.pid if self._process is not None else 0

    @property
    def is_restarting(self) -> bool:
        """True if another process is about to be started after a crash."""
        return self._relaunch.isActive()

    def start(self) -> None:
        """Start the engine if it is off."""
        if self.state == "off":
            self._launch()

    def restart(self) -> None:
        """Restart in any state. The user asked for it: old crashes no longer count."""
        self._restarts.clear()
        self.replace()

    def replace(self) -> None:
        """Kill the process, if one runs, and start another; does not wait, and is no crash."""
        self._discard()
        self._launch()

    def stop(self) -> None:
        """Shut the engine down before returning, within a second or, rarely, a few."""
        self._limit.stop()
        self._relaunch.stop()
        if self._process is not None:
            self._set_state("stopping")
            self._process.stop()
            self._discard()
        self._set_state("off")

    def send(self, request: Request) -> None:
        """Send ``request`` to the running process.

        Raises:
            ProtocolError: it is too large.
        """
        if self._process is not None:
            self._process.send(request)

    # -- one process from start to end -------------------------------------------------------

    def _launch(self) -> None:
        self._process = EngineProcess(self._command, self)
        self._process.received.connect(self._on_received)
        self._process.logged.connect(self.logged)
        self._process.ended.connect(self._on_ended)
        self._enter(AwaitingHello())
        self._process.start()

    def _discard(self) -> None:
        """Kill the process and ignore everything that still comes from it."""
        self._limit.stop()
        self._relaunch.stop()
        if self._process is not None:
            self._process.discard()
            self._process = None

    def _on_received(self, reply: Reply) -> None:
        state = advance(self._handshake, reply)
        if state is self._handshake:
            self.received.emit(reply)
        else:
            self._enter(state)

    def _enter(self, state: HandshakeState) -> None:
        self._handshake = state
        self._limit.stop()
        if isinstance(state, AwaitingHello | AwaitingReady):
            self._limit.start(int(state.limit_s * 1000))
            self._set_state("starting" if isinstance(state, AwaitingHello) else "importing")
        elif isinstance(state, Established):
            self.versions = state.ready
            self._set_state("ready")
        elif state.failed is not None and state.failed.code == CODE_MISSING:
            self._discard()
            self._set_state("missing")
            self.unavailable.emit(state.failed)
        elif self._process is not None:
            self._process.mark_untrusted(state.message, details=state.details, retry=state.retry)

    def _on_ended(self, end: ProcessEnd) -> None:
        self._discard()
        restarting = end.retry and self._may_restart()
        if restarting:
            # From the event loop, so that receivers of the crash can still prevent it.
            self._relaunch.start(0)
        self._set_state("crashed")
        self.lost.emit(Crash(end.message, end.details, restarting))

    def _may_restart(self) -> bool:
        now = time.monotonic()
        self._restarts = [moment for moment in self._restarts if now - moment < RESTART_SPAN_S]
        if len(self._restarts) >= MOST_RESTARTS:
            return False
        self._restarts.append(now)
        return True

    def _set_state(self, state: SupervisorState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)
