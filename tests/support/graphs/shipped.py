"""The configurations that ship with the program, as graphs."""

from __future__ import annotations

from functools import cache

from resnet_viz import assets
from resnet_viz.graph.types import Graph
from resnet_viz.reading.read import read_config


@cache
def shipped(name: str) -> Graph:
    return read_config(assets.read_bytes(f"models/{name}.json"), where=name)
