"""A real engine process, spoken to in the plainest way."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_viz.protocol.framing import FrameDecoder
from resnet_viz.protocol.messages import (
    Build,
    Built,
    CancelledReply,
    Check,
    Checked,
    Failed,
    Hello,
    Progress,
    Ready,
    Reply,
    Request,
    decode_reply,
    encode,
)

PATIENCE_S = 120


class Probe:
    """One engine process; every wait has a limit, so that a silent engine fails its test."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        self.process = subprocess.Popen(
            [sys.executable, "-P", *(arguments or ("-m", "resnet_viz.engine"))],
            cwd=folder,
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

    def ask(self, request: Build | Check) -> tuple[list[str], Reply]:
        """The stages that were told, and the final answer."""
        self.send(request)
        stages: list[str] = []
        while isinstance(reply := self.receive(), Progress):
            assert reply.id == request.id
            assert reply.done == len(stages)
            stages.append(reply.stage)
        assert isinstance(reply, Built | Checked | Failed | CancelledReply)
        return stages, reply

    def stderr(self) -> str:
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def greet(self) -> tuple[Hello, Ready]:
        hello, ready = self.receive(), self.receive()
        assert isinstance(hello, Hello)
        assert isinstance(ready, Ready)
        return hello, ready

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
    probe = Probe(tmp_path_factory.mktemp("engine"))
    try:
        probe.greet()
        yield probe
    finally:
        probe.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Probe]:
    """An engine of the test's own, which may end it."""
    probe = Probe(tmp_path)
    try:
        yield probe
    finally:
        probe.close()


def is_alive(pid: int) -> bool:
    """Whether a process with this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
