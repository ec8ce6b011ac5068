"""Keyboard shortcuts of the canvas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.display_list import Target
from resnet_viz.scene.canvas import Canvas
from tests.support.pictures.canvas_probe import graphics, picture_of, visible_area
from tests.support.pictures.scene_items import group, picture

Key = Qt.Key


def test_that_keys_zoom(qtbot: QtBot, canvas: Canvas) -> None:
    qtbot.keyClick(canvas, Key.Key_Plus)
    assert canvas.zoom == 1.25
    qtbot.keyClick(canvas, Key.Key_Minus)
    qtbot.keyClick(canvas, Key.Key_Minus)
    assert canvas.zoom == 0.8
    qtbot.keyClick(canvas, Key.Key_0)
    assert canvas.zoom == 1.0


def test_that_f_fits_and_shift_f_fits_the_selection(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.show_picture(picture(columns=6))
    qtbot.keyClick(canvas, Key.Key_F)
    shown = picture_of(canvas)
    # The only zoom at which the picture's width just fits 900 pixels less 4 on either side,
    # when 10 of its own margin are left.
    assert canvas.zoom == pytest.approx((900 - 8) / (shown.bounds.width - 28))
    fitted = canvas.zoom
    qtbot.keyClick(canvas, Key.Key_F, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.zoom == fitted
    canvas.select((group("s2_2"),))
    qtbot.keyClick(canvas, Key.Key_F, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.zoom == 2.0
    middle = visible_area(canvas).center()
    assert shown.by_id["card:s2_2"].bounds.grown(20).contains((middle.x(), middle.y()))


def test_that_a_small_picture_is_not_blown_up(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.zoom_to(3)
    qtbot.keyClick(canvas, Key.Key_F)
    assert canvas.zoom == 1.0


def test_that_arrows_walk_select_and_focus(qtbot: QtBot, canvas: Canvas) -> None:
    with qtbot.waitSignal(canvas.picked) as signal:
        qtbot.keyClick(canvas, Key.Key_Down)
    assert signal.args == [(group("s1_1"),)]
    qtbot.keyClick(canvas, Key.Key_Down)
    qtbot.keyClick(canvas, Key.Key_Right)
    assert canvas.selected == (group("s2_2"),)
    assert graphics(canvas)["card:s2_2"].state.focused
    assert not graphics(canvas)["card:s1_2"].state.focused
    assert canvas.accessibleDescription() == "s2_2: 56×56×64 → 56×56×64"
    qtbot.keyClick(canvas, Key.Key_Up)
    qtbot.keyClick(canvas, Key.Key_Left)
    assert canvas.selected == (group("s1_1"),)


def test_that_arrows_start_at_what_was_clicked_or_selected(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.select((group("s2_1"),))
    qtbot.keyClick(canvas, Key.Key_Down)
    assert canvas.selected == (group("s2_2"),)


def test_that_a_walk_scrolls_along(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.show_picture(picture(blocks=20))
    canvas.actual_size()
    canvas.select((group("s1_15"),))
    qtbot.keyClick(canvas, Key.Key_Down)
    shown = picture_of(canvas)
    x, y = shown.by_id["card:s1_16"].bounds.center
    assert visible_area(canvas).contains(x, y)
    assert canvas.zoom == 1.0


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter])
def test_that_enter_asks_to_toggle_the_selected_group(
    qtbot: QtBot, canvas: Canvas, key: Qt.Key
) -> None:
    canvas.select((group("s1_2"),))
    with qtbot.waitSignal(canvas.toggle_requested) as signal:
        qtbot.keyClick(canvas, key)
    assert signal.args == ["s1_2"]


def test_that_enter_on_an_edge_or_nothing_asks_for_nothing(qtbot: QtBot, canvas: Canvas) -> None:
    asked: list[str] = []
    canvas.toggle_requested.connect(asked.append)
    qtbot.keyClick(canvas, Key.Key_Return)
    canvas.select((Target("edge", "s1→s2"),))
    qtbot.keyClick(canvas, Key.Key_Return)
    canvas.select((group("s1_1"), group("s1_2")))
    qtbot.keyClick(canvas, Key.Key_Return)
    assert asked == []


def test_that_escape_deselects(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.select((group("s1_2"),))
    with qtbot.waitSignal(canvas.picked) as signal:
        qtbot.keyClick(canvas, Key.Key_Escape)
    assert signal.args == [()]


def test_that_escape_closes_an_open_block_first(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.show_picture(picture(opened="s1_2"))
    canvas.select((group("s1_2"),))
    with qtbot.waitSignal(canvas.toggle_requested) as signal:
        qtbot.keyClick(canvas, Key.Key_Escape)
    assert signal.args == ["s1_2"]
    canvas.show_picture(picture(), anchor=group("s1_2"))
    assert canvas.selected == (group("s1_2"),)
    qtbot.keyClick(canvas, Key.Key_Escape)
    assert canvas.selected == ()


def test_that_other_keys_are_left_to_the_window(canvas: Canvas) -> None:
    for key, modifier in (
        (Key.Key_2, Qt.KeyboardModifier.NoModifier),
        (Key.Key_F, Qt.KeyboardModifier.ControlModifier),
        (Key.Key_Tab, Qt.KeyboardModifier.NoModifier),
    ):
        event = QKeyEvent(QKeyEvent.Type.KeyPress, key, modifier)
        canvas.keyPressEvent(event)
        assert not event.isAccepted()


def test_that_tab_shows_the_focus_ring_and_leaving_hides_it(canvas: Canvas) -> None:
    canvas.clearFocus()
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    assert graphics(canvas)["card:s1_1"].state.focused
    assert not graphics(canvas)["card:s1_1"].state.selected
    canvas.clearFocus()
    assert not graphics(canvas)["card:s1_1"].state.focused


def test_that_pages_turn(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.show_picture(picture(blocks=20))
    canvas.select((group("s1_10"),))
    canvas.reveal(group("s1_10"))
    before = visible_area(canvas).top()
    qtbot.keyClick(canvas, Key.Key_PageDown)
    assert visible_area(canvas).top() > before
    qtbot.keyClick(canvas, Key.Key_PageUp)
    assert visible_area(canvas).top() == before


def test_that_keys_do_no_harm_without_a_picture(qtbot: QtBot, bare_canvas: Canvas) -> None:
    for key in (Key.Key_Down, Key.Key_Return, Key.Key_Escape, Key.Key_F, Key.Key_Plus, Key.Key_0):
        qtbot.keyClick(bare_canvas, key)
    assert bare_canvas.selected == ()
