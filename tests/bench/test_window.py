"""Time until a block is open, and cost of a click.

python -m pytest tests/bench/test_window.py --benchmark-only -s
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.display_list import Target
from tests.support.window.app_driver import AppDriver


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
