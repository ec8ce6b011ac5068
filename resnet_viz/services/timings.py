"""Milestones of a run in milliseconds since the start of the process, for ``--timings``."""

from __future__ import annotations

import os
import sys
import time
from typing import Final

_TICKS_FIELD: Final = 19
"""Index of ``starttime`` in /proc/self/stat after the program's name."""
_LOADED_AT: Final = time.perf_counter()
_CPU_TIME_AT_LOAD: Final = time.process_time()


def since_start() -> float:
    """Milliseconds since the start of this process.

    On Linux from the kernel's record, to 10 ms. Elsewhere the processor time used before this
    module was loaded stands for the time until then, which is slightly too little.
    """
    if sys.platform == "linux":
        try:
            with open("/proc/self/stat", "rb") as file:  # noqa: PTH123 - pathlib may not be loaded
                fields = file.read().rpartition(b")")[2].split()
            started = int(fields[_TICKS_FIELD]) / os.sysconf("SC_CLK_TCK")
            return (time.clock_gettime(time.CLOCK_BOOTTIME) - started) * 1000.0
        except (OSError, ValueError, IndexError):
            pass  # a sandbox without /proc
    return (time.perf_counter() - _LOADED_AT + _CPU_TIME_AT_LOAD) * 1000.0


class Timings:
    """Milestones and their times; the first time counts if one is reached again."""

    def __init__(self) -> None:
        self._marks: dict[str, float] = {}

    def mark(self, name: str) -> None:
        """Record that the milestone ``name`` is reached now."""
        self._marks.setdefault(name, since_start())

    def has(self, name: str) -> bool:
        """Return whether the milestone has been reached."""
        return name in self._marks

    def line(self) -> str:
        """All milestones as one line of JSON, in the order in which they were reached."""
        parts = (f'"{name}": {value:.1f}' for name, value in self._marks.items())
        return "{" + ", ".join(parts) + "}"

    def report(self) -> None:
        """Write the line to stderr."""
        if sys.stderr is not None:
            sys.stderr.write(self.line() + "\n")
            sys.stderr.flush()
