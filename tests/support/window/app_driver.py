"""A whole window for tests: isolated settings, a prompter that prompter, engines to choose from."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QModelIndex, QPoint, QPointF, QSettings, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from resnet_viz.analysis.costs.memory.basis import MemoryBasis
from resnet_viz.drawing.display_list import DisplayList, Target
from resnet_viz.gui.app import Program
from resnet_viz.gui.window.gc_tuning import GcTuning
from resnet_viz.services.preferences import Preferences
from resnet_viz.services.timings import Timings
from resnet_viz.sources.parse import parse_source
from tests.support.window.style import set_style

if TYPE_CHECKING:
    from resnet_viz.gui.outline.model import OutlineModel

NO_ENGINE = (sys.executable, "-c", "import sys; sys.stdin.buffer.read()")
"""An engine that never says anything, for tests that need none."""


class FakePrompter:
    """A Prompter that prompter at once, and remembers what it was asked."""

    def __init__(self) -> None:
        self.model_file = ""
        self.target = ""
        self.image = ""
        self.folder = ""
        self.agrees = True
        self.always = False
        self.questions: list[str] = []
        self.folders: list[str] = []

    def ask_model_file(self, _parent: QWidget, folder: str, then: Callable[[str], None]) -> None:
        self.folders.append(folder)
        if self.model_file:
            then(self.model_file)

    def ask_target(self, _parent: QWidget, path: str, then: Callable[[str], None]) -> None:
        self.folders.append(path)
        if self.target:
            then(self.target)

    def ask_table_target(self, _parent: QWidget, path: str, then: Callable[[str], None]) -> None:
        self.ask_target(_parent, path, then)

    def ask_image(self, _parent: QWidget, folder: str, then: Callable[[str], None]) -> None:
        self.folders.append(folder)
        if self.image:
            then(self.image)

    def ask_folder(self, _parent: QWidget, folder: str, then: Callable[[str], None]) -> None:
        self.folders.append(folder)
        if self.folder:
            then(self.folder)

    def ask_view_target(self, _parent: QWidget, path: str, then: Callable[[str], None]) -> None:
        self.ask_target(_parent, path, then)

    def ask_result_target(self, _parent: QWidget, path: str, then: Callable[[str], None]) -> None:
        self.ask_target(_parent, path, then)

    def confirm(
        self, _parent: QWidget, question: str, _action: str, then: Callable[[], None]
    ) -> None:
        self.questions.append(question)
        if self.agrees:
            then()

    def ask_to_run(
        self, _parent: QWidget, question: str, explanation: str, then: Callable[[bool], None]
    ) -> None:
        self.questions.append(f"{question}\n{explanation}")
        if self.agrees:
            then(self.always)

    def show_folder(self, folder: str) -> None:
        self.folders.append(folder)


class AppDriver:
    """A program with its window on the screen, and hands to work it with."""

    def __init__(
        self,
        qtbot: QtBot,
        application: QApplication,
        folder: Path,
        engine_command: tuple[str, ...] | None = NO_ENGINE,
    ) -> None:
        set_style(application)
        self.qtbot = qtbot
        self.prompter = FakePrompter()
        store = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        self.preferences = Preferences(store)
        self.preferences.theme = "light"
        self.preferences.animate = False
        self.timings = Timings()
        self.program = Program(
            preferences=self.preferences,
            prompter=self.prompter,
            timings=self.timings,
            engine_command=engine_command,
            log_folder=folder / "log",
            result_folder=folder / "results",
        )
        self.window = self.program.window
        self.session = self.program.session
        self.canvas = self.window.canvas
        qtbot.addWidget(self.window)
        self.window.resize(1600, 1000)
        self.program.show()
        qtbot.waitExposed(self.window)

    def close(self) -> None:
        """Close the window and end everything behind it."""
        self.window.close()
        self.program.stop()

    def open(self, text: str, *, timeout: int = 10_000) -> None:
        """Open a source and wait until it is shown, with all panels there."""
        source = parse_source(text)
        self.program.open(source)
        self.qtbot.waitUntil(
            lambda: self.session.document is not None and self.session.document.source == source,
            timeout=timeout,
        )
        self.qtbot.waitUntil(lambda: self.program.is_furnished, timeout=timeout)

    def do(self, command: str) -> None:
        """Trigger a command; wait for the new picture if it asks for one."""
        view, before = self.session.view, self.session.picture
        self.window.actions_by_id[command].trigger()
        if self.session.view != view:
            self.qtbot.waitUntil(lambda: self.session.picture is not before)

    def count_for(self, basis: MemoryBasis) -> None:
        """Count memory for another batch size or dtype; wait until it is there."""
        self.session.set_basis(basis)
        self.qtbot.waitUntil(lambda: self.session.basis == basis)

    def after_picture(self, action: Callable[[], None]) -> DisplayList:
        """Do something that asks for another picture; the picture."""
        before = self.session.picture
        action()
        self.qtbot.waitUntil(lambda: self.session.picture is not before)
        return self.picture

    @property
    def picture(self) -> DisplayList:
        """The picture that is shown."""
        assert self.session.picture is not None
        return self.session.picture

    def row_of(self, target: Target) -> QModelIndex:
        """The row of a target in the outline."""
        return cast("OutlineModel", self.window.outline.tree.model()).index_of(target)

    def position_of(self, target: Target) -> QPoint:
        """The pixel of the canvas where the middle of a target's card is."""
        items = (self.picture.by_id[each] for each in self.picture.by_target[target])
        item = next(each for each in items if each.target == target and each.kind == "card")
        return self.canvas.viewportTransform().map(QPointF(*item.bounds.center)).toPoint()

    def click(self, target: Target) -> None:
        """Click a card on the canvas."""
        self.canvas.reveal(target)
        self.qtbot.mouseClick(
            self.canvas.viewport(), Qt.MouseButton.LeftButton, pos=self.position_of(target)
        )

    def double_click(self, target: Target) -> None:
        """Double-click a card on the canvas."""
        self.canvas.reveal(target)
        position = self.position_of(target)
        view = self.canvas.viewport()
        self.qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=position)
        self.qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=position)

    @property
    def sheet(self) -> str:
        """The inspector's text."""
        found = self.window.inspector.sheet
        return "" if found is None else found.text()

    @property
    def notice(self) -> str:
        """The text of the notice that is shown."""
        shown = self.window.notices.shown
        return "" if shown is None else shown.text


@contextmanager
def smooth_driver(qtbot: QtBot, qapp: QApplication, folder: Path) -> Iterator[AppDriver]:
    """A window with ResNet-34 whose turns are kept short, as ``main`` does it."""
    made = AppDriver(qtbot, qapp, folder)
    made.open("resnet34")
    smoothness = GcTuning(made.window)
    yield made
    smoothness.stop()
    made.close()
