"""The whole window: without an engine where none is needed, with the real one where it matters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.window.app_driver import AppDriver


@pytest.fixture
def driver(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[AppDriver]:
    """The window with ResNet-34; its engine stays silent."""
    made = AppDriver(qtbot, qapp, tmp_path)
    made.open("resnet34")
    yield made
    made.close()


@pytest.fixture
def live(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AppDriver]:
    """The window with ResNet-34 and the real engine, ready; nothing is cached yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = AppDriver(qtbot, qapp, tmp_path, engine_command=None)
    made.open("resnet34")
    qtbot.waitUntil(lambda: made.program.engine.state == "ready", timeout=120_000)
    yield made
    made.close()
