"""How to start the engine: command, environment, time limits. No Qt."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from resnet_viz._version import __version__

HELLO_LIMIT_S: Final = 10.0
READY_LIMIT_S: Final = 120.0
STOP_LIMIT_S: Final = 1.0
STDERR_LINES: Final = 40

_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})


def engine_command() -> tuple[str, ...]:
    """The engine's command line. ``-P`` keeps its working directory out of the import path."""
    return (sys.executable, "-P", "-X", "faulthandler", "-m", "resnet_viz.engine")


def engine_environment() -> dict[str, str]:
    """Our environment, made so that the engine finds the very package that runs here.

    In a checkout that is not installed the package is found through the working directory only,
    which the engine doesn't share. An installed one needs nothing, and must get nothing:
    PYTHONPATH goes before the standard library.
    """
    environment = dict(os.environ)
    home = Path(__file__).resolve().parents[2]
    if home.name not in _INSTALLED:
        others = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = f"{home}{os.pathsep}{others}" if others else str(home)
    return environment


def hello_sentence() -> str:
    """What to say when the engine's process says nothing."""
    return (
        f"The engine did not answer within {HELLO_LIMIT_S:.0f} s of its start; "
        "restart it, or look at its log under Details."
    )


def ready_sentence() -> str:
    """What to say when TensorFlow takes too long."""
    return (
        f"TensorFlow was not ready after {READY_LIMIT_S:.0f} s; "
        "restart the engine when the machine is less busy."
    )


def version_sentence(*, app: str) -> str:
    """What to say when the engine belongs to another version, ``app``."""
    return (
        f"The engine is of version {app}, this program of {__version__}; install resnet-viz anew."
    )
