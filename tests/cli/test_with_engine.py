"""The command line and scripts with the engine: variants, interruption, live models."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import resnet_viz
from resnet_viz.engine_client import blocking
from tests.cli.conftest import Run
from tests.support.engine_processes import sigint, wait_for_ends
from tests.support.repositories import commit, make_repository

pytestmark = pytest.mark.engine

# The facts: ResNet-34 with option A has plain-34's weights.
OPTION_A = 21_623_848


@pytest.mark.usefixtures("qapp")
def test_that_a_variant_is_built_once_and_then_cached(
    run: Run, run_here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "resnet34?shortcut=A"
    first = run("report", source, "--format", "json")
    assert (first.returncode, first.stderr) == (0, "")
    assert json.loads(first.stdout)["totals"]["trainable_parameters"] == OPTION_A
    monkeypatch.setattr(blocking, "engine_command", lambda: ("no-such-program",))
    second = run_here("report", source, "--format", "json")
    assert second.stdout == first.stdout
    assert run_here("export", source, "-o", "a.svg").returncode == 0
    assert resnet_viz.report(source) == json.loads(first.stdout)
    assert (tmp_path / "a.svg").exists()


NETS = """
import keras
from widths import WIDTH
def build():
    x = keras.Input((8,))
    return keras.Model(x, keras.layers.Dense(WIDTH)(x), name="net")
"""


def test_that_a_function_is_compared_with_an_older_revision(run: Run, tmp_path: Path) -> None:
    make_repository(tmp_path)
    commit(tmp_path, {"nets.py": NETS, "widths.py": "WIDTH = 4"})
    commit(tmp_path, {"widths.py": "WIDTH = 5"})
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    words = ("diff", "git:HEAD~1:nets.py:build", "nets.py:build", "--format", "json")
    done = run(*words, environment={"TMPDIR": str(temporary)})
    assert (done.returncode, done.stderr) == (3, "")
    (difference,) = json.loads(done.stdout)["differences"]
    assert difference["fields"] == {"units": [4, 5]}
    assert json.loads(done.stdout)["a"]["name"] == "net at HEAD~1"
    assert list(temporary.iterdir()) == []


def test_that_temporary_files_of_a_killed_engine_go_with_the_next(run: Run, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    (tmp_path / "nets.py").write_text(
        "import keras, os, signal, tempfile\n"
        "def dies():\n"
        "    tempfile.mkdtemp()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "def lives():\n"
        "    tempfile.mkdtemp()\n"
        "    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])\n"
    )
    environment = {"TMPDIR": str(temporary)}
    assert run("report", "nets.py:dies", environment=environment).returncode == 1
    assert run("report", "nets.py:lives", environment=environment).returncode == 0
    assert list(temporary.iterdir()) == []


LIVE = """
import doctest, keras, resnet_viz
x = keras.Input((32, 32, 3), name="image")
y = keras.layers.Conv2D(3, 3, padding="same", name="합성곱 1")(x)
model = keras.Model(x, keras.layers.Add(name="더하기")([x, y]), name="live")
graph = resnet_viz.trace(model)
print([call.id for call in graph.calls], graph.by_id["더하기"].output_shape)
print(resnet_viz.analyze(model))
print(resnet_viz.report(model)["totals"] == resnet_viz.report(graph)["totals"])
resnet_viz.export(model, "live.svg", detail="layer")
resnet_viz.export(graph, "traced.svg", detail="layer")
for layer in (model.layers[1], keras):
    try:
        resnet_viz.analyze(layer)
    except resnet_viz.AppError as error:
        print(error)
class Loop(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2, name="dense")
    def call(self, x):
        return self.dense(x) if float(x[0, 0]) > 0 else x
loop = Loop()
loop(keras.ops.ones((1, 3)))
try:
    resnet_viz.report(loop)
except resnet_viz.UntracedError as error:
    print([layer.name for layer in error.layers], error.__notes__[0].splitlines()[0])
runner = doctest.DocTestRunner()
for test in doctest.DocTestFinder().find(resnet_viz.trace, globs={"resnet_viz": resnet_viz}):
    runner.run(test)
print(runner.failures, runner.tries)
"""


def test_that_a_live_model_is_traced_analyzed_reported_and_exported(
    run: Run, tmp_path: Path
) -> None:
    done = run(code=LIVE)
    assert done.stdout.splitlines() == [
        "['image', '합성곱 1', '더하기'] (None, 32, 32, 3)",
        "<Analysis live: 84 parameters, 82.9 K MACs, 1 shortcut>",  # 3·3·3·3 + 3, and 81·32·32
        "True",
        "A value of type keras.src.layers.convolutional.conv2d.Conv2D is no Keras model; pass a "
        "keras.Model (analyze, report and export also take a Graph, a path or a model's name).",
        "A value of type module is no Keras model; pass a keras.Model (analyze, report and export "
        "also take a Graph, a path or a model's name).",
        "['dense'] Layer  Class  Parameters  Weights",
        "0 5",
    ]
    assert "합성곱 1" in (tmp_path / "live.svg").read_text(encoding="utf-8")
    assert (tmp_path / "live.svg").read_bytes() == (tmp_path / "traced.svg").read_bytes()


def test_that_a_script_names_a_function_as_the_command_line_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "nets.py").write_text(
        "import keras\nprint('hello')\n"
        "def build():\n    x = keras.Input((4,))\n"
        "    return keras.Model(x, keras.layers.Dense(3)(x), name='mine')\n"
    )
    monkeypatch.chdir(tmp_path)
    analysis = resnet_viz.analyze("nets.py:build")
    assert repr(analysis) == "<Analysis mine: 15 parameters, 12 MACs, 0 shortcuts>"
    assert capsys.readouterr() == ("", "hello\n")


@pytest.mark.skipif(sys.platform != "linux", reason="finds the engine in /proc")
def test_that_ctrl_c_while_keras_builds_ends_the_engine_too(tmp_path: Path) -> None:
    with sigint(signal.SIG_DFL):
        process = subprocess.Popen(
            [sys.executable, "-m", "resnet_viz", "export", "resnet50?classes=7", "-o", "a.png"],
            cwd=tmp_path,
            env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    engine = child_of(process.pid)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "resnet-viz: Interrupted.\n")
    # Interrupted while it was being started it finds its input closed and ends by itself.
    wait_for_ends([engine])
    assert not (tmp_path / "a.png").exists()


def child_of(pid: int) -> int:
    """The process that ``pid`` starts; waits for it."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if children:
            return int(children[0])
    raise AssertionError("no process was started")
