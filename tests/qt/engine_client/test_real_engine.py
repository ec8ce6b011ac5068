"""The client with the real engine: builds, checks and completes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from resnet_viz import assets
from resnet_viz.protocol.messages import Built, Checked, Completed
from resnet_viz.reading.read import complete_graph, read_config
from resnet_viz.sources.catalog import parse_builtin
from tests.qt.engine_client.conftest import MakeClient, wait_for

pytestmark = pytest.mark.engine


def test_that_a_model_is_built_checked_and_completed_without_blocking_the_window(
    qtbot: QtBot, client_of: MakeClient
) -> None:
    client, recorded = client_of()
    beats: list[None] = []
    timer = QTimer(interval=10)
    timer.timeout.connect(lambda: beats.append(None))
    timer.start()
    request = client.build(parse_builtin("resnet34?classes=10"), revision=2)
    wait_for(qtbot, recorded, Built)
    timer.stop()
    assert len(beats) > 20
    (built,) = recorded.payloads(Built)
    assert (built.id, built.revision, built.mismatches) == (request, 2, ())
    graph = read_config(built.config.encode(), where="resnet34")
    assert graph.tensor(graph.outputs[0]).shape == (None, 10)
    assert client.description.startswith("TensorFlow 2.")
    assert client.description.endswith(" · CPU")

    wrong = assets.read_bytes("models/tutorial_first_unit.json").decode()
    wrong = wrong.replace("[null,112,112,64]", "[null,111,112,64]")
    client.check(built.config, where="resnet34")
    client.check(wrong, where="mine.json")
    wait_for(qtbot, recorded, Checked, times=2)
    agreeing, differing = recorded.payloads(Checked)
    assert agreeing.mismatches == ()
    (mismatch,) = differing.mismatches
    assert (mismatch.call, mismatch.output) == ("block1_conv_1", 0)
    assert "111×112×64 float32 read, 112×112×64 float32 in Keras" in str(mismatch)

    client.complete(built.config, where="mine.json", revision=7)
    wait_for(qtbot, recorded, Completed)
    (reply,) = recorded.payloads(Completed)
    assert reply.revision == 7
    assert complete_graph(graph, reply.tensors) == graph
