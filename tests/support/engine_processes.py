"""Commands of engines for tests, the processes started by them, and their handling of Ctrl+C."""

from __future__ import annotations

import os
import signal
import sys
import time
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


def is_running(pid: int) -> bool:
    """True unless it has ended, even if nobody has asked for its exit code."""
    status = Path(f"/proc/{pid}/stat")
    if not Path("/proc/self/stat").exists():
        return is_alive(pid)
    try:
        return status.read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def wait_for_ends(pids: list[int]) -> None:
    """Wait until all these processes have ended."""
    end = time.monotonic() + 60
    while any(map(is_running, pids)):
        assert time.monotonic() < end, "a process goes on"
        time.sleep(0.01)


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
