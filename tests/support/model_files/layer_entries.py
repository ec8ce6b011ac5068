"""Models of one layer each, from entries that Keras itself has written."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.support.model_files.configs import JSON, model, source

ENTRIES: Final = Path(__file__).with_name("layer_entries.json")


@cache
def layer_entries() -> dict[str, JSON]:
    """Entries by class, written by ``tests.tools.keras_layer_entries``; not to be changed."""
    read: dict[str, JSON] = json.loads(ENTRIES.read_text(encoding="utf-8"))
    return read


def layer_model(name: str) -> JSON:
    """The model that calls the layer ``name`` once, on inputs x0, x1, …"""
    entry: JSON = json.loads(json.dumps(layer_entries()[name]))
    inputs: dict[str, JSON] = {}
    _collect(entry["inbound_nodes"], inputs)
    sources = [source(of, tuple(inputs[of]["shape"]), inputs[of]["dtype"]) for of in sorted(inputs)]
    return model([*sources, entry], [[of, 0, 0] for of in sorted(inputs)])


def _collect(value: Any, inputs: dict[str, JSON]) -> None:
    """Collect the tensors in ``value`` by the layer that makes them."""
    if isinstance(value, list):
        for item in value:
            _collect(item, inputs)
    elif isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        inputs[value["config"]["keras_history"][0]] = value["config"]
    elif isinstance(value, dict):
        _collect(list(value.values()), inputs)
