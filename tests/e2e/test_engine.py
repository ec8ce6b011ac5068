"""The window with the real engine: variants, checks, and an engine that is killed at work."""

from __future__ import annotations

import json
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
from tests.support.window.app_driver import AppDriver

pytestmark = pytest.mark.engine


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


def test_that_the_status_bar_names_the_engine(live: AppDriver) -> None:
    live.qtbot.waitUntil(lambda: live.window.status.engine.text().endswith(" · CPU · ready"))
    assert live.window.status.engine.text().startswith("TensorFlow 2.")


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
    assert "13 identity, 3 padded" in live.window.status.text()
    assert live.notice in ("", "The engine is running again.")


def test_that_the_restart_button_restarts(live: AppDriver) -> None:
    engine = live.program.engine
    with live.qtbot.waitSignal(engine.crashed, timeout=10_000):
        os.kill(engine.pid, signal.SIGKILL)
    button = live.window.notices.button("Restart")
    assert button is not None
    live.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    live.qtbot.waitUntil(lambda: engine.state == "ready", timeout=120_000)


def test_that_cancel_gives_up_a_building(live: AppDriver) -> None:
    before = live.picture
    os.kill(live.program.engine.pid, signal.SIGSTOP)  # an engine that is slow for sure
    stopped = live.program.engine.pid
    try:
        live.window.actions_by_id["model.variant"].trigger()
        dialog = live.window.findChild(VariantDialog)
        assert dialog is not None
        field = dialog.field("shortcut")
        assert isinstance(field, Segments)
        live.qtbot.mouseClick(field.button("C"), Qt.MouseButton.LeftButton)
        live.qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
        live.qtbot.waitUntil(lambda: live.notice.startswith("Building ResNet-34 (shortcut C)…"))
        button = live.window.notices.button("Cancel")
        assert button is not None
        live.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        live.qtbot.waitUntil(lambda: not live.program.pipeline.busy)
        assert live.notice == ""
        assert live.picture is before
    finally:
        if live.program.engine.pid == stopped:
            os.kill(stopped, signal.SIGCONT)


def test_that_a_shape_that_keras_disagrees_with_is_told(live: AppDriver, tmp_path: Path) -> None:
    config = json.loads(assets.read_bytes("models/tutorial_first_unit.json"))
    text = json.dumps(config).replace("[null, 56, 56, 64]", "[null, 55, 55, 64]")
    file = tmp_path / "wrong.json"
    file.write_text(text)
    live.open(str(file))
    live.qtbot.waitUntil(lambda: "another shape" in live.notice, timeout=30_000)
    assert "of wrong" in live.notice


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
