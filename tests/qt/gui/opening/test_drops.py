"""Files dropped on the real window: models, others, several at once, nowhere near the canvas."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from resnet_viz import assets
from tests.support.window.app_driver import AppDriver

COPY, LEFT, NONE = (
    Qt.DropAction.CopyAction,
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
)


def drop(place: QWidget, *urls: QUrl) -> bool:
    """Drag onto a widget and let go, as the system does; whether both were accepted."""
    data = QMimeData()
    data.setUrls(list(urls))
    enter = QDragEnterEvent(QPoint(5, 5), COPY, data, LEFT, NONE)
    QApplication.sendEvent(place, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(5, 5), COPY, data, LEFT, NONE)
    QApplication.sendEvent(place, event)
    return event.isAccepted()


def file(path: Path) -> QUrl:
    return QUrl.fromLocalFile(str(path))


def model(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(assets.read_bytes("models/resnet18.json"))
    return path


@pytest.fixture
def others(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "notes.txt", tmp_path / "photo.png"]
    for path in made:
        path.write_text("hello")
    return made


@pytest.mark.parametrize("where", ["canvas", "window"])
def test_that_a_model_dropped_anywhere_is_opened(
    driver: AppDriver, tmp_path: Path, where: str
) -> None:
    place = driver.canvas.viewport() if where == "canvas" else driver.window
    assert drop(place, file(model(tmp_path, "mein Modell #1.json")))
    driver.qtbot.waitUntil(lambda: driver.window.toolbar.model.text() == "mein Modell #1")
    assert driver.notice == ""
    assert driver.program.opener.recent.texts == (str(tmp_path / "mein Modell #1.json"),)


@pytest.mark.parametrize("where", ["canvas", "window"])
def test_that_the_model_among_several_files_is_opened_and_said(
    driver: AppDriver, tmp_path: Path, others: list[Path], where: str
) -> None:
    place = driver.canvas.viewport() if where == "canvas" else driver.window
    models = [model(tmp_path, name) for name in ("one.JSON", "two.json")]
    assert drop(place, *map(file, (*others, *models)))
    driver.qtbot.waitUntil(lambda: driver.window.toolbar.model.text() == "one")
    assert driver.notice == "4 files were dropped; one.JSON is opened."


def test_that_what_is_no_model_is_told_in_one_sentence(
    driver: AppDriver, others: list[Path]
) -> None:
    before = driver.picture
    assert drop(driver.canvas.viewport(), file(others[1]))
    driver.qtbot.waitUntil(lambda: driver.notice != "")
    assert driver.notice.startswith("This file could not be opened. ")
    assert "photo.png" in driver.notice
    assert driver.picture is before
    assert driver.program.opener.recent.texts == ()


def test_that_an_error_is_not_covered_by_how_many_were_dropped(
    driver: AppDriver, others: list[Path]
) -> None:
    assert drop(driver.window, *map(file, others))
    driver.qtbot.waitUntil(lambda: "could not be opened" in driver.notice)
    assert "notes.txt" in driver.notice


@pytest.mark.parametrize("where", ["canvas", "window"])
def test_that_what_lies_elsewhere_is_refused_but_hides_no_file(
    driver: AppDriver, tmp_path: Path, where: str
) -> None:
    place = driver.canvas.viewport() if where == "canvas" else driver.window
    away = QUrl("https://example.org/model.keras")
    assert not drop(place, away)
    assert drop(place, away, file(model(tmp_path, "here.json")))
    driver.qtbot.waitUntil(lambda: driver.window.toolbar.model.text() == "here")


def test_that_a_dropped_folder_is_told(driver: AppDriver, tmp_path: Path) -> None:
    folder = tmp_path / "folder.keras"
    folder.mkdir()
    assert drop(driver.window, file(folder))
    driver.qtbot.waitUntil(lambda: "it is a folder" in driver.notice)
