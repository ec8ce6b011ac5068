"""The window's frame: sizes of the board, geometry of the last run, views that can't be drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.display_list import Target
from resnet_viz.errors import ModelError
from resnet_viz.services import pipeline
from tests.support.window.app_driver import Desk


def test_that_the_parts_have_the_boards_sizes(desk: Desk) -> None:
    window = desk.window
    assert window.toolbar.height() == 44
    assert window.toolbar.mapTo(window, window.toolbar.rect().topLeft()).y() == 28
    assert window.outline.width() == 232
    assert window.inspector.width() == 304
    assert window.status.height() == 26
    assert abs(desk.canvas.width() - 1064) <= 2  # two dividers
    assert abs(desk.canvas.height() - 712) <= 1  # a divider
    assert window.bottom.height() == 190
    assert window.bottom.mapTo(window, window.bottom.rect().bottomLeft()).y() == 1000 - 26 - 1
    assert window.bottom.width() == desk.canvas.width()


def test_that_a_corrupt_geometry_is_passed_over(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    first = Desk(qtbot, qapp, tmp_path)
    first.settings.geometry = QByteArray(b"garbage")
    first.settings.sync()
    first.program.stop()
    again = Desk(qtbot, qapp, tmp_path)
    assert again.window.width() == 1600
    again.close()


def test_that_size_and_place_come_back(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    first = Desk(qtbot, qapp, tmp_path)
    first.window.resize(700, 600)
    size = first.window.size()
    first.close()
    assert first.settings.geometry is not None
    again = Desk(qtbot, qapp, tmp_path)
    again.window.restore(again.settings.geometry)
    assert again.window.size() == size
    again.close()


def test_that_a_view_that_cannot_be_drawn_gives_the_last_one_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pipeline.picture

    def picky(document: Any, view: Any, measurer: Any, dot: Any, **rest: Any) -> Any:
        if view.detail == "layer":
            raise ModelError("This is too much.")
        return real(document, view, measurer, dot, **rest)

    monkeypatch.setattr(pipeline, "picture", picky)
    before = desk.picture
    desk.window.actions_by_id["view.detail.layer"].trigger()
    desk.qtbot.waitUntil(lambda: desk.notice != "")
    assert desk.notice == "This view could not be drawn. This is too much."
    assert desk.session.view.detail == "block"
    assert desk.window.toolbar.detail.value() == "block"
    assert desk.picture is before
    shown = desk.after_picture(lambda: desk.program.viewing.toggle("conv3_1"))
    assert Target("call", "conv3_1_conv_a") in {item.target for item in shown.items}


def test_that_a_defect_of_ours_is_told_without_a_traceback(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise IndexError("deep inside")

    monkeypatch.setattr(pipeline, "picture", broken)
    desk.window.actions_by_id["view.detail.stage"].trigger()
    desk.qtbot.waitUntil(lambda: desk.notice != "")
    assert desk.notice.startswith("This view could not be drawn. (IndexError)")
    assert "deep inside" in desk.program.log.path.read_text()
    assert desk.session.view.detail == "block"


def test_that_a_file_dropped_on_the_window_is_opened(desk: Desk, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "nothing.keras"))])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    desk.window.dropEvent(event)
    desk.qtbot.waitUntil(lambda: "nothing.keras" in desk.notice)
    assert desk.settings.folder("open") == str(tmp_path)


def test_that_nothing_of_the_board_is_missing_from_the_head(desk: Desk) -> None:
    toolbar = desk.window.toolbar
    assert toolbar.model.text() == "ResNet-34"
    assert toolbar.fit.text() == "Fit"
    assert toolbar.export.text() == "Export…"
    assert [menu.title() for menu in desk.window.menus()] == ["File", "View", "Model", "Help"]
