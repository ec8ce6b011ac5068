"""Shapes that a file leaves open: shown as unknown at once, filled in by Keras without a jump."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from resnet_viz.drawing.display_list import Target
from resnet_viz.graph.types import Shape
from tests.support.window.app_driver import AppDriver

pytestmark = pytest.mark.engine


def layer(kind: str, name: str, before: str, **config: Any) -> dict[str, Any]:
    """A layer as Keras 2 wrote it: calls without shapes."""
    calls = [[[before, 0, 0, {}]]] if before else []
    config = {"name": name, "dtype": "float32", **config}
    return {"class_name": kind, "name": name, "config": config, "inbound_nodes": calls}


def convolution(name: str, before: str, filters: int) -> dict[str, Any]:
    """3×3, stride 2."""
    return layer(
        "Conv2D", name, before, filters=filters, kernel_size=[3, 3], strides=[2, 2],
        padding="same", data_format="channels_last", dilation_rate=[1, 1], groups=1,
    )  # fmt: skip


def old_model(middle: dict[str, Any]) -> str:
    """A Keras 2 model with something in the middle whose shape the reader can't tell."""
    layers = [
        layer("InputLayer", "in", "", batch_input_shape=[None, 8, 8, 3], dtype="float32"),
        convolution("conv", "in", 4),
        middle,
        convolution("last", middle["name"], 6),
    ]
    config = {
        "name": "old", "layers": layers,
        "input_layers": [["in", 0, 0]], "output_layers": [["last", 0, 0]],
    }  # fmt: skip
    return json.dumps({"class_name": "Functional", "config": config, "keras_version": "2.15.0"})


def test_that_keras_fills_in_what_the_reader_left_open(live: AppDriver, tmp_path: Path) -> None:
    engine = live.program.engine
    middle = layer("Discretization", "bins", "conv", bin_boundaries=[0.0, 1.0], num_bins=None)
    file = tmp_path / "old.json"
    file.write_text(old_model(middle))
    os.kill(engine.pid, signal.SIGSTOP)
    try:  # the picture comes first, whatever the engine does
        live.open(str(file))
        live.do("view.detail.layer")
        assert output_of(live, "last") is None
        live.canvas.zoom_to(1.2)
        live.session.select((Target("call", "last"),))
        assert "–" in live.sheet
        before = live.picture
        place = live.position_of(Target("call", "last"))
    finally:
        os.kill(engine.pid, signal.SIGCONT)
    live.qtbot.waitUntil(lambda: output_of(live, "last") is not None, timeout=30_000)
    assert output_of(live, "last") == (None, 2, 2, 6)
    assert output_of(live, "bins") == (None, 4, 4, 4)
    assert "2×2×6" in live.sheet
    assert live.session.selection == (Target("call", "last"),)
    assert live.canvas.zoom == pytest.approx(1.2)
    cards = {item.id for item in before.items if item.kind == "card"}
    assert cards == {item.id for item in live.picture.items if item.kind == "card"}
    moved = live.position_of(Target("call", "last")) - place
    assert moved.manhattanLength() <= 12  # the card itself may grow a line
    assert live.notice == ""


def output_of(driver: AppDriver, call: str) -> Shape | None:
    assert driver.session.document is not None
    found = driver.session.document.graph.by_id.get(call)
    return None if found is None else found.output_shape


def test_that_a_lambda_is_not_run_and_a_note_says_so(live: AppDriver, tmp_path: Path) -> None:
    middle = layer("Lambda", "scale", "conv", function=["4wEAAA==", None, None])
    file = tmp_path / "old.json"
    file.write_text(old_model(middle))
    live.open(str(file))
    live.qtbot.waitUntil(lambda: "stay unknown" in live.notice, timeout=30_000)
    shown = live.window.notices.shown
    assert shown is not None
    assert shown.level == "info"
    assert "Lambda" in shown.text
    assert "code is not run" in shown.text
    assert live.session.document is not None
    assert live.session.document.graph.by_id["last"].output_shape is None


def test_that_a_class_of_the_users_own_stays_open(live: AppDriver, tmp_path: Path) -> None:
    middle = {**layer("Mystery", "mine", "conv", width=3), "module": "my.layers"}
    file = tmp_path / "old.json"
    file.write_text(old_model(middle))
    live.open(str(file))
    live.qtbot.waitUntil(lambda: "stay unknown" in live.notice, timeout=30_000)
    assert "Mystery" in live.notice
    live.session.select((Target("call", "mine"),))
    assert "Mystery" in live.sheet
    assert "width" in live.sheet
    live.open("resnet34")
    assert live.notice == ""
