"""Keras in this process, and real engine processes, driven through their pipes."""

from __future__ import annotations

import gc
import select
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from resnet_viz.engine_client.command import engine_command, engine_environment
from resnet_viz.protocol.encoding import Answer, Reply, Request, Work, decode_reply, encode
from resnet_viz.protocol.framing import FrameDecoder
from resnet_viz.protocol.messages import CancelledReply, Failed, Hello, Progress, Ready
from tests.support.engine_processes import WITHOUT_KERAS, sigint

PATIENCE_S = 120


@pytest.fixture(scope="session")
def _keras_imported() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TensorFlow's own, at import
        import keras  # noqa: F401

    gc.freeze()  # TensorFlow's objects are many and stay


@pytest.fixture
def fresh_keras(_keras_imported: None) -> None:
    """Keras in this process, imported once and quietly, with a fresh name space for every test."""
    import keras

    # A full garbage collection takes longer than most tests: garbage waits for its own turn.
    keras.utils.clear_session(free_memory=False)


@pytest.fixture
def keras(fresh_keras: None) -> Any:  # noqa: ARG001
    """The module Keras, in a fresh name space."""
    import keras

    return keras


class Probe:
    """One engine process; every wait has a limit, so that a silent engine fails its test."""

    def __init__(self, folder: Path, command: Sequence[str] = engine_command()) -> None:
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        with sigint(signal.SIG_DFL):
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env=engine_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.log,
                bufsize=0,
            )
        self._decoder = FrameDecoder()
        self._replies: list[Reply] = []

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)

    def send(self, request: Request) -> None:
        self.write(encode(request))

    def receive(self) -> Reply:
        assert self.process.stdout is not None
        until = time.monotonic() + PATIENCE_S
        while not self._replies:
            ready, _, _ = select.select([self.process.stdout], [], [], until - time.monotonic())
            assert ready, "the engine says nothing"
            data = self.process.stdout.read(1 << 16)
            assert data, f"the engine has ended: {self.stderr()}"
            self._replies += [decode_reply(payload) for payload in self._decoder.feed(data)]
        return self._replies.pop(0)

    def ask(self, request: Work) -> tuple[list[str], Answer | Failed | CancelledReply]:
        """The stages reported, and the final answer."""
        self.send(request)
        stages: list[str] = []
        while isinstance(reply := self.receive(), Progress):
            assert reply.id == request.id
            assert reply.done == len(stages)
            stages.append(reply.stage)
        assert isinstance(reply, Answer | Failed | CancelledReply)
        return stages, reply

    def stderr(self) -> str:
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def shake_hands(self) -> None:
        hello, ready = self.receive(), self.receive()
        assert isinstance(hello, Hello)
        assert isinstance(ready, Ready)
        self.hello, self.ready = hello, ready

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.log.close()


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Probe]:
    """One engine for all tests that leave it well."""
    with closing(Probe(tmp_path_factory.mktemp("engine"))) as probe:
        probe.shake_hands()
        yield probe


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Probe]:
    """An engine without Keras for one test, which may end it."""
    with closing(Probe(tmp_path, WITHOUT_KERAS)) as probe:
        probe.shake_hands()
        yield probe
