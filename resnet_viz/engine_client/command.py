"""Command line and environment of the engine's process. No Qt."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

STOP_LIMIT_S: Final = 0.5
STDERR_LINES: Final = 40

GPU_FLAG: Final = "--gpu"
_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})


def engine_command() -> tuple[str, ...]:
    """The engine's command line. ``-P`` keeps its working directory out of the import path."""
    return (sys.executable, "-P", "-X", "faulthandler", "-m", "resnet_viz.engine")


def gpu_engine_command() -> tuple[str, ...]:
    """Command line of an engine that may use a GPU; others see none, and leave its memory alone."""
    return (*engine_command(), GPU_FLAG)


def engine_folder() -> str:
    """The engine's working directory: one that is always there, so that none is left behind."""
    return Path(sys.executable).anchor


def kill_engine(pid: int) -> None:
    """Kill the engine and, on POSIX, its process group: what the user's code in it has started.

    Nothing happens if all of them are gone. Elsewhere only the engine is killed.
    """
    if pid <= 0:  # not started; to the system 0 means our own group
        return
    with suppress(OSError):
        if sys.platform == "win32":
            os.kill(pid, signal.SIGTERM)
        else:
            os.killpg(pid, signal.SIGKILL)


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
