"""Starts of the whole program as processes, with code that ends them at a certain point."""

from __future__ import annotations

from pathlib import Path

UNTIL_KEPT = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from resnet_viz.services.timings import Timings

def end_when_kept():
    if any((Path(os.environ["XDG_CACHE_HOME"]) / "resnet-viz").glob("*.document")):
        os._exit(0)

def mark(self, name):
    if name == "diagram_painted":
        self.timer = QTimer(interval=10)
        self.timer.timeout.connect(end_when_kept)
        self.timer.start()

Timings.mark = mark
from resnet_viz.cli.main import main
main(["resnet34"])
"""
"""Starts on ResNet-34 and ends once its document is kept for the next start."""


def folders(home: Path) -> dict[str, str]:
    """Environment of a user without settings and caches."""
    return dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"), str(home))
