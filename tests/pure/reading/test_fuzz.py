"""Reading any content gives a sound graph or a ModelError, never anything else."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_viz import assets
from resnet_viz.errors import ModelError
from resnet_viz.reading.read import read_config
from tests.support.model_files.checks import check_graph

pytestmark = pytest.mark.long

NAMES = ("tutorial_first_unit", "resnet18")
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.integers(-(2**70), 2**70), st.floats(),
    st.text(max_size=5), st.sampled_from(["input", "conv1", "same", "Functional"]), st.builds(list),
    st.lists(st.integers(-2, 300), max_size=4), st.builds(dict),
    st.builds(lambda: [["input", 0, 0]]),
)  # fmt: skip


@cache
def original(name: str) -> bytes:
    return assets.read_bytes(f"models/{name}.json")


def check(content: bytes) -> None:
    try:
        graph = read_config(content, where="fuzzed.json")
    except ModelError as error:
        message = error.message
    else:
        message = ""
        check_graph(graph)
        assert msgspec.json.encode(graph)
    assert message.isprintable()
    assert len(message) < 500


def paths_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of all values inside ``value``."""
    paths = [path] if path else []
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        paths += paths_in(inner, (*path, key))
    return paths


@cache
def paths_of(name: str) -> list[tuple[Any, ...]]:
    return paths_in(msgspec.json.decode(original(name)))


@settings(deadline=None)
@given(st.data())
def test_that_changed_values_never_make_it_fail(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    config = msgspec.json.decode(original(name))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(paths_of(name)))
        parent: Any = config
        try:
            for key in path[:-1]:
                parent = parent[key]
            if data.draw(st.booleans()):
                del parent[path[-1]]
            else:
                parent[path[-1]] = data.draw(VALUES)
        except (LookupError, TypeError):  # an earlier change has removed it
            continue
    check(_json(config))


def _json(config: Any) -> bytes:
    return json.dumps(config).encode("utf-8", "surrogatepass")


@settings(deadline=None)
@given(st.data())
def test_that_changed_bytes_never_make_it_fail(data: st.DataObject) -> None:
    content = bytearray(original("tutorial_first_unit"))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content) - 1))
        end = start + data.draw(st.integers(0, 12))
        content[start:end] = data.draw(st.binary(max_size=12))
    check(bytes(content))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_that_any_bytes_never_make_it_fail(content: bytes) -> None:
    check(content)


@given(st.recursive(VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["class_name", "config", "layers", "input_layers", "output_layers", "name"]),
    inner, max_size=6), max_leaves=12))  # fmt: skip
def test_that_any_json_never_makes_it_fail(value: Any) -> None:
    check(_json(value))
    check(_json({"class_name": "Functional", "config": value}))
