"""The engine's process: what it prints, when it ends, and that it never outlives its owner."""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

import resnet_viz
from resnet_viz import assets
from resnet_viz.engine_client.command import engine_command
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
    Progress,
    RunFunction,
    Shutdown,
    Traced,
)
from resnet_viz.sources.catalog import parse_builtin
from resnet_viz.sources.types import PythonFunction
from tests.engine.conftest import PATIENCE_S, Probe

ids = count(1000)

NETS = """
import os
import keras

def ends():
    return 1

def loops():
    while True:
        pass

def waits():
    while not os.path.exists("go"):
        pass
    return keras.Model()
"""

NOISY = """
import os, subprocess, sys
import keras

def build():
    print("a print")
    os.write(1, b"a native print\\n")
    subprocess.run([sys.executable, "-c", "print('a child')"], check=True)
    assert sys.stdin.read() == ""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.summary()
    return model
"""

NO_TENSORFLOW = """
import sys
sys.modules["tensorflow"] = None
from resnet_viz.engine.__main__ import main
main()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nets.py").write_text(NETS)
    (tmp_path / "noisy.py").write_text(NOISY)
    return tmp_path


def run(folder: Path, function: str, *, file: str = "nets.py") -> RunFunction:
    return RunFunction(next(ids), 0, PythonFunction(file, function), str(folder))


def start_running(probe: Probe, request: RunFunction) -> None:
    probe.send(request)
    for stage in ("importing", "running"):
        progress = probe.receive()
        assert isinstance(progress, Progress)
        assert progress.stage == stage


@pytest.mark.engine
def test_that_hello_comes_before_ready_with_versions(engine: Probe) -> None:
    assert engine.hello == Hello(PROTOCOL_VERSION, resnet_viz.__version__, engine.process.pid)
    assert engine.ready.keras.startswith("3.")
    assert engine.ready.tensorflow.startswith("2.")
    assert engine.ready.device == "CPU"


@pytest.mark.engine
def test_that_nothing_printed_gets_between_the_frames(engine: Probe, folder: Path) -> None:
    stages, reply = engine.ask(run(folder, "build", file="noisy.py"))
    assert isinstance(reply, Traced), reply
    assert stages == ["importing", "running", "describing"]
    log = engine.stderr()
    for text in ("a print\n", "a native print\n", "a child\n", "Total params"):
        assert text in log


@pytest.mark.engine
def test_that_a_missing_tensorflow_is_reported_with_the_remedy(tmp_path: Path) -> None:
    with closing(Probe(tmp_path, (sys.executable, "-P", "-c", NO_TENSORFLOW))) as probe:
        assert isinstance(probe.receive(), Hello)
        reply = probe.receive()
        assert isinstance(reply, Failed)
        assert (reply.id, reply.code) == (0, "tensorflow_missing")
        assert reply.message == ("TensorFlow is not available. You can still view saved diagrams.")
        assert "pip install tensorflow" in reply.hint
        assert "tensorflow" in reply.details
        assert probe.process.wait(PATIENCE_S) == 4


@pytest.mark.engine
def test_that_it_ends_when_its_owner_goes_while_tensorflow_is_imported(tmp_path: Path) -> None:
    with closing(Probe(tmp_path, engine_command())) as probe:
        assert isinstance(probe.receive(), Hello)
        assert probe.process.stdin is not None
        probe.process.stdin.close()
        assert probe.process.wait(PATIENCE_S) == 0


@pytest.mark.parametrize("busy", [False, True], ids=["ready", "busy"])
def test_that_it_ends_when_its_owner_is_gone(quick: Probe, folder: Path, *, busy: bool) -> None:
    if busy:
        start_running(quick, run(folder, "loops"))
    assert quick.process.stdin is not None
    quick.process.stdin.close()
    assert quick.process.wait(PATIENCE_S) == 0


def test_that_a_shutdown_ends_it_even_while_it_works(quick: Probe, folder: Path) -> None:
    start_running(quick, run(folder, "loops"))
    quick.send(Shutdown())
    assert quick.process.wait(PATIENCE_S) == 0


def test_that_it_ends_when_nobody_reads_its_answers(quick: Probe, folder: Path) -> None:
    assert quick.process.stdout is not None
    quick.process.stdout.close()
    quick.send(run(folder, "ends"))
    assert quick.process.wait(PATIENCE_S) == 0


def test_that_an_impossible_frame_ends_it_with_a_reason(quick: Probe) -> None:
    quick.write(b"\xff\xff\xff\xff")
    reply = quick.receive()
    assert isinstance(reply, Failed)
    assert reply.code == "protocol"
    assert quick.process.wait(PATIENCE_S) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process there")
def test_that_ctrl_c_in_the_terminal_does_not_end_it(quick: Probe, folder: Path) -> None:
    os.kill(quick.process.pid, signal.SIGINT)
    stages, _ = quick.ask(run(folder, "ends"))
    assert stages == ["importing", "running"]
    assert quick.stderr() == ""


def test_that_a_cancelled_request_ends_at_its_next_step_and_the_next_is_served(
    quick: Probe, folder: Path
) -> None:
    cancelled, following = run(folder, "waits"), run(folder, "ends")
    start_running(quick, cancelled)
    quick.send(following)
    quick.send(Cancel(id=cancelled.id))
    quick.write(b"\x00\x00\x00\x02{}")
    assert isinstance(quick.receive(), Failed)  # to the last message: all before it are read
    (folder / "go").touch()
    replies = [quick.receive() for _ in range(4)]
    assert replies[0] == CancelledReply(id=cancelled.id)
    assert isinstance(replies[3], Failed)
    assert replies[3].id == following.id


def test_that_a_cancelled_id_is_cancelled_before_it_begins(quick: Probe, folder: Path) -> None:
    request = run(folder, "ends")
    quick.send(Cancel(id=request.id))
    assert quick.ask(request) == ([], CancelledReply(id=request.id))


@pytest.mark.engine
def test_that_a_keras_file_of_the_users_does_not_change_what_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keras.json").write_text(
        '{"floatx": "float16", "image_data_format": "channels_first", "backend": "jax"}'
    )
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with closing(Probe(tmp_path, engine_command())) as probe:
        probe.shake_hands()
        source = parse_builtin("tutorial_first_unit")
        _, reply = probe.ask(Build(id=1, revision=0, source=source))
        assert isinstance(reply, Built)
        shipped = assets.read_bytes("models/tutorial_first_unit.json")
        assert json.loads(reply.config) == json.loads(shipped)
        _, checked = probe.ask(Check(2, 0, reply.config, "x"))
        assert checked == Checked(2, 0, ())
