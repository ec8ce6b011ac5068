"""One life of the engine's process under Qt: start, frames in and out, end. Never blocks."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec
from PySide6.QtCore import (
    QObject,
    QProcess,
    QProcessEnvironment,
    QTemporaryDir,
    QTimer,
    Signal,
)

from resnet_viz.engine_client.command import STDERR_LINES, STOP_LIMIT_S, engine_environment
from resnet_viz.protocol.framing import FrameDecoder, ProtocolError
from resnet_viz.protocol.messages import Shutdown, decode_reply, encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from resnet_viz.protocol.messages import Request

_KILL_WAIT_MS: Final = 3000
_LONGEST_LINE: Final = 500


class End(msgspec.Struct, frozen=True):
    """How a process ended.

    Attributes:
        message: one sentence.
        details: what it wrote to stderr last, or what was wrong with its messages.
        retry: whether another start may go better.
    """

    message: str
    details: str
    retry: bool


class EngineProcess(QObject):
    """One engine process from its start to its end.

    Signals:
        received(Reply): a message of the engine.
        logged(str): a whole line that the process wrote to stdout or stderr.
        ended(End): the process is gone or never came to be; the last signal, exactly once.
    """

    received = Signal(object)
    logged = Signal(str)
    ended = Signal(object)

    def __init__(self, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = tuple(command)
        self._decoder = FrameDecoder()
        self._stderr: deque[str] = deque([""], maxlen=STDERR_LINES)
        self._verdict: End | None = None
        self._is_over = False
        self._folder = QTemporaryDir()
        self._process = QProcess(self)
        self._process.setWorkingDirectory(self._folder.path())
        self._process.setProcessEnvironment(_environment())
        # A turn later: by then Qt has looked into the other pipe too, where lines are that were
        # written before the reply.
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._read)
        self._process.readyReadStandardOutput.connect(self._turn.start)
        self._process.readyReadStandardError.connect(self._read_stderr)
        self._process.errorOccurred.connect(self._on_error)
        self._process.finished.connect(self._on_finished)
        self.destroyed.connect(partial(_put_down, self._process))

    @property
    def pid(self) -> int:
        """The process's id; 0 when there is none."""
        return int(self._process.processId())

    def start(self) -> None:
        """Start the process."""
        self._process.start(self._command[0], list(self._command[1:]))

    def send(self, request: Request) -> None:
        """Send ``request``; lost without notice if the process is dying, which ``ended`` tells.

        Raises:
            ProtocolError: it is too large.
        """
        self._process.write(encode(request))

    def condemn(self, message: str, *, details: str = "", retry: bool = True) -> None:
        """Kill the process, giving the reason that ``ended`` will tell."""
        if self._verdict is None:
            self._verdict = End(message, details or self.last_lines(), retry)
        self._process.kill()

    def dismiss(self) -> None:
        """Kill the process without waiting, say nothing any more, and go once it is gone."""
        self._is_over = True
        if self._process.state() == QProcess.ProcessState.NotRunning:
            self.deleteLater()
        else:
            self._process.finished.connect(self.deleteLater)
            self._process.kill()

    def stop(self) -> None:
        """End the process before returning: a word, one second, then by force. For quitting."""
        self._is_over = True
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.write(encode(Shutdown()))
            self._process.closeWriteChannel()
            if not self._process.waitForFinished(int(STOP_LIMIT_S * 1000)):
                self._process.kill()
                self._process.waitForFinished(_KILL_WAIT_MS)

    def last_lines(self) -> str:
        """What the process wrote to stderr last."""
        return "\n".join(self._stderr).strip()

    def _read(self) -> None:
        data = bytes(self._process.readAllStandardOutput().data())
        if self._is_mute():
            return
        self._read_stderr()  # what was written before a reply is told before it
        try:
            for payload in self._decoder.feed(data):
                self.received.emit(decode_reply(payload))
                if self._is_mute():  # what one message brings about may be its end
                    return
        except ProtocolError as error:
            self.condemn(error.message, details=f"{error.details}\n{self.last_lines()}".strip())

    def _is_mute(self) -> bool:
        """Whether nobody listens to the process any more."""
        return self._is_over or self._verdict is not None

    def _read_stderr(self) -> None:
        text = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        first, *others = text.split("\n")
        self._stderr[-1] = (self._stderr[-1] + first)[:_LONGEST_LINE]
        for line in others:
            if not self._is_mute():
                self.logged.emit(self._stderr[-1])
            self._stderr.append(line[:_LONGEST_LINE])

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._finish(
                End(
                    f"The engine can't be started: {self._process.errorString()}; "
                    "install resnet-viz anew.",
                    f"Command: {' '.join(self._command)}",
                    retry=False,
                )
            )

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._read_stderr()
        crashed = status == QProcess.ExitStatus.CrashExit
        how = f"was ended by signal {code}" if crashed else f"ended with exit code {code}"
        self._finish(
            self._verdict
            or End(f"The engine has stopped: it {how}.", self.last_lines(), retry=True)
        )

    def _finish(self, end: End) -> None:
        if not self._is_over:
            self._is_over = True
            self.ended.emit(end)


def _put_down(process: QProcess) -> None:
    """End ``process`` at once: its owner is being deleted, and Qt must not delete it alive."""
    process.blockSignals(True)
    if process.state() != QProcess.ProcessState.NotRunning:
        process.kill()
        process.waitForFinished(_KILL_WAIT_MS)


def _environment() -> QProcessEnvironment:
    environment = QProcessEnvironment()
    for name, value in engine_environment().items():
        environment.insert(name, value)
    return environment
