"""Back and forward through models and views, and undoing changes of the picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from tests.support.model_files.configs import data, residual
from tests.support.window.app_driver import AppDriver


def source(driver: AppDriver) -> str:
    assert driver.session.document is not None
    return str(driver.session.document.source)


def enabled(driver: AppDriver) -> tuple[bool, bool]:
    actions = driver.window.actions_by_id
    return actions["view.back"].isEnabled(), actions["view.forward"].isEnabled()


def test_that_changes_of_the_view_are_undone_one_by_one_and_redone(driver: AppDriver) -> None:
    assert enabled(driver) == (False, False)
    start = driver.session.view
    driver.do("view.detail.unit")
    driver.program.view_controller.toggle("conv3_1")
    driver.do("view.color.macs")
    end = driver.session.view
    views = []
    for _ in range(3):
        driver.do("view.back")
        views.append(driver.session.view)
    assert views[-1] == start
    assert views[0].color_by == "stage"
    assert enabled(driver) == (False, True)
    for _ in range(3):
        driver.do("view.forward")
    assert driver.session.view == end
    assert enabled(driver) == (True, False)


def test_that_back_returns_to_the_model_before_in_its_view(driver: AppDriver) -> None:
    driver.do("view.detail.stage")
    driver.open("plain34")
    driver.do("view.detail.layer")
    driver.do("view.back")
    driver.window.actions_by_id["view.back"].trigger()
    driver.qtbot.waitUntil(lambda: source(driver) == "resnet34")
    assert driver.session.view.detail == "stage"
    driver.window.actions_by_id["view.forward"].trigger()
    driver.qtbot.waitUntil(lambda: source(driver) == "plain34")
    assert enabled(driver) == (True, True)  # its layer detail is still ahead


def test_that_a_change_after_going_back_drops_what_was_ahead(driver: AppDriver) -> None:
    driver.do("view.detail.unit")
    driver.do("view.back")
    driver.do("view.detail.layer")
    assert enabled(driver) == (True, False)
    driver.do("view.back")
    assert driver.session.view.detail == "block"


def test_that_a_file_that_is_gone_is_told_and_nothing_changes(
    driver: AppDriver, tmp_path: Path
) -> None:
    path = tmp_path / "net.json"
    path.write_bytes(data(residual()))
    driver.open(str(path))
    driver.open("plain34")
    path.unlink()
    driver.window.actions_by_id["view.back"].trigger()
    driver.qtbot.waitUntil(lambda: driver.notice != "")
    assert source(driver) == "plain34"
    driver.do("view.detail.stage")
    driver.do("view.back")
    assert (source(driver), driver.session.view.detail) == ("plain34", "block")


def test_that_the_keys_of_browsers_and_editors_work(driver: AppDriver) -> None:
    driver.do("view.detail.unit")
    driver.window.activateWindow()
    driver.canvas.setFocus()
    driver.qtbot.keyClick(driver.canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert driver.session.view.detail == "block"
    driver.qtbot.keyClick(driver.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert driver.session.view.detail == "unit"
    driver.qtbot.keyClick(driver.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert driver.session.view.detail == "block"
