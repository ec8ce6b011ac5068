"""Commands of engines for tests, the processes started by them, and their handling of Ctrl+C."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_FOLDER = Path(__file__).parent
WITHOUT_KERAS = (sys.executable, "-P", str(_FOLDER / "engine_without_keras.py"))


def fake_engine(mode: str, starts: Path | None = None) -> tuple[str, ...]:
    """The command of ``fake_engine.py``; ``starts``: the file that it adds its process id to."""
    script = str(_FOLDER / "fake_engine.py")
    return (sys.executable, "-P", script, mode, *([str(starts)] if starts else []))


def started_pids(starts: Path) -> list[int]:
    return [int(line) for line in starts.read_text().split()] if starts.exists() else []


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def sigint(handler: signal.Handlers | Callable[..., object]) -> Iterator[None]:
    """Handle Ctrl+C by ``handler``, here and in processes that are started meanwhile.

    In the background of a script, shells start programs with SIGINT ignored, which subprocesses
    inherit.
    """
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
