"""Python functions: never run without consent, in the engine only, and what they print is shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPlainTextEdit

from resnet_viz.gui.notices.log_tab import LogTab
from resnet_viz.gui.opening.source_dialog import SourceDialog
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
def test_that_every_way_to_open_asks(driver: AppDriver) -> None:
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
    own = os.getpid()
    live.open("net.py:build", timeout=60_000)
    assert live.session.document is not None
    assert live.session.document.graph.by_id["first"].output_shape == (None, 8, 8, 4)
    assert f"hello from {script.parent.name}" in log_text(live)
    assert os.getpid() == own
    assert live.program.opener.recent.texts[0] == f"{script}:build"
    live.prompter.always = True
    live.do("file.reload")
    live.qtbot.waitUntil(lambda: live.notice == "Reloaded net.py", timeout=60_000)
    assert len(live.prompter.questions) == 2
    script.write_text(GOOD.replace('name="first"', 'name="second"'))
    live.qtbot.waitUntil(lambda: "second" in _calls(live), timeout=60_000)
    assert len(live.prompter.questions) == 2  # always, in this session


def _calls(driver: AppDriver) -> set[str]:
    assert driver.session.document is not None
    return set(driver.session.document.graph.by_id)


@pytest.mark.engine
@pytest.mark.usefixtures("script")
def test_that_an_exception_is_told_and_the_log_opens(live: AppDriver) -> None:
    before = live.picture
    live.window.panel("dock").hide()
    live.program.opener.open_text("net.py:broken")
    live.qtbot.waitUntil(lambda: "failed" in live.notice, timeout=60_000)
    assert live.notice.endswith("ValueError: no such dataset")
    assert live.window.notices.button("Show log") is not None
    assert live.window.panel("dock").isVisible()
    assert live.window.bottom.current == "log"
    assert live.window.actions_by_id["view.dock"].isChecked()
    text = log_text(live)
    assert "about to fail" in text
    assert "Traceback" in text or 'File "' in text
    assert live.picture is before


@pytest.mark.engine
@pytest.mark.usefixtures("script")
def test_that_cancel_kills_what_never_ends(live: AppDriver) -> None:
    before, pid = live.picture, live.program.engine.pid
    live.program.opener.open_text("net.py:endless")
    live.qtbot.waitUntil(lambda: "looping" in log_text(live), timeout=60_000)
    live.qtbot.waitUntil(lambda: live.notice.startswith("Running endless…"))
    button = live.window.notices.button("Cancel")
    assert button is not None
    button.click()
    live.qtbot.waitUntil(lambda: live.program.engine.pid not in (0, pid), timeout=5_000)
    assert not live.program.pipeline.busy
    assert live.notice == ""
    assert live.picture is before
