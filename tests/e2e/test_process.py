"""The program as a process: what it imports, how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

PROBE = """
import sys
from PySide6.QtCore import QTimer
from resnet_viz.gui import app

painted = app.Program._painted

never = {"keras", "tensorflow", "h5py", "asyncio", "numpy"}
late = {"multiprocessing", "csv"}

def probe(self):
    print(sorted((never | late) & set(sys.modules)))
    painted(self)
    self.pipeline.drawn.connect(lambda _: QTimer.singleShot(0, self.window.close))
    self.view_controller.toggle("conv3_1")

app.Program._painted = probe
code = app.main("resnet34", timings=False, debug=True)
print(sorted(never & set(sys.modules)), code)
"""


def environment(home: Path) -> dict[str, str]:
    named = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home)}
    return {**os.environ, **named, "QT_QPA_PLATFORM": "offscreen"}


def test_that_the_window_imports_neither_keras_nor_numpy(
    tmp_path: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        capture_output=True, text=True, timeout=60, check=False, env=environment(tmp_path),
    )  # fmt: skip
    assert done.stdout.split("\n")[:2] == ["[]", "[] 0"], done.stderr


WAITING = """
import sys
from resnet_viz.gui import app
painted = app.Program._painted

def probe(self):
    painted(self)
    print("painted", flush=True)

app.Program._painted = probe
sys.exit(app.main("resnet34", timings=False, debug=False))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_that_ctrl_c_in_the_terminal_quits(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WAITING],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(tmp_path),
    ) as process:  # fmt: skip
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        assert process.stdout is not None
        assert process.stdout.readline() == "painted\n"
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate()
        watchdog.cancel()
    assert process.returncode == 130
    assert "Traceback" not in complaint


@pytest.mark.engine
def test_that_timings_are_one_line_of_json(tmp_path: Path) -> None:
    probe = WAITING.replace("timings=False", "timings=True").replace(
        'print("painted", flush=True)',
        'self.engine.state_changed.connect(lambda s: s == "ready" and self.window.close())',
    )
    done = subprocess.run(
        [sys.executable, "-c", probe],
        capture_output=True, text=True, timeout=120, check=False, env=environment(tmp_path),
    )  # fmt: skip
    line = next(each for each in done.stderr.splitlines() if each.startswith("{"))
    marks = json.loads(line)
    assert list(marks) == ["window_shown", "diagram_painted", "engine_ready"]
    assert 0 < marks["window_shown"] <= marks["diagram_painted"] < marks["engine_ready"]
