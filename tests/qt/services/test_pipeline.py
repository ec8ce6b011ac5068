"""The pipeline: the newest request wins, late answers are dropped, failures are reported."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from resnet_viz.engine_client.client import EngineClient
from resnet_viz.errors import Cancelled, ModelError
from resnet_viz.layout.view import View
from resnet_viz.services.events import Drawn, Failure, Opened
from resnet_viz.services.pipeline import Pipeline
from resnet_viz.services.worker import Outcome, Worker
from resnet_viz.sources.types import BuiltIn, ModelFile
from tests.support.pictures.fixed_measurer import FixedMeasurer
from tests.support.window.app_driver import NO_ENGINE


@pytest.fixture
def engine(qtbot: QtBot) -> Iterator[EngineClient]:
    """One that is never started."""
    del qtbot
    client = EngineClient(command=NO_ENGINE)
    yield client
    client.shutdown()


@pytest.fixture
def pipeline(engine: EngineClient) -> Iterator[Pipeline]:
    made = Pipeline(engine, FixedMeasurer())
    yield made
    made.stop()


def opened(qtbot: QtBot, pipeline: Pipeline, name: str) -> Opened:
    with qtbot.waitSignal(pipeline.opened) as heard:
        pipeline.open(BuiltIn(name), View())
    event = heard.args[0]
    assert isinstance(event, Opened)
    return event


def test_that_a_shipped_model_opens_without_the_engine(
    qtbot: QtBot, pipeline: Pipeline, engine: EngineClient
) -> None:
    event = opened(qtbot, pipeline, "resnet34")
    assert event.document.title == "ResNet-34"
    assert event.picture.items
    assert engine.state == "off"


def test_that_only_the_last_of_two_openings_arrives(qtbot: QtBot, pipeline: Pipeline) -> None:
    seen: list[str] = []
    pipeline.opened.connect(lambda event: seen.append(event.document.title))
    pipeline.open(BuiltIn("resnet152"), View())
    opened(qtbot, pipeline, "resnet18")
    last = opened(qtbot, pipeline, "plain18")  # one more opening: no late answer was left
    assert seen == ["ResNet-18", "Plain-18"]
    assert last.revision == 3


def test_that_only_the_last_of_many_views_is_drawn(qtbot: QtBot, pipeline: Pipeline) -> None:
    document = opened(qtbot, pipeline, "resnet34").document
    seen: list[View] = []
    pipeline.drawn.connect(lambda event: seen.append(event.view))
    with qtbot.waitSignal(pipeline.drawn) as heard:
        pipeline.draw(document, View(detail="layer"))
        pipeline.draw(document, View(detail="unit"))
        pipeline.draw(document, View(detail="stage"))
    assert isinstance(heard.args[0], Drawn)
    assert seen == [View(detail="stage")]


def test_that_a_picture_of_the_old_document_is_dropped(qtbot: QtBot, pipeline: Pipeline) -> None:
    old = opened(qtbot, pipeline, "resnet34").document
    seen: list[Drawn] = []
    pipeline.drawn.connect(seen.append)
    pipeline.open(BuiltIn("resnet18"), View())
    with qtbot.waitSignal(pipeline.opened):
        pipeline.draw(old, View(detail="layer"))
    new = opened(qtbot, pipeline, "plain18")
    assert new.document.title == "Plain-18"
    assert seen == []


def test_that_a_bad_file_is_reported_with_its_source(
    qtbot: QtBot, pipeline: Pipeline, tmp_path: Path
) -> None:
    file = tmp_path / "model.json"
    file.write_text("{")
    with qtbot.waitSignal(pipeline.failed) as heard:
        pipeline.open(ModelFile(str(file)), View())
    failure = heard.args[0]
    assert isinstance(failure, Failure)
    assert failure.source == ModelFile(str(file))
    assert isinstance(failure.error, ModelError)
    assert not pipeline.busy


def test_that_cancelling_ends_an_opening(qtbot: QtBot, pipeline: Pipeline) -> None:
    with qtbot.waitSignal(pipeline.cancelled), qtbot.assertNotEmitted(pipeline.opened):
        pipeline.open(BuiltIn("resnet152"), View())
        pipeline.cancel()
    assert opened(qtbot, pipeline, "resnet18").document.title == "ResNet-18"


def test_that_jobs_run_in_order_and_off_this_thread(qtbot: QtBot) -> None:
    worker = Worker("test")
    seen: list[Outcome] = []
    worker.ended.connect(seen.append)
    here = threading.get_ident()

    def fail() -> None:
        raise Cancelled

    tickets = [worker.submit(threading.get_ident), worker.submit(fail), worker.submit(lambda: 3)]
    qtbot.waitUntil(lambda: len(seen) == 3)
    worker.stop()
    assert [outcome.ticket for outcome in seen] == tickets
    assert seen[0].value != here
    assert isinstance(seen[1].error, Cancelled)
    assert seen[2].value == 3
