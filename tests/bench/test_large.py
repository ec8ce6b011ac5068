"""A large model from the drop to its picture, and opened to its layers.

python -m pytest tests/bench/test_large.py --benchmark-only -s
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.engine_client.blocking import build_config
from resnet_viz.gui.window.gc_tuning import GcTuning
from resnet_viz.sources.types import Application
from tests.support.window.app_driver import AppDriver
from tests.support.window.liveness import Pulse, run_until

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def nasnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """NASNetLarge's configuration as a file: 1,041 layers."""
    file = tmp_path_factory.mktemp("models") / "NASNetLarge.json"
    file.write_bytes(build_config(Application("NASNetLarge")))
    return file


def test_from_the_drop_to_blocks_and_layers(
    benchmark: BenchmarkFixture, qtbot: QtBot, qapp: QApplication, tmp_path: Path, nasnet: Path
) -> None:
    """Budgets: 0.8 s to the first picture, 1.5 s to all layers, no stall over 50 ms."""
    driver = AppDriver(qtbot, qapp, tmp_path)
    driver.open("resnet34")
    smoothness = GcTuning(driver.window)
    clock: list[tuple[str, float]] = []

    def shown_after(name: str, before: DisplayList | None) -> None:
        run_until(lambda: driver.session.picture is not before)
        beats = len(pulse.stalls)
        run_until(lambda: len(pulse.stalls) > beats)  # painted by then
        clock.append((name, sum(pulse.stalls)))

    with Pulse() as pulse:
        before = driver.session.picture
        driver.window.files_dropped.emit((str(nasnet),))
        shown_after("blocks", before)
    stalls = [("stall of blocks", max(pulse.stalls)), ("its work", max(pulse.work))]

    def layers() -> None:
        before = driver.session.picture
        driver.window.actions_by_id["view.detail.layer"].trigger()
        shown_after("layers", before)

    def blocks() -> None:
        before = driver.session.picture
        driver.window.actions_by_id["view.detail.block"].trigger()
        run_until(lambda: driver.session.picture is not before)

    with Pulse() as pulse:
        benchmark.pedantic(layers, teardown=blocks, rounds=3)
    stalls += [("stall of layers", max(pulse.stalls)), ("its work", max(pulse.work))]
    for name, seconds in (*clock[:1], *stalls):
        sys.stdout.write(f"\n{name}: {1000 * seconds:.0f} ms")
    smoothness.stop()
    driver.close()
