"""The program as a process: its imports, its end, its timings."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from resnet_viz.gui.window.sigint import SigintHandler
from tests.support.engine_processes import fake_engine, sigint

PROGRAM = f"""
import sys
from PySide6.QtCore import QTimer
from resnet_viz.gui import app

class Probed(app.Program):
    def __init__(self, **arguments):
        super().__init__(**arguments, engine_command={fake_engine("good")})

    def show(self):
        super().show()
        canvas = self.window.canvas
        picture = app.FirstPaint(
            canvas.viewport(), when=lambda: canvas.display_list is not None
        )
        picture.painted.connect(lambda: self.probe())

app.Program = Probed
"""

IMPORTS = """
never = {"keras", "tensorflow", "h5py", "asyncio", "numpy"}
late = {"multiprocessing", "csv"}

def probe(self):
    print(sorted((never | late) & set(sys.modules)))
    self.pipeline.drawn.connect(lambda _: QTimer.singleShot(0, self.window.close))
    self.view_controller.toggle("conv3_1")

Probed.probe = probe
code = app.main("resnet34", timings=False, debug=True)
print(sorted(never & set(sys.modules)), code)
"""

WAITS = """
Probed.probe = lambda self: print("painted", flush=True)
sys.exit(app.main("resnet34", timings=False, debug=False))
"""

CLOSES_WHEN_READY = """
Probed.probe = lambda self: self.engine.state_changed.connect(
    lambda state: state == "ready" and self.window.close()
)
app.main("resnet34", timings=True, debug=False)
"""


def start(home: Path, code: str) -> subprocess.Popen[str]:
    named = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home)}
    with sigint(signal.SIG_DFL):
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM + code],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **named, "QT_QPA_PLATFORM": "offscreen"},
        )  # fmt: skip


def test_that_the_window_imports_neither_keras_nor_numpy(tmp_path: Path) -> None:
    with start(tmp_path, IMPORTS) as process:
        out, err = process.communicate(timeout=60)
    assert out.split("\n")[:2] == ["[]", "[] 0"], err


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_that_ctrl_c_in_the_terminal_quits(tmp_path: Path) -> None:
    with start(tmp_path, WAITS) as process:
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        assert process.stdout is not None
        assert process.stdout.readline() == "painted\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
        watchdog.cancel()
    assert process.returncode == 130
    assert "Traceback" not in err


def test_that_ctrl_c_stays_ignored_in_the_background_of_a_script(qapp: QApplication) -> None:
    with sigint(signal.SIG_IGN), SigintHandler(qapp) as handler:
        signal.raise_signal(signal.SIGINT)
        assert not handler.interrupted
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_that_timings_are_one_line_of_json(tmp_path: Path) -> None:
    with start(tmp_path, CLOSES_WHEN_READY) as process:
        _, err = process.communicate(timeout=60)
    marks = json.loads(next(line for line in err.splitlines() if line.startswith("{")))
    assert list(marks) == ["window_shown", "diagram_painted", "engine_ready"]
    assert 0 < marks["window_shown"] <= marks["diagram_painted"] < marks["engine_ready"]
