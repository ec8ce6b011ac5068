"""The blocking client: one answer or one clear sentence, and never a process left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from resnet_viz.engine_client import blocking
from resnet_viz.engine_client.blocking import build_config
from resnet_viz.errors import EngineError
from resnet_viz.protocol import handshake
from resnet_viz.sources.types import BuiltIn
from tests.support.engine_processes import fake_engine, is_alive, started_pids

SOURCE = BuiltIn("resnet34", (("classes", "10"),))

Command = Callable[[str], tuple[str, ...]]


@pytest.fixture
def starts(tmp_path: Path) -> Path:
    return tmp_path / "starts"


@pytest.fixture
def command(starts: Path) -> Command:
    return lambda mode: fake_engine(mode, starts)


def assert_gone(starts: Path) -> None:
    """No process that was started is there any more."""
    pids = started_pids(starts)
    assert pids
    assert not any(is_alive(pid) for pid in pids)


def test_that_the_config_comes_back_and_every_stage_is_reported(
    command: Command, starts: Path
) -> None:
    stages: list[str] = []
    config = build_config(SOURCE, stages.append, command=command("good"))
    assert config == b"config of resnet34?classes=10"
    assert stages == ["starting TensorFlow", "building"]
    assert_gone(starts)


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("early_exit", r"has died \(exit code 7\)"),
        ("kill_on_build", "has died"),
        ("garbage", "out of step"),
        ("no_message", "not a message"),
        ("huge", "68,157,440 bytes"),
        ("ready_first", "came out of order"),
        ("newer", r"version 9\.9"),
        ("missing", r"TensorFlow is not available\. Install it\."),
        ("fails", r"Keras can't\. Do something\."),
    ],
)
def test_that_a_bad_engine_is_one_clear_sentence(
    command: Command, starts: Path, mode: str, words: str
) -> None:
    with pytest.raises(EngineError, match=words) as caught:
        build_config(SOURCE, command=command(mode))
    assert "\n" not in caught.value.message
    assert_gone(starts)


def test_that_the_last_lines_of_an_engine_that_died_are_in_the_details(command: Command) -> None:
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
    starts: Path,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    limit: str,
    words: str,
) -> None:
    monkeypatch.setattr(handshake, limit, 2.0 if mode == "silent" else 0.1)
    with pytest.raises(EngineError, match=words):
        build_config(SOURCE, command=command(mode))
    assert_gone(starts)


def test_that_a_program_that_is_not_there_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="can't be started"):
        build_config(SOURCE, command=(str(tmp_path / "no-such-program"),))


@pytest.mark.parametrize("mode", ["stubborn", "waits"])
def test_that_an_interruption_ends_the_engine(
    command: Command, starts: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(blocking, "STOP_LIMIT_S", 0.1)

    def interrupt(stage: str) -> None:
        if stage == "building":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_config(SOURCE, interrupt, command=command(mode))
    assert_gone(starts)
