"""An engine that dies or sends nonsense costs nothing but time."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from resnet_viz.engine_client import supervisor as engine_supervisor
from resnet_viz.engine_client.supervisor import Crash
from resnet_viz.protocol import handshake
from resnet_viz.protocol.messages import Built, Checked, Failed, Progress
from tests.qt.engine_client.conftest import (
    MakeClient,
    wait_for,
    wait_for_state,
)
from tests.qt.engine_client.test_client import SOURCE
from tests.support.engine_processes import started_pids


def test_that_a_crash_while_starting_is_survived(qtbot: QtBot, fake: MakeClient) -> None:
    client, recorded = fake("crash_first")
    client.build(SOURCE)
    wait_for(qtbot, recorded, Built)
    assert recorded.outcomes == ["crashed", "built"]
    (crash,) = recorded.payloads(Crash)
    assert crash.restarting
    assert "has stopped" in crash.message
    assert recorded.states == [
        "starting",
        "importing",
        "crashed",
        "starting",
        "importing",
        "busy",
        "ready",
    ]


def test_that_a_request_is_sent_to_a_second_engine_but_not_to_a_third(
    qtbot: QtBot, fake: MakeClient, starts: Path
) -> None:
    client, recorded = fake("kill_on_build")
    deadly = client.build(SOURCE)
    client.check("fine", where="x")
    wait_for(qtbot, recorded, Checked)
    assert recorded.outcomes == ["crashed", "failed", "crashed", "checked"]
    (failed,) = recorded.payloads(Failed)
    assert (failed.id, failed.code) == (deadly, "engine_died")
    assert "resnet34?classes=10" in failed.message
    assert all("about to die" in crash.details for crash in recorded.payloads(Crash))
    assert len(started_pids(starts)) == 3


@pytest.mark.parametrize("mode", ["early_exit", "garbage", "no_message", "huge", "ready_first"])
def test_that_an_engine_that_is_always_bad_is_restarted_three_times_and_then_left(
    qtbot: QtBot, fake: MakeClient, starts: Path, mode: str
) -> None:
    client, recorded = fake(mode)
    request = client.build(SOURCE)
    wait_for(qtbot, recorded, Crash, times=4)
    assert client.state == "crashed"
    assert [crash.restarting for crash in recorded.payloads(Crash)] == [True, True, True, False]
    assert len(started_pids(starts)) == 4
    (failed,) = recorded.payloads(Failed)
    assert (failed.id, failed.code) == (request, "engine_down")
    if mode == "early_exit":
        assert recorded.payloads(Crash)[0].details == "cannot go on"
        assert "exit code 7" in recorded.payloads(Crash)[0].message
    if mode == "garbage":
        assert "a print in the stream" in recorded.payloads(Crash)[0].details


def test_that_a_request_to_an_engine_that_is_down_fails_after_its_id_is_known(
    qtbot: QtBot, fake: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_supervisor, "MOST_RESTARTS", 0)
    client, recorded = fake("early_exit")
    wait_for_state(qtbot, client, "crashed")
    request = client.build(SOURCE)
    assert recorded.payloads(Failed) == []
    wait_for(qtbot, recorded, Failed)
    (failed,) = recorded.payloads(Failed)
    assert (failed.id, failed.code) == (request, "engine_down")
    assert "Restart" in failed.hint


def test_that_the_user_can_restart_what_was_left(
    qtbot: QtBot, fake: MakeClient, starts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_supervisor, "MOST_RESTARTS", 0)
    client, recorded = fake("crash_first")
    wait_for_state(qtbot, client, "crashed")
    client.restart()
    request = client.build(SOURCE)
    wait_for(qtbot, recorded, Built)
    assert request == 1
    assert len(started_pids(starts)) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_that_the_request_of_an_engine_that_was_killed_is_sent_again(
    qtbot: QtBot, fake: MakeClient, starts: Path
) -> None:
    client, recorded = fake("waits")
    request = client.build(SOURCE)
    wait_for(qtbot, recorded, Progress)
    os.kill(client.pid, signal.SIGKILL)
    wait_for(qtbot, recorded, Progress, times=2)
    assert recorded.outcomes == ["crashed"]
    assert [progress.id for progress in recorded.payloads(Progress)] == [request, request]
    assert len(started_pids(starts)) == 2


def test_that_a_restart_while_working_sends_the_request_again(
    qtbot: QtBot, fake: MakeClient, starts: Path
) -> None:
    client, recorded = fake("waits")
    client.build(SOURCE)
    wait_for(qtbot, recorded, Progress)
    client.restart()
    wait_for(qtbot, recorded, Progress, times=2)
    assert recorded.outcomes == []
    assert len(started_pids(starts)) == 2


def test_that_old_crashes_do_not_count(
    qtbot: QtBot, fake: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_supervisor, "RESTART_SPAN_S", 0.0)
    _, recorded = fake("early_exit")
    wait_for(qtbot, recorded, Crash, times=6)
    assert all(crash.restarting for crash in recorded.payloads(Crash))


@pytest.mark.parametrize(
    ("mode", "limit", "words"),
    [("silent", "HELLO_LIMIT_S", "did not answer"), ("never_ready", "READY_LIMIT_S", "TensorFlow")],
)
def test_that_an_engine_that_takes_too_long_is_named_and_left(
    qtbot: QtBot,
    fake: MakeClient,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    limit: str,
    words: str,
) -> None:
    client, recorded = fake(mode, start=False)
    monkeypatch.setattr(handshake, limit, 0.1)
    client.start()
    wait_for_state(qtbot, client, "crashed")
    (crash,) = recorded.payloads(Crash)
    assert words in crash.message
    assert not crash.restarting


def test_that_an_engine_of_another_protocol_is_named_and_left(
    qtbot: QtBot, fake: MakeClient
) -> None:
    client, recorded = fake("newer")
    wait_for_state(qtbot, client, "crashed")
    (crash,) = recorded.payloads(Crash)
    assert "version 9.9" in crash.message
    assert not crash.restarting


def test_that_a_missing_tensorflow_is_a_state_of_its_own(qtbot: QtBot, fake: MakeClient) -> None:
    client, recorded = fake("missing")
    early = client.build(SOURCE)
    wait_for_state(qtbot, client, "missing")
    late = client.build(SOURCE)
    wait_for(qtbot, recorded, Failed, times=2)
    assert recorded.outcomes == ["failed", "failed"]
    assert client.unavailable_reason is not None
    assert client.unavailable_reason.details == "No module"
    assert [(failed.id, failed.code, failed.message) for failed in recorded.payloads(Failed)] == [
        (early, "tensorflow_missing", "TensorFlow is not available."),
        (late, "tensorflow_missing", "TensorFlow is not available."),
    ]


def test_that_a_program_that_is_not_there_is_named_and_left(
    qtbot: QtBot, client_of: MakeClient, tmp_path: Path
) -> None:
    client, recorded = client_of((str(tmp_path / "no-such-program"),), start=False)
    client.build(SOURCE)
    client.start()
    wait_for_state(qtbot, client, "crashed")
    (crash,) = recorded.payloads(Crash)
    assert "can't be started" in crash.message
    assert not crash.restarting
    assert recorded.outcomes == ["failed", "crashed"]
