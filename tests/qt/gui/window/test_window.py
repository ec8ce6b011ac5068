"""The window's frame: sizes of the board, geometry of the last run, views that can't be drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QByteArray, QEvent, QMimeData, QObject, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from resnet_viz.drawing import compose
from resnet_viz.drawing.display_list import Target
from resnet_viz.errors import ModelError
from resnet_viz.gui.notices.bar import Notice
from resnet_viz.typing_compat import override
from tests.support.pictures.canvas_probe import visible_area
from tests.support.window.app_driver import AppDriver


def test_that_the_parts_have_the_boards_sizes(driver: AppDriver) -> None:
    window = driver.window
    assert window.toolbar.height() == 44
    assert window.toolbar.mapTo(window, window.toolbar.rect().topLeft()).y() == 28
    assert window.outline.width() == 232
    assert window.inspector.width() == 304
    assert window.status.height() == 26
    assert abs(driver.canvas.width() - 1064) <= 2  # two dividers
    assert abs(driver.canvas.height() - 712) <= 1  # a divider
    assert window.bottom.height() == 190
    assert window.bottom.mapTo(window, window.bottom.rect().bottomLeft()).y() == 1000 - 26 - 1
    assert window.bottom.width() == driver.canvas.width()


def test_that_a_corrupt_geometry_is_passed_over(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    first = AppDriver(qtbot, qapp, tmp_path)
    first.preferences.geometry = QByteArray(b"garbage")
    first.preferences.sync()
    first.program.stop()
    again = AppDriver(qtbot, qapp, tmp_path)
    assert again.window.width() == 1600
    again.close()


def test_that_size_and_place_come_back(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    first = AppDriver(qtbot, qapp, tmp_path)
    first.window.resize(700, 600)
    size = first.window.size()
    first.close()
    assert first.preferences.geometry is not None
    again = AppDriver(qtbot, qapp, tmp_path)
    again.window.restore(again.preferences.geometry)
    assert again.window.size() == size
    again.close()


def test_that_a_view_that_cannot_be_drawn_gives_the_last_one_back(
    driver: AppDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = compose.picture

    def picky(document: Any, view: Any, measurer: Any, dot: Any, **rest: Any) -> Any:
        if view.detail == "layer":
            raise ModelError("This is too much.")
        return real(document, view, measurer, dot, **rest)

    monkeypatch.setattr(compose, "picture", picky)
    before = driver.picture
    driver.window.actions_by_id["view.detail.layer"].trigger()
    driver.qtbot.waitUntil(lambda: driver.notice != "")
    assert driver.notice == "This view could not be drawn. This is too much."
    assert driver.session.view.detail == "block"
    assert driver.window.toolbar.detail.value() == "block"
    assert driver.picture is before
    shown = driver.after_picture(lambda: driver.program.view_controller.toggle("conv3_1"))
    assert Target("call", "conv3_1_conv_a") in {item.target for item in shown.items}


def test_that_a_defect_of_ours_is_told_without_a_traceback(
    driver: AppDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise IndexError("deep inside")

    monkeypatch.setattr(compose, "picture", broken)
    driver.window.actions_by_id["view.detail.stage"].trigger()
    driver.qtbot.waitUntil(lambda: driver.notice != "")
    assert driver.notice.startswith("This view could not be drawn. (IndexError)")
    assert "deep inside" in driver.program.log.path.read_text()
    assert driver.session.view.detail == "block"


def test_that_a_file_dropped_on_the_window_is_opened(driver: AppDriver, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "nothing.keras"))])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    driver.window.dropEvent(event)
    driver.qtbot.waitUntil(lambda: "nothing.keras" in driver.notice)
    assert driver.preferences.folder("open") == str(tmp_path)


def test_that_nothing_of_the_board_is_missing_from_the_head(driver: AppDriver) -> None:
    toolbar = driver.window.toolbar
    assert toolbar.model.text() == "ResNet-34"
    assert toolbar.fit.text() == "Fit"
    assert toolbar.export.text() == "Export…"
    assert [menu.title() for menu in driver.window.menus()] == [
        "File",
        "View",
        "Selection",
        "Model",
        "Help",
    ]


def test_that_no_panel_shows_itself_as_a_window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    shown: list[str] = []

    class Watcher(QObject):
        @override
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
                shown.extend([type(watched).__name__] if watched.isWindow() else [])
            return False

    watcher = Watcher()
    qapp.installEventFilter(watcher)
    driver = AppDriver(qtbot, qapp, tmp_path)
    driver.open("resnet34")
    qapp.removeEventFilter(watcher)
    driver.close()
    assert shown == ["MainWindow"]


@pytest.mark.parametrize("pane", ["outline", "table", "canvas", "theme button", "chart"])
def test_that_escape_clears_the_selection_wherever_the_focus_is(
    driver: AppDriver, pane: str
) -> None:
    window = driver.window
    driver.session.select((Target("group", "conv3_1"), Target("group", "conv3_2")))
    if pane in ("table", "chart"):
        window.bottom.show_tab({"table": "layers", "chart": "cost"}[pane])
    widget = {
        "outline": window.outline.tree,
        "canvas": window.canvas,
        "theme button": window.toolbar.theme,
    }.get(pane) or window.bottom.focus_widget()
    window.activateWindow()
    widget.setFocus()
    driver.qtbot.waitUntil(lambda: driver.window.focusWidget() is not None)
    driver.qtbot.keyClick(widget, Qt.Key.Key_Escape)
    assert driver.session.selection == ()


def test_that_a_restored_window_fits_the_screen_with_its_frame(driver: AppDriver) -> None:
    window, area = driver.window, driver.window.screen().availableGeometry()
    window.setGeometry(area.left(), area.top() + 60, area.width(), area.height() + 500)
    window.restore(window.saveGeometry())
    title_bar = 30
    assert window.height() + title_bar <= area.height()
    assert window.geometry().bottom() <= area.bottom()


def test_that_a_notice_lies_over_the_picture_and_moves_nothing(driver: AppDriver) -> None:
    canvas, notices = driver.canvas, driver.window.notices
    before = (canvas.zoom, canvas.size(), visible_area(canvas))
    notices.show_notice(Notice("A sentence. " * 60))
    assert (canvas.zoom, canvas.size(), visible_area(canvas)) == before
    assert notices.isVisible()
    assert notices.width() == canvas.width()
    assert notices.geometry().top() == 0
    two_lines = notices.height()
    driver.window.resize(1100, 700)
    driver.qtbot.waitUntil(lambda: notices.width() == canvas.width())
    assert notices.height() > two_lines  # the text needs more lines
    notices.close_button.click()
    assert not notices.isVisible()


def test_that_the_window_has_its_icon(driver: AppDriver) -> None:
    assert not driver.window.windowIcon().pixmap(64, 64).isNull()
