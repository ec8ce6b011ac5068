"""The client with the real engine: builds, checks, and loses nothing when it is killed."""

from __future__ import annotations

import json
import os
import signal
import sys
from time import perf_counter

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from resnet_viz import assets
from resnet_viz.engine_client.client import EngineClient
from resnet_viz.protocol.messages import Built, Checked
from resnet_viz.reading.read import read_config
from resnet_viz.sources.catalog import parse_builtin
from tests.qt.engine_client.conftest import PATIENCE_MS, RecordedSignals
from tests.qt.engine_client.test_client import wait_for, wait_for_state

pytestmark = pytest.mark.engine


def test_that_a_variant_is_built_and_checked(qtbot: QtBot, real: EngineClient) -> None:
    told = RecordedSignals(real)
    request = real.build(parse_builtin("resnet34?classes=10"), revision=2)
    wait_for(qtbot, told, "built")
    (built,) = told.of("built")
    assert isinstance(built, Built)
    assert (built.id, built.revision, built.mismatches) == (request, 2, ())
    graph = read_config(built.config.encode(), where="resnet34")
    assert graph.tensor(graph.outputs[0]).shape == (None, 10)
    checking = real.check(built.config, where="resnet34")
    wait_for(qtbot, told, "checked")
    assert told.of("checked") == [Checked(checking, 0, ())]
    assert real.description.startswith("TensorFlow 2.")
    assert real.description.endswith(" · CPU")


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_that_an_engine_killed_while_it_builds_is_replaced_and_the_build_done(
    qtbot: QtBot, real: EngineClient
) -> None:
    told = RecordedSignals(real)
    killed: list[int] = []

    def kill() -> None:
        if not killed:
            killed.append(real.pid)
            os.kill(real.pid, signal.SIGKILL)

    real.progress.connect(kill)
    request = real.build(parse_builtin("resnet152?classes=10"))
    wait_for(qtbot, told, "built")
    assert told.names == ["crashed", "built"]
    (built,) = told.of("built")
    assert isinstance(built, Built)
    assert built.id == request
    assert real.pid not in (0, *killed)
    wait_for_state(qtbot, real, "ready")


def test_that_the_window_never_waits_while_the_engine_comes_up_and_works(
    qtbot: QtBot, real: EngineClient
) -> None:
    told = RecordedSignals(real)
    beats: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: beats.append(perf_counter()))
    timer.start(10)
    real.build(parse_builtin("resnet50?classes=10"))
    wait_for(qtbot, told, "built")
    timer.stop()
    assert len(beats) > 20


def test_that_a_wrong_shape_in_a_file_is_reported(qtbot: QtBot, real: EngineClient) -> None:
    told = RecordedSignals(real)
    config = json.loads(assets.read_bytes("models/tutorial_first_unit.json"))
    text = json.dumps(config).replace("[null, 112, 112, 64]", "[null, 111, 112, 64]")
    real.check(text, where="mine.json")
    qtbot.waitUntil(lambda: bool(told.of("checked")), timeout=PATIENCE_MS)
    (checked,) = told.of("checked")
    assert isinstance(checked, Checked)
    assert [(wrong.call, wrong.output) for wrong in checked.mismatches] == [("block1_conv_1", 0)]
    assert "111×112×64 float32 read, 112×112×64 float32 in Keras" in str(checked.mismatches[0])
