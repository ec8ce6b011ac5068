"""Snapshots: small, stable, checked when they are read."""

from __future__ import annotations

import json

import pytest

from resnet_viz.comparison.snapshot import snapshot_text
from resnet_viz.document import make_document
from resnet_viz.reading.container.json_decode import decode_json
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.snapshot import is_snapshot_text, snapshot_graph
from resnet_viz.sources.types import ModelFile
from tests.support.graphs.net import Net
from tests.support.reports import builtin_document

TEXT = snapshot_text(builtin_document("resnet34", "ResNet-34"))


def test_that_a_snapshot_has_one_line_for_each_call() -> None:
    lines = [line for line in TEXT.splitlines() if line.startswith('{"id": ')]
    assert len(lines) == 125
    assert len(TEXT) < 20_000
    assert is_snapshot_text(TEXT.encode())


def test_that_a_snapshot_holds_neither_seeds_nor_names_of_settings() -> None:
    net = Net()
    initializer = {"class_name": "HeNormal", "config": {"seed": 8, "name": "he"}}
    x = net.dense(net.input(4), 4, kernel_initializer=initializer)
    graph = net.graph(net.call("Dropout", x, shape=(None, 4), rate=0.5, seed=7))
    text = snapshot_text(make_document(ModelFile("a.keras"), "a", graph))
    assert "HeNormal" in text
    assert "seed" not in text
    assert '"name"' not in text.replace('"name": "net"', "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"resnet_viz_snapshot": 1', '"resnet_viz_snapshot": 2'),
        ('"resnet_viz_snapshot": 1', '"resnet_viz_snapshot": "1"'),
        ('"inputs": ["conv1"]', '"inputs": ["conv9"]'),
        ('"inputs": ["conv1"]', '"inputs": [["conv1", 1]]'),
        ('"inputs": ["conv1"]', '"inputs": [["conv1", -1]]'),
        ('"id": "conv1_bn"', '"id": "conv1"'),
        ('"class": "Dense"', '"class": "None"'),
        ('"outputs": ["fc"]', '"outputs": []'),
        ('"shapes": [[null, 112, 112, 64]]', '"shapes": []'),
        ('"shapes": [[null, 112, 112, 64]]', '"shapes": [[null, -1]]'),
        ('"filters": 64', '"filters": "many"'),
        ('"scopes": []', '"scopes": [{"id": "a"}]'),
    ],
)
def test_that_a_damaged_snapshot_is_refused_with_a_reason(old: str, new: str) -> None:
    assert old in TEXT
    with pytest.raises(Unreadable) as reason:
        snapshot_graph(decode_json(TEXT.replace(old, new, 1).encode()))
    assert str(reason.value)


def test_that_a_changed_layer_changes_one_line() -> None:
    edited = json.loads(TEXT)
    call = next(row for row in edited["calls"] if row["id"] == "conv3_1_conv_a")
    call["settings"]["filters"] = 96
    graph = snapshot_graph(decode_json(json.dumps(edited).encode()))
    again = snapshot_text(make_document(ModelFile("a.json"), "a", graph))
    changed = set(again.splitlines()) ^ set(TEXT.splitlines())
    assert len([line for line in changed if line.startswith('{"id": ')]) == 2
