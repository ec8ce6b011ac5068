"""The client asks, waits, cancels and counts; engines of every sort answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from resnet_viz.engine_client import client as engine_client
from resnet_viz.engine_client.client import EngineClient
from resnet_viz.protocol.messages import Built, Checked, Failed, Mismatch
from resnet_viz.sources.types import BuiltIn
from tests.qt.engine_client.conftest import PATIENCE_MS, MakeClient, RecordedSignals, is_alive, pids

SOURCE = BuiltIn("resnet34", (("classes", "10"),))


def wait_for_state(qtbot: QtBot, client: EngineClient, state: str) -> None:
    qtbot.waitUntil(lambda: client.state == state, timeout=PATIENCE_MS)


def wait_for(qtbot: QtBot, told: RecordedSignals, name: str, *, times: int = 1) -> None:
    qtbot.waitUntil(lambda: len(told.of(name)) == times, timeout=PATIENCE_MS)


def test_that_a_client_is_off_until_it_is_started(fake: MakeClient) -> None:
    client = fake("good", start=False)
    assert client.state == "off"
    assert client.pid == 0
    assert client.description == ""


def test_that_it_comes_up_through_every_state(qtbot: QtBot, fake: MakeClient) -> None:
    client = fake("good", start=False)
    told = RecordedSignals(client)
    client.start()
    client.start()
    wait_for_state(qtbot, client, "ready")
    assert told.states == ["starting", "importing", "ready"]
    assert client.description == "TensorFlow 2.21 · CPU"
    assert client.pid > 0


def test_that_requests_made_before_the_start_are_answered_in_order(
    qtbot: QtBot, fake: MakeClient
) -> None:
    client = fake("good", start=False)
    told = RecordedSignals(client)
    ids = [
        client.build(SOURCE, revision=4),
        client.check("wrong", where="x", revision=5),
        client.check("fine", where="x", revision=6),
    ]
    assert len(set(ids)) == 3
    client.start()
    wait_for(qtbot, told, "checked", times=2)
    assert told.names == ["built", "checked", "checked"]
    assert told.of("built") == [Built(ids[0], 4, "config of resnet34?classes=10", ())]
    assert told.of("checked") == [
        Checked(ids[1], 5, (Mismatch("conv1", 0, None, None),)),
        Checked(ids[2], 6, ()),
    ]
    assert told.states == ["starting", "importing", "busy", "ready"]


def test_that_it_is_busy_while_it_works(qtbot: QtBot, fake: MakeClient) -> None:
    client = fake("waits")
    wait_for_state(qtbot, client, "ready")
    with qtbot.waitSignal(client.progress, timeout=PATIENCE_MS) as caught:
        client.build(SOURCE)
    assert client.state == "busy"
    assert caught.args is not None
    assert caught.args[0].stage == "building"


def test_that_a_failure_is_passed_on_and_the_next_request_served(
    qtbot: QtBot, fake: MakeClient
) -> None:
    client = fake("fails")
    told = RecordedSignals(client)
    request = client.build(SOURCE)
    client.check("fine", where="x")
    wait_for(qtbot, told, "checked")
    (failed,) = told.of("failed")
    assert failed == Failed(request, "keras", "Keras can't.", "Do something.", "trace")
    assert isinstance(failed, Failed)
    assert failed.sentence == "Keras can't. Do something."


def test_that_replies_for_nobody_are_dropped_and_counted(qtbot: QtBot, fake: MakeClient) -> None:
    client = fake("stale")
    told = RecordedSignals(client)
    request = client.build(SOURCE)
    wait_for(qtbot, told, "built")
    assert [built.id for built in told.of("built") if isinstance(built, Built)] == [request]
    assert [name for name, _ in told.all].count("progress") == 1
    assert client.stale_replies == 1


def test_that_a_request_too_large_fails_by_itself(
    qtbot: QtBot, fake: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resnet_viz.protocol.framing.MAX_PAYLOAD", 2000)
    client = fake("good")
    told = RecordedSignals(client)
    client.check("x" * 3000, where="big.keras")
    client.check("fine", where="x")
    wait_for(qtbot, told, "checked")
    assert told.names == ["failed", "checked"]
    assert client.state == "ready"


# -- cancelling ------------------------------------------------------------------------------


def test_that_a_waiting_request_is_cancelled_at_once(qtbot: QtBot, fake: MakeClient) -> None:
    client = fake("good", start=False)
    told = RecordedSignals(client)
    first, second = client.build(SOURCE), client.build(SOURCE)
    client.cancel(first)
    client.cancel(first)
    assert told.all == [("cancelled", first)]
    client.start()
    wait_for(qtbot, told, "built")
    client.cancel(second)  # too late, and no harm
    client.cancel(12345)
    assert told.names == ["cancelled", "built"]


def test_that_an_engine_that_listens_is_kept_when_a_request_is_cancelled(
    qtbot: QtBot, fake: MakeClient, memory: Path
) -> None:
    client = fake("waits")
    told = RecordedSignals(client)
    request = client.build(SOURCE)
    wait_for(qtbot, told, "progress")
    client.cancel(request)
    client.cancel(request)
    wait_for(qtbot, told, "cancelled")
    wait_for_state(qtbot, client, "ready")
    assert told.names == ["cancelled"]
    assert len(pids(memory)) == 1


def test_that_an_engine_that_does_not_listen_is_replaced(
    qtbot: QtBot, fake: MakeClient, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_client, "CANCEL_LIMIT_S", 0.05)
    client = fake("stubborn")
    told = RecordedSignals(client)
    request = client.build(SOURCE)
    client.check("fine", where="x")
    wait_for(qtbot, told, "progress")
    client.cancel(request)
    wait_for(qtbot, told, "checked")
    assert told.names == ["cancelled", "checked"]  # no crash: it was our doing
    assert told.of("cancelled") == [request]
    first, second = pids(memory)
    assert client.pid == second
    qtbot.waitUntil(lambda: not is_alive(first), timeout=PATIENCE_MS)


def test_that_a_cancelled_request_of_an_engine_that_dies_is_not_sent_again(
    qtbot: QtBot, fake: MakeClient
) -> None:
    client = fake("kill_on_build", start=False)
    told = RecordedSignals(client)
    request = client.build(SOURCE)
    client.progress.connect(lambda _: client.cancel(request))
    client.start()
    wait_for(qtbot, told, "crashed")
    wait_for_state(qtbot, client, "ready")
    assert told.names == ["cancelled", "crashed"]


# -- the end ---------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["good", "stubborn", "silent"])
def test_that_no_process_is_left_after_shutdown(
    qtbot: QtBot, fake: MakeClient, memory: Path, mode: str
) -> None:
    client = fake(mode)
    told = RecordedSignals(client)
    request = client.build(SOURCE)
    qtbot.waitUntil(lambda: len(pids(memory)) == 1, timeout=PATIENCE_MS)
    if mode != "silent":
        qtbot.waitUntil(lambda: bool(told.of("progress")), timeout=PATIENCE_MS)
    client.shutdown()
    assert client.state == "off"
    assert not is_alive(pids(memory)[0])
    assert told.states[-2:] == ["stopping", "off"]
    assert told.of("cancelled") == ([] if told.of("built") else [request])
    assert told.of("crashed") == []


def test_that_shutdown_of_what_never_ran_is_nothing(fake: MakeClient) -> None:
    client = fake("good", start=False)
    client.shutdown()
    client.shutdown()
    assert client.state == "off"


def test_that_it_can_be_started_again_after_shutdown(qtbot: QtBot, fake: MakeClient) -> None:
    client = fake("good")
    wait_for_state(qtbot, client, "ready")
    client.shutdown()
    client.start()
    wait_for_state(qtbot, client, "ready")


def test_that_a_client_deleted_with_its_parent_leaves_no_process_and_no_warning(
    qtbot: QtBot, memory: Path, fake: MakeClient
) -> None:
    parent = QObject()
    client = EngineClient(parent, command=fake("good", start=False).command)
    client.start()
    wait_for_state(qtbot, client, "ready")
    parent.deleteLater()
    with qtbot.waitSignal(parent.destroyed, timeout=PATIENCE_MS):
        pass
    qtbot.waitUntil(lambda: not is_alive(pids(memory)[0]), timeout=PATIENCE_MS)
