"""Models that can't be drawn: the window says why, and shows the tree of their layers."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTreeWidgetItem

from resnet_viz import assets
from resnet_viz.drawing.themes import DARK
from resnet_viz.graph.layer_tree import LayerNode, UntracedError
from resnet_viz.gui.opening.layers_dialog import LayersDialog
from tests.support.model_files.samples import hdf5
from tests.support.window.app_driver import AppDriver

SUBCLASSED = {"class_name": "Net", "config": {}}
CODE = """
import keras

class Net(keras.Model):
    def __init__(self, **config):
        super().__init__(**config)
        self.first = keras.layers.Dense(6, name="first")
        self.tower = keras.Sequential([keras.layers.Dense(2, name="out")], name="tower")

    def call(self, value):
        return self.tower(self.first(value)) * float(keras.ops.max(value))

def build():
    model = Net(name="mine")
    model(keras.ops.ones((2, 4)))
    return model
"""


def shown(driver: AppDriver) -> LayersDialog:
    driver.qtbot.waitUntil(lambda: driver.window.findChild(LayersDialog) is not None)
    dialog = driver.window.findChild(LayersDialog)
    assert dialog is not None
    driver.qtbot.waitExposed(dialog)
    return dialog


def row(item: QTreeWidgetItem | None) -> list[str]:
    assert item is not None
    return [item.text(column) for column in range(item.columnCount())]


def test_that_a_subclassed_models_layers_are_shown(driver: AppDriver, tmp_path: Path) -> None:
    before = driver.picture
    driver.program.opener.open_file(str(hdf5(tmp_path / "net.h5", SUBCLASSED)))
    dialog = shown(driver)
    assert dialog.windowTitle() == "Layers of net"
    assert '"Net" has no layers in its configuration' in dialog.reason.text()
    assert not dialog.isModal()
    assert dialog.tree.topLevelItemCount() == 3
    assert row(dialog.tree.topLevelItem(1)) == ["second", "", "8", "2, 3×2"]
    assert dialog.tree.isColumnHidden(1)  # the file names no classes
    assert driver.notice.startswith("This file could not be opened. ")
    assert driver.picture is before
    dialog.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith(dialog.reason.text())
    assert "second           8  2, 3×2" in copied


def test_that_the_layers_can_be_shown_again_and_go_with_the_next_model(
    driver: AppDriver, tmp_path: Path
) -> None:
    driver.program.opener.open_file(str(hdf5(tmp_path / "net.h5", SUBCLASSED)))
    dialog = shown(driver)
    driver.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    driver.qtbot.waitUntil(lambda: driver.window.findChild(LayersDialog) is None)
    again = driver.window.notices.button("Show layers")
    assert again is not None
    again.click()
    dialog = shown(driver)
    driver.session.set_theme(DARK)
    assert dialog.isVisible()
    again.click()  # one at a time
    driver.qtbot.waitUntil(lambda: len(driver.window.findChildren(LayersDialog)) == 1)
    driver.open("plain34")
    driver.qtbot.waitUntil(lambda: driver.window.findChild(LayersDialog) is None)
    assert driver.notice == ""


def test_that_a_file_that_has_become_one_is_told_without_a_dialog(
    driver: AppDriver, tmp_path: Path
) -> None:
    path = tmp_path / "net.json"
    path.write_bytes(assets.read_bytes("models/plain34.json"))
    driver.open(str(path))
    hdf5(path, SUBCLASSED)
    driver.qtbot.waitUntil(
        lambda: "has changed, but can't be read" in driver.notice, timeout=20_000
    )
    assert driver.window.findChild(LayersDialog) is None
    button = driver.window.notices.button("Show layers")
    assert button is not None
    button.click()
    assert shown(driver).tree.topLevelItemCount() == 3


@pytest.mark.engine
def test_that_a_function_whose_model_can_not_be_traced_shows_its_layers(
    live: AppDriver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "net.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    live.program.opener.open_text("net.py:build")
    live.qtbot.waitUntil(lambda: live.window.findChild(LayersDialog) is not None, timeout=60_000)
    dialog = shown(live)
    assert "does not work on symbolic tensors" in dialog.reason.text()
    assert row(dialog.tree.topLevelItem(0)) == ["first", "Dense", "30", "4×6, 6"]
    tower = dialog.tree.topLevelItem(1)
    assert row(tower) == ["tower", "Sequential", "14", ""]
    assert tower is not None
    assert row(tower.child(tower.childCount() - 1)) == ["out", "Dense", "14", "6×2, 2"]
    assert live.window.notices.button("Show layers") is not None


def test_that_thousands_of_layers_do_not_hold_the_window_up(driver: AppDriver) -> None:
    inner = LayerNode("inner", None, ((3,),), 3)
    layers = tuple(LayerNode(f"outer_{number}", None, (), 3, (inner,)) for number in range(1_500))
    error = UntracedError("It can't be drawn.", layers=layers)
    dialog = LayersDialog(driver.window, "net", error, driver.session.theme)
    driver.qtbot.addWidget(dialog)
    rows = [dialog.tree.topLevelItem(place) for place in range(dialog.tree.topLevelItemCount())]
    assert sum(1 + item.childCount() for item in rows if item is not None) == 2_001
    assert row(rows[-1])[0] == "… and 1,000 more (Copy has them all)"
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text().count("outer_") == 1_500
