"""The whole window: without an engine where none is needed, with the real one where it matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.window.app_driver import AppDriver

MakeDriver = Callable[[tuple[str, ...] | None], AppDriver]


@pytest.fixture
def driver(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[AppDriver]:
    """The window with ResNet-34; its engine stays silent."""
    made = AppDriver(qtbot, qapp, tmp_path)
    made.open("resnet34")
    yield made
    made.close()


@pytest.fixture
def driver_of(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeDriver]:
    """Makes a window with ResNet-34 and a ready engine of some command; nothing is cached yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    drivers: list[AppDriver] = []

    def make(engine_command: tuple[str, ...] | None) -> AppDriver:
        made = AppDriver(qtbot, qapp, tmp_path, engine_command=engine_command)
        drivers.append(made)
        made.open("resnet34")
        qtbot.waitUntil(lambda: made.program.engine.state == "ready", timeout=120_000)
        return made

    yield make
    for made in drivers:
        made.close()


@pytest.fixture
def live(driver_of: MakeDriver) -> AppDriver:
    """The window with ResNet-34 and the real engine."""
    return driver_of(None)
