"""Walking through a model: click, open, change the detail, light and dark."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.commands.table import COMMANDS, TOURS
from resnet_viz.gui.inspector.step_table import StepRow
from tests.support.window.app_driver import AppDriver

CONV3_1 = Target("group", "conv3_1")


def test_that_a_click_selects_and_the_inspector_tells_the_numbers(driver: AppDriver) -> None:
    driver.click(CONV3_1)
    assert driver.session.selection == (CONV3_1,)
    for part in (
        "conv3_1 residual block",
        "230,144",
        "179,830,784",
        "83×83",
        "Shortcut projection",
    ):
        assert part in driver.sheet
    assert driver.window.inspector.open_button.text() == "Open to layers"


def test_that_a_click_on_empty_ground_clears_the_selection(driver: AppDriver) -> None:
    driver.click(CONV3_1)
    driver.qtbot.mouseClick(driver.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert driver.session.selection == ()
    assert driver.window.inspector.sheet is None


def test_that_double_click_opens_a_block_to_its_layers_and_enter_closes_it(
    driver: AppDriver,
) -> None:
    shown = driver.after_picture(lambda: driver.double_click(CONV3_1))
    inside = Target("call", "conv3_1_conv_a")
    assert any(shown.by_id[each].target == inside for each in shown.by_target[inside])
    assert driver.session.selection == (CONV3_1,)
    assert driver.window.inspector.open_button.text() == "Close"
    driver.canvas.setFocus()
    shown = driver.after_picture(lambda: driver.qtbot.keyClick(driver.canvas, Qt.Key.Key_Return))
    assert inside not in {item.target for item in shown.items}


def test_that_the_inspectors_button_opens_to_layers(driver: AppDriver) -> None:
    driver.click(CONV3_1)
    button = driver.window.inspector.open_button
    shown = driver.after_picture(lambda: driver.qtbot.mouseClick(button, Qt.MouseButton.LeftButton))
    assert Target("call", "conv3_1_shortcut_bn") in {item.target for item in shown.items}


@pytest.mark.parametrize(("key", "detail"), [("1", "stage"), ("3", "unit"), ("4", "layer")])
def test_that_number_keys_change_the_detail(driver: AppDriver, key: str, detail: str) -> None:
    driver.window.activateWindow()
    before = len(driver.picture.items)
    shown = driver.after_picture(lambda: driver.qtbot.keyClicks(driver.canvas, key))
    assert driver.session.view.detail == detail
    assert (len(shown.items) < before) == (detail == "stage")
    assert driver.window.toolbar.detail.value() == detail
    assert driver.window.actions_by_id[f"view.detail.{detail}"].isChecked()


def test_that_at_layer_detail_every_call_is_there(driver: AppDriver) -> None:
    button = driver.window.toolbar.detail.button("layer")
    shown = driver.after_picture(lambda: driver.qtbot.mouseClick(button, Qt.MouseButton.LeftButton))
    calls = {item.target.id for item in shown.items if item.target and item.target.kind == "call"}
    assert driver.session.document is not None
    assert calls == {call.id for call in driver.session.document.graph.calls}
    assert len(calls) == 125


def test_that_the_selection_survives_a_change_of_detail(driver: AppDriver) -> None:
    driver.click(CONV3_1)
    driver.do("view.detail.layer")
    assert driver.session.selection == (CONV3_1,)
    driver.do("view.detail.stage")
    assert driver.session.selection == (CONV3_1,)
    (lit,) = driver.canvas.selected
    cards = [driver.picture.by_id[item].target for item in driver.picture.by_target[lit]]
    assert Target("group", "conv3_x") in cards
    assert "230,144" in driver.sheet


def test_that_a_column_is_narrower_and_higher_than_stages(driver: AppDriver) -> None:
    before = driver.picture.bounds
    driver.do("view.layout.column")
    after = driver.picture.bounds
    assert after.width < before.width
    assert after.height > before.height
    assert driver.window.toolbar.layout_choice.value() == "column"


def test_that_a_row_is_wider_and_lower_than_stages_and_wrap_lies_between(
    driver: AppDriver,
) -> None:
    stages = driver.picture.bounds
    driver.do("view.layout.row")
    row = driver.picture.bounds
    driver.do("view.layout.wrap")
    wrap = driver.picture.bounds
    assert row.width > wrap.width
    assert row.width > stages.width
    assert row.height < wrap.height < 1.1 * stages.height


def test_that_a_name_in_the_inspector_leads_to_what_it_names(driver: AppDriver) -> None:
    driver.click(CONV3_1)
    link = next(
        label
        for label in driver.window.inspector.findChildren(QLabel)
        if "to:0" in label.text() and "conv2_3_relu" in label.text()
    )
    link.linkActivated.emit("to:0")
    assert driver.session.selection == (Target("call", "conv2_3_relu"),)
    assert driver.sheet.startswith("conv2_3_relu ReLU")


def test_that_a_row_of_the_inspector_selects_its_layer(driver: AppDriver) -> None:
    driver.click(CONV3_1)
    row = driver.window.inspector.findChildren(StepRow)[0]
    text = row.findChildren(QLabel)[1]
    driver.qtbot.mouseClick(text, Qt.MouseButton.LeftButton)
    assert driver.session.selection == (Target("call", "conv3_1_conv_a"),)
    assert "3·3·64·128·28·28 = 57,802,752" in driver.sheet
    driver.click(CONV3_1)
    row = driver.window.inspector.findChildren(StepRow)[1]
    driver.qtbot.keyClick(row, Qt.Key.Key_Return)
    assert driver.session.selection == (Target("call", "conv3_1_bn_a"),)


def test_that_a_pinned_sheet_stays(driver: AppDriver) -> None:
    driver.click(CONV3_1)
    driver.window.inspector.pin.click()
    driver.session.select((Target("group", "conv4_1"),))
    assert driver.sheet.startswith("conv3_1")
    driver.window.inspector.pin.click()
    assert driver.sheet.startswith("conv4_1")


def test_that_dark_is_dark_everywhere_and_remembered(driver: AppDriver) -> None:
    driver.click(CONV3_1)
    driver.do("view.dark")
    image = driver.window.grab().toImage()
    assert image.pixelColor(300, 990).lightness() < 64
    assert image.pixelColor(1500, 900).lightness() < 64
    assert image.pixelColor(600, 960).lightness() < 64
    assert driver.preferences.theme == "dark"
    assert driver.window.actions_by_id["view.dark"].isChecked()


def test_that_panels_hide_and_come_back(driver: AppDriver) -> None:
    driver.do("view.outline")
    assert driver.window.panel("outline").isHidden()
    assert not driver.preferences.panel_shown("outline")
    driver.do("view.search")
    assert not driver.window.panel("outline").isHidden()


def test_that_f6_walks_through_the_panes(driver: AppDriver) -> None:
    driver.window.activateWindow()
    driver.canvas.setFocus()
    seen = []
    for _ in range(4):
        driver.do("view.next_pane")
        seen.append(driver.window.focusWidget())
    bottom = driver.window.bottom.focus_widget()
    assert seen == [driver.window.outline.tree, driver.window.inspector.area, bottom, driver.canvas]


def test_that_every_command_can_be_called_twice(driver: AppDriver) -> None:
    spared = {"file.quit", "file.open", "file.export", "model.variant", "model.restart"}
    spared |= {"help.keys", "help.about", "help.palette", "file.open_source"}
    spared |= {f"help.tour.{tour}" for tour, _ in TOURS}  # they open models that Keras builds
    for _ in range(2):
        for command in COMMANDS:
            if command.id not in spared:
                driver.window.actions_by_id[command.id].trigger()
    driver.qtbot.waitUntil(lambda: not driver.program.pipeline.busy)
    assert driver.notice == ""


def test_that_the_picker_opens_what_is_clicked(driver: AppDriver) -> None:
    toolbar = driver.window.toolbar
    driver.qtbot.mouseClick(toolbar.model, Qt.MouseButton.LeftButton)
    assert toolbar.picker.isVisible()
    row = toolbar.picker.list.model().index(3, 0)  # below the heading
    assert row.data() == "ResNet-50"
    place = toolbar.picker.list.visualRect(row).center()
    driver.qtbot.mouseClick(toolbar.picker.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    driver.qtbot.waitUntil(lambda: driver.window.toolbar.model.text() == "ResNet-50")
    assert "25,557,032 trainable" in driver.window.status.text()
    assert driver.window.windowTitle() == "ResNet-50 – resnet-viz"


def test_that_only_a_shown_window_paints_and_then_starts_the_engine(driver: AppDriver) -> None:
    driver.qtbot.waitUntil(lambda: driver.timings.has("diagram_painted"))
    assert driver.timings.has("window_shown")
    driver.qtbot.waitUntil(lambda: driver.program.engine.state != "off")
