"""Large models: the window stays alive while they are read, laid out and shown."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.gui.window.gc_tuning import GcTuning
from tests.support.window.app_driver import AppDriver, smooth_driver
from tests.support.window.liveness import Pulse, run_until


@pytest.fixture
def smooth(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[AppDriver]:
    """A window as ``main`` makes it."""
    with smooth_driver(qtbot, qapp, tmp_path) as made:
        yield made


def test_that_opening_everything_leaves_the_window_alive(smooth: AppDriver) -> None:
    driver = smooth
    with Pulse() as pulse:
        driver.program.opener.open_text("resnet152")
        run_until(lambda: "152" in driver.window.toolbar.model.text())
        for command in ("view.repeats.all", "view.detail.layer", "view.detail.block"):
            before = driver.picture
            driver.window.actions_by_id[command].trigger()
            run_until(lambda before=before: driver.picture is not before)
            beats = len(pulse.work)
            run_until(lambda beats=beats: len(pulse.work) > beats + 3)  # painted by then
    assert len(pulse.work) > 20  # how long each takes: tests/bench/test_turns.py


def test_that_smoothness_leaves_python_as_it_was(qapp: QApplication) -> None:
    parent = QObject(qapp)
    before = gc.get_threshold(), sys.getswitchinterval()
    made = GcTuning(parent)
    assert (gc.get_threshold(), sys.getswitchinterval()) != before
    made.stop()
    assert (gc.get_threshold(), sys.getswitchinterval()) == before
    assert gc.get_freeze_count() == 0


def test_that_waiting_without_any_event_ends_in_time(qapp: QApplication) -> None:
    del qapp
    with pytest.raises(TimeoutError):
        run_until(lambda: False, seconds=0.1)
