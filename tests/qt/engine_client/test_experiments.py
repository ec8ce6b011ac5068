"""Experiments through the clients: measurements, pause, and an engine that dies of one."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from resnet_viz.engine_client.blocking import ExperimentError, run_experiment
from resnet_viz.experiments.choices import checked_choices
from resnet_viz.experiments.findings import with_finding
from resnet_viz.protocol.experiment_messages import Concluded, Experiment, Measurement
from resnet_viz.protocol.messages import CODE_DIED, Failed
from resnet_viz.sources.types import BuiltIn
from tests.qt.engine_client.conftest import MakeClient, wait_for
from tests.support.engine_processes import fake_engine
from tests.support.experiment_results import training_result


def experiment() -> Experiment:
    return Experiment(
        id=0,
        revision=7,
        kind="training",
        source=BuiltIn("resnet18"),
        choices=checked_choices("training"),
        folder="/",
    )


def test_that_an_experiment_is_measured_and_concluded(qtbot: QtBot, fake: MakeClient) -> None:
    client, recorded = fake("good")
    client.start()
    request = client.experiment(experiment())
    wait_for(qtbot, recorded, Concluded)
    assert [each.result for each in recorded.payloads(Measurement)] == [training_result(steps=1)]
    (concluded,) = recorded.payloads(Concluded)
    assert (concluded.id, concluded.revision) == (request, 7)


def test_that_an_experiment_is_paused_and_resumed(qtbot: QtBot, fake: MakeClient) -> None:
    client, recorded = fake("waits")
    client.start()
    request = client.experiment(experiment())
    wait_for(qtbot, recorded, Measurement)
    client.pause(request)
    wait_for(qtbot, recorded, Measurement, times=2)
    client.resume(request)
    wait_for(qtbot, recorded, Measurement, times=3)
    assert [each.paused for each in recorded.payloads(Measurement)] == [False, True, False]
    client.cancel(request)
    qtbot.waitUntil(lambda: recorded.outcomes == ["cancelled"], timeout=60_000)


def test_that_a_dead_engine_leaves_what_was_measured(qtbot: QtBot, fake: MakeClient) -> None:
    client, recorded = fake("kill_on_experiment")
    client.start()
    request = client.experiment(experiment())
    wait_for(qtbot, recorded, Failed)
    (failed,) = recorded.payloads(Failed)
    assert (failed.id, failed.code) == (request, CODE_DIED)
    assert "kept" in failed.sentence
    assert len(recorded.payloads(Measurement)) == 1  # not run a second time


def test_that_the_blocking_client_hands_over_what_was_measured(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="has died") as caught:
        run_experiment(experiment(), command=fake_engine("kill_on_experiment"))
    assert caught.value.result == training_result(steps=1)
    assert not list(tmp_path.iterdir())


def test_that_the_blocking_client_returns_the_result() -> None:
    seen: list[Measurement] = []
    result = run_experiment(experiment(), on_measurement=seen.append, command=fake_engine("good"))
    assert result == with_finding(training_result(steps=3))
    assert [each.done for each in seen] == [1]
