"""The check of shapes: Keras is not asked about what it would take for a class of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from resnet_viz.document import make_document
from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.engine_client.client import EngineClient
from resnet_viz.layout.view import View
from resnet_viz.reading.read import read_file
from resnet_viz.services import shape_check
from resnet_viz.services.events import Opened
from resnet_viz.services.shape_check import ShapeChecker
from resnet_viz.sources.types import ModelFile
from tests.support.window.app_driver import NO_ENGINE


@pytest.fixture
def ready_engine(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineClient]:
    """One that seems to be ready, and must not be asked."""
    del qtbot
    client = EngineClient(command=NO_ENGINE)
    monkeypatch.setattr(EngineClient, "state", "ready")
    yield client
    monkeypatch.undo()
    client.shutdown()


def entry(kind: str, name: str, before: list[Any], **config: Any) -> dict[str, Any]:
    settings = {"name": name, "trainable": True, "dtype": "float32", **config}
    return {"class_name": kind, "name": name, "config": settings, "inbound_nodes": before}


def opened_with_unknown_shapes(tmp_path: Path, user_layers: set[str]) -> Opened:
    layers = [
        entry("InputLayer", "x", [], batch_input_shape=[None, 5, 4]),
        entry("Attention", "attention", [[["x", 0, 0, {}]]]),
    ]
    config = {"name": "m", "layers": layers, "input_layers": [["x", 0, 0]],
              "output_layers": [["attention", 0, 0]]}  # fmt: skip
    path = tmp_path / "m.json"
    path.write_text(json.dumps({"class_name": "Functional", "config": config}))
    graph = read_file(path, find_user_layers=lambda _: user_layers)
    source = ModelFile(str(path))
    document = make_document(source, "m", graph)
    picture = DisplayList((0, 0, 1, 1), ())
    return Opened(1, document, View(), picture, document.numbers.memory)


def test_that_shapes_behind_a_users_class_called_like_kerass_stay_unknown(
    qtbot: QtBot, ready_engine: EngineClient, tmp_path: Path
) -> None:
    opened = opened_with_unknown_shapes(tmp_path, {"attention"})
    checker = ShapeChecker(ready_engine, ready_engine)
    with qtbot.waitSignal(checker.incomplete) as heard:
        checker.check(opened)
    checker.stop()
    assert heard.args[1].message == (
        'm uses the class "Attention", which does not belong to Keras; its unknown shapes stay '
        "unknown."
    )


def test_that_keras_has_a_time_limit(
    qtbot: QtBot, ready_engine: EngineClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, cancelled = [], []
    monkeypatch.setattr(EngineClient, "complete", lambda *_, **__: asked.append(7) or 7)
    monkeypatch.setattr(EngineClient, "cancel", lambda _, request: cancelled.append(request))
    monkeypatch.setattr(shape_check, "CHECK_LIMIT_S", 0.01)
    opened = opened_with_unknown_shapes(tmp_path, set())
    checker = ShapeChecker(ready_engine, ready_engine)
    with qtbot.waitSignal(checker.incomplete) as heard:
        checker.check(opened)
    checker.stop()
    assert asked == cancelled == [7]
    assert "more than" in heard.args[1].message


def test_that_a_check_gives_way_to_a_model_that_is_opened_and_begins_anew(
    qtbot: QtBot, ready_engine: EngineClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    cancelled: list[int] = []
    monkeypatch.setattr(
        EngineClient, "complete", lambda *_, **__: asked.append(len(asked)) or len(asked)
    )
    monkeypatch.setattr(EngineClient, "cancel", lambda _, request: cancelled.append(request))
    checker = ShapeChecker(ready_engine, ready_engine)
    checker.check(opened_with_unknown_shapes(tmp_path, set()))
    qtbot.waitUntil(lambda: asked == [0])
    checker.give_way()
    assert cancelled == [1]
    ready_engine.state_changed.emit("ready")
    qtbot.waitUntil(lambda: asked == [0, 1])
    checker.stop()
