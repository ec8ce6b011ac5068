"""Colour key: shown whenever the legend is out of view or too small to read."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.drawing.themes import DARK, LIGHT
from resnet_viz.layout.view import View
from resnet_viz.paint.fonts import QtMeasurer
from resnet_viz.scene.canvas import Canvas
from resnet_viz.scene.overlays.color_key import ColorKey
from resnet_viz.scene.overlays.minimap import Minimap
from resnet_viz.scene.overlays.zoom_control import ZoomControl
from resnet_viz.services.dot_runner import run_dot
from tests.support.pictures.canvas_probe import look_at, overlay, picture_of
from tests.support.pictures.drawn import document


def resnet34(view: View) -> DisplayList:
    return picture(document("resnet34"), view, QtMeasurer(), run_dot)


@pytest.fixture
def heated(bare_canvas: Canvas) -> Canvas:
    """ResNet-34 coloured by MACs, all of it in view at 80 % or more."""
    bare_canvas.resize(1500, 1100)
    bare_canvas.show_picture(
        picture(document("resnet34"), View(color_by="macs"), QtMeasurer(), run_dot)
    )
    assert bare_canvas.zoom >= 0.8
    return bare_canvas


def key_of(canvas: Canvas) -> ColorKey:
    return overlay(canvas, ColorKey)


def look_at_item(canvas: Canvas, item_id: str, at: QPoint | None = None) -> None:
    look_at(canvas, QPointF(*picture_of(canvas).by_id[item_id].bounds.center), at)


def test_that_there_is_no_key_beside_a_legend_that_is_seen(heated: Canvas) -> None:
    assert not key_of(heated).isVisible()


def test_that_the_key_comes_when_the_legend_leaves_and_goes_when_it_returns(
    heated: Canvas,
) -> None:
    heated.zoom_to(2)
    look_at_item(heated, "block:conv5_3")
    assert key_of(heated).isVisible()
    look_at_item(heated, "legend")
    assert not key_of(heated).isVisible()


def test_that_a_legend_too_small_to_read_is_not_enough(heated: Canvas) -> None:
    heated.zoom_to(0.5)
    assert key_of(heated).isVisible()
    heated.fit()
    assert not key_of(heated).isVisible()


@pytest.mark.parametrize("view", [View(), View(color_by="macs", legend=False)])
def test_that_the_key_is_gone_with_the_colours_or_the_legend(heated: Canvas, view: View) -> None:
    heated.zoom_to(4)
    assert key_of(heated).isVisible()
    heated.show_picture(resnet34(view))
    assert not key_of(heated).isVisible()
    heated.show_picture(None)
    assert not key_of(heated).isVisible()


@pytest.mark.parametrize("width", [1500, 900, 620, 460])
def test_that_the_key_keeps_clear_of_minimap_and_zoom_control(heated: Canvas, width: int) -> None:
    heated.zoom_to(4)
    heated.resize(width, 700)
    QApplication.processEvents()
    minimap, control = overlay(heated, Minimap), overlay(heated, ZoomControl)
    assert minimap.isVisible()
    for neighbour in (minimap, control):
        assert not key_of(heated).geometry().intersects(neighbour.geometry())
    inside = QRect(QPoint(0, 0), heated.size())
    assert inside.contains(key_of(heated).geometry())


def test_that_the_pointer_goes_through_the_key(qtbot: QtBot, heated: Canvas) -> None:
    heated.zoom_to(4)
    look_at_item(heated, "block:conv2_2", key_of(heated).geometry().center())
    picked = QSignalSpy(heated.picked)
    under = heated.childAt(key_of(heated).geometry().center())
    assert under is heated.viewport()
    qtbot.mouseClick(under, Qt.MouseButton.LeftButton, pos=key_of(heated).geometry().center())
    assert picked.count() == 1


def test_that_the_key_has_the_themes_colours_and_words_for_screen_readers(heated: Canvas) -> None:
    heated.zoom_to(4)
    key = key_of(heated)
    assert "MACs per block: 7 equal bins from 0 to 231 M" in key.accessibleDescription()
    for theme in (LIGHT, DARK):
        heated.set_theme(theme)
        image = key.grab().toImage()
        ratio = image.devicePixelRatio()
        row = round(35 * ratio)
        colors = [image.pixelColor(x, row).name() for x in range(image.width())]
        bins = [QColor(theme[f"heat{number}"]).name() for number in range(1, 8)]
        assert [color for color in dict.fromkeys(colors) if color in bins] == bins
