"""Graphs that need no Keras: shipped configs, cached variants, files."""

from __future__ import annotations

from pathlib import Path

import pytest

from resnet_viz import assets
from resnet_viz.errors import ModelError, UsageError
from resnet_viz.services.graph_source import cache_config, load_config, load_graph
from resnet_viz.sources.catalog import BUILTIN_NAMES, parse_builtin
from resnet_viz.sources.types import BuiltIn, Counterpart, ModelFile


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "resnet-viz"


@pytest.fixture
def variant() -> BuiltIn:
    return parse_builtin("resnet34?classes=10")


@pytest.fixture
def config() -> bytes:
    return assets.read_bytes("models/tutorial_first_unit.json")


@pytest.mark.parametrize("name", BUILTIN_NAMES)
def test_that_every_default_is_shipped(name: str) -> None:
    graph = load_graph(parse_builtin(name))
    assert graph is not None
    assert graph.name == name


def test_that_a_variant_not_yet_built_needs_the_engine(
    variant: BuiltIn, cache_folder: Path
) -> None:
    assert load_graph(variant) is None
    assert load_config(variant) is None
    assert not cache_folder.exists()


def test_that_a_cached_variant_needs_no_engine(variant: BuiltIn, config: bytes) -> None:
    cache_config(variant, config)
    graph = load_graph(variant)
    assert graph is not None
    assert [call.type for call in graph.calls].count("Add") == 1
    assert load_config(variant) == config


def test_that_another_zoo_invalidates_the_cache(
    variant: BuiltIn, config: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache_config(variant, config)
    monkeypatch.setattr("resnet_viz.services.graph_source._builder_version", lambda: "another")
    assert load_graph(variant) is None


@pytest.mark.parametrize(
    "entry",
    [b'{"class_name": "Nonsense"}', b'{"class_name": "\xff"}', b'{"a":' * 100_000, b"[" * 100_000],
    ids=["no model", "no UTF-8", "deep objects", "deep lists"],
)
def test_that_a_cached_config_that_cannot_be_read_is_discarded(
    variant: BuiltIn, cache_folder: Path, entry: bytes
) -> None:
    cache_config(variant, entry)
    assert load_graph(variant) is None
    assert list(cache_folder.iterdir()) == []


def test_that_a_model_file_is_read_and_never_cached(tmp_path: Path, config: bytes) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(config)
    source = ModelFile(str(path))
    graph = load_graph(source)
    assert graph is not None
    assert graph.name == "tutorial_first_unit"
    assert load_config(source) == config
    cache_config(source, config)
    assert not (tmp_path / "resnet-viz").exists()


def test_that_a_missing_file_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"missing\.keras"):
        load_graph(ModelFile(str(tmp_path / "missing.keras")))


def test_that_a_counterpart_is_read_from_its_bases_config(variant: BuiltIn, config: bytes) -> None:
    source = Counterpart(variant, ("shortcuts",))
    assert load_graph(source) is None
    cache_config(source, config)  # that of the base
    assert load_config(source) == load_config(variant) == config
    graph = load_graph(source)
    assert graph is not None
    assert "Add" not in [call.type for call in graph.calls]


def test_that_a_wrong_term_does_not_spoil_the_cache(variant: BuiltIn, config: bytes) -> None:
    cache_config(variant, config)
    with pytest.raises(UsageError):
        load_graph(Counterpart(variant, ("nothing",)))
    assert load_graph(variant) is not None
