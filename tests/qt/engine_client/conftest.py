"""Engine clients that are always shut down, and a recorder of what they say."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from resnet_viz.engine_client.client import EngineClient

FAKE = Path(__file__).parents[2] / "support" / "fake_engine.py"
PATIENCE_MS = 60_000


class RecordedSignals:
    """Everything that a client has said, in order, as (signal, what)."""

    def __init__(self, client: EngineClient) -> None:
        self.all: list[tuple[str, object]] = []
        self.states: list[str] = []
        client.state_changed.connect(self.states.append)
        for name in ("progress", "built", "checked", "failed", "cancelled", "crashed"):
            getattr(client, name).connect(lambda what, name=name: self.all.append((name, what)))

    def of(self, name: str) -> list[object]:
        return [what for said, what in self.all if said == name]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.all if name != "progress"]


MakeClient = Callable[..., EngineClient]


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    """The file in which fake engines leave their ids."""
    return tmp_path / "starts"


@pytest.fixture
def fake(qapp: QApplication, memory: Path) -> Iterator[MakeClient]:  # noqa: ARG001
    """Makes a client whose engine is the fake one in the mode given."""
    clients: list[EngineClient] = []

    def make(mode: str, *, start: bool = True) -> EngineClient:
        client = EngineClient(command=(sys.executable, str(FAKE), mode, str(memory)))
        clients.append(client)
        if start:
            client.start()
        return client

    yield make
    for client in clients:
        client.shutdown()
        client.deleteLater()


@pytest.fixture
def real(qapp: QApplication) -> Iterator[EngineClient]:  # noqa: ARG001
    """A client of the real engine, started."""
    client = EngineClient()
    client.start()
    yield client
    client.shutdown()
    client.deleteLater()


def pids(memory: Path) -> list[int]:
    return [int(line) for line in memory.read_text().split()] if memory.exists() else []


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
