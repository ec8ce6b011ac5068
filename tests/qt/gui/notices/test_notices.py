"""The bar of notices."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.themes import LIGHT
from resnet_viz.errors import ModelError
from resnet_viz.gui.notices.bar import Notice, NoticeAction, NoticeBar
from resnet_viz.gui.notices.errors import ErrorLog, ExceptionHook, notice_of
from tests.support.window.style import set_style


@pytest.fixture
def bar(qtbot: QtBot, qapp: QApplication) -> NoticeBar:
    set_style(qapp)
    made = NoticeBar(LIGHT)
    qtbot.addWidget(made)
    return made


def test_that_a_notice_with_the_same_key_takes_the_place(bar: NoticeBar) -> None:
    bar.show_notice(Notice("one", key="k"))
    bar.show_notice(Notice("two", key="k"))
    assert bar.shown is not None
    assert bar.shown.text == "two"
    bar.close_notice("k")
    assert bar.isHidden()


def test_that_an_info_does_not_cover_an_error(bar: NoticeBar) -> None:
    bar.show_notice(Notice("broken", "error"))
    bar.show_notice(Notice("by the way"))
    assert bar.shown is not None
    assert bar.shown.text == "broken"


def test_that_a_covered_notice_comes_back(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.show_notice(Notice("first", "warning", key="a"))
    bar.show_notice(Notice("second", "error", key="b"))
    bar.show()
    qtbot.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)
    assert bar.shown is not None
    assert bar.shown.text == "first"


def test_that_a_button_does_its_deed_and_closes(bar: NoticeBar, qtbot: QtBot) -> None:
    done: list[str] = []
    bar.show_notice(Notice("text", actions=(NoticeAction("Go", lambda: done.append("went")),)))
    button = bar.button("Go")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["went"]
    assert bar.shown is None


@pytest.mark.usefixtures("qapp")
def test_that_a_known_error_is_told_as_it_is() -> None:
    kept: list[str] = []
    notice = notice_of(
        ModelError("The file is empty.", details="0 bytes"),
        before="This file could not be opened.",
        log=kept.append,
    )
    assert notice.text == "This file could not be opened. The file is empty."
    notice.actions[0].callback()
    assert QGuiApplication.clipboard().text() == "The file is empty.\n0 bytes"
    assert kept == []


@pytest.mark.usefixtures("qapp")
def test_that_an_unknown_error_is_logged_and_can_be_copied(tmp_path: Path) -> None:
    log = ErrorLog(debug=False, folder=tmp_path)
    try:
        raise ZeroDivisionError("oops")  # noqa: TRY301
    except ZeroDivisionError as error:
        notice = notice_of(error, log=log.keep)
    assert "ZeroDivisionError" in notice.text
    assert "Traceback" not in notice.text
    assert "oops" in log.path.read_text()
    notice.actions[0].callback()
    assert "Traceback" in QGuiApplication.clipboard().text()


def test_that_the_hook_shows_what_no_slot_caught(bar: NoticeBar, tmp_path: Path) -> None:
    hook = ExceptionHook(bar, ErrorLog(debug=False, folder=tmp_path), bar)
    hook.install()
    sys.excepthook(KeyError, KeyError("lost"), None)
    hook.remove()
    assert bar.shown is not None
    assert "KeyError" in bar.shown.text
    assert bar.button("Copy details") is not None


def test_that_a_log_that_cannot_be_written_is_no_second_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    ErrorLog(debug=False, folder=blocked).keep("text")
