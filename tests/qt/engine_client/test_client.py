"""The client queues, sends and cancels requests; engines of every sort answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from resnet_viz.engine_client import client as engine_client
from resnet_viz.engine_client.client import EngineClient
from resnet_viz.engine_client.supervisor import Crash
from resnet_viz.protocol.messages import Built, Checked, Failed, Mismatch, Progress
from resnet_viz.sources.types import BuiltIn
from tests.qt.engine_client.conftest import (
    PATIENCE_MS,
    MakeClient,
    wait_for,
    wait_for_state,
)
from tests.support.engine_processes import fake_engine, is_alive, started_pids

SOURCE = BuiltIn("resnet34", (("classes", "10"),))


def test_that_a_client_is_off_until_it_is_started(fake: MakeClient) -> None:
    client, _ = fake("good", start=False)
    assert client.state == "off"
    assert client.pid == 0
    assert client.description == ""


def test_that_it_comes_up_through_every_state(qtbot: QtBot, fake: MakeClient) -> None:
    client, recorded = fake("good", start=False)
    client.start()
    client.start()
    wait_for_state(qtbot, client, "ready")
    assert recorded.states == ["starting", "importing", "ready"]
    assert client.description == "TensorFlow 2.21 · CPU"
    assert client.pid > 0


def test_that_requests_made_before_the_start_are_answered_in_order(
    qtbot: QtBot, fake: MakeClient
) -> None:
    client, recorded = fake("good", start=False)
    ids = [
        client.build(SOURCE, revision=4),
        client.check("wrong", where="x", revision=5),
        client.check("fine", where="x", revision=6),
    ]
    assert len(set(ids)) == 3
    client.start()
    wait_for(qtbot, recorded, Checked, times=2)
    assert recorded.outcomes == ["built", "checked", "checked"]
    assert recorded.payloads(Built) == [Built(ids[0], 4, "config of resnet34?classes=10", ())]
    assert recorded.payloads(Checked) == [
        Checked(ids[1], 5, (Mismatch("conv1", 0, None, None),)),
        Checked(ids[2], 6, ()),
    ]
    assert recorded.states == ["starting", "importing", "busy", "ready"]


def test_that_it_is_busy_while_it_works(qtbot: QtBot, fake: MakeClient) -> None:
    client, _ = fake("waits")
    wait_for_state(qtbot, client, "ready")
    with qtbot.waitSignal(client.progress, timeout=PATIENCE_MS) as caught:
        client.build(SOURCE)
    assert client.state == "busy"
    assert caught.args is not None
    assert caught.args[0].stage == "building"


def test_that_a_failure_is_passed_on_and_the_next_request_served(
    qtbot: QtBot, fake: MakeClient
) -> None:
    client, recorded = fake("fails")
    request = client.build(SOURCE)
    client.check("fine", where="x")
    wait_for(qtbot, recorded, Checked)
    (failed,) = recorded.payloads(Failed)
    assert failed == Failed(request, "keras", "Keras can't.", "Do something.", "trace")
    assert failed.sentence == "Keras can't. Do something."


def test_that_replies_to_no_request_are_dropped(qtbot: QtBot, fake: MakeClient) -> None:
    client, recorded = fake("stale")
    request = client.build(SOURCE)
    wait_for(qtbot, recorded, Built)
    assert [built.id for built in recorded.payloads(Built)] == [request]
    assert [progress.id for progress in recorded.payloads(Progress)] == [request]


def test_that_a_request_too_large_fails_by_itself(
    qtbot: QtBot, fake: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resnet_viz.protocol.framing.MAX_PAYLOAD", 2000)
    client, recorded = fake("good")
    client.check("x" * 3000, where="big.keras")
    client.check("fine", where="x")
    wait_for(qtbot, recorded, Checked)
    assert recorded.outcomes == ["failed", "checked"]
    assert client.state == "ready"


# -- cancelling ------------------------------------------------------------------------------


def test_that_a_waiting_request_is_cancelled_at_once(qtbot: QtBot, fake: MakeClient) -> None:
    client, recorded = fake("good", start=False)
    first, second = client.build(SOURCE), client.build(SOURCE)
    client.cancel(first)
    client.cancel(first)
    assert recorded.all == [("cancelled", first)]
    client.start()
    wait_for(qtbot, recorded, Built)
    client.cancel(second)  # too late, and no harm
    client.cancel(12345)
    assert recorded.outcomes == ["cancelled", "built"]


def test_that_an_engine_that_listens_is_kept_when_a_request_is_cancelled(
    qtbot: QtBot, fake: MakeClient, starts: Path
) -> None:
    client, recorded = fake("waits")
    request = client.build(SOURCE)
    wait_for(qtbot, recorded, Progress)
    client.cancel(request)
    client.cancel(request)
    wait_for(qtbot, recorded, int)
    wait_for_state(qtbot, client, "ready")
    assert recorded.outcomes == ["cancelled"]
    assert len(started_pids(starts)) == 1


def test_that_an_engine_that_does_not_listen_is_replaced(
    qtbot: QtBot, fake: MakeClient, starts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_client, "CANCEL_LIMIT_S", 0.05)
    client, recorded = fake("stubborn")
    request = client.build(SOURCE)
    client.check("fine", where="x")
    wait_for(qtbot, recorded, Progress)
    client.cancel(request)
    wait_for(qtbot, recorded, Checked)
    assert recorded.outcomes == ["cancelled", "checked"]  # no crash: it was our doing
    assert recorded.payloads(int) == [request]
    first, second = started_pids(starts)
    assert client.pid == second
    qtbot.waitUntil(lambda: not is_alive(first), timeout=PATIENCE_MS)


def test_that_a_cancelled_request_of_an_engine_that_dies_is_not_sent_again(
    qtbot: QtBot, fake: MakeClient
) -> None:
    client, recorded = fake("kill_on_build", start=False)
    request = client.build(SOURCE)
    client.progress.connect(lambda _: client.cancel(request))
    client.start()
    wait_for(qtbot, recorded, Crash)
    wait_for_state(qtbot, client, "ready")
    assert recorded.outcomes == ["cancelled", "crashed"]


# -- the end ---------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["good", "stubborn", "silent"])
def test_that_no_process_is_left_after_shutdown(
    qtbot: QtBot, fake: MakeClient, starts: Path, mode: str
) -> None:
    client, recorded = fake(mode)
    request = client.build(SOURCE)
    qtbot.waitUntil(lambda: len(started_pids(starts)) == 1, timeout=PATIENCE_MS)
    if mode != "silent":
        qtbot.waitUntil(lambda: bool(recorded.payloads(Progress)), timeout=PATIENCE_MS)
    client.shutdown()
    assert client.state == "off"
    assert not is_alive(started_pids(starts)[0])
    assert recorded.states[-2:] == ["stopping", "off"]
    assert recorded.payloads(int) == ([] if recorded.payloads(Built) else [request])
    assert recorded.payloads(Crash) == []


def test_that_shutdown_of_what_never_ran_is_nothing(fake: MakeClient) -> None:
    client, _ = fake("good", start=False)
    client.shutdown()
    client.shutdown()
    assert client.state == "off"


def test_that_it_can_be_started_again_after_shutdown(qtbot: QtBot, fake: MakeClient) -> None:
    client, _ = fake("good")
    wait_for_state(qtbot, client, "ready")
    client.shutdown()
    client.start()
    wait_for_state(qtbot, client, "ready")


def test_that_a_client_deleted_with_its_parent_leaves_no_process_and_no_warning(
    qtbot: QtBot, starts: Path
) -> None:
    parent = QObject()
    client = EngineClient(parent, command=fake_engine("good", starts))
    client.start()
    wait_for_state(qtbot, client, "ready")
    parent.deleteLater()
    with qtbot.waitSignal(parent.destroyed, timeout=PATIENCE_MS):
        pass
    qtbot.waitUntil(lambda: not is_alive(started_pids(starts)[0]), timeout=PATIENCE_MS)
