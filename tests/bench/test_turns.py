"""Computing time of the window's thread in one turn of its event loop; budget 50 ms.

python -m pytest tests/bench/test_turns.py --benchmark-only -s

Processor time of the thread, not the clock's: what else the machine does says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.display_list import Target
from tests.support.window.app_driver import AppDriver, smooth_driver
from tests.support.window.liveness import Pulse, run_until

BUDGET = 0.05


def keep(benchmark: BenchmarkFixture, pulse: Pulse) -> None:
    """Write the longest turn into the benchmark's record, and hold it against the budget."""
    longest = max(pulse.work)
    benchmark.extra_info["longest_turn_ms"] = round(longest * 1000, 1)
    assert longest < BUDGET


def turns(pulse: Pulse) -> None:
    """A few turns: what was asked for is painted by then."""
    beats = len(pulse.work)
    run_until(lambda: len(pulse.work) > beats + 3)


@pytest.fixture
def smooth(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[AppDriver]:
    """A window as ``main`` makes it."""
    with smooth_driver(qtbot, qapp, tmp_path) as made:
        yield made


def test_open_everything_of_resnet152(benchmark: BenchmarkFixture, smooth: AppDriver) -> None:
    """All blocks and layers opened and closed again."""
    driver = smooth
    pulse = Pulse()

    def show(command: str) -> None:
        before = driver.picture
        driver.window.actions_by_id[command].trigger()
        run_until(lambda: driver.picture is not before)
        turns(pulse)

    def work() -> None:
        with pulse:
            driver.program.opener.open_text("resnet152")
            run_until(lambda: "152" in driver.window.toolbar.model.text())
            for command in ("view.repeats.all", "view.detail.layer", "view.detail.block"):
                show(command)

    benchmark.pedantic(work, rounds=1)
    keep(benchmark, pulse)


@pytest.mark.parametrize("name", ["layers", "problems", "field", "cost"])
def test_show_a_tab_and_follow(benchmark: BenchmarkFixture, smooth: AppDriver, name: str) -> None:
    """A tab comes to the front and follows three selections."""
    bottom, pulse = smooth.window.bottom, Pulse()
    bottom.show_tab("problems" if name != "problems" else "layers")
    QApplication.processEvents()

    def work() -> None:
        with pulse:
            bottom.show_tab(name)
            turns(pulse)
            for block in ("conv3_1", "conv5_3", "conv2_1"):
                smooth.session.select((Target("group", block),))
                turns(pulse)

    benchmark.pedantic(work, rounds=1)
    keep(benchmark, pulse)
