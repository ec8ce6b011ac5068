"""Export… through the dialog, to all three formats."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from tests.support.window.app_driver import AppDriver


def export(driver: AppDriver, path: Path) -> None:
    driver.do("file.export")
    dialog = driver.program.exporter.dialog
    assert dialog is not None
    dialog.path.setText(str(path))
    assert dialog.message.text().endswith((".", "pixels."))
    driver.qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    driver.qtbot.waitUntil(lambda: not driver.program.exporter.busy)
    driver.qtbot.waitUntil(lambda: driver.program.exporter.dialog is None)


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_that_what_is_shown_is_exported(driver: AppDriver, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"my figure é.{suffix}"
    export(driver, path)
    assert driver.notice == f"Exported my figure é.{suffix}"
    if suffix == "png":
        image = QImage(str(path))
        assert image.width() == -int(-driver.picture.bounds.width * 2 // 1)
    elif suffix == "svg":
        texts = [element.text for element in ET.parse(path).iter() if element.text]
        assert "conv3_1" in texts
    else:
        assert path.read_bytes().startswith(b"%PDF")
    assert sorted(each.name for each in tmp_path.glob("*figure*")) == [path.name]


def test_that_an_opened_block_is_exported_open(driver: AppDriver, tmp_path: Path) -> None:
    driver.after_picture(lambda: driver.program.view_controller.toggle("conv3_1"))
    path = tmp_path / "open.svg"
    export(driver, path)
    assert "BatchNorm" in path.read_text(encoding="utf-8")


def test_that_the_folder_and_choices_are_remembered(driver: AppDriver, tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    folder.mkdir()
    export(driver, folder / "one.svg")
    driver.do("file.export")
    dialog = driver.program.exporter.dialog
    assert dialog is not None
    assert dialog.path.text() == str(folder / "ResNet-34.svg")
    dialog.reject()


def test_that_the_notice_leads_to_the_folder(driver: AppDriver, tmp_path: Path) -> None:
    export(driver, tmp_path / "figure.svg")
    button = driver.window.notices.button("Open folder")
    assert button is not None
    driver.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert driver.prompter.folders[-1] == str(tmp_path)


def test_that_a_target_that_vanishes_is_told_and_leaves_nothing(
    driver: AppDriver, tmp_path: Path
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    driver.do("file.export")
    dialog = driver.program.exporter.dialog
    assert dialog is not None
    dialog.path.setText(str(folder / "figure.png"))
    folder.rmdir()
    driver.qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    driver.qtbot.waitUntil(lambda: "can't be written" in driver.notice)
    assert not folder.exists()
    assert driver.picture.items
