"""The bottom dock in the real window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.display_list import Target
from tests.support.window.app_driver import AppDriver


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
