"""An engine that dies or talks nonsense costs nothing but time."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from resnet_viz.engine_client import supervisor as engine_supervisor
from resnet_viz.engine_client.client import EngineClient
from resnet_viz.engine_client.supervisor import Crash
from resnet_viz.protocol.messages import Failed
from resnet_viz.sources.types import BuiltIn
from tests.qt.engine_client.conftest import MakeClient, RecordedSignals, pids
from tests.qt.engine_client.test_client import SOURCE, wait_for, wait_for_state


def crashes(told: RecordedSignals) -> list[Crash]:
    return [crash for crash in told.of("crashed") if isinstance(crash, Crash)]


def test_that_a_crash_while_starting_is_told_and_got_over(qtbot: QtBot, fake: MakeClient) -> None:
    client = fake("crash_first")
    told = RecordedSignals(client)
    client.build(SOURCE)
    wait_for(qtbot, told, "built")
    assert told.names == ["crashed", "built"]
    (crash,) = crashes(told)
    assert crash.restarting
    assert "has stopped" in crash.message
    assert told.states == ["importing", "crashed", "starting", "importing", "busy", "ready"]


def test_that_a_request_is_sent_to_a_second_engine_but_not_to_a_third(
    qtbot: QtBot, fake: MakeClient, memory: Path
) -> None:
    client = fake("kill_on_build")
    told = RecordedSignals(client)
    deadly = client.build(SOURCE)
    client.check("fine", where="x")
    wait_for(qtbot, told, "checked")
    assert told.names == ["crashed", "failed", "crashed", "checked"]
    (failed,) = told.of("failed")
    assert isinstance(failed, Failed)
    assert (failed.id, failed.code) == (deadly, "engine_died")
    assert "resnet34?classes=10" in failed.message
    assert all("about to die" in crash.details for crash in crashes(told))
    assert len(pids(memory)) == 3


@pytest.mark.parametrize("mode", ["early_exit", "garbage", "no_message", "huge", "ready_first"])
def test_that_an_engine_that_is_always_bad_is_restarted_three_times_and_then_left(
    qtbot: QtBot, fake: MakeClient, memory: Path, mode: str
) -> None:
    client = fake(mode)
    told = RecordedSignals(client)
    request = client.build(SOURCE)
    wait_for(qtbot, told, "crashed", times=4)
    assert client.state == "crashed"
    assert [crash.restarting for crash in crashes(told)] == [True, True, True, False]
    assert len(pids(memory)) == 4
    (failed,) = told.of("failed")
    assert isinstance(failed, Failed)
    assert (failed.id, failed.code) == (request, "engine_down")
    if mode == "early_exit":
        assert crashes(told)[0].details == "cannot go on"
        assert "exit code 7" in crashes(told)[0].message
    if mode == "garbage":
        assert "a print in the stream" in crashes(told)[0].details


def test_that_a_request_to_an_engine_that_is_down_fails_after_its_id_is_known(
    qtbot: QtBot, fake: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_supervisor, "MOST_RESTARTS", 0)
    client = fake("early_exit")
    told = RecordedSignals(client)
    wait_for_state(qtbot, client, "crashed")
    request = client.build(SOURCE)
    assert told.of("failed") == []
    wait_for(qtbot, told, "failed")
    (failed,) = told.of("failed")
    assert isinstance(failed, Failed)
    assert (failed.id, failed.code) == (request, "engine_down")
    assert "Restart" in failed.hint


def test_that_the_user_can_restart_what_was_left(
    qtbot: QtBot, fake: MakeClient, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_supervisor, "MOST_RESTARTS", 0)
    client = fake("crash_first")
    told = RecordedSignals(client)
    wait_for_state(qtbot, client, "crashed")
    client.restart()
    request = client.build(SOURCE)
    wait_for(qtbot, told, "built")
    assert request == 1
    assert len(pids(memory)) == 2


def test_that_a_restart_while_working_sends_the_request_again(
    qtbot: QtBot, fake: MakeClient, memory: Path
) -> None:
    client = fake("waits")
    told = RecordedSignals(client)
    client.build(SOURCE)
    wait_for(qtbot, told, "progress")
    client.restart()
    wait_for(qtbot, told, "progress", times=2)
    assert told.names == []
    assert len(pids(memory)) == 2


def test_that_old_crashes_do_not_count(
    qtbot: QtBot, fake: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_supervisor, "RESTART_SPAN_S", 0.0)
    client = fake("early_exit")
    told = RecordedSignals(client)
    wait_for(qtbot, told, "crashed", times=6)
    assert all(crash.restarting for crash in crashes(told))


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
    client = fake(mode, start=False)
    told = RecordedSignals(client)
    if mode == "silent":
        monkeypatch.setattr(engine_supervisor, limit, 0.2)
    client.start()
    if mode == "never_ready":
        monkeypatch.setattr(engine_supervisor, limit, 0.1)
    wait_for_state(qtbot, client, "crashed")
    (crash,) = crashes(told)
    assert words in crash.message
    assert not crash.restarting


def test_that_an_engine_of_another_protocol_is_named_and_left(
    qtbot: QtBot, fake: MakeClient
) -> None:
    client = fake("newer")
    told = RecordedSignals(client)
    wait_for_state(qtbot, client, "crashed")
    (crash,) = crashes(told)
    assert "version 9.9" in crash.message
    assert not crash.restarting


def test_that_a_missing_tensorflow_is_a_state_of_its_own(qtbot: QtBot, fake: MakeClient) -> None:
    client = fake("missing")
    told = RecordedSignals(client)
    early = client.build(SOURCE)
    wait_for_state(qtbot, client, "missing")
    late = client.build(SOURCE)
    wait_for(qtbot, told, "failed", times=2)
    assert told.names == ["failed", "failed"]
    assert client.unavailable_reason is not None
    assert client.unavailable_reason.details == "No module"
    assert [
        (failed.id, failed.code, failed.message)
        for failed in told.of("failed")
        if isinstance(failed, Failed)
    ] == [
        (early, "tensorflow_missing", "TensorFlow is not available."),
        (late, "tensorflow_missing", "TensorFlow is not available."),
    ]


def test_that_a_program_that_is_not_there_is_named_and_left(qtbot: QtBot, tmp_path: Path) -> None:
    client = EngineClient(command=(str(tmp_path / "no-such-program"),))
    told = RecordedSignals(client)
    client.build(BuiltIn("resnet34"))
    client.start()
    wait_for_state(qtbot, client, "crashed")
    (crash,) = crashes(told)
    assert "can't be started" in crash.message
    assert not crash.restarting
    assert told.names == ["failed", "crashed"]
    client.shutdown()
