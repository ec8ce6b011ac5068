"""A window without an engine, and documents of the built-ins."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.document import Document, make_document
from resnet_viz.services.graph_source import load_graph
from resnet_viz.sources.buildable import title_of
from resnet_viz.sources.catalog import parse_builtin
from tests.support.window.app_driver import AppDriver


@lru_cache(maxsize=8)
def document_of(name: str) -> Document:
    """The document of a shipped built-in."""
    source = parse_builtin(name)
    graph = load_graph(source)
    assert graph is not None
    return make_document(source, title_of(source), graph)


@pytest.fixture
def resnet34() -> Document:
    """ResNet-34 of the paper."""
    return document_of("resnet34")


@pytest.fixture
def driver(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[AppDriver]:
    """The window with ResNet-34 in it."""
    made = AppDriver(qtbot, qapp, tmp_path)
    made.open("resnet34")
    yield made
    made.close()
