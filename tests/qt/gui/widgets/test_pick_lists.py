"""The model picker and the command palette: search, keys, what is chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt

from resnet_viz.experiments.layer_numbers import QUANTITIES
from resnet_viz.gui.commands.palette import CommandPalette
from resnet_viz.gui.commands.table import COMMANDS
from resnet_viz.gui.widgets.pick_list import PickList
from resnet_viz.gui.window import model_picker as picker
from resnet_viz.sources.catalog import BUILTIN_NAMES
from resnet_viz.sources.keras_applications import APPLICATION_NAMES
from tests.support.window.app_driver import AppDriver


def keys_of(shown: PickList) -> list[str]:
    return [row.key for row in shown.model.rows if row.key]


def current(shown: PickList) -> str:
    return shown.model.rows[shown.list.currentIndex().row()].key


def test_that_every_model_with_a_name_is_listed_once() -> None:
    keys = [row.key for row in picker.rows_for("") if row.key]
    assert len(keys) == len(set(keys))
    assert set(keys) == {*BUILTIN_NAMES, *(f"keras:{each}" for each in APPLICATION_NAMES)}
    assert picker.family_of("EfficientNetV2B0") == "EfficientNetV2"
    assert picker.family_of("InceptionResNetV2") == "Inception"
    assert not [row for row in picker.rows_for("") if row.title.endswith("Others")]


def test_that_search_finds_by_all_words() -> None:
    found = [row.key for row in picker.rows_for("keras efficient b7") if row.key]
    assert found == ["keras:EfficientNetB7"]
    assert picker.rows_for("nonsense") == ()


def test_that_the_picker_is_searched_and_left_by_keys(driver: AppDriver) -> None:
    toolbar = driver.window.toolbar
    driver.qtbot.mouseClick(toolbar.model, Qt.MouseButton.LeftButton)
    shown = toolbar.picker
    assert current(shown) == "resnet34"  # the open one
    driver.qtbot.keyClicks(shown.field, "plain fig")
    assert keys_of(shown) == ["plain18", "plain34"]
    driver.qtbot.keyClick(shown.field, Qt.Key.Key_Down)
    with driver.qtbot.waitSignal(toolbar.source_chosen) as heard:
        driver.qtbot.keyClick(shown.field, Qt.Key.Key_Return)
    assert heard.args == ["plain34"]
    assert not shown.isVisible()
    driver.qtbot.waitUntil(lambda: driver.window.toolbar.model.text() == "Plain-34")


def test_that_headings_are_never_current(driver: AppDriver) -> None:
    driver.qtbot.mouseClick(driver.window.toolbar.model, Qt.MouseButton.LeftButton)
    shown = driver.window.toolbar.picker
    for key in (Qt.Key.Key_PageUp, *[Qt.Key.Key_Down] * 60, *[Qt.Key.Key_Up] * 60):
        driver.qtbot.keyClick(shown.field, key)
        assert current(shown) != ""
    shown.hide()


def test_that_nothing_found_is_said(driver: AppDriver) -> None:
    driver.qtbot.mouseClick(driver.window.toolbar.model, Qt.MouseButton.LeftButton)
    shown = driver.window.toolbar.picker
    driver.qtbot.keyClicks(shown.field, "xyz")
    assert shown.nothing.text() == "No model matches 'xyz'."
    driver.qtbot.keyClick(shown.field, Qt.Key.Key_Return)
    assert shown.isVisible()
    shown.hide()


def palette(driver: AppDriver) -> CommandPalette:
    driver.window.actions_by_id["help.palette"].trigger()
    found = driver.window.findChild(CommandPalette)
    assert found is not None
    assert found.isVisible()
    return found


def test_that_the_palette_lists_what_can_be_done_now(driver: AppDriver) -> None:
    shown = palette(driver)
    idle = {"help.palette", "model.without_block", "model.whole"}  # no block, no counterpart
    idle |= {each.id for each in COMMANDS if each.menu == "Selection"} | {"view.fit_selection"}
    idle |= {"view.back", "view.forward"}  # nothing has changed yet
    idle |= {f"view.color.{quantity}" for quantity in QUANTITIES}  # nothing has been measured
    assert set(keys_of(shown)) >= {each.id for each in COMMANDS} - idle
    titles = {row.key: (row.title, row.right) for row in shown.model.rows}
    assert titles["view.detail.layer"] == ("Detail: Layer", "4")
    assert titles["view.legend"][0] == "View: Legend (on)"
    shown.hide()


def test_that_the_palette_runs_what_is_typed(driver: AppDriver) -> None:
    shown = palette(driver)
    driver.qtbot.keyClicks(shown.field, "det unit")
    assert current(shown) == "view.detail.unit"
    before = driver.picture
    driver.qtbot.keyClick(shown.field, Qt.Key.Key_Return)
    assert not shown.isVisible()
    driver.qtbot.waitUntil(lambda: driver.picture is not before)
    assert driver.session.view.detail == "unit"


def test_that_the_palette_leaves_out_what_needs_a_document(driver: AppDriver) -> None:
    driver.window.actions_by_id.set_document_open(False)
    shown = palette(driver)
    assert "view.detail.unit" not in keys_of(shown)
    assert "file.open" in keys_of(shown)
    shown.hide()
    driver.window.actions_by_id.set_document_open(True)
