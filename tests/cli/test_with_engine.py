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

from tests.cli.conftest import Run
from tests.support.engine_processes import sigint

pytestmark = pytest.mark.engine

# The facts: ResNet-34 with option A has plain-34's weights.
OPTION_A = 21_623_848


def test_that_a_variant_is_built_once_and_then_remembered(run: Run, tmp_path: Path) -> None:
    source = "resnet34?shortcut=A"
    first = run("report", source, "--format", "json")
    assert (first.returncode, first.stderr) == (0, "")
    assert json.loads(first.stdout)["totals"]["trainable_parameters"] == OPTION_A
    second = run("--timings", "report", source, "--format", "json")
    assert second.stdout == first.stdout
    assert json.loads(second.stderr)["read"] < 1500  # TensorFlow alone takes longer
    assert run("export", source, "-o", "a.svg").returncode == 0
    assert (tmp_path / "a.svg").exists()


def test_that_a_live_model_is_traced_and_exported(run: Run, tmp_path: Path) -> None:
    code = """
import keras, resnet_viz
x = keras.Input((32, 32, 3), name="image")
y = keras.layers.Conv2D(3, 3, padding="same", name="합성곱 1")(x)
model = keras.Model(x, keras.layers.Add(name="더하기")([x, y]))
graph = resnet_viz.trace(model)
print([call.id for call in graph.calls], graph.by_id["더하기"].output_shape)
resnet_viz.export(graph, "live.svg", detail="layer")
"""
    done = run(code=code)
    assert done.stdout.strip() == "['image', '합성곱 1', '더하기'] (None, 32, 32, 3)"
    assert "합성곱 1" in (tmp_path / "live.svg").read_text(encoding="utf-8")


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
    assert (process.returncode, out, err) == (130, "", "")
    # Interrupted while it was being started it finds its input closed and ends by itself.
    wait_for_end_of(engine)
    assert not (tmp_path / "a.png").exists()


def child_of(pid: int) -> int:
    """The process that ``pid`` starts; waits for it."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if children:
            return int(children[0])
    raise AssertionError("no process was started")


def wait_for_end_of(pid: int) -> None:
    end = time.monotonic() + 60
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < end, "the engine goes on"
