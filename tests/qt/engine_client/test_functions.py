"""The client with the user's own code: its output, its end, and a clean engine afterwards."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from resnet_viz.protocol.messages import Failed, Traced
from resnet_viz.sources.types import PythonFunction
from tests.qt.engine_client.conftest import (
    PATIENCE_MS,
    MakeClient,
    wait_for,
    wait_for_state,
)
from tests.support.engine_processes import WITHOUT_KERAS, is_running

NETS = """
import os
import keras

def build():
    print("one line")
    print("another")
    keras.config.set_floatx("float16")
    x = keras.Input((4,), name="x")
    return keras.Model(x, keras.layers.Dense(3, name="d")(x), name="mine")

def dies():
    with open("times", "a") as file:
        file.write("x")
    print("about to die", flush=True)
    os.abort()

def waits():
    import time
    print("waiting", flush=True)
    time.sleep(600)

def starts():
    import re, subprocess, sys
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with open("pids", "w") as file:
        file.write(f"{os.getpid()} {child.pid}")
    print("started", flush=True)
    re.match("(a+)+$", "a" * 60 + "b")  # holds the interpreter's lock
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nets.py").write_text(NETS)
    return tmp_path


@pytest.mark.engine
def test_that_output_comes_before_the_answer_and_the_engine_is_replaced(
    qtbot: QtBot, client_of: MakeClient, folder: Path
) -> None:
    client, recorded = client_of()
    wait_for_state(qtbot, client, "ready")
    before = client.pid
    request = client.run_function(PythonFunction("nets", "build"), folder=str(folder), revision=3)
    wait_for(qtbot, recorded, Traced)
    (reply,) = recorded.payloads(Traced)
    assert (reply.id, reply.revision, reply.graph.name) == (request, 3, "mine")
    signals = [payload for name, payload in recorded.all if name in ("logged", "traced")]
    position = signals.index("one line")
    assert signals[position + 1] == "another"
    assert signals.index(reply) > position + 1
    qtbot.waitUntil(lambda: client.pid not in {0, before}, timeout=PATIENCE_MS)
    assert recorded.outcomes == ["traced"]


def test_that_code_that_kills_the_engine_is_not_run_again(
    qtbot: QtBot, client_of: MakeClient, folder: Path
) -> None:
    client, recorded = client_of(WITHOUT_KERAS)
    client.run_function(PythonFunction("nets.py", "dies"), folder=str(folder))
    wait_for(qtbot, recorded, Failed)
    (failed,) = recorded.payloads(Failed)
    assert "died while working on nets.py:dies" in failed.message
    wait_for_state(qtbot, client, "ready")
    assert (folder / "times").read_text() == "x"


def test_that_code_that_does_not_end_can_be_cancelled(
    qtbot: QtBot, client_of: MakeClient, folder: Path
) -> None:
    client, recorded = client_of(WITHOUT_KERAS)
    request = client.run_function(PythonFunction("nets", "waits"), folder=str(folder))
    qtbot.waitUntil(lambda: ("logged", "waiting") in recorded.all, timeout=PATIENCE_MS)
    client.cancel(request)
    wait_for(qtbot, recorded, int)
    assert recorded.payloads(int) == [request]
    wait_for_state(qtbot, client, "ready")


@pytest.mark.skipif(os.name != "posix", reason="process groups of POSIX")
@pytest.mark.parametrize("end", ["cancel", "shutdown"])
def test_that_what_the_code_has_started_is_ended_with_it(
    qtbot: QtBot, client_of: MakeClient, folder: Path, end: str
) -> None:
    client, recorded = client_of(WITHOUT_KERAS)
    request = client.run_function(PythonFunction("nets", "starts"), folder=str(folder))
    qtbot.waitUntil(lambda: ("logged", "started") in recorded.all, timeout=PATIENCE_MS)
    pids = list(map(int, (folder / "pids").read_text().split()))
    assert all(map(is_running, pids))
    if end == "cancel":
        client.cancel(request)
        wait_for(qtbot, recorded, int)
    else:
        client.shutdown()
    qtbot.waitUntil(lambda: not any(map(is_running, pids)), timeout=PATIENCE_MS)
