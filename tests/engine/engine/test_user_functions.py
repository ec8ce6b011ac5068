"""The user's own functions, and completing a config, in the real engine."""

from __future__ import annotations

import json
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from resnet_viz.engine_client.blocking import run_function
from resnet_viz.errors import EngineError
from resnet_viz.protocol.encoding import Reply
from resnet_viz.protocol.messages import (
    CODE_CUSTOM,
    CODE_FUNCTION,
    CODE_MODEL,
    CODE_UNSAFE,
    Complete,
    Completed,
    Failed,
    RunFunction,
    Traced,
)
from resnet_viz.reading.read import complete_graph, read_config
from resnet_viz.sources.types import PythonFunction
from tests.engine.conftest import Probe
from tests.support.engine_processes import WITHOUT_KERAS
from tests.support.model_files.configs import data, layer, model, node, source, tensor
from tests.support.model_files.samples import bare, nested, old_residual, sequential

ids = count(2000)

NETS = """
import keras
import helper

print("importing nets")
whole = keras.Sequential([keras.Input((4,)), keras.layers.Dense(helper.WIDTH)])

def build():
    print("building")
    with open("settings.txt") as file:
        width = int(file.read())
    x = keras.Input((4,), name="x")
    return keras.Model(x, keras.layers.Dense(width, name="d")(x), name="mine")
"""

FAILURES = """
def build():
    print("building")

def fails():
    raise ValueError("no such\\nlayer as 'x'")

def leaves():
    raise SystemExit(3)

def returns_a_list():
    return [1, 2]

def wants_more(width):
    return width
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nets.py").write_text(NETS)
    (tmp_path / "helper.py").write_text("WIDTH = 7\n")
    (tmp_path / "settings.txt").write_text("5")
    (tmp_path / "failures.py").write_text(FAILURES)
    (tmp_path / "broken.py").write_text("import nowhere_to_be_found\n")
    return tmp_path


def run(engine: Probe, folder: Path, location: str, function: str) -> Reply:
    request = RunFunction(next(ids), 4, PythonFunction(location, function), str(folder))
    _stages, reply = engine.ask(request)
    return reply


@pytest.mark.engine
@pytest.mark.parametrize("location", ["nets.py", "nets"])
def test_that_a_function_is_run_where_the_user_is(
    engine: Probe, folder: Path, location: str
) -> None:
    logged = len(engine.stderr())
    reply = run(engine, folder, location, "build")
    assert isinstance(reply, Traced), reply
    assert reply.revision == 4
    assert reply.graph.name == "mine"
    assert {call.id: call.output_shape for call in reply.graph.calls} == {
        "x": (None, 4), "d": (None, 5),
    }  # fmt: skip
    assert engine.stderr()[logged:] == "importing nets\nbuilding\n"


@pytest.mark.engine
def test_that_a_model_itself_may_be_named_and_files_are_read_again(
    engine: Probe, folder: Path
) -> None:
    for width in (7, 8):
        (folder / "sub").mkdir(exist_ok=True)
        (folder / "sub" / "one.py").write_text(NETS.replace("helper.WIDTH", str(width)))
        reply = run(engine, folder, "sub/one.py", "whole")
        assert isinstance(reply, Traced), reply
        assert reply.graph.calls[-1].output_shape == (None, width)


def test_that_running_a_function_leaves_no_bytecode_beside_it(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    before = sorted(folder.rglob("*"))
    with closing(Probe(folder, WITHOUT_KERAS)) as probe:
        probe.shake_hands()
        for location in ("failures", "failures.py"):
            reply = run(probe, folder, location, "build")
            assert isinstance(reply, Failed)
            assert reply.message == (
                f"{location}:build returned nothing; it must return a keras.Model."
            )
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("location", "function", "words"),
    [
        ("failures.py", "fails", "ValueError: no such layer as 'x' (failures.py, line 6)"),
        ("failures", "leaves", "SystemExit: 3"),
        ("failures", "returns_a_list", "returned a list; it must return a keras.Model"),
        ("failures", "wants_more", "TypeError"),
        ("failures", "nothing_here", 'no function "nothing_here"; it has build, fails'),
        ("gone", "build", 'no module "gone"'),
        ("gone.py", "build", 'no file "gone.py"'),
        ("broken", "build", "ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
        ("broken.py", "build", "nowhere_to_be_found"),
    ],
)
def test_that_a_failure_is_one_sentence_with_the_last_line(
    quick: Probe, folder: Path, location: str, function: str, words: str
) -> None:
    reply = run(quick, folder, location, function)
    assert isinstance(reply, Failed), reply
    assert reply.code == CODE_FUNCTION
    assert words in reply.message
    assert "\n" not in reply.message


def test_that_the_details_are_the_users_part_of_the_traceback(quick: Probe, folder: Path) -> None:
    reply = run(quick, folder, "failures.py", "fails")
    assert isinstance(reply, Failed)
    assert 'failures.py", line' in reply.details
    assert "engine" not in reply.details


def test_that_a_folder_that_is_gone_is_a_failure(quick: Probe, folder: Path) -> None:
    reply = run(quick, folder / "lost", "nets", "build")
    assert isinstance(reply, Failed)
    assert "can't be entered" in reply.message


def test_that_the_blocking_client_passes_on_stages_output_and_failure(folder: Path) -> None:
    printed: list[str] = []
    stages: list[str] = []
    with pytest.raises(EngineError, match="failures:build returned nothing") as caught:
        run_function(
            PythonFunction("failures", "build"),
            stages.append,
            folder=str(folder),
            on_log=printed.append,
            command=WITHOUT_KERAS,
        )
    assert caught.value.details == ""
    assert printed == ["building\n"]
    assert stages == ["starting TensorFlow", "importing", "running"]


def complete(engine: Probe, config: Any) -> Completed | Failed:
    text = json.dumps(config)
    stages, reply = engine.ask(Complete(next(ids), 9, text, "mine.json"))
    assert isinstance(reply, Completed | Failed)
    if isinstance(reply, Completed):
        assert stages == ["reading", "rebuilding", "describing"]
        assert reply.revision == 9
    return reply


def open_ended() -> dict[str, Any]:
    """An operation without a rule at the end: only Keras knows what it makes."""
    last = layer("Where", "w", node(tensor("x", [None, 4]), 1.0, 2.0), module="keras.src.ops.numpy")
    del last["config"]["dtype"]
    return model([source(shape=(None, 4)), last])


@pytest.mark.engine
@pytest.mark.parametrize(
    "config",
    [
        open_ended(),
        nested(3, calls=2),
        old_residual(),
        sequential(bare("InputLayer", "i", batch_shape=[None, 8]), bare("Dense", "d", units=3)),
    ],
)
def test_that_every_tensor_is_completed(engine: Probe, config: Any) -> None:
    graph = read_config(data(config), where="mine.json")
    reply = complete(engine, config)
    assert isinstance(reply, Completed), reply
    assert set(reply.tensors) == {call.id for call in graph.calls}
    whole = complete_graph(graph, reply.tensors)
    assert all(t.shape is not None for call in whole.calls for t in call.outputs)
    for call, before in zip(whole.calls, graph.calls, strict=True):
        assert call.id == before.id
        assert before.output_shape in (None, call.output_shape)


@pytest.mark.engine
def test_that_no_code_of_a_file_is_run(engine: Probe, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    code = {"class_name": "__lambda__", "config": {"code": f"open({str(trace)!r}, 'w')"}}
    run_it = layer("Lambda", "l", node(tensor("x", [None, 4])), function=code)
    reply = complete(engine, model([source(shape=(None, 4)), run_it]))
    assert isinstance(reply, Failed)
    assert reply.code == CODE_UNSAFE
    assert "code is not run" in reply.message
    assert "its unknown shapes stay unknown" in reply.message
    assert not trace.exists()
    mine = layer("Mine", "m", node(tensor("x", [None, 4])), module="os")
    reply = complete(engine, model([source(shape=(None, 4)), mine]))
    assert isinstance(reply, Failed)
    assert reply.code == CODE_CUSTOM
    reply = complete(engine, {"class_name": "Functional"})
    assert isinstance(reply, Failed)
    assert reply.code == CODE_MODEL


@pytest.mark.engine
def test_that_a_malicious_file_does_not_hold_the_engine(engine: Probe) -> None:
    reply = complete(engine, nested(25, calls=3))
    assert isinstance(reply, Failed)
    assert "at most 80,000" in reply.message
