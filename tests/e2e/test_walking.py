"""Walking through a model: click, open, change the detail, light and dark."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.commands.table import COMMANDS
from resnet_viz.gui.inspector.step_table import StepRow
from tests.support.window.app_driver import Desk

CONV3_1 = Target("group", "conv3_1")


def test_that_a_click_selects_and_the_inspector_tells_the_numbers(desk: Desk) -> None:
    desk.click(CONV3_1)
    assert desk.session.selection == (CONV3_1,)
    for part in (
        "conv3_1 residual block",
        "230,144",
        "179,830,784",
        "83×83",
        "Shortcut projection",
    ):
        assert part in desk.sheet
    assert desk.window.inspector.open_button.text() == "Open to layers"


def test_that_a_click_on_empty_ground_clears_the_selection(desk: Desk) -> None:
    desk.click(CONV3_1)
    desk.qtbot.mouseClick(desk.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert desk.session.selection == ()
    assert desk.window.inspector.sheet is None


def test_that_double_click_opens_a_block_to_its_layers_and_enter_closes_it(desk: Desk) -> None:
    shown = desk.after_picture(lambda: desk.double_click(CONV3_1))
    inside = Target("call", "conv3_1_conv_a")
    assert any(shown.by_id[each].target == inside for each in shown.by_target[inside])
    assert desk.session.selection == (CONV3_1,)
    assert desk.window.inspector.open_button.text() == "Close"
    desk.canvas.setFocus()
    shown = desk.after_picture(lambda: desk.qtbot.keyClick(desk.canvas, Qt.Key.Key_Return))
    assert inside not in {item.target for item in shown.items}


def test_that_the_inspectors_button_opens_to_layers(desk: Desk) -> None:
    desk.click(CONV3_1)
    button = desk.window.inspector.open_button
    shown = desk.after_picture(lambda: desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton))
    assert Target("call", "conv3_1_shortcut_bn") in {item.target for item in shown.items}


@pytest.mark.parametrize(("key", "detail"), [("1", "stage"), ("3", "unit"), ("4", "layer")])
def test_that_number_keys_change_the_detail(desk: Desk, key: str, detail: str) -> None:
    desk.window.activateWindow()
    before = len(desk.picture.items)
    shown = desk.after_picture(lambda: desk.qtbot.keyClicks(desk.canvas, key))
    assert desk.session.view.detail == detail
    assert (len(shown.items) < before) == (detail == "stage")
    assert desk.window.toolbar.detail.value() == detail
    assert desk.window.actions_by_id[f"view.detail.{detail}"].isChecked()


def test_that_at_layer_detail_every_call_is_there(desk: Desk) -> None:
    button = desk.window.toolbar.detail.button("layer")
    shown = desk.after_picture(lambda: desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton))
    calls = {item.target.id for item in shown.items if item.target and item.target.kind == "call"}
    assert desk.session.document is not None
    assert calls == {call.id for call in desk.session.document.graph.calls}
    assert len(calls) == 125


def test_that_the_selection_survives_a_change_of_detail(desk: Desk) -> None:
    desk.click(CONV3_1)
    desk.do("view.detail.layer")
    assert desk.session.selection == (CONV3_1,)
    desk.do("view.detail.stage")
    assert desk.session.selection == (CONV3_1,)
    (lit,) = desk.canvas.selected
    cards = [desk.picture.by_id[item].target for item in desk.picture.by_target[lit]]
    assert Target("group", "conv3_x") in cards
    assert "230,144" in desk.sheet


def test_that_a_column_is_narrower_and_higher_than_stages(desk: Desk) -> None:
    before = desk.picture.bounds
    desk.do("view.layout.column")
    after = desk.picture.bounds
    assert after.width < before.width
    assert after.height > before.height
    assert desk.window.toolbar.layout_choice.value() == "column"


def test_that_a_name_in_the_inspector_leads_to_what_it_names(desk: Desk) -> None:
    desk.click(CONV3_1)
    link = next(
        label
        for label in desk.window.inspector.findChildren(QLabel)
        if "to:0" in label.text() and "conv2_3_relu" in label.text()
    )
    link.linkActivated.emit("to:0")
    assert desk.session.selection == (Target("call", "conv2_3_relu"),)
    assert desk.sheet.startswith("conv2_3_relu ReLU")


def test_that_a_row_of_the_inspector_selects_its_layer(desk: Desk) -> None:
    desk.click(CONV3_1)
    row = desk.window.inspector.findChildren(StepRow)[0]
    text = row.findChildren(QLabel)[1]
    desk.qtbot.mouseClick(text, Qt.MouseButton.LeftButton)
    assert desk.session.selection == (Target("call", "conv3_1_conv_a"),)
    assert "3·3·64·128·28·28 = 57,802,752" in desk.sheet
    desk.click(CONV3_1)
    row = desk.window.inspector.findChildren(StepRow)[1]
    desk.qtbot.keyClick(row, Qt.Key.Key_Return)
    assert desk.session.selection == (Target("call", "conv3_1_bn_a"),)


def test_that_a_pinned_sheet_stays(desk: Desk) -> None:
    desk.click(CONV3_1)
    desk.window.inspector.pin.click()
    desk.session.select((Target("group", "conv4_1"),))
    assert desk.sheet.startswith("conv3_1")
    desk.window.inspector.pin.click()
    assert desk.sheet.startswith("conv4_1")


def test_that_dark_is_dark_everywhere_and_remembered(desk: Desk) -> None:
    desk.click(CONV3_1)
    desk.do("view.dark")
    image = desk.window.grab().toImage()
    assert image.pixelColor(300, 990).lightness() < 64
    assert image.pixelColor(1500, 900).lightness() < 64
    assert image.pixelColor(600, 960).lightness() < 64
    assert desk.settings.theme == "dark"
    assert desk.window.actions_by_id["view.dark"].isChecked()


def test_that_panels_hide_and_come_back(desk: Desk) -> None:
    desk.do("view.outline")
    assert desk.window.panel("outline").isHidden()
    assert not desk.settings.panel_shown("outline")
    desk.do("view.search")
    assert not desk.window.panel("outline").isHidden()


def test_that_f6_walks_through_the_panes(desk: Desk) -> None:
    desk.window.activateWindow()
    desk.canvas.setFocus()
    seen = []
    for _ in range(4):
        desk.do("view.next_pane")
        seen.append(desk.window.focusWidget())
    bottom = desk.window.bottom.focus_widget()
    assert seen == [desk.window.outline.tree, desk.window.inspector.area, bottom, desk.canvas]


def test_that_every_command_can_be_called_twice(desk: Desk) -> None:
    spared = {"file.quit", "file.open", "file.export", "model.variant", "model.restart"}
    spared |= {"help.keys", "help.about", "help.palette", "file.open_source"}
    for _ in range(2):
        for command in COMMANDS:
            if command.id not in spared:
                desk.window.actions_by_id[command.id].trigger()
    desk.qtbot.waitUntil(lambda: not desk.program.pipeline.busy)
    assert desk.notice == ""


def test_that_the_picker_opens_what_is_clicked(desk: Desk) -> None:
    toolbar = desk.window.toolbar
    desk.qtbot.mouseClick(toolbar.model, Qt.MouseButton.LeftButton)
    assert toolbar.picker.isVisible()
    row = toolbar.picker.list.model().index(3, 0)  # below the heading
    assert row.data() == "ResNet-50"
    place = toolbar.picker.list.visualRect(row).center()
    desk.qtbot.mouseClick(toolbar.picker.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    desk.qtbot.waitUntil(lambda: desk.window.toolbar.model.text() == "ResNet-50")
    assert "25,557,032 trainable" in desk.window.status.text()
    assert desk.window.windowTitle() == "ResNet-50 – resnet-viz"


def test_that_only_a_shown_window_paints_and_then_starts_the_engine(desk: Desk) -> None:
    desk.qtbot.waitUntil(lambda: desk.timings.has("diagram_painted"))
    assert desk.timings.has("window_shown")
    desk.qtbot.waitUntil(lambda: desk.program.engine.state != "off")
