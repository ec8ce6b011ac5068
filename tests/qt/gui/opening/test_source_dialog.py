"""Open Source…: completion over the whole grammar, and nothing is run or imported by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.themes import LIGHT
from resnet_viz.gui.opening.source_completion import completions
from resnet_viz.gui.opening.source_dialog import SourceDialog
from resnet_viz.sources.types import Application, BuiltIn, ModelFile, PythonFunction
from tests.support.window.style import set_style

SCRIPT = """
import sys
raise SystemExit("run")
def build(): ...
def _private(): ...
async def build_async(): ...
class Thing:
    def method(self): ...
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "net.py").write_text(SCRIPT)
    (tmp_path / "net.keras").touch()
    (tmp_path / "net.h5").touch()
    (tmp_path / "notes.txt").touch()
    (tmp_path / "nets").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("resnet5", "resnet50"),
        ("keras:Eff", "keras:EfficientNetB0"),
        ("efficientnetv2", "keras:EfficientNetV2L"),
        ("resnet50?", "resnet50?classes="),
        ("resnet50?input=64x64x3&sh", "resnet50?input=64x64x3&shortcut="),
        ("resnet50?shortcut=", "resnet50?shortcut=C"),
        ("keras:ResNet50?in", "keras:ResNet50?input="),
        ("keras:ResNet50?input=", "keras:ResNet50?input=224x224x3"),
        ("ne", "net.keras"),
        ("ne", "net.py:"),
        ("./ne", "./net.h5"),
        ("ne", "nets/"),
        ("net.py:", "net.py:build"),
        ("net.py:build_", "net.py:build_async"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_that_it_completes(typed: str, offered: str) -> None:
    assert offered in completions(typed)


@pytest.mark.usefixtures("folder")
def test_that_only_what_can_be_opened_is_offered() -> None:
    assert "notes.txt" not in completions("n")
    assert completions("net.py:_") == ()
    assert completions("net.py:method") == ()
    assert completions("resnet50?classes=10&cl") == ()
    assert completions("keras:Nothing?") == ()
    assert completions("no/such/folder/x") == ()
    assert completions("\x00/x") == ()


def test_that_recent_sources_come_first() -> None:
    assert completions("vgg", ("/models/my_vgg.keras",))[0] == "/models/my_vgg.keras"


@pytest.fixture
def parent(qtbot: QtBot, qapp: QApplication) -> QWidget:
    set_style(qapp)
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def dialog(parent: QWidget, folder: Path) -> SourceDialog:
    del folder
    made = SourceDialog(parent, theme=LIGHT, recent=())
    made.open()
    return made


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("resnet34?classes=10", BuiltIn("resnet34", (("classes", "10"),))),
        ("keras:VGG16", Application("VGG16")),
        ("net.h5", ModelFile("net.h5")),
        ("net.py:build", PythonFunction("net.py", "build")),
        ("package.net:build", PythonFunction("package.net", "build")),
    ],
)
def test_that_what_is_typed_is_opened(
    dialog: SourceDialog, qtbot: QtBot, text: str, source: object
) -> None:
    qtbot.keyClicks(dialog.field, text)
    assert dialog.ok.isEnabled()
    with qtbot.waitSignal(dialog.chosen) as heard:
        qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert heard.args[0] == source


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("resnet3", "resnet34"),
        ("keras:VGG17", "VGG16"),
        ("resnet34?classes=0", "whole numbers"),
        ("net.py", "function"),
    ],
)
def test_that_a_mistake_is_told_with_what_to_do(
    dialog: SourceDialog, qtbot: QtBot, text: str, says: str
) -> None:
    qtbot.keyClicks(dialog.field, text)
    assert says in dialog.message.text()
    assert not dialog.ok.isEnabled()


def test_that_an_empty_field_explains_itself(dialog: SourceDialog) -> None:
    assert "keras.applications" in dialog.message.text()
    assert not dialog.ok.isEnabled()


def test_that_a_function_is_announced_as_code(dialog: SourceDialog, qtbot: QtBot) -> None:
    qtbot.keyClicks(dialog.field, "net.py:build")
    assert "asked first" in dialog.message.text()
    assert "net.py:build" not in dialog.offers  # typed in full already


def _press(qtbot: QtBot, dialog: SourceDialog, *keys: Qt.Key) -> None:
    """Press keys as a user does: the open list of completions takes them."""
    popup = dialog.completer.popup()
    for key in keys:
        qtbot.keyClick(popup if popup.isVisible() else dialog.field, key)


def test_that_enter_opens_the_name_as_typed_though_longer_ones_are_offered(
    dialog: SourceDialog, qtbot: QtBot
) -> None:
    qtbot.keyClicks(dialog.field, "keras:ResNet50")
    qtbot.waitUntil(dialog.completer.popup().isVisible)
    assert dialog.offers[0] == "keras:ResNet50V2"
    with qtbot.waitSignals([dialog.chosen, dialog.accepted]):
        _press(qtbot, dialog, Qt.Key.Key_Return)
    assert dialog.field.text() == "keras:ResNet50"


def test_that_enter_opens_the_function_as_typed_once(dialog: SourceDialog, qtbot: QtBot) -> None:
    qtbot.keyClicks(dialog.field, "net.py:build")
    qtbot.waitUntil(dialog.completer.popup().isVisible)
    chosen: list[object] = []
    dialog.chosen.connect(chosen.append)
    with qtbot.waitSignal(dialog.accepted):
        _press(qtbot, dialog, Qt.Key.Key_Return)
    assert chosen == [PythonFunction("net.py", "build")]


def test_that_a_completion_is_taken_once_it_is_chosen_and_opened_by_the_next_enter(
    dialog: SourceDialog, qtbot: QtBot
) -> None:
    qtbot.keyClicks(dialog.field, "keras:ResNet50")
    qtbot.waitUntil(dialog.completer.popup().isVisible)
    _press(qtbot, dialog, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.field.text() == "keras:ResNet50V2"
    with qtbot.waitSignal(dialog.chosen) as heard:
        _press(qtbot, dialog, Qt.Key.Key_Return)
    assert heard.args[0] == Application("ResNet50V2")


def test_that_enter_on_a_mistake_only_closes_the_completions(
    dialog: SourceDialog, qtbot: QtBot
) -> None:
    qtbot.keyClicks(dialog.field, "resnet3")
    qtbot.waitUntil(dialog.completer.popup().isVisible)
    _press(qtbot, dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.field.text() == "resnet3"
    assert not dialog.completer.popup().isVisible()
