"""Layers without a name, as a user's get_config may leave them: named after their class."""

from __future__ import annotations

import json
from typing import Any

import pytest

from resnet_viz.errors import ModelError
from resnet_viz.reading.read import read_config


def sequential(*layers: Any) -> bytes:
    config = {"name": "net", "layers": list(layers)}
    return json.dumps({"class_name": "Sequential", "config": config}).encode()


def test_that_nameless_layers_are_named_after_their_class() -> None:
    source = {"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [None, 4]}}
    mine, other = ({"class_name": name, "config": {"n": 2}} for name in ("mine>TimesTwo", "Other"))
    named = {"class_name": "Other", "config": {"name": "times_two", "trainable": True}}
    calls = read_config(sequential(source, mine, mine, other, named), where="m").calls
    assert [(call.id, call.type) for call in calls[1:]] == [
        ("times_two_1", "TimesTwo"), ("times_two_2", "TimesTwo"), ("other", "Other"),
        ("times_two", "Other"),
    ]  # fmt: skip


@pytest.mark.parametrize("raw", [3, None, {}, {"class_name": 5, "config": {}}, {"config": {}}])
def test_that_what_is_no_layer_is_refused(raw: Any) -> None:
    with pytest.raises(ModelError, match=r"layers\[0\]"):
        read_config(sequential(raw), where="m")
