"""A fake engine that misbehaves as its mode says: ``python fake_engine.py MODE [FILE]``.

Each start adds its process id to FILE as a line, so that a mode can be bad the first time only, and
a test can see whether a process is gone.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from resnet_viz.experiments.findings import with_finding
from resnet_viz.graph.types import Graph, LayerCall, Tensor, TensorRef
from resnet_viz.protocol.encoding import Reply, Request, decode_request, encode
from resnet_viz.protocol.experiment_messages import Concluded, Experiment, Measurement
from resnet_viz.protocol.framing import FrameDecoder
from resnet_viz.protocol.messages import (
    CODE_MISSING,
    PROTOCOL_VERSION,
    Build,
    Built,
    Cancel,
    CancelledReply,
    Check,
    Checked,
    Failed,
    Hello,
    Mismatch,
    Pause,
    Progress,
    Ready,
    Resume,
    RunFunction,
    Shutdown,
    Traced,
)
from tests.support.experiment_results import all_results, training_result

MODE = sys.argv[1]
ROW = Tensor((None, 4), "float32")
STARTS = Path(sys.argv[2]) if len(sys.argv) > 2 else None


def send(*replies: Reply) -> None:
    os.write(1, b"".join(encode(reply) for reply in replies))


def count_start() -> int:
    """The number of this start, from 1."""
    if STARTS is None:
        return 1
    with STARTS.open("a") as file:
        file.write(f"{os.getpid()}\n")
    return len(STARTS.read_text().split())


def shake_hands() -> None:
    number = count_start()
    if MODE == "silent":
        time.sleep(600)
    if MODE == "early_exit":
        os.write(2, b"cannot go on\n")
        sys.exit(7)
    if MODE == "garbage":
        os.write(1, b"a print in the stream\n")
    if MODE == "no_message":
        os.write(1, b'\x00\x00\x00\x08{"a": 1}')
    if MODE == "huge":
        os.write(1, (65 * 1024 * 1024).to_bytes(4, "big"))
    if MODE == "ready_first":
        send(Ready("3", "2.21.0", "CPU"))
    version = PROTOCOL_VERSION + (MODE == "newer")
    send(Hello(version, "9.9", os.getpid()))
    if MODE == "missing":
        send(Failed(0, CODE_MISSING, "TensorFlow is not available.", "Install it.", "No module"))
        sys.exit(4)
    if MODE == "never_ready" or (MODE == "crash_first" and number == 1):
        time.sleep(600 if MODE == "never_ready" else 0)
        os.abort()
    send(Ready("3.15.0", "2.21.0", "CPU"))


def answer(request: Request) -> None:
    if isinstance(request, Shutdown):
        if MODE == "stubborn":
            time.sleep(600)
        sys.exit(0)
    if isinstance(request, Cancel):
        send(CancelledReply(request.id))
        return
    if isinstance(request, Check):
        wrong = (Mismatch("conv1", 0, None, None),) if "wrong" in request.config else ()
        send(Checked(request.id, request.revision, wrong))
        return
    if isinstance(request, RunFunction):
        send(Traced(request.id, request.revision, traced(request)))
        return
    if isinstance(request, Experiment):
        experiment(request)
        return
    if isinstance(request, Pause | Resume):
        paused = isinstance(request, Pause)
        send(Measurement(request.id, training_result(steps=2), 2, 3, 0.2, paused=paused))
        return
    build(request)


def experiment(request: Experiment) -> None:
    """One measurement, then the end; a mode may let it wait or die in between."""
    send(Measurement(request.id, training_result(steps=1), 1, 3, 0.1))
    if MODE == "kill_on_experiment":
        os.abort()
    if MODE != "waits":
        by_kind = {each.experiment: each for each in all_results()}
        result = training_result(steps=3) if request.kind == "training" else by_kind[request.kind]
        send(Concluded(request.id, request.revision, with_finding(result)))


def traced(request: RunFunction) -> Graph:
    """A graph of one layer, whose name is the content of the user's file."""
    name = Path(request.folder, request.source.location).read_text()
    return Graph(
        name="fake",
        calls=(
            LayerCall("x", "x", 0, "InputLayer", "keras.layers", {}, {}, (), (ROW,)),
            LayerCall(name, name, 0, "ReLU", "keras.layers", {}, {}, (TensorRef("x"),), (ROW,)),
        ),
        inputs=(TensorRef("x"),),
        outputs=(TensorRef(name),),
    )


def build(request: Build) -> None:
    send(Progress(request.id, "building", 0, 1, 0.0))
    if MODE == "stubborn":
        time.sleep(600)
    if MODE == "waits":
        return
    if MODE == "kill_on_build":
        os.write(2, b"about to die\n")
        os.abort()
    if MODE == "stale":
        send(Built(999, 0, "late", ()), Progress(999, "late", 0, 1, 0.0))
    if MODE == "fails":
        send(Failed(request.id, "keras", "Keras can't.", "Do something.", "trace"))
        return
    send(Built(request.id, request.revision, f"config of {request.source}", ()))


def main() -> None:
    shake_hands()
    decoder = FrameDecoder()
    while data := os.read(0, 1 << 16):
        for payload in decoder.feed(data):
            answer(decode_request(payload))


main()
