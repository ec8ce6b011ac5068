"""Command line and environment of the engine's process. No Qt."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

STOP_LIMIT_S: Final = 1.0
STDERR_LINES: Final = 40

_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})


def engine_command() -> tuple[str, ...]:
    """The engine's command line. ``-P`` keeps its working directory out of the import path."""
    return (sys.executable, "-P", "-X", "faulthandler", "-m", "resnet_viz.engine")


def engine_environment() -> dict[str, str]:
    """Environment variables with which the engine imports the very package that runs here.

    In a checkout that is not installed the package is found through the working directory only,
    which the engine doesn't share. An installed one needs nothing, and must get nothing:
    PYTHONPATH goes before the standard library.
    """
    environment = dict(os.environ)
    root = Path(__file__).resolve().parents[2]
    if root.name not in _INSTALLED:
        others = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = f"{root}{os.pathsep}{others}" if others else str(root)
    return environment
