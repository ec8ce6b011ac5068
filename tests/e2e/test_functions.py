"""Python functions: never run without consent, in the engine only, with their output shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPlainTextEdit

from resnet_viz.gui.notices.log_tab import LogTab
from resnet_viz.gui.opening.source_dialog import SourceDialog
from tests.e2e.conftest import MakeDriver
from tests.support.engine_processes import WITHOUT_KERAS, fake_engine
from tests.support.window.app_driver import AppDriver

GOOD = """
import os
import keras

def build():
    print("hello from", os.path.basename(os.getcwd()))
    inputs = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(4, 3, padding="same", name="first")(inputs)
    return keras.Model(inputs, keras.layers.Add(name="sum")([x, x]), name="mine")

def broken():
    print("about to fail")
    raise ValueError("no such dataset")

def endless():
    print("looping")
    while True:
        pass
"""


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "net.py"
    made.write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    return made


def log_text(driver: AppDriver) -> str:
    tab = driver.window.bottom.content("log")
    assert isinstance(tab, LogTab)
    view = tab.findChild(QPlainTextEdit)
    assert view is not None
    return view.toPlainText()


def test_that_without_consent_nothing_is_run(driver: AppDriver, script: Path) -> None:
    before = driver.picture
    driver.prompter.agrees = False
    with driver.qtbot.assertNotEmitted(driver.program.pipeline.opening, wait=100):
        driver.program.opener.open_text("net.py:build")
    assert driver.picture is before
    (question,) = driver.prompter.questions
    assert "Run build() from net.py?" in question
    assert str(script) in question  # exactly what, and where
    assert str(script.parent) in question


@pytest.mark.usefixtures("script")
def test_that_every_kind_of_opening_asks(driver: AppDriver) -> None:
    driver.prompter.agrees = False
    driver.do("file.open_source")
    dialog = driver.window.findChild(SourceDialog)
    assert dialog is not None
    dialog.field.setText("package.net:build")
    dialog.ok.click()
    driver.program.opener.open_file("net.py:build")
    assert len(driver.prompter.questions) == 2
    assert "module package.net" in driver.prompter.questions[0]
    assert not driver.program.pipeline.busy


@pytest.mark.engine
def test_that_a_function_runs_prints_and_shows_its_model(live: AppDriver, script: Path) -> None:
    live.open("net.py:build", timeout=60_000)
    assert live.session.document is not None
    assert live.session.document.graph.by_id["first"].output_shape == (None, 8, 8, 4)
    live.qtbot.waitUntil(lambda: f"hello from {script.parent.name}" in log_text(live))
    assert live.program.opener.recent.texts[0] == f"{script}:build"


def test_that_consent_may_hold_for_all_runs_of_the_session(
    driver_of: MakeDriver, script: Path
) -> None:
    script.write_text("first")  # the name of the layer in the fake engine's answer
    driver = driver_of(fake_engine("good"))
    driver.open("net.py:build")
    driver.prompter.always = True
    driver.do("file.reload")
    driver.qtbot.waitUntil(lambda: driver.notice.startswith("Reloaded net.py"))
    assert len(driver.prompter.questions) == 2
    script.write_text("second")
    driver.qtbot.waitUntil(lambda: "second" in call_ids(driver))
    assert len(driver.prompter.questions) == 2


def call_ids(driver: AppDriver) -> set[str]:
    assert driver.session.document is not None
    return set(driver.session.document.graph.by_id)


@pytest.mark.usefixtures("script")
def test_that_an_exception_is_shown_and_the_log_opens(driver_of: MakeDriver) -> None:
    driver = driver_of(WITHOUT_KERAS)
    before = driver.picture
    driver.window.panel("dock").hide()
    driver.program.opener.open_text("net.py:broken")
    driver.qtbot.waitUntil(lambda: "failed" in driver.notice, timeout=60_000)
    assert driver.notice.endswith("ValueError: no such dataset (net.py, line 13)")
    assert driver.window.notices.button("Show log") is not None
    assert driver.window.panel("dock").isVisible()
    assert driver.window.bottom.current == "log"
    assert driver.window.actions_by_id["view.dock"].isChecked()
    driver.qtbot.waitUntil(lambda: 'File "' in log_text(driver))
    assert "about to fail" in log_text(driver)
    assert driver.picture is before


@pytest.mark.usefixtures("script")
def test_that_cancel_kills_what_never_ends(driver_of: MakeDriver) -> None:
    driver = driver_of(WITHOUT_KERAS)
    before, pid = driver.picture, driver.program.engine.pid
    driver.program.opener.open_text("net.py:endless")
    driver.qtbot.waitUntil(lambda: "looping" in log_text(driver), timeout=60_000)
    driver.qtbot.waitUntil(lambda: driver.notice.startswith("Running endless…"))
    button = driver.window.notices.button("Cancel")
    assert button is not None
    button.click()
    driver.qtbot.waitUntil(lambda: driver.program.engine.pid not in (0, pid), timeout=5_000)
    assert not driver.program.pipeline.busy
    assert driver.notice == ""
    assert driver.picture is before
