"""Keeps an engine alive: start-up with time limits, restarts after a crash, a clean end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from resnet_viz.engine_client.command import (
    HELLO_LIMIT_S,
    READY_LIMIT_S,
    hello_sentence,
    ready_sentence,
    version_sentence,
)
from resnet_viz.engine_client.process import End, EngineProcess
from resnet_viz.protocol.messages import (
    CODE_MISSING,
    NO_REQUEST,
    PROTOCOL_VERSION,
    Failed,
    Hello,
    Ready,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from resnet_viz.protocol.messages import Reply, Request

LifeState: TypeAlias = Literal[
    "off", "starting", "importing", "ready", "stopping", "crashed", "missing"
]

MOST_RESTARTS: Final = 3
RESTART_SPAN_S: Final = 60.0


class Crash(msgspec.Struct, frozen=True):
    """The engine ended without being asked to.

    Attributes:
        message: one sentence for a notice.
        details: its last lines on stderr, for "Copy details".
        restarting: whether it is being started again by itself; if not, offer a restart.
    """

    message: str
    details: str
    restarting: bool


class EngineSupervisor(QObject):
    """One engine through as many processes as that takes.

    Signals:
        state_changed(str): a ``LifeState``.
        received(Reply): an answer to a request, only while ready.
        logged(str): a line that the process wrote to stdout or stderr.
        lost(Crash): the process is gone unasked; state is "crashed".
        unavailable(Failed): there is no TensorFlow; state is "missing".

    Attributes:
        command: what is run as the engine.
        state: what the process is doing.
        versions: what the engine said when it was ready last, or None.
    """

    state_changed = Signal(str)
    received = Signal(object)
    logged = Signal(str)
    lost = Signal(object)
    unavailable = Signal(object)

    def __init__(self, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state: LifeState = "off"
        self.versions: Ready | None = None
        self.command = tuple(command)
        self._process: EngineProcess | None = None
        self._restarts: list[float] = []
        self._limit = QTimer(self, singleShot=True)
        self._limit.timeout.connect(self._on_overdue)
        self._relaunch = QTimer(self, singleShot=True)
        self._relaunch.timeout.connect(self._launch)

    @property
    def pid(self) -> int:
        """The process's id; 0 when none runs."""
        return self._process.pid if self._process is not None else 0

    @property
    def is_restarting(self) -> bool:
        """Whether another process is about to be started after a crash."""
        return self._relaunch.isActive()

    def start(self) -> None:
        """Start the engine if it is off."""
        if self.state == "off":
            self._launch()

    def restart(self) -> None:
        """Start anew, whatever the state. The user asked for it: old crashes no longer count."""
        self._restarts.clear()
        self.replace()

    def replace(self) -> None:
        """Kill the process, if one runs, and start another. Doesn't wait, and is no crash."""
        self._abandon()
        self._launch()

    def stop(self) -> None:
        """End the engine before returning (a second, rarely a few)."""
        self._limit.stop()
        self._relaunch.stop()
        if self._process is not None:
            self._set_state("stopping")
            self._process.stop()
            self._abandon()
        self._set_state("off")

    def send(self, request: Request) -> None:
        """Send ``request`` to the process that runs.

        Raises:
            ProtocolError: it is too large.
        """
        if self._process is not None:
            self._process.send(request)

    def distrust(self, message: str, *, details: str = "") -> None:
        """The engine misbehaves: end it as crashed, for the reason given."""
        if self._process is not None:
            self._process.condemn(message, details=details)

    # -- a process's life --------------------------------------------------------------------

    def _launch(self) -> None:
        self._process = EngineProcess(self.command, self)
        self._process.received.connect(self._on_received)
        self._process.logged.connect(self.logged)
        self._process.ended.connect(self._on_ended)
        self._limit.start(int(HELLO_LIMIT_S * 1000))
        self._set_state("starting")
        self._process.start()

    def _abandon(self) -> None:
        """Kill the process; nothing that it still says or does is heard."""
        self._limit.stop()
        self._relaunch.stop()
        if self._process is not None:
            self._process.dismiss()
            self._process = None

    def _on_received(self, reply: Reply) -> None:
        if isinstance(reply, Failed) and reply.id == NO_REQUEST:
            self._on_complaint(reply)
        elif isinstance(reply, Hello) and self.state == "starting":
            self._on_hello(reply)
        elif isinstance(reply, Ready) and self.state == "importing":
            self._limit.stop()
            self.versions = reply
            self._set_state("ready")
        elif isinstance(reply, Hello | Ready) or self.state != "ready":
            self.distrust(
                "The engine spoke out of turn; it is being replaced.",
                details=f"{type(reply).__name__} while {self.state}",
            )
        else:
            self.received.emit(reply)

    def _on_hello(self, hello: Hello) -> None:
        if hello.protocol == PROTOCOL_VERSION:
            self._limit.start(int(READY_LIMIT_S * 1000))
            self._set_state("importing")
        elif self._process is not None:
            self._process.condemn(version_sentence(app=hello.app), retry=False)

    def _on_complaint(self, failed: Failed) -> None:
        if failed.code == CODE_MISSING:
            self._abandon()
            self._set_state("missing")
            self.unavailable.emit(failed)
        else:
            self.distrust(failed.message, details=failed.details)

    def _on_overdue(self) -> None:
        if self._process is not None:
            sentence = hello_sentence() if self.state == "starting" else ready_sentence()
            self._process.condemn(sentence, retry=False)

    def _on_ended(self, end: End) -> None:
        self._abandon()
        restarting = end.retry and self._may_restart()
        if restarting:
            # From the event loop, so that whoever hears of the crash can still stop us.
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

    def _set_state(self, state: LifeState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)
