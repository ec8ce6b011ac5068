"""Saving a view, opening it again, and the last one at the next start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.opening.saved_views import restorable
from tests.support.model_files.configs import data, residual
from tests.support.window.app_driver import AppDriver

SELECTED = (Target("group", "conv3_1"), Target("call", "conv3_2_conv_a"))


@pytest.fixture
def start(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Callable[[], AppDriver]]:
    """Starts the program, each time with the same preferences."""
    started: list[AppDriver] = []

    def start() -> AppDriver:
        started.append(AppDriver(qtbot, qapp, tmp_path))
        return started[-1]

    yield start
    for driver in started:
        driver.close()


def source(driver: AppDriver) -> str:
    assert driver.session.document is not None
    return str(driver.session.document.source)


def arrange(driver: AppDriver) -> None:
    """Show a view that is not the usual one."""
    driver.do("view.detail.unit")
    driver.program.view_controller.toggle("conv3_1")
    driver.do("view.color.macs")
    driver.session.select(SELECTED)


def test_that_a_saved_view_opens_as_it_was(driver: AppDriver, tmp_path: Path) -> None:
    arrange(driver)
    view = driver.session.view
    file = tmp_path / "figure.view.json"
    driver.prompter.target = str(file)
    driver.do("file.save_view")
    assert driver.notice == "Saved figure.view.json"
    driver.open("plain34")
    driver.program.opener.open_file(str(file))
    driver.qtbot.waitUntil(lambda: source(driver) == "resnet34")
    assert driver.session.view == view
    assert driver.session.selection == SELECTED


def test_that_a_view_that_cannot_be_saved_or_read_is_told(
    driver: AppDriver, tmp_path: Path
) -> None:
    driver.prompter.target = str(tmp_path / "none" / "figure.view.json")
    driver.do("file.save_view")
    assert "none" in driver.notice
    damaged = tmp_path / "damaged.view.json"
    damaged.write_text("{")
    driver.program.opener.open_file(str(damaged))
    assert "no saved view" in driver.notice
    assert source(driver) == "resnet34"


def test_that_the_next_start_shows_what_was_shown_last(start: Callable[[], AppDriver]) -> None:
    first = start()
    first.open("resnet50")
    arrange(first)
    view = first.session.view
    first.window.bottom.resize(600, 300)
    first.close()
    again = start()
    assert again.program.open_last()
    again.qtbot.waitUntil(lambda: again.session.document is not None)
    assert source(again) == "resnet50"
    assert again.session.view == view
    assert again.session.selection[:1] == SELECTED[:1]


def test_that_a_killed_window_has_kept_its_view(start: Callable[[], AppDriver]) -> None:
    first = start()
    first.open("resnet50")
    first.do("view.detail.stage")
    first.qtbot.waitUntil(lambda: '"stage"' in first.preferences.last_view)
    assert first.window.isVisible()  # nothing has been closed


def test_that_the_first_start_has_nothing_to_restore(start: Callable[[], AppDriver]) -> None:
    assert not start().program.open_last()


def test_that_files_that_are_gone_and_code_are_not_restored(tmp_path: Path) -> None:
    file = tmp_path / "net.json"
    file.write_bytes(data(residual()))
    saved = f'{{"source": "{file}"}}'
    assert restorable(saved) is not None
    file.unlink()
    assert restorable(saved) is None
    assert restorable(f'{{"source": "{tmp_path}/net.py:build"}}') is None
    assert restorable('{"source": "git:HEAD:net.py:build"}') is None
    assert restorable("damaged") is None
    assert restorable('{"source": "resnet34?classes=10"}') is not None
