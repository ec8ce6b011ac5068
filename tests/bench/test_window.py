"""How quickly the window is there, and how quickly a block opens.

python -m pytest tests/bench/test_window.py --benchmark-only -s
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.display_list import Target
from tests.support.window.app_driver import AppDriver

CLOSE_WHEN_READY = """
import sys
from resnet_viz.gui import app

painted = app.Program._painted

def probe(self):
    painted(self)
    self.engine.state_changed.connect(lambda s: s == "ready" and self.window.close())

app.Program._painted = probe
sys.exit(app.main("resnet34", timings=True, debug=False))
"""


def test_window_until_diagram_painted(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """Budget: ``diagram_painted`` within 600 ms of process start, bytecode compiled."""
    named = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    environment = {**os.environ, **named, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    seen: list[dict[str, float]] = []

    def start() -> None:
        done = subprocess.run(
            [sys.executable, "-c", CLOSE_WHEN_READY],
            capture_output=True, text=True, check=True, timeout=120, env=environment,
        )  # fmt: skip
        line = next(each for each in done.stderr.splitlines() if each.startswith("{"))
        seen.append(json.loads(line))

    benchmark.pedantic(start, rounds=5, warmup_rounds=1)
    for name in ("window_shown", "diagram_painted", "engine_ready"):
        benchmark.extra_info[name] = sorted(each[name] for each in seen)[len(seen) // 2]
    sys.stdout.write(f"\n{benchmark.extra_info}\n")


@pytest.mark.parametrize("name", ["resnet34", "resnet152"])
def test_open_and_close_a_block(
    benchmark: BenchmarkFixture, qtbot: QtBot, qapp: QApplication, tmp_path: Path, name: str
) -> None:
    """Budget: laid out and first frame within 100 ms."""
    driver = AppDriver(qtbot, qapp, tmp_path)
    driver.open(name)

    def toggle() -> None:
        before = driver.picture
        driver.program.view_controller.toggle("conv3_1")
        while driver.session.picture is before:
            qapp.processEvents()
        driver.canvas.viewport().repaint()

    benchmark(toggle)
    driver.close()


@pytest.mark.parametrize("name", ["resnet34", "resnet152"])
def test_select_a_block(
    benchmark: BenchmarkFixture, qtbot: QtBot, qapp: QApplication, tmp_path: Path, name: str
) -> None:
    """Inspector, outline and canvas together; what a click costs."""
    driver = AppDriver(qtbot, qapp, tmp_path)
    driver.open(name)
    assert driver.session.document is not None
    blocks = [group.id for group in driver.session.document.structure.blocks]
    turn = 0

    def select() -> None:
        nonlocal turn
        turn += 1
        driver.session.select((Target("group", blocks[turn % len(blocks)]),))
        qapp.processEvents()

    benchmark(select)
    driver.close()
