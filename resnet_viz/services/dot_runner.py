"""Runs Graphviz's dot: DOT text in, JSON out, cancellable and limited in time.

Which dot: the setting, else the self-contained executable that comes with the installation, else
``dot`` on PATH.
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

ENVIRONMENT: Final = "RESNET_VIZ_DOT"
"""Environment variable with the path of the dot to use."""
_NO_CONSOLE: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows
_POLL: Final = 0.02
_BASE_SECONDS: Final = 20.0
_SECONDS_PER_LINE: Final = 0.02


class LayoutError(AppError):
    """Graphviz could not lay out a graph."""


def _never() -> bool:
    return False


def resolve_dot(setting: str = "") -> str:
    """The path of the dot to run.

    ``setting`` is the user's own choice; it is used or refused, never silently passed over.

    Raises:
        LayoutError: the chosen one, or any dot at all, is missing.
    """
    chosen = setting or os.environ.get(ENVIRONMENT, "")
    if chosen:
        found = shutil.which(chosen)
        if found is None:
            raise LayoutError(
                f"The Graphviz program {quoted(chosen)} can't be run: check its path."
            )
        return found
    scripts = str(Path(sys.executable).parent)
    found = (
        shutil.which("graphviz-pure", path=scripts)
        or shutil.which("graphviz-pure")
        or shutil.which("dot")
    )
    if found is None:
        raise LayoutError("Graphviz is missing: install it with “pip install graphviz-pure”.")
    return found


def time_limit(text: str) -> float:
    """Seconds that a layout may take: more for longer texts."""
    return _BASE_SECONDS + _SECONDS_PER_LINE * text.count("\n")


def run_dot(
    text: str,
    *,
    cancelled: Callable[[], bool] = _never,
    dot: str = "",
    seconds: float | None = None,
) -> str:
    """Lay out a graph in a process of its own; blocks, so call it off the window's thread.

    Args:
        text: the graph in the DOT language.
        cancelled: asked again and again while dot works; True ends it.
        dot: path of the program; resolved if empty.
        seconds: time limit; by the text's length if None.

    Returns:
        dot's output in its ``json`` format.

    Raises:
        Cancelled: ``cancelled`` said so; dot has been ended.
        LayoutError: dot is missing, failed or took too long.
    """
    limit = time_limit(text) if seconds is None else seconds
    program = dot or resolve_dot()
    with _started(program, text) as process:
        try:
            out, complaint = _converse(process, cancelled, limit)
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise LayoutError(
            f"Graphviz could not lay out this part of the model: {_last_line(complaint)}.",
            details=complaint.decode(errors="replace"),
        )
    return out.decode()


def _started(program: str, text: str) -> subprocess.Popen[bytes]:
    """The program, reading ``text`` from a file without a name.

    Not from a pipe: ``communicate`` forgets what it has not sent yet when it times out, and we
    wait in short steps to hear of a cancellation.
    """
    with tempfile.TemporaryFile() as given:
        given.write(text.encode(errors="replace"))
        given.seek(0)
        try:
            return subprocess.Popen(
                [program, "-Tjson"],
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                creationflags=_NO_CONSOLE,
            )
        except OSError as error:
            reason = error.strerror or str(error)
            raise LayoutError(
                f"The Graphviz program {quoted(program)} can't be run: {reason}."
            ) from error


def _converse(
    process: subprocess.Popen[bytes], cancelled: Callable[[], bool], limit: float
) -> tuple[bytes, bytes]:
    end = time.monotonic() + limit
    while True:
        try:
            return process.communicate(timeout=_POLL)
        except subprocess.TimeoutExpired:
            if cancelled():
                raise Cancelled from None
            if time.monotonic() > end:
                raise LayoutError(
                    f"Graphviz needed more than {limit:.0f} s to lay out one part of the model: "
                    "close some of what is open."
                ) from None


def _last_line(complaint: bytes) -> str:
    lines = complaint.decode(errors="replace").strip().splitlines()
    return lines[-1].rstrip(".") if lines else "it gave no reason"
