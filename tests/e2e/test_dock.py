"""The bottom dock in the real window: it never makes the window's thread wait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import cast

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.cost import chart_loader
from resnet_viz.gui.cost.tab import CostTab
from tests.support.window.app_driver import AppDriver


@pytest.fixture
def cold(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[AppDriver]:
    """A window whose first picture is painted, before its charts are there."""
    made = AppDriver(qtbot, qapp, tmp_path)
    made.program.dock_tabs.loader.start = lambda: None  # type: ignore[method-assign]
    made.open("resnet34")
    qtbot.waitUntil(lambda: made.timings.has("diagram_painted"))
    del made.program.dock_tabs.loader.start
    yield made
    made.close()


def test_that_the_windows_thread_goes_on_while_the_charts_come(
    cold: AppDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    turned_enough, import_charts = Event(), chart_loader.import_charts

    def slow_import() -> chart_loader.Charts:
        assert turned_enough.wait(30), "the window's thread waits for the import"
        return import_charts()

    monkeypatch.setattr(chart_loader, "import_charts", slow_import)
    tab = cast("CostTab", cold.window.bottom.content("cost"))
    assert tab.shown is tab.list
    turns: list[bool] = []
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: turns.append(tab.shown is tab.list))
    timer.start()
    cold.program.dock_tabs.picture_painted()
    cold.qtbot.waitUntil(lambda: len(turns) > 20)
    turned_enough.set()
    cold.qtbot.waitUntil(lambda: tab.bars is not None, timeout=30_000)
    timer.stop()
    assert all(turns[:20])
    assert tab.shown is tab.bars


def test_that_ctrl_j_hides_the_dock_and_it_is_remembered(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    driver = AppDriver(qtbot, qapp, tmp_path)
    driver.open("resnet34")
    assert driver.window.panel("dock").isVisible()
    assert driver.window.actions_by_id["view.dock"].shortcut().toString() == "Ctrl+J"
    driver.do("view.dock")
    assert driver.window.panel("dock").isHidden()
    driver.window.bottom.show_tab("problems")
    driver.close()
    again = AppDriver(qtbot, qapp, tmp_path)
    again.open("resnet34")
    assert again.window.panel("dock").isHidden()
    assert not again.window.actions_by_id["view.dock"].isChecked()
    again.do("view.dock")
    assert again.window.bottom.current == "problems"
    again.close()


def test_that_colours_and_edges_are_chosen_in_tool_bar_and_menu(driver: AppDriver) -> None:
    toolbar = driver.window.toolbar
    driver.after_picture(toolbar.color_by.action("macs").trigger)
    assert driver.session.view.color_by == "macs"
    assert driver.window.actions_by_id["view.color.macs"].isChecked()
    driver.do("view.color.receptive_field")
    assert toolbar.color_by.text() == "Receptive Field"
    driver.do("view.color.stage")
    plain = driver.picture
    driver.do("view.weighted_edges")
    assert driver.session.view.weighted_edges
    assert driver.picture != plain


def test_that_the_hint_is_the_boards(driver: AppDriver) -> None:
    bottom = driver.window.bottom
    bottom.show_tab("cost")
    assert bottom.hint.whole_text() == "click a bar to select it"
    driver.click(Target("group", "conv3_1"))
    bottom.show_tab("layers")
    assert bottom.hint.whole_text().startswith("following selection: conv3_1")
