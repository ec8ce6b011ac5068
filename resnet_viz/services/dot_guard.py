"""End of dot with this program, whatever ends it, and a bound on its memory.

A shell waits at a pipe of ours. The system closes the pipe when we end, by SIGKILL too, and the
shell then kills dot. Windows has no such shell: there dot ends at its own time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

MOST_MEMORY: Final = 1024**3
"""Address space of dot in bytes; a graph that needs more takes too long anyway."""
_SCRIPT: Final = 'read -r pid; read -r end; [ -z "$pid" ] || kill -9 "$pid"'


class DotGuard:
    """Guards one process; only valid inside ``dot_guard``."""

    def __init__(self, shell: subprocess.Popen[bytes] | None) -> None:
        self._shell = shell

    def watch(self, pid: int) -> None:
        """Bound the memory of the process, and kill it when this program ends."""
        _bound_memory(pid)
        if self._shell is not None and self._shell.stdin is not None:
            with suppress(OSError):
                self._shell.stdin.write(b"%d\n" % pid)


@contextmanager
def dot_guard() -> Iterator[DotGuard]:
    """Guard of a process that has ended when the context does."""
    shell = _start_shell()
    try:
        yield DotGuard(shell)
    finally:
        if shell is not None:
            shell.kill()  # before its pipe closes: the process id may be another's by now
            shell.communicate()


def _start_shell() -> subprocess.Popen[bytes] | None:
    program = shutil.which("sh") if os.name == "posix" else None
    if program is None:
        return None
    try:
        return subprocess.Popen(
            [program, "-c", _SCRIPT],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,  # what ends our process group must not end it first
        )
    except OSError:
        return None


def _bound_memory(pid: int) -> None:
    if sys.platform == "linux":
        import resource

        with suppress(OSError):  # it has ended already
            resource.prlimit(pid, resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
