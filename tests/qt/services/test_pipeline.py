"""The pipeline: the newest request wins, late answers are dropped, failures are reported."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from resnet_viz.drawing import compose
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.engine_client.client import EngineClient
from resnet_viz.errors import ModelError
from resnet_viz.graph.types import Graph
from resnet_viz.layout.view import View
from resnet_viz.services import pipeline as pipeline_module
from resnet_viz.services.document_cache import DocumentCache
from resnet_viz.services.events import Drawn, Failure, Opened
from resnet_viz.services.graph_source import load_graph
from resnet_viz.services.pipeline import Pipeline
from resnet_viz.sources.types import BuiltIn, ModelFile, Source
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


def test_that_a_kept_document_opens_without_reading_analysis_and_drawing(
    qtbot: QtBot, engine: EngineClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = Pipeline(engine, FixedMeasurer(), documents=DocumentCache(tmp_path))
    made = opened(qtbot, first, "resnet18")
    first.keep_opened()
    qtbot.waitUntil(lambda: any(path.suffix == ".document" for path in tmp_path.iterdir()))
    first.stop()
    monkeypatch.setattr(pipeline_module, "load_graph", None)
    monkeypatch.setattr(pipeline_module, "make_document", None)
    monkeypatch.setattr(compose, "picture", None)
    second = Pipeline(engine, FixedMeasurer(), documents=DocumentCache(tmp_path))
    assert opened(qtbot, second, "resnet18") == made
    second.stop()


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


class EndlessReading:
    """Reading that never ends for one model, in pure Python, as of a hostile file."""

    def __init__(self, name: str) -> None:
        self.source = BuiltIn(name)
        self.begun = threading.Event()

    def __call__(self, source: Source) -> Graph | None:
        while source == self.source:
            self.begun.set()
        return load_graph(source)


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> EndlessReading:
    made = EndlessReading("resnet152")
    monkeypatch.setattr(pipeline_module, "load_graph", made)
    return made


def test_that_another_model_opens_at_once_while_one_is_read(
    qtbot: QtBot, pipeline: Pipeline, endless: EndlessReading
) -> None:
    seen: list[str] = []
    pipeline.opened.connect(lambda event: seen.append(event.document.title))
    pipeline.open(endless.source, View())
    assert endless.begun.wait(30)
    opened(qtbot, pipeline, "resnet18")
    assert seen == ["ResNet-18"]


def test_that_an_opening_is_cancelled_while_it_is_read(
    qtbot: QtBot, pipeline: Pipeline, endless: EndlessReading
) -> None:
    pipeline.open(endless.source, View())
    assert endless.begun.wait(30)
    with qtbot.waitSignal(pipeline.cancelled), qtbot.assertNotEmitted(pipeline.failed):
        pipeline.cancel()
    assert not pipeline.busy
    assert opened(qtbot, pipeline, "resnet18").document.title == "ResNet-18"


def test_that_a_view_is_cancelled_while_it_is_drawn(
    qtbot: QtBot, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = opened(qtbot, pipeline, "resnet18").document
    begun = threading.Event()

    def draw(*arguments: Any, **named: Any) -> DisplayList:
        while arguments[1] == View(detail="layer"):
            begun.set()
        return picture(*arguments, **named)

    monkeypatch.setattr(compose, "picture", draw)
    pipeline.draw(document, View(detail="layer"))
    assert begun.wait(30)
    with qtbot.waitSignal(pipeline.drawing_ended), qtbot.assertNotEmitted(pipeline.drawn):
        pipeline.cancel_drawing()
    with qtbot.waitSignal(pipeline.drawn) as heard:
        pipeline.draw(document, View(detail="stage"))
    assert heard.args[0].view == View(detail="stage")
