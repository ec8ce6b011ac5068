"""Search in the window: Enter walks the matches, all are marked, and searches are remembered."""

from __future__ import annotations

from PySide6.QtCore import Qt

from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.outline.layer_search import LayerSearch
from tests.support.pictures.canvas_probe import graphics, picture_of
from tests.support.window.app_driver import AppDriver


def search(driver: AppDriver, text: str) -> LayerSearch:
    """Type a search into the empty field."""
    part = driver.window.outline.layer_search
    driver.window.activateWindow()
    part.field.setFocus()
    driver.qtbot.waitUntil(part.field.hasFocus)
    part.field.clear()
    driver.qtbot.keyClicks(part.field, text)
    return part


def press(
    driver: AppDriver, part: LayerSearch, key: Qt.Key, *modifiers: Qt.KeyboardModifier
) -> None:
    """Press a key where a user's key goes: to the open list of completions, else to the field."""
    popup = part.completion.popup()
    held = modifiers[0] if modifiers else Qt.KeyboardModifier.NoModifier
    driver.qtbot.keyClick(
        popup if popup is not None and popup.isVisible() else part.field, key, held
    )


def is_marked(driver: AppDriver, target: Target) -> bool:
    """True if the items of a target are marked as a match."""
    items = picture_of(driver.canvas).by_target[target]
    return any(graphics(driver.canvas)[item].state.matched for item in items)


def test_that_enter_goes_through_the_matches_and_round(driver: AppDriver) -> None:
    part = search(driver, "kind:projection")
    assert part.note == "3"
    joins = [driver.session.matches[index].id for index in range(3)]
    for number in (1, 2, 3, 1):
        press(driver, part, Qt.Key.Key_Return)
        assert part.note == f"{number} of 3"
        assert driver.session.selection == (Target("shortcut", joins[number - 1]),)
    press(driver, part, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert part.note == "3 of 3"
    assert part.field.hasFocus()


def test_that_the_matches_are_marked_on_the_canvas_until_the_search_ends(
    driver: AppDriver,
) -> None:
    part = search(driver, "stage:conv4_x kind:basic")
    blocks = [Target("group", f"conv4_{number}") for number in range(1, 7)]
    assert list(driver.session.matches) == blocks
    assert all(is_marked(driver, block) for block in blocks)
    assert not is_marked(driver, Target("group", "conv3_1"))
    driver.do("view.detail.stage")
    assert is_marked(driver, Target("group", "conv4_x"))
    driver.do("view.detail.block")
    press(driver, part, Qt.Key.Key_Escape)
    assert driver.session.matches == ()
    assert not is_marked(driver, blocks[0])


def test_that_all_matches_can_be_selected(driver: AppDriver) -> None:
    part = search(driver, "params>1e6")
    assert part.note == "6"
    press(driver, part, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(driver.session.selection) == 6
    assert driver.session.selection == driver.session.matches


def test_that_f3_goes_on_wherever_the_focus_is(driver: AppDriver) -> None:
    search(driver, "conv5_3_add")
    driver.canvas.setFocus()
    driver.do("view.next_match")
    assert driver.session.selection == (Target("call", "conv5_3_add"),)
    assert driver.canvas.hasFocus()


def test_that_a_mistake_is_told_and_the_rows_stay(driver: AppDriver) -> None:
    part = search(driver, "params>1e6")
    driver.qtbot.keyClicks(part.field, "x")
    outline = driver.window.outline
    assert "params>1e6" in outline.nothing.text()
    assert driver.row_of(Target("call", "conv5_3_conv_b")).isValid()
    assert len(driver.session.matches) == 6


def test_that_searches_that_matched_are_offered_again(driver: AppDriver) -> None:
    part = search(driver, "kind:identity")
    press(driver, part, Qt.Key.Key_Return)
    part = search(driver, "xyz")
    press(driver, part, Qt.Key.Key_Return)
    assert part.recent == ("kind:identity",)
    search(driver, "ki")
    assert part.completion.offers == ("kind:identity", "kind:")
    assert part.completion.is_listing


def test_that_a_completion_is_taken_by_enter_and_searched(driver: AppDriver) -> None:
    part = search(driver, "kind:proj")
    assert part.completion.offers == ("kind:projection",)
    press(driver, part, Qt.Key.Key_Down)
    press(driver, part, Qt.Key.Key_Return)
    assert part.field.text() == "kind:projection"
    assert len(driver.session.matches) == 3


def test_that_another_model_ends_the_search(driver: AppDriver) -> None:
    part = search(driver, "kind:projection")
    driver.open("plain34")
    assert part.field.text() == ""
    assert driver.session.matches == ()


def test_that_the_palette_goes_to_layers(driver: AppDriver) -> None:
    driver.do("help.palette")
    palette = driver.program.command_handlers.palette
    driver.qtbot.keyClicks(palette.field, "conv4_2 bn_b")
    titles = [row.title for row in palette.model.rows]
    assert titles == ["Layers", "conv4_2_bn_b"]
    driver.qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert driver.session.selection == (Target("call", "conv4_2_bn_b"),)
    assert not palette.isVisible()
