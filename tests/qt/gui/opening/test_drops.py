"""Files dropped on the real window: models, others, several at once, nowhere near the canvas."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from resnet_viz import assets
from tests.support.window.app_driver import Desk

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
def test_that_a_model_dropped_anywhere_is_opened(desk: Desk, tmp_path: Path, where: str) -> None:
    place = desk.canvas.viewport() if where == "canvas" else desk.window
    assert drop(place, file(model(tmp_path, "mein Modell #1.json")))
    desk.qtbot.waitUntil(lambda: desk.window.toolbar.model.text() == "mein Modell #1")
    assert desk.notice == ""
    assert desk.program.opener.recent.texts == (str(tmp_path / "mein Modell #1.json"),)


@pytest.mark.parametrize("where", ["canvas", "window"])
def test_that_the_model_among_several_files_is_opened_and_said(
    desk: Desk, tmp_path: Path, others: list[Path], where: str
) -> None:
    place = desk.canvas.viewport() if where == "canvas" else desk.window
    models = [model(tmp_path, name) for name in ("one.JSON", "two.json")]
    assert drop(place, *map(file, (*others, *models)))
    desk.qtbot.waitUntil(lambda: desk.window.toolbar.model.text() == "one")
    assert desk.notice == "4 files were dropped; one.JSON is the one that is opened."


def test_that_what_is_no_model_is_told_in_one_sentence(desk: Desk, others: list[Path]) -> None:
    before = desk.picture
    assert drop(desk.canvas.viewport(), file(others[1]))
    desk.qtbot.waitUntil(lambda: desk.notice != "")
    assert desk.notice.startswith("This file could not be opened. ")
    assert "photo.png" in desk.notice
    assert desk.picture is before
    assert desk.program.opener.recent.texts == ()


def test_that_an_error_is_not_covered_by_how_many_were_dropped(
    desk: Desk, others: list[Path]
) -> None:
    assert drop(desk.window, *map(file, others))
    desk.qtbot.waitUntil(lambda: "could not be opened" in desk.notice)
    assert "notes.txt" in desk.notice


@pytest.mark.parametrize("where", ["canvas", "window"])
def test_that_what_lies_elsewhere_is_refused_but_hides_no_file(
    desk: Desk, tmp_path: Path, where: str
) -> None:
    place = desk.canvas.viewport() if where == "canvas" else desk.window
    away = QUrl("https://example.org/model.keras")
    assert not drop(place, away)
    assert drop(place, away, file(model(tmp_path, "here.json")))
    desk.qtbot.waitUntil(lambda: desk.window.toolbar.model.text() == "here")


def test_that_a_dropped_folder_is_told(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "folder.keras"
    folder.mkdir()
    assert drop(desk.window, file(folder))
    desk.qtbot.waitUntil(lambda: "it is a folder" in desk.notice)
