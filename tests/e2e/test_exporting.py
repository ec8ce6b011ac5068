"""Export… through the dialog, to all three formats."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from tests.support.window.app_driver import Desk


def export(desk: Desk, path: Path) -> None:
    desk.do("file.export")
    dialog = desk.program.exporter.dialog
    assert dialog is not None
    dialog.path.setText(str(path))
    assert dialog.message.text().endswith((".", "pixels."))
    desk.qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: not desk.program.exporter.busy)
    desk.qtbot.waitUntil(lambda: desk.program.exporter.dialog is None)


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_that_what_is_shown_is_exported(desk: Desk, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"my figure é.{suffix}"
    export(desk, path)
    assert desk.notice == f"Exported my figure é.{suffix}"
    if suffix == "png":
        image = QImage(str(path))
        assert image.width() == -int(-desk.picture.bounds.width * 2 // 1)
    elif suffix == "svg":
        texts = [element.text for element in ET.parse(path).iter() if element.text]
        assert "conv3_1" in texts
    else:
        assert path.read_bytes().startswith(b"%PDF")
    assert sorted(each.name for each in tmp_path.glob("*figure*")) == [path.name]


def test_that_an_opened_block_is_exported_open(desk: Desk, tmp_path: Path) -> None:
    desk.after_picture(lambda: desk.program.viewing.toggle("conv3_1"))
    path = tmp_path / "open.svg"
    export(desk, path)
    assert "BatchNorm" in path.read_text(encoding="utf-8")


def test_that_the_folder_and_choices_are_remembered(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    folder.mkdir()
    export(desk, folder / "one.svg")
    desk.do("file.export")
    dialog = desk.program.exporter.dialog
    assert dialog is not None
    assert dialog.path.text() == str(folder / "ResNet-34.svg")
    dialog.reject()


def test_that_the_notice_leads_to_the_folder(desk: Desk, tmp_path: Path) -> None:
    export(desk, tmp_path / "figure.svg")
    button = desk.window.notices.button("Open folder")
    assert button is not None
    desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert desk.answers.folders[-1] == str(tmp_path)


def test_that_a_target_that_vanishes_is_told_and_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    desk.do("file.export")
    dialog = desk.program.exporter.dialog
    assert dialog is not None
    dialog.path.setText(str(folder / "figure.png"))
    folder.rmdir()
    desk.qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: "can't be written" in desk.notice)
    assert not folder.exists()
    assert desk.picture.items
