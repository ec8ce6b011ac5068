"""A canvas on the screen, at a known size, without animations."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.paint.fonts import load_fonts
from resnet_viz.scene.canvas import Canvas
from tests.support.pictures.canvas_probe import picture_of
from tests.support.pictures.scene_items import picture


@pytest.fixture
def bare_canvas(qtbot: QtBot, qapp: QApplication) -> Canvas:
    """No picture yet; 900×700."""
    qapp.setStyle("Fusion")
    load_fonts()
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(900, 700)
    canvas.set_animated(False)
    canvas.show()
    qtbot.waitExposed(canvas)
    canvas.activateWindow()
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    return canvas


@pytest.fixture
def canvas(bare_canvas: Canvas) -> Canvas:
    """Two stages of three closed blocks, at 100 %."""
    bare_canvas.show_picture(picture())
    bare_canvas.actual_size()
    return bare_canvas


@pytest.fixture
def pixel_of(canvas: Canvas) -> Callable[..., QPoint]:
    """Maps an item's middle, moved by (dx, dy) in the scene, to a pixel of the viewport."""

    def pixel(item_id: str, dx: float = 0.0, dy: float = 0.0) -> QPoint:
        x, y = picture_of(canvas).by_id[item_id].bounds.center
        return canvas.viewportTransform().map(QPointF(x + dx, y + dy)).toPoint()

    return pixel
