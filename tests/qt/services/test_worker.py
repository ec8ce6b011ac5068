"""The worker: jobs in order in another thread, and the end of those that don't end."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from resnet_viz.errors import Cancelled
from resnet_viz.services.worker import Outcome, Worker


class Endless:
    """A job in pure Python that never ends by itself, and tells of its beginning and its end."""

    def __init__(self, step: Callable[[], object] = time.monotonic) -> None:
        self._step = step
        self.begun = threading.Event()
        self.ended = threading.Event()

    def __call__(self) -> None:
        try:
            while True:
                with suppress(Exception):  # as careless code may
                    self.begun.set()
                    self._step()
        finally:
            self.ended.set()


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[Worker]:
    del qtbot
    made = Worker("test")
    yield made
    made.stop()


@pytest.fixture
def outcomes(worker: Worker) -> list[Outcome]:
    seen: list[Outcome] = []
    worker.ended.connect(seen.append)
    return seen


def begun(worker: Worker, job: Endless) -> int:
    ticket = worker.submit(job)
    assert job.begun.wait(30)
    return ticket


def test_that_jobs_run_in_order_and_off_this_thread(
    qtbot: QtBot, worker: Worker, outcomes: list[Outcome]
) -> None:
    here = threading.get_ident()

    def fail() -> None:
        raise ValueError

    tickets = [worker.submit(threading.get_ident), worker.submit(fail), worker.submit(lambda: 3)]
    qtbot.waitUntil(lambda: len(outcomes) == 3)
    assert [outcome.ticket for outcome in outcomes] == tickets
    assert outcomes[0].value != here
    assert isinstance(outcomes[1].error, ValueError)
    assert outcomes[2].value == 3


def test_that_the_next_job_begins_although_the_cancelled_one_goes_on(
    qtbot: QtBot, worker: Worker, outcomes: list[Outcome]
) -> None:
    go = threading.Event()
    held = worker.submit(go.wait)  # in C: it can't be interrupted
    after = worker.submit(lambda: "after")
    worker.cancel(held)
    qtbot.waitUntil(lambda: len(outcomes) == 2)
    assert not go.is_set()
    go.set()
    assert [outcome.ticket for outcome in outcomes] == [held, after]
    assert isinstance(outcomes[0].error, Cancelled)
    assert outcomes[1].value == "after"


def test_that_a_cancelled_job_is_interrupted(
    qtbot: QtBot, worker: Worker, outcomes: list[Outcome]
) -> None:
    job = Endless()
    worker.cancel(begun(worker, job))
    qtbot.waitUntil(job.ended.is_set)
    assert [type(outcome.error) for outcome in outcomes] == [Cancelled]


@pytest.fixture
def collector_callback() -> Iterator[None]:
    """One in Python that takes its time, in all threads but this one."""

    def spend(phase: str, info: dict[str, int]) -> None:
        del phase, info
        if threading.current_thread() is not threading.main_thread():
            sum(range(5_000))

    gc.callbacks.append(spend)
    yield
    gc.callbacks.remove(spend)


@pytest.mark.usefixtures("collector_callback")
def test_that_no_interruption_is_lost_in_a_callback_of_the_garbage_collector(
    qtbot: QtBot, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lost.append)
    job = Endless(lambda: (gc.collect(0), sum(range(5_000))))
    worker.cancel(begun(worker, job))
    qtbot.waitUntil(job.ended.is_set)
    assert lost == []


def test_that_further_cancellations_do_not_postpone_an_interruption(
    qtbot: QtBot, worker: Worker
) -> None:
    job = Endless()
    worker.cancel(begun(worker, job))
    further = QTimer(interval=20)  # as while a user types
    further.timeout.connect(lambda: worker.cancel(worker.submit(lambda: None)))
    further.start()
    qtbot.waitUntil(job.ended.is_set)
    further.stop()


def test_that_a_job_that_waits_is_dropped(
    qtbot: QtBot, worker: Worker, outcomes: list[Outcome]
) -> None:
    run: list[str] = []
    job = Endless()
    first = begun(worker, job)
    second = worker.submit(lambda: run.append("second"))
    worker.cancel(second)
    worker.submit(lambda: run.append("third"))
    worker.cancel(first)
    qtbot.waitUntil(lambda: len(outcomes) == 3)
    assert run == ["third"]


def test_that_cancelling_what_has_ended_does_nothing(
    qtbot: QtBot, worker: Worker, outcomes: list[Outcome]
) -> None:
    ticket = worker.submit(lambda: 1)
    qtbot.waitUntil(lambda: bool(outcomes))
    worker.cancel(ticket)
    worker.cancel(0)
    worker.submit(lambda: 2)
    qtbot.waitUntil(lambda: len(outcomes) == 2)
    assert [outcome.value for outcome in outcomes] == [1, 2]


def test_that_stopping_ends_a_job_that_does_not_end(worker: Worker) -> None:
    job = Endless()
    begun(worker, job)
    worker.stop()
    assert job.ended.wait(30)


def test_that_stopping_does_not_wait_for_a_call_in_c(worker: Worker) -> None:
    worker.submit(lambda: time.sleep(600))
    worker.stop()
