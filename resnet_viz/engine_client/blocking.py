"""Blocking client of the engine: one process for one request. For the command line; no Qt."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import threading
from typing import TYPE_CHECKING, Final, NoReturn

import msgspec

from resnet_viz.engine_client.command import (
    STDERR_LINES,
    STOP_LIMIT_S,
    engine_command,
    engine_environment,
    engine_folder,
    gpu_engine_command,
    kill_engine,
)
from resnet_viz.errors import EngineError
from resnet_viz.interruption import OnInterruption
from resnet_viz.part_files import ENGINE_PREFIX, remove_leftover_folders
from resnet_viz.protocol.encoding import Answer, decode_reply, encode
from resnet_viz.protocol.experiment_messages import Concluded, Experiment, Measurement
from resnet_viz.protocol.framing import FrameDecoder
from resnet_viz.protocol.handshake import (
    AwaitingHello,
    AwaitingReady,
    Rejected,
    advance,
    timed_out,
)
from resnet_viz.protocol.messages import (
    Build,
    Built,
    Failed,
    Progress,
    RunFunction,
    Shutdown,
    Traced,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import IO

    from resnet_viz.experiments.results import Result
    from resnet_viz.graph.types import Graph
    from resnet_viz.protocol.encoding import Reply, Request, Work
    from resnet_viz.protocol.handshake import HandshakeState
    from resnet_viz.sources.types import Buildable, PythonFunction

_REQUEST: Final = 1
_CHUNK: Final = 1 << 16


def build_config(
    source: Buildable,
    on_progress: Callable[[str], None] | None = None,
    *,
    command: Sequence[str] | None = None,
) -> bytes:
    """Build the model that ``source`` names in a fresh engine; returns its config as JSON.

    Args:
        source: model to build.
        on_progress: called with each stage: "starting TensorFlow", "building", ...
        command: program to run in place of the engine.

    Raises:
        EngineError: the engine can't be started, dies, or can't build it.
        KeyboardInterrupt: raised again after the engine has been ended.
    """
    request = Build(id=_REQUEST, revision=0, source=source)
    reply = _ask(request, on_progress, command=command)
    assert isinstance(reply, Built)
    if reply.mismatches:
        raise EngineError(
            f"Keras computes a different shape for {source} ({reply.mismatches[0]}); "
            "please report this.",
            details="\n".join(map(str, reply.mismatches)),
        )
    return reply.config.encode()


def run_function(
    source: PythonFunction,
    on_progress: Callable[[str], None] | None = None,
    *,
    folder: str,
    on_log: Callable[[str], None] | None = None,
    command: Sequence[str] | None = None,
) -> Graph:
    """Run the user's function in a fresh engine; returns the graph of its model.

    This runs the user's code; only call it where the user has named it.

    Args:
        source: the function.
        on_progress: called with each stage: "starting TensorFlow", "importing", "running", ...
        folder: the user's working directory, importable while the code runs.
        on_log: called once at the end with the code's output, if any.
        command: program to run in place of the engine.

    Raises:
        EngineError: the engine can't be started or dies, or the function fails; the message ends
            with the exception's last line, the details are its traceback.
        UntracedError: the model can't be traced.
        KeyboardInterrupt: raised again after the engine has been ended.
    """
    request = RunFunction(id=_REQUEST, revision=0, source=source, folder=folder)
    reply = _ask(request, on_progress, on_log=on_log, command=command)
    assert isinstance(reply, Traced)
    return reply.graph


class ExperimentError(EngineError):
    """An experiment ended before its time.

    Attributes:
        result: what was measured until then; None if nothing was.
    """

    def __init__(self, message: str, *, details: str, result: Result | None) -> None:
        super().__init__(message, details=details)
        self.result = result


def run_experiment(
    experiment: Experiment,
    on_progress: Callable[[str], None] | None = None,
    *,
    on_measurement: Callable[[Measurement], None] | None = None,
    on_log: Callable[[str], None] | None = None,
    command: Sequence[str] | None = None,
) -> Result:
    """Run ``experiment`` in a fresh engine; returns its result.

    Args:
        experiment: the request; its id and revision don't matter.
        on_progress: called with each stage: "starting TensorFlow", "building", ...
        on_measurement: called with the result so far, a few times a second.
        on_log: called once at the end with what the user's code has printed, if there is any.
        command: program to run in place of the engine.

    Raises:
        ExperimentError: the engine can't be started or dies, or can't run it; with what was
            measured until then.
        KeyboardInterrupt: raised again after the engine has been ended.
    """
    latest: list[Result] = []

    def keep(measurement: Measurement) -> None:
        latest[:] = [measurement.result]
        if on_measurement is not None:
            on_measurement(measurement)

    request = msgspec.structs.replace(experiment, id=_REQUEST)
    if command is None and experiment.choices.device == "gpu":
        command = gpu_engine_command()
    try:
        reply = _ask(request, on_progress, on_measurement=keep, on_log=on_log, command=command)
    except EngineError as error:
        result = latest[0] if latest else None
        raise ExperimentError(error.message, details=error.details, result=result) from error
    assert isinstance(reply, Concluded)
    return reply.result


def _ask(
    request: Work,
    on_progress: Callable[[str], None] | None,
    *,
    on_measurement: Callable[[Measurement], None] | None = None,
    on_log: Callable[[str], None] | None = None,
    command: Sequence[str] | None,
) -> Answer:
    report = on_progress or (lambda _stage: None)
    with tempfile.TemporaryFile() as log:
        engine = _BlockingEngine(command or engine_command(), log=log)
        with OnInterruption(engine.abandon):
            try:
                report("starting TensorFlow")
                engine.shake_hands()
                return _answer(engine, request, report, on_measurement)
            finally:
                engine.end()
                output = engine.output_since_request()
                if on_log is not None and output:
                    on_log(output)


def _answer(
    engine: _BlockingEngine,
    request: Work,
    report: Callable[[str], None],
    on_measurement: Callable[[Measurement], None] | None,
) -> Answer:
    engine.send(request)
    while True:
        reply = engine.receive()
        if isinstance(reply, Progress):
            report(reply.stage)
        elif isinstance(reply, Measurement):
            if on_measurement is not None:
                on_measurement(reply)
        elif isinstance(reply, Failed):
            raise reply.error
        elif isinstance(reply, Answer):
            return reply


class _BlockingEngine:
    """One engine process and the pipes to it."""

    def __init__(self, command: Sequence[str], *, log: IO[bytes]) -> None:
        self._log = log
        self._request_log_start: int | None = None
        self._decoder = FrameDecoder()
        self._replies: list[Reply] = []
        try:
            self._process = subprocess.Popen(
                command,
                cwd=engine_folder(),
                env=engine_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            raise EngineError(
                f"The engine can't be started: {error.strerror or error}; reinstall resnet-viz.",
                details=str(error),
            ) from error

    def shake_hands(self) -> None:
        """Wait until the engine takes requests, each step within its time limit."""
        state: HandshakeState = AwaitingHello()
        while isinstance(state, AwaitingHello | AwaitingReady):
            state = self._next_state(state)
        if isinstance(state, Rejected):
            self._fail(state.message, details=state.details)

    def send(self, request: Request) -> None:
        """Write ``request`` to the engine."""
        self._request_log_start = self._log.seek(0, os.SEEK_END)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(encode(request))
        except OSError as error:
            self._fail(f"The engine has died: {error.strerror or error}.")

    def receive(self) -> Reply:
        """Wait for the next reply."""
        assert self._process.stdout is not None
        while not self._replies:
            data = self._process.stdout.read(_CHUNK)
            if not data:
                self._fail(f"The engine has died (exit code {self._process.wait()}); try again.")
            self._replies += [decode_reply(payload) for payload in self._decoder.feed(data)]
        return self._replies.pop(0)

    def end(self) -> None:
        """End the process, gently if it listens. Safe at any time and more than once."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            with contextlib.suppress(OSError, ValueError):  # dead, or ended before
                process.stdin.write(encode(Shutdown()))
            process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_LIMIT_S)
        finally:
            self.kill()
            process.wait()
            process.stdout.close()
            remove_leftover_folders(ENGINE_PREFIX)

    def kill(self) -> None:
        """Kill the process and what the user's code has started."""
        kill_engine(self._process.pid)

    def abandon(self) -> None:
        """Kill it, and remove its temporary files: this process ends now."""
        self.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_LIMIT_S)
        remove_leftover_folders(ENGINE_PREFIX)

    def output_since_request(self) -> str:
        """Text written to stdout and stderr since the request was sent; "" if none was."""
        if self._request_log_start is None:
            return ""
        self._log.seek(self._request_log_start)
        return self._log.read().decode(errors="replace")

    def _next_state(self, state: AwaitingHello | AwaitingReady) -> HandshakeState:
        overdue = threading.Event()

        def kill() -> None:
            overdue.set()
            self.kill()

        timer = threading.Timer(state.limit_s, kill)
        timer.daemon = True
        timer.start()
        try:
            return advance(state, self.receive())
        except EngineError:
            if overdue.is_set():
                return timed_out(state)
            raise
        finally:
            timer.cancel()

    def _fail(self, message: str, *, details: str = "") -> NoReturn:
        raise EngineError(message, details=details or self._last_lines())

    def _last_lines(self) -> str:
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - _CHUNK))
        text = self._log.read().decode(errors="replace")
        return "\n".join(text.splitlines()[-STDERR_LINES:])
