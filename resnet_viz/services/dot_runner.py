"""Graphviz's dot as a subprocess: DOT text in, JSON out, with cancellation and a time limit.

The executable is the one named by RESNET_VIZ_DOT, else the self-contained one that is installed
with this program, else ``dot`` on PATH.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from resnet_viz.errors import AppError, Cancelled, quoted
from resnet_viz.services.dot_guard import MOST_MEMORY, dot_guard

DOT_VARIABLE: Final = "RESNET_VIZ_DOT"
"""Environment variable with the path of the dot executable."""
_NO_CONSOLE: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows
_POLL_SECONDS: Final = 0.02
LAYOUT_SECONDS: Final = 10.0
"""Time limit of one layout."""


class LayoutError(AppError):
    """Graphviz could not lay out a graph."""


class ExecutableNotFoundError(LayoutError):
    """The dot executable is missing or can't be run."""


class CalledProcessError(LayoutError):
    """dot has exited with an error; the details are its stderr message."""


class DotTimeoutError(LayoutError):
    """dot has exceeded its time limit."""


def find_dot() -> str:
    """Path of the dot executable. The user's own choice is used or refused, never passed over.

    Raises:
        ExecutableNotFoundError: the user's choice, or any dot at all, is missing.
    """
    chosen = os.environ.get(DOT_VARIABLE, "")
    if chosen:
        executable = shutil.which(chosen)
        if executable is None:
            raise _not_runnable(chosen, "check its path")
        return executable
    scripts = str(Path(sys.executable).parent)
    executable = (
        shutil.which("graphviz-pure", path=scripts)
        or shutil.which("graphviz-pure")
        or shutil.which("dot")
    )
    if executable is None:
        raise ExecutableNotFoundError(
            "Graphviz is missing: install it with “pip install graphviz-pure”."
        )
    return executable


def too_slow(seconds: float) -> DotTimeoutError:
    """The error for a layout that takes longer than ``seconds``."""
    return DotTimeoutError(f"Graphviz needed more than {seconds:.0f} s.")


def run_dot(
    text: str,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    dot: str = "",
    seconds: float = LAYOUT_SECONDS,
) -> str:
    """Lay out a graph in a subprocess; blocks, so call it off the window's thread.

    The subprocess ends with this program, whatever ends that.

    Args:
        text: the graph in the DOT language.
        cancelled: polled while dot works; True ends it.
        dot: path of the executable; ``find_dot`` if empty.
        seconds: time limit.

    Returns:
        dot's output in its ``json`` format.

    Raises:
        Cancelled: ``cancelled`` was True; dot has been ended.
        ExecutableNotFoundError: dot is missing or can't be run.
        CalledProcessError: dot has failed.
        DotTimeoutError: dot took too long.
    """
    with dot_guard() as guard, _start(dot or find_dot(), text) as process:
        try:
            guard.watch(process.pid)
            stdout, stderr = _communicate(process, cancelled, seconds)
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        message = stderr.decode(errors="replace")
        raise CalledProcessError(
            f"Graphviz could not lay out a part of the model: {_reason(message)}.",
            details=message,
        )
    return stdout.decode()


def _start(dot: str, text: str) -> subprocess.Popen[bytes]:
    """Start dot, which reads ``text`` from an anonymous file.

    Not from a pipe: ``communicate`` forgets input that is not sent yet when it times out, and we
    call it with short timeouts to poll for cancellation.
    """
    with tempfile.TemporaryFile() as stdin:
        stdin.write(text.encode(errors="replace"))
        stdin.seek(0)
        try:
            return subprocess.Popen(
                [dot, "-Tjson"],
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                creationflags=_NO_CONSOLE,
            )
        except OSError as error:
            raise _not_runnable(dot, error.strerror or str(error)) from error


def _not_runnable(dot: str, reason: str) -> ExecutableNotFoundError:
    return ExecutableNotFoundError(f"The Graphviz program {quoted(dot)} can't be run: {reason}.")


def _communicate(
    process: subprocess.Popen[bytes], cancelled: Callable[[], bool], limit: float
) -> tuple[bytes, bytes]:
    end = time.monotonic() + limit
    while True:
        try:
            return process.communicate(timeout=_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            if cancelled():
                raise Cancelled from None
            if time.monotonic() > end:
                raise too_slow(limit) from None


def _reason(message: str) -> str:
    """The last line of dot's stderr; for the bound on its memory a sentence of our own."""
    lines = message.strip().splitlines()
    if "memory" in message.lower():
        return f"it needed more than {MOST_MEMORY // 1024**3} GiB of memory"
    return lines[-1].rstrip(".") if lines else "it gave no reason"
