"""Engine clients that are always shut down, and a recorder of their signals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.engine_client.client import EngineClient
from tests.support.engine_processes import fake_engine

PATIENCE_MS = 60_000
Payload = TypeVar("Payload")


class RecordedSignals:
    """All signals of a client in order, as (name, payload)."""

    def __init__(self, client: EngineClient) -> None:
        self.all: list[tuple[str, object]] = []
        self.states: list[str] = []
        client.state_changed.connect(self.states.append)
        for name in (
            "progress", "built", "checked", "completed", "traced", "failed", "cancelled", "crashed",
            "logged", "measured", "concluded",
        ):  # fmt: skip
            getattr(client, name).connect(
                lambda payload, name=name: self.all.append((name, payload))
            )

    def payloads(self, kind: type[Payload]) -> list[Payload]:
        return [payload for _, payload in self.all if isinstance(payload, kind)]

    @property
    def outcomes(self) -> list[str]:
        """Names of the signals, without progress, measurements and lines of the log."""
        return [name for name, _ in self.all if name not in ("progress", "logged", "measured")]


MakeClient = Callable[..., tuple[EngineClient, RecordedSignals]]


def wait_for_state(qtbot: QtBot, client: EngineClient, state: str) -> None:
    qtbot.waitUntil(lambda: client.state == state, timeout=PATIENCE_MS)


def wait_for(qtbot: QtBot, recorded: RecordedSignals, kind: type, *, times: int = 1) -> None:
    qtbot.waitUntil(lambda: len(recorded.payloads(kind)) == times, timeout=PATIENCE_MS)


@pytest.fixture
def starts(tmp_path: Path) -> Path:
    """The file in which fake engines leave their process ids."""
    return tmp_path / "starts"


@pytest.fixture
def client_of(qapp: QApplication) -> Iterator[MakeClient]:  # noqa: ARG001
    """Makes a client of the engine with the command given, and the recorder of its signals."""
    clients: list[EngineClient] = []

    def make(
        command: Sequence[str] | None = None, *, start: bool = True
    ) -> tuple[EngineClient, RecordedSignals]:
        client = EngineClient(command=command)
        clients.append(client)
        recorded = RecordedSignals(client)
        if start:
            client.start()
        return client, recorded

    yield make
    for client in clients:
        client.shutdown()
        client.deleteLater()


@pytest.fixture
def fake(client_of: MakeClient, starts: Path) -> MakeClient:
    """Makes a client whose engine is the fake one in the mode given, and its recorder."""
    return lambda mode, *, start=True: client_of(fake_engine(mode, starts), start=start)
