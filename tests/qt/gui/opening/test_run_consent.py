"""The question before code is run: it names what and where, No is the default, always is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.themes import DARK, LIGHT
from resnet_viz.gui.opening.run_consent import RunConsent, question_of
from resnet_viz.gui.widgets.style_sheet import style_sheet
from resnet_viz.gui.widgets.system_prompter import SystemPrompter
from resnet_viz.sources.types import PastFunction, PythonFunction
from tests.support.window.app_driver import FakePrompter
from tests.support.window.style import set_style

SOURCE = PythonFunction("models/net.py", "build")


@pytest.fixture
def parent(qtbot: QtBot, qapp: QApplication) -> QWidget:
    set_style(qapp)
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def asked(parent: QWidget, heard: list[bool]) -> QMessageBox:
    SystemPrompter().ask_to_run(parent, *question_of(SOURCE), heard.append)
    box = parent.findChild(QMessageBox)
    assert box is not None
    return box


def test_that_the_question_names_what_runs_and_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    question, explanation = question_of(SOURCE)
    assert question == "Run build() from net.py?"
    assert str(tmp_path / "models" / "net.py") in explanation
    assert f"in the folder {tmp_path}," in explanation
    question, explanation = question_of(PythonFunction("package.net", "build"))
    assert question == "Run build() from package.net?"
    assert "the module package.net" in explanation
    question, explanation = question_of(PastFunction("models/net.py", "build", "HEAD~1"))
    assert question == "Run build() from net.py at HEAD~1?"
    assert "as it was in the git revision HEAD~1" in explanation


def test_that_consent_to_the_present_is_none_to_the_past(parent: QWidget) -> None:
    consent = RunConsent(FakePrompter(), parent)
    consent.add(SOURCE)
    past = PastFunction(SOURCE.location, SOURCE.function, "HEAD~1")
    assert consent.has(SOURCE)
    assert not consent.has(past)
    consent.add(past)
    assert consent.has(past)
    assert not consent.has(PastFunction(SOURCE.location, SOURCE.function, "HEAD~2"))


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_that_enter_and_escape_run_nothing(parent: QWidget, qtbot: QtBot, key: Qt.Key) -> None:
    heard: list[bool] = []
    box = asked(parent, heard)
    assert box.defaultButton().text() == "Don't Run"
    with qtbot.waitSignal(box.finished):
        qtbot.keyClick(box.defaultButton() if key == Qt.Key.Key_Return else box, key)
    assert heard == []


@pytest.mark.parametrize("always", [False, True])
def test_that_run_runs_and_tells_whether_always(
    parent: QWidget, qtbot: QtBot, *, always: bool
) -> None:
    heard: list[bool] = []
    box = asked(parent, heard)
    parent.setStyleSheet(style_sheet(DARK))  # the theme may change while it is open
    parent.setStyleSheet(style_sheet(LIGHT))
    box.checkBox().setChecked(always)
    button = box.button(QMessageBox.StandardButton.Yes)
    assert button.text() == "Run"
    with qtbot.waitSignal(box.finished):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == [always]


def test_that_consent_lasts_only_if_that_was_said(parent: QWidget) -> None:
    prompter = FakePrompter()
    agreements = RunConsent(prompter, parent)
    ran: list[str] = []
    agreements.ask(SOURCE, lambda: ran.append("once"))
    agreements.ask(SOURCE, lambda: ran.append("twice"))
    assert len(prompter.questions) == 2
    prompter.always = True
    agreements.ask(SOURCE, lambda: ran.append("always"))
    agreements.ask(SOURCE, lambda: ran.append("and again"))
    assert len(prompter.questions) == 3
    assert ran == ["once", "twice", "always", "and again"]
    agreements.ask(PythonFunction("models/net.py", "other"), lambda: None)
    assert len(prompter.questions) == 4  # another function is another source


def test_that_a_no_is_no(parent: QWidget) -> None:
    prompter = FakePrompter()
    prompter.agrees = False
    agreements = RunConsent(prompter, parent)
    agreements.ask(SOURCE, lambda: pytest.fail("it ran"))
    assert not agreements.has(SOURCE)
