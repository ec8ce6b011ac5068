"""Experiments conducted in this process, on tiny nets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from resnet_viz.engine.task import Task
from resnet_viz.experiments.choices import ExperimentKind, checked_choices
from resnet_viz.experiments.results import Result
from resnet_viz.protocol.experiment_messages import Experiment, Measurement
from resnet_viz.services.experiments.run import experiment_of
from tests.support.keras.tiny_nets import SOURCE


class NoSteering:
    """Neither pauses nor cancels."""

    def is_cancelled(self, request: int) -> bool:  # noqa: ARG002
        return False

    def is_paused(self, request: int) -> bool:  # noqa: ARG002
        return False

    def wait_while_paused(self, request: int) -> None:
        raise AssertionError(request)


Conduct = Callable[..., Any]


@pytest.fixture
def conduct_request(fresh_keras: None) -> Callable[[Experiment], Any]:  # noqa: ARG001
    from resnet_viz.engine.experiments.conduct import conduct

    def run(request: Experiment) -> Result:
        sent: list[object] = []
        answer = conduct(request, Task(1, steps=3, send=sent.append, steering=NoSteering()))
        assert request.kind == "training" or any(isinstance(each, Measurement) for each in sent)
        return answer.result

    return run


@pytest.fixture
def experiment(
    conduct_request: Callable[[Experiment], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Conduct:
    """``experiment("training", "net", steps=3)`` on a function of ``SOURCE``."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nets.py").write_text(SOURCE)

    def run(
        kind: ExperimentKind,
        name: str = "net",
        *,
        against: str = "",
        save: str = "",
        **choices: Any,
    ) -> Result:
        source = name if ":" in name or "." in name or "?" in name else f"nets.py:{name}"
        wanted = checked_choices(kind, **{"batch": 8, "init": "he_normal", **choices})
        return conduct_request(experiment_of(source, kind, wanted, against=against, save=save))

    return run
