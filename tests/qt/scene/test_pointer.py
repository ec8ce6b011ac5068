"""Clicks, drags, wheel, pinch, hover and drops on the canvas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture, QToolTip
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.display_list import Target
from resnet_viz.scene.canvas import Canvas
from tests.support.pictures.canvas_probe import graphics, point_at, scene_at, wheel
from tests.support.pictures.scene_items import group, picture

LEFT = Qt.MouseButton.LeftButton
MIDDLE = Qt.MouseButton.MiddleButton
NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
PixelOf = Callable[..., QPoint]


def drag(canvas: Canvas, start: QPoint, by: QPoint, button: Qt.MouseButton = LEFT) -> None:
    QTest.mousePress(canvas.viewport(), button, NONE, start)
    QTest.mouseMove(canvas.viewport(), start + by / 2)
    QTest.mouseMove(canvas.viewport(), start + by)
    QTest.mouseRelease(canvas.viewport(), button, NONE, start + by)


def test_that_a_click_selects_a_card(qtbot: QtBot, canvas: Canvas, pixel_of: PixelOf) -> None:
    with qtbot.waitSignal(canvas.picked) as signal:
        qtbot.mouseClick(canvas.viewport(), LEFT, pos=pixel_of("card:s1_2"))
    assert signal.args == [(group("s1_2"),)]
    assert canvas.selected == (group("s1_2"),)
    assert graphics(canvas)["card:s1_2"].state.selected
    assert graphics(canvas)["arc:s1_2"].state.selected
    assert not graphics(canvas)["card:s1_1"].state.selected


@pytest.mark.parametrize("zoom", [0.5, 1.0, 2.0])
def test_that_a_line_is_hit_within_4_pixels_at_any_zoom(
    qtbot: QtBot, canvas: Canvas, zoom: float
) -> None:
    canvas.zoom_to(zoom)
    canvas.reveal(Target("edge", "s1→s2"))
    x, y = 220.0, 200.0  # on the gutter between the columns
    pixel = canvas.viewportTransform().map(QPointF(x, y)).toPoint()
    for gap, hit in ((3, True), (6, False)):
        qtbot.mouseClick(canvas.viewport(), LEFT, pos=pixel + QPoint(gap, 0))
        assert (canvas.selected == (Target("edge", "s1→s2"),)) is hit


def test_that_a_click_on_nothing_clears(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.select((group("s1_2"),))
    with qtbot.waitSignal(canvas.picked) as signal:
        qtbot.mouseClick(canvas.viewport(), LEFT, pos=QPoint(5, 5))
    assert signal.args == [()]
    assert not graphics(canvas)["card:s1_2"].state.selected


@pytest.mark.parametrize("modifier", [CONTROL, Qt.KeyboardModifier.ShiftModifier])
def test_that_a_modified_click_adds_and_takes_out(
    qtbot: QtBot, canvas: Canvas, pixel_of: PixelOf, modifier: Qt.KeyboardModifier
) -> None:
    qtbot.mouseClick(canvas.viewport(), LEFT, pos=pixel_of("card:s1_1"))
    qtbot.mouseClick(canvas.viewport(), LEFT, modifier, pixel_of("card:s2_1"))
    assert canvas.selected == (group("s1_1"), group("s2_1"))
    assert graphics(canvas)["card:s1_1"].state.multiple
    qtbot.mouseClick(canvas.viewport(), LEFT, modifier, QPoint(5, 5))
    assert canvas.selected == (group("s1_1"), group("s2_1"))
    qtbot.mouseClick(canvas.viewport(), LEFT, modifier, pixel_of("card:s1_1"))
    assert canvas.selected == (group("s2_1"),)


def test_that_a_double_click_asks_to_toggle(
    qtbot: QtBot, canvas: Canvas, pixel_of: PixelOf
) -> None:
    with qtbot.waitSignal(canvas.toggle_requested) as signal:
        qtbot.mouseDClick(canvas.viewport(), LEFT, pos=pixel_of("card:s1_2"))
    assert signal.args == ["s1_2"]


def test_that_a_double_click_in_a_frames_inside_toggles_nothing(
    qtbot: QtBot, canvas: Canvas, pixel_of: PixelOf
) -> None:
    canvas.show_picture(picture(opened="s1_2"))
    canvas.fit()
    asked: list[str] = []
    canvas.toggle_requested.connect(asked.append)
    qtbot.mouseDClick(canvas.viewport(), LEFT, pos=pixel_of("frame:s1_2", dx=200))
    assert asked == []
    qtbot.mouseDClick(canvas.viewport(), LEFT, pos=pixel_of("frame:s1_2", dx=200, dy=-140))
    assert asked == ["s1_2"]


@pytest.mark.parametrize("item", ["card:s1_2", ""])
def test_that_a_drag_moves_the_picture_and_selects_nothing(
    canvas: Canvas, pixel_of: PixelOf, item: str
) -> None:
    start = pixel_of(item) if item else QPoint(10, 10)
    picked: list[object] = []
    canvas.picked.connect(picked.append)
    before = scene_at(canvas, start)
    drag(canvas, start, QPoint(60, -40))
    assert scene_at(canvas, start + QPoint(60, -40)) == before
    assert picked == []


def test_that_a_press_that_trembles_still_selects(canvas: Canvas, pixel_of: PixelOf) -> None:
    start = pixel_of("card:s1_2")
    before = scene_at(canvas, start)
    drag(canvas, start, QPoint(2, 2))
    assert canvas.selected == (group("s1_2"),)
    assert scene_at(canvas, start) == before


def test_that_the_middle_button_pans(canvas: Canvas, pixel_of: PixelOf) -> None:
    start = pixel_of("card:s1_2")
    before = scene_at(canvas, start)
    drag(canvas, start, QPoint(3, 0), MIDDLE)
    assert scene_at(canvas, start + QPoint(3, 0)) == before
    assert canvas.selected == ()


def test_that_space_and_drag_pans(qtbot: QtBot, canvas: Canvas, pixel_of: PixelOf) -> None:
    start = pixel_of("card:s1_2")
    before = scene_at(canvas, start)
    qtbot.keyPress(canvas, Qt.Key.Key_Space)
    assert canvas.viewport().cursor().shape() == Qt.CursorShape.OpenHandCursor
    drag(canvas, start, QPoint(2, 2))
    qtbot.keyRelease(canvas, Qt.Key.Key_Space)
    assert scene_at(canvas, start + QPoint(2, 2)) == before
    assert canvas.selected == ()
    assert canvas.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_that_the_right_button_is_left_to_the_window(canvas: Canvas, pixel_of: PixelOf) -> None:
    at, right = QPointF(pixel_of("card:s1_2")), Qt.MouseButton.RightButton
    event = QMouseEvent(QEvent.Type.MouseButtonPress, at, at, right, right, NONE)
    canvas.mousePressEvent(event)
    assert not event.isAccepted()
    assert canvas.selected == ()


@pytest.mark.parametrize("pixel", [(450, 350), (20, 20), (880, 690)])
@pytest.mark.parametrize("angle", [120, -120, 30])
def test_that_the_wheel_zooms_at_the_pointer(
    canvas: Canvas, pixel: tuple[int, int], angle: int
) -> None:
    at = QPoint(*pixel)
    before = scene_at(canvas, at)
    wheel(canvas, at, angle=angle)
    assert canvas.zoom == pytest.approx(1.2 ** (angle / 120))
    gap = canvas.viewportTransform().map(before) - QPointF(at)
    assert abs(gap.x()) <= 0.5
    assert abs(gap.y()) <= 0.5


def test_that_zoom_is_bounded(qtbot: QtBot, canvas: Canvas) -> None:
    with qtbot.waitSignal(canvas.zoom_changed):
        wheel(canvas, QPoint(450, 350), angle=120)
    for _ in range(50):
        wheel(canvas, QPoint(450, 350), angle=120)
    assert canvas.zoom == 8.0
    for _ in range(50):
        wheel(canvas, QPoint(450, 350), angle=-120)
    assert canvas.zoom == 0.05


def test_that_a_trackpad_pans_and_zooms_with_control(canvas: Canvas) -> None:
    at = QPoint(450, 350)
    before = scene_at(canvas, at)
    wheel(canvas, at, pixels=(7, -9), angle=-9, trackpad=True)
    assert canvas.zoom == 1.0
    assert scene_at(canvas, at + QPoint(7, -9)) == before
    wheel(canvas, at, pixels=(0, 100), angle=100, modifiers=CONTROL, trackpad=True)
    assert canvas.zoom == pytest.approx(2**0.5)


def test_that_a_mouse_with_pixel_deltas_zooms(canvas: Canvas) -> None:
    wheel(canvas, QPoint(450, 350), angle=120, pixels=(0, 40))
    assert canvas.zoom == pytest.approx(1.2)


def test_that_a_pinch_zooms_at_its_middle(canvas: Canvas) -> None:
    at = QPoint(300, 200)
    before = scene_at(canvas, at)
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        QPointF(at),
        QPointF(at),
        QPointF(canvas.mapToGlobal(at)),
        0.5,
        QPointF(),
    )
    QApplication.sendEvent(canvas.viewport(), event)
    assert canvas.zoom == pytest.approx(1.5)
    assert (canvas.viewportTransform().map(before) - QPointF(at)).manhattanLength() <= 1


def test_that_two_fingers_on_a_screen_zoom_at_their_middle(canvas: Canvas) -> None:
    at = QPoint(300, 200)
    before = scene_at(canvas, at)
    pinch = QPinchGesture(canvas)
    pinch.setCenterPoint(QPointF(canvas.viewport().mapToGlobal(at)))
    pinch.setScaleFactor(1.5)
    pinch.setChangeFlags(QPinchGesture.ChangeFlag.ScaleFactorChanged)
    QApplication.sendEvent(canvas.viewport(), QGestureEvent([pinch]))
    assert canvas.zoom == pytest.approx(1.5)
    assert (canvas.viewportTransform().map(before) - QPointF(at)).manhattanLength() <= 1


def test_that_hover_highlights_a_shortcut_with_all_it_skips(
    qtbot: QtBot, canvas: Canvas, pixel_of: PixelOf
) -> None:
    with qtbot.waitSignal(canvas.hovered) as signal:
        point_at(canvas, pixel_of("arc:s1_2", dx=40))
    assert signal.args == [Target("shortcut", "s1_2")]
    related = {name for name, item in graphics(canvas).items() if item.state.related}
    assert related == {"arc:s1_2", "card:s1_2", "join:s1_2"}
    with qtbot.waitSignal(canvas.hovered) as signal:
        point_at(canvas, QPoint(5, 5))
    assert signal.args == [None]
    assert not graphics(canvas)["card:s1_2"].state.related


def test_that_the_pointer_leaving_ends_the_hover(
    qtbot: QtBot, canvas: Canvas, pixel_of: PixelOf
) -> None:
    point_at(canvas, pixel_of("card:s1_2"))
    with qtbot.waitSignal(canvas.hovered) as signal:
        QApplication.sendEvent(canvas.viewport(), QEvent(QEvent.Type.Leave))
    assert signal.args == [None]


def test_that_hovering_repaints_only_what_changes(
    canvas: Canvas, pixel_of: PixelOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    QApplication.processEvents()
    updated: list[str] = []
    for name, item in graphics(canvas).items():
        monkeypatch.setattr(item, "update", lambda item_id=name: updated.append(item_id))
    point_at(canvas, pixel_of("card:s1_2"))
    assert sorted(updated) == sorted(
        ["card:s1_2", "join:s1_2", "dot:s1_2", "arc:s1_2", "edge:s1_1→s1_2", "edge:s1_2→s1_3"]
    )


@pytest.mark.qt_log_ignore("plugin does not support raise")
def test_that_a_tooltip_with_the_title_shows(
    qtbot: QtBot, canvas: Canvas, pixel_of: PixelOf
) -> None:
    point_at(canvas, pixel_of("card:s1_2"))
    assert not QToolTip.isVisible()
    qtbot.waitUntil(lambda: "s1_2: 56×56×64 → 56×56×64" in QToolTip.text())
    point_at(canvas, QPoint(5, 5))
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_that_a_dropped_file_is_handed_over(qtbot: QtBot, canvas: Canvas, tmp_path: Path) -> None:
    path = tmp_path / "mein Modell.keras"
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/x.keras"), QUrl.fromLocalFile(str(path))])
    copy, at = Qt.DropAction.CopyAction, QPoint(50, 50)
    enter = QDragEnterEvent(at, copy, data, LEFT, NONE)
    QApplication.sendEvent(canvas.viewport(), enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(canvas.files_dropped) as signal:
        QApplication.sendEvent(canvas.viewport(), QDropEvent(QPointF(at), copy, data, LEFT, NONE))
    assert signal.args == [(str(path),)]


def test_that_dragged_text_is_refused(canvas: Canvas) -> None:
    data = QMimeData()
    data.setText("resnet50")
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, LEFT, NONE)
    QApplication.sendEvent(canvas.viewport(), enter)
    assert not enter.isAccepted()
