"""Shapes that a file leaves open: shown as unknown at once, filled in by Keras without a jump."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from resnet_viz.drawing.display_list import Target
from tests.windows import Desk

pytestmark = pytest.mark.engine


def layer(kind: str, name: str, before: str, **config: Any) -> dict[str, Any]:
    """A layer as Keras 2 wrote it: calls without shapes."""
    calls = [[[before, 0, 0, {}]]] if before else []
    config = {"name": name, **config}
    return {"class_name": kind, "name": name, "config": config, "inbound_nodes": calls}


def old_model(middle: dict[str, Any], output: str) -> str:
    """A Keras 2 model with something in the middle whose shape the reader can't tell."""
    layers = [
        layer("InputLayer", "in", "", batch_input_shape=[None, 8, 8, 3], dtype="float32"),
        layer("Conv2D", "conv", "in", filters=4, kernel_size=[3, 3], padding="same"),
        middle,
        layer("Activation", "act", middle["name"], activation="relu"),
    ]
    config = {
        "name": "old", "layers": layers,
        "input_layers": [["in", 0, 0]], "output_layers": [[output, 0, 0]],
    }  # fmt: skip
    return json.dumps({"class_name": "Functional", "config": config, "keras_version": "2.15.0"})


def test_that_a_lambda_is_not_run_and_a_note_says_so(live: Desk, tmp_path: Path) -> None:
    middle = layer("Lambda", "scale", "conv", function=["4wEAAA==", None, None])
    file = tmp_path / "old.json"
    file.write_text(old_model(middle, "act"))
    live.open(str(file))
    live.qtbot.waitUntil(lambda: "stay unknown" in live.notice, timeout=30_000)
    shown = live.window.notices.shown
    assert shown is not None
    assert shown.level == "info"
    assert "Lambda" in shown.text
    assert "code is not run" in shown.text
    assert live.session.document is not None
    assert live.session.document.graph.by_id["act"].output_shape is None


def test_that_a_class_of_the_users_own_stays_open(live: Desk, tmp_path: Path) -> None:
    middle = {**layer("Mystery", "mine", "conv", width=3), "module": "my.layers"}
    file = tmp_path / "old.json"
    file.write_text(old_model(middle, "act"))
    live.open(str(file))
    live.qtbot.waitUntil(lambda: "stay unknown" in live.notice, timeout=30_000)
    assert "Mystery" in live.notice
    live.session.select((Target("call", "mine"),))
    assert "Mystery" in live.sheet
    assert "width" in live.sheet
    live.open("resnet34")
    assert live.notice == ""
