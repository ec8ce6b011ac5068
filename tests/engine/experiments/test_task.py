"""Measurements of a task: not too many, one more before a pause and a cancellation."""

from __future__ import annotations

import pytest

from resnet_viz.engine.task import Task
from resnet_viz.errors import Cancelled
from resnet_viz.protocol.encoding import Reply
from resnet_viz.protocol.experiment_messages import Measurement
from tests.support.experiment_results import training_result


class Steering:
    """Steering by a test."""

    def __init__(self) -> None:
        self.paused = False
        self.cancelled = False
        self.waits = 0

    def is_cancelled(self, request: int) -> bool:  # noqa: ARG002
        return self.cancelled

    def is_paused(self, request: int) -> bool:  # noqa: ARG002
        return self.paused

    def wait_while_paused(self, request: int) -> None:  # noqa: ARG002
        self.waits += 1
        self.paused = False


def measure(task: Task, *, always: bool = False) -> None:
    task.measured(training_result, done=1, total=2, always=always)


def test_that_measurements_are_sent_a_few_times_a_second_only() -> None:
    sent: list[Reply] = []
    task = Task(1, steps=1, send=sent.append, steering=Steering())
    for _ in range(50):
        measure(task)
    assert 1 <= len(sent) < 50
    before = len(sent)
    measure(task, always=True)
    assert len(sent) == before + 1


def test_that_a_pause_is_told_and_waited_for() -> None:
    sent: list[Reply] = []
    steering = Steering()
    task = Task(1, steps=1, send=sent.append, steering=steering)
    steering.paused = True
    measure(task)
    (told,) = sent
    assert isinstance(told, Measurement)
    assert told.paused
    assert steering.waits == 1


def test_that_a_cancelled_experiment_sends_what_it_has() -> None:
    sent: list[Reply] = []
    steering = Steering()
    task = Task(1, steps=1, send=sent.append, steering=steering)
    measure(task)
    steering.cancelled = True
    with pytest.raises(Cancelled):
        measure(task)
    assert len(sent) == 2


def test_that_the_rest_is_estimated_by_what_the_stage_has_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [100.0]
    monkeypatch.setattr("resnet_viz.engine.task.time.monotonic", lambda: clock[0])
    sent: list[Reply] = []
    task = Task(1, steps=2, send=sent.append, steering=Steering())
    clock[0] = 160.0
    task.step("measuring")
    clock[0] = 166.0
    task.measured(training_result, done=3, total=13)
    told = sent[-1]
    assert isinstance(told, Measurement)
    assert told.remaining == 20.0  # ten more of 2 s each; the minute before was another stage's
