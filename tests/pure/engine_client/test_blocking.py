"""The command line's engine: one answer or one clear sentence, and never a process left."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from resnet_viz.engine_client import blocking as engine_once
from resnet_viz.engine_client.blocking import build_config
from resnet_viz.errors import EngineError
from resnet_viz.sources.types import BuiltIn

FAKE = Path(__file__).parents[2] / "support" / "fake_engine.py"
SOURCE = BuiltIn("resnet34", (("classes", "10"),))

Command = Callable[[str], tuple[str, ...]]


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "starts"


@pytest.fixture
def command(memory: Path) -> Command:
    return lambda mode: (sys.executable, str(FAKE), mode, str(memory))


def assert_gone(memory: Path) -> None:
    """No process that was started is there any more."""
    pids = [int(line) for line in memory.read_text().split()]
    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_that_the_config_comes_back_with_every_stage_told(command: Command, memory: Path) -> None:
    stages: list[str] = []
    config = build_config(SOURCE, stages.append, command=command("good"))
    assert config == b"config of resnet34?classes=10"
    assert stages == ["starting TensorFlow", "building"]
    assert_gone(memory)


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("early_exit", r"has died \(exit code 7\)"),
        ("kill_on_build", "has died"),
        ("garbage", "lost step"),
        ("no_message", "not a message"),
        ("huge", "68,157,440 bytes"),
        ("ready_first", "did not say hello"),
        ("newer", r"version 9\.9"),
        ("missing", r"TensorFlow is not available\. Install it\."),
        ("fails", r"Keras can't\. Do something\."),
    ],
)
def test_that_a_bad_engine_is_one_clear_sentence(
    command: Command, memory: Path, mode: str, words: str
) -> None:
    with pytest.raises(EngineError, match=words) as caught:
        build_config(SOURCE, command=command(mode))
    assert "\n" not in caught.value.message
    assert_gone(memory)


def test_that_the_last_words_of_an_engine_that_died_are_in_the_details(command: Command) -> None:
    with pytest.raises(EngineError) as caught:
        build_config(SOURCE, command=command("early_exit"))
    assert caught.value.details == "cannot go on"


@pytest.mark.parametrize(
    ("mode", "limit", "words"),
    [
        ("silent", "HELLO_LIMIT_S", "did not answer"),
        ("never_ready", "READY_LIMIT_S", "was not ready"),
    ],
)
def test_that_an_engine_that_takes_too_long_is_ended(
    command: Command,
    memory: Path,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    limit: str,
    words: str,
) -> None:
    monkeypatch.setattr(engine_once, limit, 2.0 if mode == "silent" else 0.1)
    with pytest.raises(EngineError, match=words):
        build_config(SOURCE, command=command(mode))
    assert_gone(memory)


def test_that_a_program_that_is_not_there_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="can't be started"):
        build_config(SOURCE, command=(str(tmp_path / "no-such-program"),))


@pytest.mark.parametrize("mode", ["stubborn", "waits"])
def test_that_an_interruption_ends_the_engine(
    command: Command, memory: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(engine_once, "STOP_LIMIT_S", 0.1)

    def interrupt(stage: str) -> None:
        if stage == "building":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_config(SOURCE, interrupt, command=command(mode))
    assert_gone(memory)
