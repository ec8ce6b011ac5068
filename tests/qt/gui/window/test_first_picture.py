"""The window appears with its picture, and keeps still while the panels arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QRect, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_viz.gui.app import Program
from resnet_viz.gui.window.first_paint import FirstPaint
from resnet_viz.services.document_cache import DocumentCache
from resnet_viz.services.preferences import Preferences
from resnet_viz.services.timings import Timings
from resnet_viz.sources.parse import parse_source
from resnet_viz.typing_compat import override
from tests.support.window.app_driver import NO_ENGINE, FakePrompter
from tests.support.window.style import set_style


class PaintCounter(QObject):
    """Counts the paints of a widget."""

    def __init__(self, widget: QObject) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Callable[[], Program]]:
    """Makes programs with one cache and opens ResNet-34, without showing them."""
    set_style(qapp)
    programs: list[Program] = []

    def made() -> Program:
        settings = tmp_path / f"settings{len(programs)}.ini"
        store = QSettings(str(settings), QSettings.Format.IniFormat)
        program = Program(
            preferences=Preferences(store),
            prompter=FakePrompter(),
            timings=Timings(),
            engine_command=NO_ENGINE,
            log_folder=tmp_path / "log",
            documents=DocumentCache(tmp_path / "cache"),
        )
        programs.append(program)
        qtbot.addWidget(program.window)
        program.open(parse_source("resnet34"))
        return program

    yield made
    for program in programs:
        program.window.close()
        program.stop()


def place_of(program: Program) -> list[QRect]:
    """Places of the canvas, its viewport's picture and the panels."""
    window, canvas = program.window, program.window.canvas
    panels = [window.panel(name).geometry() for name in ("outline", "inspector", "dock")]
    origin = canvas.mapTo(window, canvas.rect().topLeft())
    picture = canvas.mapFromScene(canvas.sceneRect()).boundingRect()
    return [QRect(origin, canvas.size()), picture, *panels]


def keep_first(qtbot: QtBot, make: Callable[[], Program], cache: Path) -> None:
    """A start that ends once the document is kept."""
    first = make()
    first.show()
    qtbot.waitUntil(lambda: any(cache.glob("*.document")), timeout=10_000)
    first.window.close()


def test_that_a_kept_picture_is_there_when_the_window_appears(
    qtbot: QtBot, make: Callable[[], Program], tmp_path: Path
) -> None:
    keep_first(qtbot, make, tmp_path / "cache")
    program = make()
    empty = PaintCounter(program.window.empty)
    program.show()
    qtbot.waitUntil(lambda: program.is_furnished, timeout=10_000)
    assert empty.count == 0
    assert program.window.focusWidget() is program.window.canvas


@pytest.mark.parametrize("size", [(1600, 1000), (1366, 768), (1024, 700)])
@pytest.mark.parametrize("kept", [False, True])
def test_that_nothing_moves_while_the_panels_arrive(
    qtbot: QtBot, make: Callable[[], Program], tmp_path: Path, kept: bool, size: tuple[int, int]
) -> None:
    if kept:
        keep_first(qtbot, make, tmp_path / "cache")
    program = make()
    program.window.resize(*size)
    canvas = program.window.canvas
    places: list[list[QRect]] = []
    # Filters installed last are asked first: this one speaks before the program's.
    first = FirstPaint(canvas.viewport(), when=lambda: canvas.display_list is not None)
    first.painted.connect(lambda: places.append(place_of(program)))
    program.show()
    qtbot.waitUntil(lambda: program.is_furnished, timeout=10_000)
    qtbot.waitUntil(lambda: bool(places))
    assert place_of(program) == places[0]


def test_that_the_window_appears_without_a_picture_that_takes_long(
    qtbot: QtBot, make: Callable[[], Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = make()
    program.pipeline.cancel()
    monkeypatch.setattr(type(program.pipeline), "busy", property(lambda _self: True))
    program.show()
    assert not program.window.isVisible()
    qtbot.waitExposed(program.window)
    assert program.session.document is None
