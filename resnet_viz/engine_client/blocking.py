"""The engine for the command line: start it, ask one thing, end it. Blocking, no Qt."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import threading
from typing import TYPE_CHECKING, Final, NoReturn

from resnet_viz.engine_client.command import (
    HELLO_LIMIT_S,
    READY_LIMIT_S,
    STDERR_LINES,
    STOP_LIMIT_S,
    engine_command,
    engine_environment,
    hello_sentence,
    ready_sentence,
    version_sentence,
)
from resnet_viz.errors import EngineError
from resnet_viz.protocol.framing import FrameDecoder
from resnet_viz.protocol.messages import (
    PROTOCOL_VERSION,
    Answer,
    Build,
    Built,
    Failed,
    Hello,
    Progress,
    Ready,
    RunFunction,
    Shutdown,
    Traced,
    decode_reply,
    encode,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import IO

    from resnet_viz.graph.types import Graph
    from resnet_viz.protocol.messages import Reply, Request, Work
    from resnet_viz.sources.types import Buildable, PythonFunction

_REQUEST: Final = 1
_CHUNK: Final = 1 << 16


def build_config(
    source: Buildable,
    on_progress: Callable[[str], None] | None = None,
    *,
    command: Sequence[str] | None = None,
) -> bytes:
    """The config of the model that ``source`` names, built by Keras in a fresh engine.

    Args:
        source: what to build.
        on_progress: called with each stage: "starting TensorFlow", "building", ...
        command: what to run in place of the engine.

    Raises:
        EngineError: the engine can't be started, dies, or can't build it.
        KeyboardInterrupt: the user's; the engine is ended before it passes on.
    """
    request = Build(id=_REQUEST, revision=0, source=source)
    reply = _ask(request, on_progress, command=command)
    assert isinstance(reply, Built)
    if reply.mismatches:
        raise EngineError(
            f"{source} was read with shapes that are not Keras's "
            f"({reply.mismatches[0]}); please report this.",
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
    """The graph of the model that the user's function returns, run in a fresh engine.

    This runs the user's code; only call it where the user has named it.

    Args:
        source: the function.
        on_progress: called with each stage: "starting TensorFlow", "importing", "running", ...
        folder: the user's working directory, importable while the code runs.
        on_log: called once at the end with what the code printed, if anything.
        command: what to run in place of the engine.

    Raises:
        EngineError: the engine can't be started or dies, or the function fails; the message ends
            with the exception's last line, the details are its traceback.
        UntracedError: the model can't be traced.
        KeyboardInterrupt: the user's; the engine is ended before it passes on.
    """
    request = RunFunction(id=_REQUEST, revision=0, source=source, folder=folder)
    reply = _ask(request, on_progress, on_log=on_log, command=command)
    assert isinstance(reply, Traced)
    return reply.graph


def _ask(
    request: Work,
    on_progress: Callable[[str], None] | None,
    *,
    on_log: Callable[[str], None] | None = None,
    command: Sequence[str] | None,
) -> Answer:
    tell = on_progress or _tell_nobody
    with (
        tempfile.TemporaryDirectory(prefix="resnet-viz-") as folder,
        tempfile.TemporaryFile() as log,
    ):
        engine = _Once(command or engine_command(), folder=folder, log=log)
        try:
            tell("starting TensorFlow")
            engine.greet()
            return _answer(engine, request, tell)
        finally:
            engine.end()
            printed = engine.printed()
            if on_log is not None and printed:
                on_log(printed)


def _answer(engine: _Once, request: Work, tell: Callable[[str], None]) -> Answer:
    engine.send(request)
    while True:
        reply = engine.receive()
        if isinstance(reply, Progress):
            tell(reply.stage)
        elif isinstance(reply, Failed):
            raise reply.error
        elif isinstance(reply, Answer):
            return reply


class _Once:
    """One engine process and the pipes to it."""

    def __init__(self, command: Sequence[str], *, folder: str, log: IO[bytes]) -> None:
        self._log = log
        self._decoder = FrameDecoder()
        self._replies: list[Reply] = []
        self._overdue: str | None = None
        self._quiet = 0
        try:
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env=engine_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
            )
        except OSError as error:
            raise EngineError(
                f"The engine can't be started: {error.strerror or error}; install resnet-viz anew.",
                details=str(error),
            ) from error

    def greet(self) -> None:
        """Wait for hello and ready, each within its limit."""
        hello = self._within(HELLO_LIMIT_S, hello_sentence())
        if not isinstance(hello, Hello):
            self._fail("The engine did not say hello first; install resnet-viz anew.")
        if hello.protocol != PROTOCOL_VERSION:
            self._fail(version_sentence(app=hello.app))
        ready = self._within(READY_LIMIT_S, ready_sentence())
        if isinstance(ready, Failed):
            raise ready.error
        if not isinstance(ready, Ready):
            self._fail("The engine was not ready after its start; install resnet-viz anew.")

    def send(self, request: Request) -> None:
        """Write ``request``; what the engine writes to its log from now on is ``printed``."""
        self._quiet = self._log.seek(0, os.SEEK_END)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(encode(request))
        except OSError as error:
            self._fail(f"The engine has died: {error.strerror or error}.")

    def receive(self) -> Reply:
        """The next reply; waits for it."""
        assert self._process.stdout is not None
        while not self._replies:
            data = self._process.stdout.read(_CHUNK)
            if not data:
                self._fail(self._overdue or self._death())
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
            process.kill()
            process.wait()
            process.stdout.close()

    def _within(self, limit: float, sentence: str) -> Reply:
        def overdue() -> None:
            self._overdue = sentence
            self._process.kill()

        timer = threading.Timer(limit, overdue)
        timer.daemon = True
        timer.start()
        try:
            return self.receive()
        finally:
            timer.cancel()

    def _death(self) -> str:
        return f"The engine has died (exit code {self._process.wait()}); try again."

    def _fail(self, sentence: str) -> NoReturn:
        raise EngineError(sentence, details=self._last_lines())

    def printed(self) -> str:
        """What was written to the log since the request went out."""
        self._log.seek(self._quiet)
        return self._log.read().decode(errors="replace") if self._quiet else ""

    def _last_lines(self) -> str:
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - _CHUNK))
        text = self._log.read().decode(errors="replace")
        return "\n".join(text.splitlines()[-STDERR_LINES:])


def _tell_nobody(_stage: str) -> None:
    pass
