"""Start-up: whole processes until the first picture is painted, beside a bare Qt window.

python -m pytest tests/bench/test_startup.py --benchmark-only -s
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.support.window.starts import UNTIL_KEPT, folders

BARE = """
import os
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

class Bare(QMainWindow):
    def paintEvent(self, event):
        QTimer.singleShot(0, lambda: os._exit(0))

application = QApplication([])
application.setStyle("Fusion")
window = Bare()
window.setCentralWidget(QLabel("bare"))
window.resize(1600, 1000)
window.show()
application.exec()
"""

OURS = """
import os
from resnet_viz.services.timings import Timings

Timings.mark = lambda self, name: name == "diagram_painted" and os._exit(0)
from resnet_viz.cli.main import main
main(["resnet34"])
"""

ROUNDS = 11


@contextmanager
def display(platform: str) -> Iterator[dict[str, str]]:
    """The environment for a Qt platform; "xcb" gets an X server of its own."""
    if platform != "xcb":
        yield {"QT_QPA_PLATFORM": platform}
        return
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1200x24"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as file:
            number = file.readline().strip()
        yield {"QT_QPA_PLATFORM": platform, "DISPLAY": f":{number}"}
        server.terminate()


@pytest.mark.parametrize("platform", ["offscreen", "xcb"])
def test_first_picture_beside_a_bare_window(
    benchmark: BenchmarkFixture, tmp_path: Path, platform: str
) -> None:
    """Both alternate, so that other work on the machine slows both; processor time decides.

    A start before them keeps the document, as every user's first start does.
    """
    seconds: dict[str, list[float]] = {BARE: [], OURS: []}
    with display(platform) as screen:
        environment = {**os.environ, **folders(tmp_path), **screen}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)

        subprocess.run([sys.executable, "-c", UNTIL_KEPT], env=environment, check=True)

        def start(code: str) -> None:
            with subprocess.Popen([sys.executable, "-c", code], env=environment) as process:
                _, status, usage = os.wait4(process.pid, 0)  # to the microsecond
                process.returncode = os.waitstatus_to_exitcode(status)
            assert process.returncode == 0
            seconds[code].append(usage.ru_utime + usage.ru_stime)

        def both() -> None:
            start(BARE)
            start(OURS)

        benchmark.pedantic(both, rounds=ROUNDS, warmup_rounds=1)
    bare, ours = (median(seconds[code][1:]) for code in (BARE, OURS))
    benchmark.extra_info.update(bare=bare, ours=ours, ratio=ours / bare)
    sys.stdout.write(f"\n{platform}: bare {bare:.3f} s, ours {ours:.3f} s, {ours / bare:.2f}\n")
