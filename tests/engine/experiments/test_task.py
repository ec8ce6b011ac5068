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
