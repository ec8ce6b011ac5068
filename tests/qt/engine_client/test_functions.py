"""The client with the user's own code: its prints, its end, and a clean engine afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from resnet_viz import assets
from resnet_viz.engine_client.client import EngineClient
from resnet_viz.protocol.messages import Completed, Failed, Traced
from resnet_viz.reading.read import complete_graph, read_config
from resnet_viz.sources.types import PythonFunction
from tests.qt.engine_client.conftest import PATIENCE_MS, RecordedSignals
from tests.qt.engine_client.test_client import wait_for_state

pytestmark = pytest.mark.engine

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
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nets.py").write_text(NETS)
    return tmp_path


def test_that_prints_come_before_the_answer_and_the_engine_is_replaced(
    qtbot: QtBot, real: EngineClient, folder: Path
) -> None:
    told, said = RecordedSignals(real), []
    real.logged.connect(said.append)
    real.traced.connect(said.append)
    wait_for_state(qtbot, real, "ready")
    before = real.pid
    request = real.run_function(PythonFunction("nets", "build"), folder=str(folder), revision=3)
    qtbot.waitUntil(lambda: bool(said) and isinstance(said[-1], Traced), timeout=PATIENCE_MS)
    reply = said[-1]
    assert isinstance(reply, Traced)
    assert (reply.id, reply.revision, reply.graph.name) == (request, 3, "mine")
    lines = [line for line in said if isinstance(line, str)]
    assert lines[lines.index("one line") + 1] == "another"
    wait_for_state(qtbot, real, "ready")
    assert real.pid not in {0, before}
    assert told.names == []


def test_that_code_that_kills_the_engine_is_not_run_again(
    qtbot: QtBot, real: EngineClient, folder: Path
) -> None:
    told = RecordedSignals(real)
    real.run_function(PythonFunction("nets.py", "dies"), folder=str(folder))
    qtbot.waitUntil(lambda: bool(told.of("failed")), timeout=PATIENCE_MS)
    (failed,) = told.of("failed")
    assert isinstance(failed, Failed)
    assert "died while it worked on nets.py:dies" in failed.message
    wait_for_state(qtbot, real, "ready")
    assert (folder / "times").read_text() == "x"


def test_that_code_that_does_not_end_can_be_given_up(
    qtbot: QtBot, real: EngineClient, folder: Path
) -> None:
    told, lines = RecordedSignals(real), []
    real.logged.connect(lines.append)
    request = real.run_function(PythonFunction("nets", "waits"), folder=str(folder))
    qtbot.waitUntil(lambda: "waiting" in lines, timeout=PATIENCE_MS)
    real.cancel(request)
    qtbot.waitUntil(lambda: bool(told.of("cancelled")), timeout=PATIENCE_MS)
    assert told.of("cancelled") == [request]
    wait_for_state(qtbot, real, "ready")


def test_that_a_config_is_completed(qtbot: QtBot, real: EngineClient) -> None:
    config = assets.read_bytes("models/tutorial_first_unit.json")
    replies: list[Completed] = []
    real.completed.connect(replies.append)
    request = real.complete(config.decode(), where="mine.json", revision=7)
    qtbot.waitUntil(lambda: bool(replies), timeout=PATIENCE_MS)
    assert (replies[0].id, replies[0].revision) == (request, 7)
    graph = read_config(config, where="mine.json")
    assert complete_graph(graph, replies[0].tensors) == graph
