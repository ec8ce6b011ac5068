"""The engine's process: what it prints, when it ends, and that it never outlives its owner."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest

import resnet_viz
from resnet_viz import assets
from resnet_viz.protocol.messages import (
    PROTOCOL_VERSION,
    Build,
    Built,
    Cancel,
    CancelledReply,
    Check,
    Checked,
    Failed,
    Hello,
    Shutdown,
)
from resnet_viz.sources.catalog import parse_builtin
from tests.engine.conftest import PATIENCE_S, Probe

pytestmark = pytest.mark.engine

NOISY = """
import os, subprocess, sys
from resnet_viz.engine import work
real = work._build
def build(request, task):
    print("a print")
    os.write(1, b"a native print\\n")
    subprocess.run([sys.executable, "-c", "print('a child')"], check=True)
    assert sys.stdin.read() == ""
    import keras
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).summary()
    return real(request, task)
work._build = build
from resnet_viz.engine.__main__ import main
main()
"""

NO_TENSORFLOW = """
import sys
sys.modules["tensorflow"] = None
from resnet_viz.engine.__main__ import main
main()
"""


def unit(request: int = 1) -> Build:
    return Build(id=request, revision=0, source=parse_builtin("tutorial_first_unit"))


def test_that_hello_comes_before_ready_with_versions(fresh: Probe) -> None:
    hello, ready = fresh.greet()
    assert hello == Hello(PROTOCOL_VERSION, resnet_viz.__version__, fresh.process.pid)
    assert ready.keras.startswith("3.")
    assert ready.tensorflow.startswith("2.")
    assert ready.device == "CPU"


def test_that_nothing_printed_gets_between_the_frames(tmp_path: Path) -> None:
    probe = Probe(tmp_path, "-c", NOISY)
    try:
        probe.greet()
        stages, reply = probe.ask(unit())
        assert isinstance(reply, Built), reply
        assert stages[0] == "building"
        log = probe.stderr()
        assert "a print" in log
        assert "a native print" in log
        assert "a child" in log
        assert "Total params" in log
    finally:
        probe.close()


def test_that_a_missing_tensorflow_is_said_with_the_remedy(tmp_path: Path) -> None:
    probe = Probe(tmp_path, "-c", NO_TENSORFLOW)
    try:
        assert isinstance(probe.receive(), Hello)
        reply = probe.receive()
        assert isinstance(reply, Failed)
        assert (reply.id, reply.code) == (0, "tensorflow_missing")
        assert reply.message == ("TensorFlow is not available. You can still view saved diagrams.")
        assert "pip install tensorflow" in reply.hint
        assert "tensorflow" in reply.details
        assert probe.process.wait(PATIENCE_S) == 4
    finally:
        probe.close()


@pytest.mark.parametrize("moment", ["importing", "ready", "busy"])
def test_that_it_ends_when_its_owner_is_gone(fresh: Probe, moment: str) -> None:
    assert fresh.process.stdin is not None
    if moment == "importing":
        fresh.receive()
    else:
        fresh.greet()
    if moment == "busy":
        fresh.send(Build(id=1, revision=0, source=parse_builtin("resnet152?classes=2")))
        fresh.receive()
    fresh.process.stdin.close()
    assert fresh.process.wait(PATIENCE_S) == 0


def test_that_it_ends_when_told_even_while_it_works(fresh: Probe) -> None:
    fresh.greet()
    fresh.send(Build(id=1, revision=0, source=parse_builtin("resnet152?classes=2")))
    fresh.receive()
    fresh.send(Shutdown())
    assert fresh.process.wait(PATIENCE_S) == 0


def test_that_it_ends_when_nobody_reads_its_answers(fresh: Probe) -> None:
    assert fresh.process.stdout is not None
    fresh.greet()
    fresh.process.stdout.close()
    fresh.send(unit())
    assert fresh.process.wait(PATIENCE_S) == 0


def test_that_an_impossible_frame_ends_it_with_a_word(fresh: Probe) -> None:
    fresh.greet()
    fresh.write(b"\xff\xff\xff\xff")
    reply = fresh.receive()
    assert isinstance(reply, Failed)
    assert reply.code == "protocol"
    assert fresh.process.wait(PATIENCE_S) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process there")
def test_that_ctrl_c_in_the_terminal_does_not_end_it(fresh: Probe) -> None:
    fresh.greet()
    os.kill(fresh.process.pid, signal.SIGINT)
    assert isinstance(fresh.ask(unit())[1], Built)
    assert "Traceback" not in fresh.stderr()


def test_that_a_cancelled_request_ends_at_its_next_step_and_the_next_is_served(
    fresh: Probe,
) -> None:
    fresh.greet()
    fresh.send(Build(id=1, revision=0, source=parse_builtin("resnet152?classes=2")))
    fresh.send(unit(2))
    fresh.receive()
    fresh.send(Cancel(id=1))
    while not isinstance(reply := fresh.receive(), CancelledReply | Built):
        pass
    assert reply == CancelledReply(id=1)
    while not isinstance(reply := fresh.receive(), CancelledReply | Built):
        pass
    assert isinstance(reply, Built)
    assert reply.id == 2


def test_that_a_cancelled_id_is_cancelled_before_it_begins(fresh: Probe) -> None:
    fresh.greet()
    fresh.send(Cancel(id=1))
    assert fresh.ask(unit(1)) == ([], CancelledReply(id=1))


def test_that_a_keras_file_of_the_users_does_not_change_what_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keras.json").write_text(
        '{"floatx": "float16", "image_data_format": "channels_first", "backend": "jax"}'
    )
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    probe = Probe(tmp_path)
    try:
        probe.greet()
        _, reply = probe.ask(unit())
        assert isinstance(reply, Built)
        shipped = assets.read_bytes("models/tutorial_first_unit.json")
        assert json.loads(reply.config) == json.loads(shipped)
        _, checked = probe.ask(Check(2, 0, reply.config, "x"))
        assert checked == Checked(2, 0, ())
    finally:
        probe.close()
