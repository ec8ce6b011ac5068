"""The engine's process under Qt: start, frames in and out, end. Never blocks."""

from __future__ import annotations

import sys
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from resnet_viz.engine_client.command import (
    STDERR_LINES,
    STOP_LIMIT_S,
    engine_environment,
    engine_folder,
    kill_engine,
)
from resnet_viz.protocol.encoding import decode_reply, encode
from resnet_viz.protocol.framing import FrameDecoder, ProtocolError
from resnet_viz.protocol.messages import Shutdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from resnet_viz.protocol.encoding import Request

_KILL_WAIT_MS: Final = 3000
_LONGEST_LINE: Final = 500


class ProcessEnd(msgspec.Struct, frozen=True):
    """Reason for the end of a process.

    Attributes:
        message: one sentence.
        details: the last lines on stderr, or the fault in its messages.
        retry: True if another process may do better.
    """

    message: str
    details: str
    retry: bool


class EngineProcess(QObject):
    """One engine process from its start to its end.

    Signals:
        received(Reply): a message of the engine.
        logged(str): a whole line that the process wrote to stdout or stderr.
        ended(ProcessEnd): the process is gone or could not start; the last signal, exactly once.
    """

    received = Signal(object)
    logged = Signal(str)
    ended = Signal(object)

    def __init__(self, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = tuple(command)
        self._decoder = FrameDecoder()
        self._stderr: deque[str] = deque([""], maxlen=STDERR_LINES)
        self._stdout = b""
        self._untrusted: ProcessEnd | None = None
        self._is_over = False
        self._pid = 0
        self._process = QProcess(self)
        self._process.setWorkingDirectory(engine_folder())
        if sys.platform != "win32":
            self._process.setUnixProcessParameters(QProcess.UnixProcessFlag.CreateNewSession)
        self._process.setProcessEnvironment(_environment())
        # Deferred, since reading polls the pipes again, which Qt forbids while it reads them.
        self._deferred_read = QTimer(self, singleShot=True, interval=0)
        self._deferred_read.timeout.connect(self._read)
        self._process.readyReadStandardOutput.connect(self._deferred_read.start)
        self._process.readyReadStandardError.connect(self._read_stderr)
        self._process.errorOccurred.connect(self._on_error)
        self._process.finished.connect(self._on_finished)
        self.destroyed.connect(partial(_kill_and_wait, self._process))

    @property
    def pid(self) -> int:
        """Id of the process; 0 if none runs."""
        return int(self._process.processId())

    def start(self) -> None:
        """Start the process."""
        self._process.start(self._command[0], list(self._command[1:]))
        self._pid = self.pid

    def send(self, request: Request) -> None:
        """Send ``request``; it is lost if the process is dying, which ``ended`` reports.

        Raises:
            ProtocolError: it is too large.
        """
        self._process.write(encode(request))

    def mark_untrusted(self, message: str, *, details: str = "", retry: bool = True) -> None:
        """Kill the process and ignore its further messages; ``ended`` reports the reason."""
        if self._untrusted is None:
            self._untrusted = ProcessEnd(message, details or self._last_lines(), retry)
        self._kill()

    def discard(self) -> None:
        """Kill the process without waiting, emit nothing more, and delete this object after it."""
        self._is_over = True
        if self._process.state() == QProcess.ProcessState.NotRunning:
            self.deleteLater()
        else:
            self._process.finished.connect(self.deleteLater)
            self._kill()

    def stop(self) -> None:
        """Shut the process down before returning: after half a second by force. For quitting."""
        self._is_over = True
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.write(encode(Shutdown()))
            self._process.closeWriteChannel()
            if not self._process.waitForFinished(int(STOP_LIMIT_S * 1000)):
                self._kill()
                self._process.waitForFinished(_KILL_WAIT_MS)

    def _kill(self) -> None:
        kill_engine(self._pid)
        self._process.kill()  # which alone is right while it is being started

    def _last_lines(self) -> str:
        return "\n".join(self._stderr).strip()

    def _read(self) -> None:
        self._stdout += bytes(self._process.readAllStandardOutput().data())
        # Lines written before a reply are logged before it: poll their pipe, without waiting.
        self._process.waitForReadyRead(0)
        self._read_stderr()
        data, self._stdout = self._stdout, b""
        if self._is_ignored():
            return
        try:
            for payload in self._decoder.feed(data):
                self.received.emit(decode_reply(payload))
                if self._is_ignored():  # the receiver may have ended the process
                    return
        except ProtocolError as error:
            details = f"{error.details}\n{self._last_lines()}".strip()
            self.mark_untrusted(error.message, details=details)

    def _is_ignored(self) -> bool:
        return self._is_over or self._untrusted is not None

    def _read_stderr(self) -> None:
        text = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        rest_of_line, *lines = text.split("\n")
        self._stderr[-1] = (self._stderr[-1] + rest_of_line)[:_LONGEST_LINE]
        for line in lines:
            if not self._is_ignored():
                self.logged.emit(self._stderr[-1])
            self._stderr.append(line[:_LONGEST_LINE])

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._finish(
                ProcessEnd(
                    f"The engine can't be started: {self._process.errorString()}; "
                    "reinstall resnet-viz.",
                    f"Command: {' '.join(self._command)}",
                    retry=False,
                )
            )

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        kill_engine(self._pid)  # what the user's code has started
        from resnet_viz.part_files import ENGINE_PREFIX, remove_leftover_folders

        remove_leftover_folders(ENGINE_PREFIX)
        self._read()
        self._read_stderr()
        crashed = status == QProcess.ExitStatus.CrashExit
        how = f"was ended by signal {code}" if crashed else f"ended with exit code {code}"
        self._finish(
            self._untrusted
            or ProcessEnd(f"The engine has stopped: it {how}.", self._last_lines(), retry=True)
        )

    def _finish(self, end: ProcessEnd) -> None:
        if not self._is_over:
            self._is_over = True
            self.ended.emit(end)


def _kill_and_wait(process: QProcess) -> None:
    """End ``process`` at once: its owner is being deleted, and Qt must not delete it alive."""
    process.blockSignals(True)
    if process.state() != QProcess.ProcessState.NotRunning:
        kill_engine(process.processId())
        process.kill()
        process.waitForFinished(_KILL_WAIT_MS)


def _environment() -> QProcessEnvironment:
    environment = QProcessEnvironment()
    for name, value in engine_environment().items():
        environment.insert(name, value)
    return environment
