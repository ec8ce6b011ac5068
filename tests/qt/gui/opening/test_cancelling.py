"""Cancelling what takes long: the notice, its button, and the window afterwards."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.drawing import compose
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.graph.types import Graph
from resnet_viz.services import pipeline
from resnet_viz.services.graph_source import load_graph
from resnet_viz.sources.parse import parse_source
from resnet_viz.sources.types import Source
from tests.support.window.app_driver import AppDriver


@pytest.fixture
def app(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[AppDriver]:
    driver = AppDriver(qtbot, qapp, tmp_path)
    driver.open("resnet18")
    yield driver
    driver.close()


def press_cancel(app: AppDriver, notice: str) -> None:
    app.qtbot.waitUntil(lambda: app.notice.startswith(notice))
    button = app.window.notices.button("Cancel")
    assert button is not None
    app.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert app.notice == ""


def test_that_a_view_that_takes_long_can_be_cancelled(
    app: AppDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(*arguments: Any, **named: Any) -> DisplayList:
        while arguments[1].detail == "layer":
            pass
        return picture(*arguments, **named)

    monkeypatch.setattr(compose, "picture", draw)
    before = app.picture, app.session.view
    app.program.view_controller.set_detail("layer")
    press_cancel(app, "Drawing this view…")
    assert (app.picture, app.session.view) == before
    app.after_picture(lambda: app.program.view_controller.set_detail("stage"))
    assert app.session.view.detail == "stage"
    assert app.notice == ""


def test_that_an_opening_that_takes_long_can_be_cancelled(
    app: AppDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def read(source: Source) -> Graph | None:
        while str(source) == "resnet152":
            begun.set()
        return load_graph(source)

    monkeypatch.setattr(pipeline, "load_graph", read)
    before = app.picture
    app.program.open(parse_source("resnet152"))
    assert begun.wait(30)
    press_cancel(app, "Opening ResNet-152…")
    assert app.picture is before
    app.open("resnet34")
