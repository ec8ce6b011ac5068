"""Makes the README's screenshot, and others, by running the real window.

    python -m tests.tools.screenshots FOLDER [--readme]

``--readme`` writes resources/readme/window.png too.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_SCALE_FACTOR"] = "1"
os.environ["QT_FONT_DPI"] = "96"

from PySide6.QtCore import QDeadlineTimer, QSettings
from PySide6.QtWidgets import QApplication

from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.app import Program, make_application
from resnet_viz.gui.cost.tab import CostTab
from resnet_viz.gui.widgets.system_prompter import SystemPrompter
from resnet_viz.services.preferences import Preferences
from resnet_viz.services.timings import Timings
from resnet_viz.sources.parse import parse_source

if TYPE_CHECKING:
    from resnet_viz.gui.outline.model import OutlineModel

README = Path(__file__).resolve().parents[2] / "resources" / "readme" / "window.png"


class Studio:
    """A window of 1600×1000 that does what it is told and is photographed."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self._folder = folder
        self.application = make_application()
        store = QSettings(str(scratch / "settings.ini"), QSettings.Format.IniFormat)
        settings = Preferences(store)
        settings.theme = "light"
        settings.animate = False
        self.program = Program(preferences=settings, prompter=SystemPrompter(), timings=Timings())
        self.program.window.resize(1600, 1000)
        self.program.show()

    def wait(self, until: Callable[[], bool], seconds: int = 120) -> None:
        """Run the event loop until something holds."""
        end = QDeadlineTimer(seconds * 1000)
        while not until():
            if end.hasExpired():
                raise TimeoutError
            self.application.processEvents()
        self.settle()

    def settle(self) -> None:
        """Let everything that waits be done."""
        for _ in range(5):
            self.application.processEvents()

    def open(self, text: str) -> None:
        """Open a source and wait for its picture."""
        source = parse_source(text)
        self.program.open(source)
        session = self.program.session
        self.wait(lambda: session.document is not None and session.document.source == source)

    def do(self, command: str) -> None:
        """Trigger a command and wait for the picture that it asks for."""
        before = self.program.session.picture
        view = self.program.session.view
        self.program.window.actions_by_id[command].trigger()
        if self.program.session.view != view:
            self.wait(lambda: self.program.session.picture is not before)
        self.settle()

    def toggle(self, group: str) -> None:
        """Open or close a group and wait."""
        before = self.program.session.picture
        self.program.view_controller.toggle(group)
        self.wait(lambda: self.program.session.picture is not before)

    def select(self, *targets: Target) -> None:
        """Select targets."""
        self.program.session.select(targets)
        self.settle()

    @property
    def cost(self) -> CostTab:
        """The Cost tab."""
        return cast("CostTab", self.program.window.bottom.content("cost"))

    def tab(self, name: str) -> None:
        """Show a tab of the bottom dock."""
        self.program.window.bottom.show_tab(name)
        self.settle()

    def expand(self, target: Target) -> None:
        """Open a row of the outline."""
        tree = self.program.window.outline.tree
        tree.expand(cast("OutlineModel", tree.model()).index_of(target))
        self.settle()

    def shoot(self, name: str, path: Path | None = None) -> None:
        """Save what the window shows."""
        target = path or self._folder / f"{name}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        if not self.program.window.grab().save(str(target)):
            raise OSError(f"{target} can't be written")
        sys.stdout.write(f"{target}\n")


def run(studio: Studio, *, readme: bool) -> None:
    """The whole session."""
    program = studio.program
    checked: list[object] = []
    program.engine.checked.connect(checked.append)
    studio.open("resnet34")
    studio.wait(lambda: bool(checked))
    studio.select(Target("group", "conv3_1"))
    studio.expand(Target("group", "conv3_1"))
    studio.shoot("main-light")
    if readme:
        studio.shoot("window", README)
    studio.do("view.dark")
    studio.tab("layers")
    studio.shoot("main-dark")
    run_dock(studio)
    studio.do("view.dark")
    studio.toggle("conv3_1")
    studio.shoot("expanded")
    studio.do("view.fit_selection")
    studio.shoot("expanded-fit")
    studio.do("view.detail.layer")
    studio.select(Target("call", "conv3_1_conv_a"))
    studio.shoot("layer")
    studio.do("view.detail.block")
    studio.do("view.layout.column")
    studio.shoot("column")
    studio.do("view.layout.stages")
    for number, kind in enumerate(("edge", "shortcut")):
        picture = program.session.picture
        assert picture is not None
        found = [item.target for item in picture.items if item.target and item.target.kind == kind]
        studio.select(found[3 + number])
        studio.shoot(kind)
    studio.select(Target("group", "conv4_x"))
    studio.shoot("stage")
    studio.open("tutorial_resnet34")
    studio.tab("problems")
    studio.shoot("tutorial")


def run_dock(studio: Studio) -> None:
    """The bottom dock's tabs, first in the theme that is shown, then in the other."""
    cost = studio.cost
    for theme in ("dark", "light"):
        studio.tab("cost")
        studio.shoot(f"cost-{theme}")
        cost.view.action("scatter").trigger()
        studio.shoot(f"cost-scatter-{theme}")
        cost.view.action("running").trigger()
        cost.measure.action("memory").trigger()
        studio.shoot(f"cost-memory-{theme}")
        cost.measure.action("macs").trigger()
        studio.tab("field")
        studio.shoot(f"field-{theme}")
        studio.do("view.detail.unit")
        studio.tab("cost")
        studio.do("view.color.macs")
        studio.shoot(f"heat-{theme}")
        studio.do("view.color.stage")
        studio.do("view.detail.block")
        studio.do("view.dark")


def main() -> int:
    """Parse arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--readme", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        studio = Studio(given.folder, Path(scratch))
        try:
            run(studio, readme=given.readme)
        finally:
            studio.program.window.close()
            studio.program.stop()
            QApplication.processEvents()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
