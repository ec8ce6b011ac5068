"""The window with an engine: variants, checks, and an engine that is killed at work."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz import assets
from resnet_viz.gui.opening.variant_dialog import VariantDialog
from resnet_viz.gui.widgets.controls import Segments
from tests.e2e.conftest import MakeDriver
from tests.support.engine_processes import fake_engine
from tests.support.window.app_driver import AppDriver


def click(driver: AppDriver, label: str) -> None:
    """Click a button of the notice."""
    button = driver.window.notices.button(label)
    assert button is not None
    driver.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def ask_variant(driver: AppDriver, *, option: str) -> None:
    """Build… through the dialog."""
    driver.do("model.variant")
    dialog = driver.window.findChild(VariantDialog)
    assert dialog is not None
    field = dialog.field("shortcut")
    assert isinstance(field, Segments)
    driver.qtbot.mouseClick(field.button(option), Qt.MouseButton.LeftButton)
    driver.qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)


def title(driver: AppDriver) -> str:
    assert driver.session.document is not None
    return driver.session.document.title


def test_that_the_status_bar_names_the_engine(driver_of: MakeDriver) -> None:
    driver = driver_of(fake_engine("good"))
    engine_text = driver.window.status.engine.text
    driver.qtbot.waitUntil(lambda: engine_text() == "TensorFlow 2.21 · CPU · ready")


@pytest.mark.engine
def test_that_a_variant_is_built_shown_and_then_at_hand(live: AppDriver) -> None:
    ask_variant(live, option="C")
    live.qtbot.waitUntil(lambda: title(live) == "ResNet-34 (shortcut C)", timeout=60_000)
    assert "22,716,840 trainable" in live.window.status.text()
    assert "16 blocks: 16 projection" in live.window.status.text()
    assert "3,830,747,136 MACs" in live.window.status.text()
    live.open("resnet34")
    os.kill(live.program.engine.pid, signal.SIGSTOP)  # from the cache it comes without the engine
    try:
        live.open("resnet34?shortcut=C")
    finally:
        os.kill(live.program.engine.pid, signal.SIGCONT)


@pytest.mark.engine
def test_that_killing_the_engine_at_work_loses_nothing(live: AppDriver) -> None:
    live.session.select(live.session.selection)
    before = live.picture
    live.program.view_controller.toggle("conv3_1")
    live.qtbot.waitUntil(lambda: live.picture is not before)
    opened = live.picture
    engine = live.program.engine
    ask_variant(live, option="A")
    live.qtbot.waitUntil(lambda: engine.state == "busy", timeout=10_000)
    with live.qtbot.waitSignal(engine.crashed, timeout=10_000):
        os.kill(engine.pid, signal.SIGKILL)
    assert live.window.notices.button("Restart") is not None
    assert live.picture is opened
    assert live.canvas.display_list is opened
    live.qtbot.waitUntil(lambda: title(live) == "ResNet-34 (shortcut A)", timeout=120_000)
    assert "13 identity, 3 zero-padded" in live.window.status.text()
    assert live.notice in ("", "The engine is running again.")


def test_that_the_restart_button_restarts(driver_of: MakeDriver) -> None:
    driver = driver_of(fake_engine("good"))
    engine = driver.program.engine
    killed = engine.pid
    with driver.qtbot.waitSignal(engine.crashed):
        os.kill(killed, signal.SIGKILL)
    click(driver, "Restart")
    driver.qtbot.waitUntil(lambda: engine.state == "ready")
    assert engine.pid != killed


def test_that_a_build_can_be_cancelled(driver_of: MakeDriver) -> None:
    driver = driver_of(fake_engine("waits"))
    before = driver.picture
    ask_variant(driver, option="C")
    driver.qtbot.waitUntil(lambda: driver.notice.startswith("Building ResNet-34 (shortcut C)…"))
    click(driver, "Cancel")
    driver.qtbot.waitUntil(lambda: not driver.program.pipeline.busy)
    assert driver.notice == ""
    assert driver.picture is before


def test_that_a_shape_that_keras_disagrees_with_is_shown(
    driver_of: MakeDriver, tmp_path: Path
) -> None:
    driver = driver_of(fake_engine("good"))
    config = assets.read_bytes("models/tutorial_first_unit.json").decode()
    file = tmp_path / "wrong.json"
    file.write_text(config.replace('"tutorial_first_unit"', '"wrong"'))
    driver.open(str(file))
    driver.qtbot.waitUntil(lambda: driver.notice.startswith("Keras "))
    assert "1 tensor of wrong" in driver.notice
    assert "conv1" in driver.notice


@pytest.mark.engine
def test_that_a_model_of_keras_applications_needs_no_engine_the_second_time(
    live: AppDriver, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    source = "keras:MobileNetV2?input=64x64x3&classes=7"
    live.open(source, timeout=60_000)
    first = live.picture
    broken = (sys.executable, "-c", "raise SystemExit(3)")
    folder = tmp_path / "second"
    folder.mkdir()
    second = AppDriver(qtbot, qapp, folder, engine_command=broken)
    second.program.engine.start()
    qtbot.waitUntil(lambda: second.program.engine.state == "crashed", timeout=30_000)
    second.open(source)
    assert second.picture.items == first.items
    second.program.opener.open_text("keras:MobileNetV2?input=64x64x3&classes=8")  # is not at hand
    qtbot.waitUntil(lambda: not second.program.pipeline.busy)
    assert second.notice == "The engine is not running. Restart it, then try again."
    second.close()
