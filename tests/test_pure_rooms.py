"""The pure rooms' tests pass where neither Qt nor Keras nor TensorFlow can be imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SETTINGS = """
[pytest]
filterwarnings = error
markers =
    engine: starts the real engine
    dot: runs the real Graphviz
    long: takes over a second
    quick: the quick tier
    slow: takes minutes
"""
RUN = """
import sys


class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6", "keras", "tensorflow"}:
            raise ImportError(f"{name} is blocked in the pure rooms")
        return None


sys.meta_path.insert(0, Blocked())
import pytest

sys.exit(pytest.main(sys.argv[1:]))
"""


def test_that_pure_rooms_need_no_qt_and_no_keras(tmp_path: Path) -> None:
    # Settings of their own: the project's speak of pytest-qt, which is not loaded here.
    settings = tmp_path / "pytest.ini"
    settings.write_text(SETTINGS)
    plugins = ["-p", "no:pytest-qt", "-p", "no:cacheprovider"]
    places = ["-c", str(settings), "--rootdir", str(ROOT), str(ROOT / "tests" / "pure")]
    # Searches hold or not whatever can be imported: they run elsewhere, or here with few examples.
    less = [
        "-q",
        "-m",
        "not engine and not dot and not long",
        "-k",
        "not properties and not fuzz and not geometry",
        "--hypothesis-profile=brief",
    ]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *plugins, *less, *places],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
