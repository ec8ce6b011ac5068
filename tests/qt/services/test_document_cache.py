"""The cache of documents returns exactly what was stored, for the same code and files only."""

from __future__ import annotations

from pathlib import Path

import pytest

from resnet_viz.analysis.costs.memory.basis import MemoryBasis
from resnet_viz.document import Document, make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import DisplayList
from resnet_viz.layout.view import View
from resnet_viz.services.cache import EntryCache
from resnet_viz.services.document_cache import DocumentCache
from resnet_viz.services.dot_budget import DotBudget
from resnet_viz.services.graph_source import load_graph
from resnet_viz.services.source_title import source_title
from resnet_viz.sources.catalog import BUILTIN_NAMES
from resnet_viz.sources.parse import parse_source
from tests.support.pictures.fixed_measurer import FixedMeasurer


def made(name: str, view: View) -> tuple[Document, DisplayList]:
    source = parse_source(name)
    graph = load_graph(source)
    assert graph is not None
    document = make_document(source, source_title(source), graph)
    return document, picture(document, view, FixedMeasurer(), DotBudget())


def stored(cache: DocumentCache, name: str, view: View) -> tuple[Document, DisplayList]:
    document, drawn = made(name, view)
    memory = view.basis.memory(document.structure, document.numbers)
    cache.store(document, view, drawn, memory)
    return document, drawn


@pytest.mark.parametrize("name", [*BUILTIN_NAMES, "resnet34 - shortcuts", "resnet18 - conv3_2"])
def test_that_a_kept_document_equals_the_computed_one(tmp_path: Path, name: str) -> None:
    document, drawn = stored(DocumentCache(tmp_path), name, View())
    kept = DocumentCache(tmp_path).load(parse_source(name), View())
    assert kept == (document, drawn, document.numbers.memory)
    assert kept[0].structure.graph is kept[0].graph


def test_that_memory_of_another_basis_is_kept_with_its_picture(tmp_path: Path) -> None:
    cache = DocumentCache(tmp_path)
    view = View(basis=MemoryBasis(32, "float16"))
    document, _ = stored(cache, "resnet18", view)
    kept = cache.load(document.source, view)
    assert kept is not None
    assert kept[2] == view.basis.memory(document.structure, document.numbers)
    assert cache.load(document.source, View()) is None


def test_that_an_entry_is_valid_for_the_files_it_was_made_from(tmp_path: Path) -> None:
    code = tmp_path / "code"
    (code / "room").mkdir(parents=True)
    (code / "room" / "rules.py").write_text("one = 1")
    folder = tmp_path / "cache"
    document, _ = stored(DocumentCache(folder, made_from=[code]), "resnet18", View())
    assert DocumentCache(folder, made_from=[code]).load(document.source, View()) is not None
    (code / "room" / "rules.py").write_text("one = 2.0")
    assert DocumentCache(folder, made_from=[code]).load(document.source, View()) is None


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("resnet18?classes=10", View()),  # its config may change with Keras
        ("model.json", View()),
        ("resnet18", View(detail="layer")),
        ("resnet18", View(toggled=frozenset({"conv2_x"}))),
    ],
)
def test_that_only_built_ins_as_they_open_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, view: View
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.json").write_text("{}")
    source = parse_source(name)
    document, drawn = made("resnet18", View())
    cache = DocumentCache(tmp_path / "cache")
    renamed = Document(source, "", document.graph, document.structure, document.numbers)
    cache.store(renamed, view, drawn, document.numbers.memory)
    assert not (tmp_path / "cache").exists()
    assert cache.load(source, view) is None


@pytest.mark.parametrize(
    "value", [b"\xa4\xff\xff\xff\xff", b"\x91" * 100_000 + b"\xc0"], ids=["no UTF-8", "deep"]
)
def test_that_an_entry_that_cannot_be_decoded_counts_as_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: bytes
) -> None:
    stored(DocumentCache(tmp_path), "resnet18", View())
    load = EntryCache.load

    def damaged(cache: EntryCache, key: str) -> bytes:
        content, text = load(cache, key), b"\xa4same"
        assert content is not None
        assert text in content
        return content.replace(text, value)

    monkeypatch.setattr(EntryCache, "load", damaged)
    assert DocumentCache(tmp_path).load(parse_source("resnet18"), View()) is None


def test_that_an_entry_of_other_content_counts_as_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, _ = made("resnet18", View())
    cache = DocumentCache(tmp_path)
    monkeypatch.setattr(EntryCache, "load", lambda _self, _key: b"\x93\x01\x02\x03")
    assert cache.load(document.source, View()) is None


def test_that_a_user_without_a_cache_folder_has_nothing_kept() -> None:
    cache = DocumentCache(None)
    document, _ = stored(cache, "resnet18", View())
    assert cache.load(document.source, View()) is None
