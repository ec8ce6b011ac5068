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

from resnet_viz.gui.window.quit_signals import QuitSignals
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

ENTRY = """
from resnet_viz.__main__ import entry
sys.argv = ["resnet-viz", "resnet34"]
entry()
"""

BUSY = """
import threading, time
from resnet_viz.exports import write
from resnet_viz.services import pipeline

begun = threading.Event()

def job(*_):
    begun.set()
    {job}

def probe(self):
    {start}
    timer = QTimer(self.window, interval=1)
    timer.timeout.connect(lambda: begun.is_set() and {then})
    timer.start()

Probed.probe = probe
"""
JOBS = {
    "python": "while True: pass",
    "in C": "time.sleep(600)",
    "careless": """
    while True:
        try:
            time.sleep(0.001)
        except BaseException:
            pass""",
}
READS = "pipeline.load_graph = job; self.opener.open_text('resnet152')"
BLOCKS = "QTimer.singleShot(0, lambda: (print('busy', flush=True), job()))"

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
@pytest.mark.parametrize(
    ("number", "code", "line"),
    [(signal.SIGINT, 130, "Interrupted."), (signal.SIGTERM, 143, "Terminated.")],
    ids=["SIGINT", "SIGTERM"],
)
@pytest.mark.parametrize("busy", [False, True], ids=["idle", "busy"])
def test_that_a_signal_quits(
    tmp_path: Path, number: signal.Signals, code: int, line: str, *, busy: bool
) -> None:
    blocks = BUSY.format(job=JOBS["python"], start=BLOCKS, then="None")
    idle = 'Probed.probe = lambda self: print("busy", flush=True)'
    with start(tmp_path, (blocks if busy else idle) + ENTRY) as process:
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        assert process.stdout is not None
        assert process.stdout.readline() == "busy\n"
        process.send_signal(number)
        _, err = process.communicate()
        watchdog.cancel()
    assert (process.returncode, err) == (code, f"resnet-viz: {line}\n")


@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)
def test_that_closing_the_window_ends_the_program_whatever_runs(tmp_path: Path, job: str) -> None:
    code = BUSY.format(job=job, start=READS, then="self.window.close()") + ENTRY
    with start(tmp_path, code) as process:
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")


def test_that_a_file_opens_at_once_while_another_is_read(tmp_path: Path) -> None:
    opens = "(setattr(pipeline, 'load_graph', load_graph), self.opener.open_text('resnet18'))"
    code = f"""
from resnet_viz.services.graph_source import load_graph
Probed.opened = lambda self: print(self.session.document.title, flush=True) or self.window.close()
{BUSY.format(job=JOBS["python"], start=READS, then=f"({opens}, begun.clear())")}
Probed.probe = lambda self: (
    self.session.document_changed.connect(self.opened), probe(self)
)
"""
    with start(tmp_path, code + ENTRY) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "ResNet-18\n", "")


def test_that_ctrl_c_stays_ignored_in_the_background_of_a_script(qapp: QApplication) -> None:
    with sigint(signal.SIG_IGN), QuitSignals(qapp, lambda _: None) as signals:
        signal.raise_signal(signal.SIGINT)
        assert signals.exit_code == 0
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_that_timings_are_one_line_of_json(tmp_path: Path) -> None:
    with start(tmp_path, CLOSES_WHEN_READY) as process:
        _, err = process.communicate(timeout=60)
    marks = json.loads(next(line for line in err.splitlines() if line.startswith("{")))
    assert list(marks) == ["window_shown", "diagram_painted", "engine_ready"]
    assert 0 < marks["window_shown"] <= marks["diagram_painted"] < marks["engine_ready"]
