"""Running the command line as users do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``run("export", "resnet34", ...)`` in an empty folder, without a display."""

    def call(
        *arguments: str, environment: dict[str, str] | None = None, code: str = ""
    ) -> subprocess.CompletedProcess[str]:
        hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "PYTHONWARNINGS"}
        clean = {key: value for key, value in os.environ.items() if key not in hidden}
        clean |= {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONUTF8": "1"}
        start = ["-c", code] if code else ["-m", "resnet_viz"]
        return subprocess.run(
            [sys.executable, *start, *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
            cwd=tmp_path,
            env={**clean, **(environment or {})},
        )

    return call
