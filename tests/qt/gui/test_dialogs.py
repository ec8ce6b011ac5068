"""The dialogs: variants checked as one types, exports told before they are made."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.display_list import Rect
from resnet_viz.drawing.themes import DARK, LIGHT
from resnet_viz.gui.commands.help_dialog import about_dialog, keys_dialog
from resnet_viz.gui.exporting.dialog import ExportChoices, ExportDialog, ExportRequest
from resnet_viz.gui.exporting.exporter import file_stem
from resnet_viz.gui.opening.variant_dialog import VariantDialog
from resnet_viz.gui.widgets.controls import Segments
from resnet_viz.sources.types import BuiltIn
from tests.support.window.app_driver import FakePrompter
from tests.support.window.style import set_style


@pytest.fixture
def parent(qtbot: QtBot, qapp: QApplication) -> QWidget:
    set_style(qapp)
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def variant(parent: QWidget) -> VariantDialog:
    made = VariantDialog(parent, theme=LIGHT, current=BuiltIn("resnet50"))
    made.open()
    return made


def line(dialog: VariantDialog, name: str) -> QLineEdit:
    field = dialog.field(name)
    assert isinstance(field, QLineEdit)
    return field


def segments(dialog: VariantDialog, name: str) -> Segments:
    field = dialog.field(name)
    assert isinstance(field, Segments)
    return field


def test_that_a_variant_comes_out_in_canonical_form(variant: VariantDialog, qtbot: QtBot) -> None:
    line(variant, "input").setText("64 × 64 × 3")
    line(variant, "classes").setText("10")
    qtbot.mouseClick(segments(variant, "shortcut").button("C"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(segments(variant, "stride_on").button("1x1"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(variant.chosen) as heard:
        qtbot.mouseClick(variant.ok, Qt.MouseButton.LeftButton)
    assert str(heard.args[0]) == "resnet50?classes=10&input=64x64x3&shortcut=C&stride_on=1x1"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("classes", "0", "whole numbers"),
        ("classes", "many", "whole numbers"),
        ("input", "16x16x3", "too small"),
        ("input", "224", "height, width and channels"),
    ],
)
def test_that_a_bad_value_is_said_and_cannot_be_built(
    variant: VariantDialog, name: str, text: str, says: str
) -> None:
    line(variant, name).setText(text)
    assert says in variant.message.text()
    assert not variant.ok.isEnabled()


def test_that_what_is_left_at_its_default_follows_the_architecture(variant: VariantDialog) -> None:
    line(variant, "classes").setText("7")
    variant.switch("cifar_resnet20")
    assert line(variant, "input").text() == "32×32×3"
    assert line(variant, "classes").text() == "7"
    assert segments(variant, "shortcut").value() == "A"
    assert variant.message.text() == "cifar_resnet20?classes=7"
    variant.switch("resnet34")
    assert line(variant, "input").text() == "224×224×3"
    assert segments(variant, "shortcut").value() == "B"


def test_that_a_variant_starts_with_the_defaults_of_its_architecture(parent: QWidget) -> None:
    made = VariantDialog(parent, theme=LIGHT, current=BuiltIn("cifar_plain20"))
    assert line(made, "input").text() == "32×32×3"
    made.switch("cifar_resnet20")
    assert segments(made, "shortcut").value() == "A"


def test_that_only_an_architectures_own_parameters_are_asked(variant: VariantDialog) -> None:
    variant.switch("plain18")
    assert segments(variant, "shortcut").isHidden()
    assert segments(variant, "stride_on").isHidden()
    assert not line(variant, "classes").isHidden()
    variant.switch("tutorial_first_unit")
    assert line(variant, "classes").isHidden()


def export_dialog(parent: QWidget, prompter: FakePrompter, folder: Path) -> ExportDialog:
    made = ExportDialog(
        parent,
        theme=LIGHT,
        prompter=prompter,
        suggestion=folder / "ResNet-34",
        bounds=Rect(0, 0, 1000, 500),
        source="",
        title="ResNet-34",
        choices=ExportChoices("png", "dark", "theme", "2"),
    )
    made.open()
    return made


def test_that_the_size_is_told_before_the_export(parent: QWidget, tmp_path: Path) -> None:
    dialog = export_dialog(parent, FakePrompter(), tmp_path)
    assert dialog.path.text() == str(tmp_path / "ResNet-34.png")
    assert dialog.message.text() == "2,000×1,000 pixels."
    assert dialog.request().look.theme is DARK


def test_that_format_and_suffix_follow_each_other(
    parent: QWidget, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = export_dialog(parent, FakePrompter(), tmp_path)
    qtbot.mouseClick(dialog.format.button("svg"), Qt.MouseButton.LeftButton)
    assert dialog.path.text().endswith("ResNet-34.svg")
    assert dialog.scale.isHidden()
    dialog.path.setText(str(tmp_path / "figure.pdf"))
    assert dialog.format.value() == "pdf"


@pytest.mark.parametrize("name", ["", "figure.bmp", "nowhere/figure.png", "figure"])
def test_that_an_impossible_target_cannot_be_written_to(
    parent: QWidget, tmp_path: Path, name: str
) -> None:
    dialog = export_dialog(parent, FakePrompter(), tmp_path)
    dialog.path.setText(str(tmp_path / name) if name else "")
    assert not dialog.ok.isEnabled()
    assert dialog.message.text()


def test_that_overwriting_asks_first(parent: QWidget, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "ResNet-34.png").write_text("old")
    prompter = FakePrompter()
    prompter.agrees = False
    dialog = export_dialog(parent, prompter, tmp_path)
    with qtbot.assertNotEmitted(dialog.confirmed):
        qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert prompter.questions == ["ResNet-34.png already exists. Replace it?"]
    prompter.agrees = True
    with qtbot.waitSignal(dialog.confirmed) as heard:
        qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    request = heard.args[0]
    assert isinstance(request, ExportRequest)
    assert request.path == tmp_path / "ResNet-34.png"


def test_that_browsing_sets_the_file(parent: QWidget, tmp_path: Path, qtbot: QtBot) -> None:
    prompter = FakePrompter()
    prompter.target = str(tmp_path / "elsewhere.svg")
    dialog = export_dialog(parent, prompter, tmp_path)
    qtbot.mouseClick(dialog.browse, Qt.MouseButton.LeftButton)
    assert dialog.request().path == tmp_path / "elsewhere.svg"
    assert dialog.format.value() == "svg"


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("ResNet-34", "ResNet-34"),
        ("ResNet-50 (64×64×3, 10 classes)", "ResNet-50-64x64x3-10-classes"),
        ("모델", "모델"),
        ("../..", "model"),
    ],
)
def test_that_titles_become_file_names(title: str, stem: str) -> None:
    assert file_stem(title) == stem


def test_that_the_help_pages_open(parent: QWidget) -> None:
    for page in (keys_dialog(parent, LIGHT), about_dialog(parent, DARK, "TensorFlow 2.21 · CPU")):
        page.open()
        assert page.isVisible()
        page.accept()
