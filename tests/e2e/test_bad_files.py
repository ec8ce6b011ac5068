"""Files that can't be used: a notice, and the last picture stays."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from resnet_viz import assets
from resnet_viz.sources.types import ModelFile
from tests.support.window.app_driver import AppDriver


def _missing(path: Path) -> Path:
    return path / "missing.keras"


def _empty(path: Path) -> Path:
    file = path / "empty.json"
    file.touch()
    return file


def _folder(path: Path) -> Path:
    made = path / "folder.keras"
    made.mkdir()
    return made


def _no_config(path: Path) -> Path:
    file = path / "no_config.keras"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("metadata.json", "{}")
    return file


def _broken(path: Path) -> Path:
    file = path / "broken.json"
    file.write_text('{"class_name": "Functional", ')
    return file


def _not_a_zip(path: Path) -> Path:
    file = path / "text.keras"
    file.write_text("hello")
    return file


def _foreign(path: Path) -> Path:
    file = path / "foreign.json"
    file.write_text(json.dumps({"nodes": [1, 2, 3]}))
    return file


def _weights(path: Path) -> Path:
    file = path / "weights.h5"
    file.write_bytes(b"\x89HDF\r\n\x1a\n")
    return file


@pytest.mark.parametrize(
    "make", [_missing, _empty, _folder, _no_config, _broken, _not_a_zip, _foreign, _weights]
)
def test_that_a_bad_file_gives_a_notice_and_keeps_the_picture(
    driver: AppDriver, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    before = driver.picture
    driver.prompter.model_file = str(make(tmp_path))
    driver.do("file.open")
    driver.qtbot.waitUntil(lambda: driver.notice != "")
    assert driver.notice.startswith("This file could not be opened. ")
    assert "Traceback" not in driver.notice
    assert driver.picture is before
    assert driver.canvas.display_list is before
    button = driver.window.notices.button("Copy details")
    assert button is not None
    driver.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text()


def test_that_the_next_good_file_clears_the_notice(driver: AppDriver, tmp_path: Path) -> None:
    driver.window.files_dropped.emit((str(_broken(tmp_path)),))
    driver.qtbot.waitUntil(lambda: driver.notice != "")
    good = tmp_path / "모델 1.json"
    good.write_bytes(assets.read_bytes("models/resnet18.json"))
    driver.window.files_dropped.emit((str(good),))
    driver.qtbot.waitUntil(lambda: driver.window.toolbar.model.text() == "모델 1")
    assert driver.notice == ""
    assert "11,689,512 trainable" in driver.window.status.text()


def test_that_a_reload_reads_the_file_again_and_keeps_what_is_open(
    driver: AppDriver, tmp_path: Path
) -> None:
    file = tmp_path / "net.json"
    file.write_bytes(assets.read_bytes("models/resnet34.json"))
    driver.open(str(file))
    driver.after_picture(lambda: driver.program.view_controller.toggle("conv3_1"))
    view = driver.session.view
    before = driver.session.document
    driver.do("file.reload")
    driver.qtbot.waitUntil(lambda: driver.session.document is not before)
    assert driver.session.view == view
    assert driver.session.document is not None
    assert driver.session.document.source == ModelFile(str(file))


def test_that_an_empty_window_offers_a_way_on(driver: AppDriver, tmp_path: Path) -> None:
    """A window whose very first file is bad."""
    driver.close()
    fresh = AppDriver(driver.qtbot, QGuiApplication.instance(), tmp_path)  # type: ignore[arg-type]
    try:
        fresh.program.open(ModelFile(str(tmp_path / "nothing.keras")))
        driver.qtbot.waitUntil(lambda: fresh.notice != "")
        assert fresh.window.empty.resnet.isVisible()
        assert not fresh.window.toolbar.export.isEnabled()
        driver.qtbot.mouseClick(fresh.window.empty.resnet, Qt.MouseButton.LeftButton)
        driver.qtbot.waitUntil(lambda: fresh.session.document is not None)
        assert fresh.window.toolbar.export.isEnabled()
        assert not fresh.window.empty.isVisible()
    finally:
        fresh.close()
