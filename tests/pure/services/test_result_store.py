"""Results kept over a restart: by content, bounded, and never a reason to fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from resnet_viz.document import make_document
from resnet_viz.experiments.results import TrainingResult
from resnet_viz.services.experiments.result_store import ResultStore, content_key
from resnet_viz.sources.types import Counterpart, ModelFile
from tests.support.experiment_results import all_results, training_result
from tests.support.graphs.shipped import shipped


def test_that_results_are_there_again_after_a_restart(tmp_path: Path) -> None:
    for result in all_results():
        assert ResultStore(tmp_path).store("a", result.experiment, result)
    assert ResultStore(tmp_path).load("a") == {each.experiment: each for each in all_results()}
    assert ResultStore(tmp_path).load("b") == {}


def test_that_the_last_result_of_an_experiment_replaces_the_one_before(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    store.store("a", "training", training_result(steps=4))
    store.store("a", "training", training_result(steps=8))
    kept = store.load("a")["training"]
    assert isinstance(kept, TrainingResult)
    assert len(kept.runs[0].loss) == 8


@pytest.mark.parametrize("damage", [b"", b"{}\nabc", None], ids=["empty", "foreign", "cut"])
def test_that_damaged_results_are_left_out(tmp_path: Path, damage: bytes | None) -> None:
    store = ResultStore(tmp_path)
    store.store("a", "training", training_result())
    (file,) = tmp_path.glob("*.result")
    file.write_bytes(file.read_bytes()[:-9] if damage is None else damage)
    assert store.load("a") == {}
    assert store.store("a", "training", training_result())
    assert store.load("a") == {"training": training_result()}


def test_that_a_result_that_is_too_large_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resnet_viz.services.experiments.result_store._LARGEST", 10)
    assert not ResultStore(tmp_path).store("a", "training", training_result())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder", [None, Path("/dev/null/results")], ids=["none", "unwritable"])
def test_that_without_a_folder_nothing_is_kept_and_nothing_fails(folder: Path | None) -> None:
    store = ResultStore(folder)
    assert not store.store("a", "training", training_result())
    assert store.load("a") == {}


def test_that_the_key_follows_a_files_content_and_not_its_place(tmp_path: Path) -> None:
    graph = shipped("resnet18")
    first, moved = tmp_path / "a.keras", tmp_path / "b.keras"
    first.write_bytes(b"weights")
    moved.write_bytes(b"weights")

    def key(source: ModelFile | Counterpart) -> str:
        return content_key(make_document(source, "a", graph))

    before = key(ModelFile(str(first)))
    assert key(ModelFile(str(moved))) == before
    assert key(Counterpart(ModelFile(str(first)), ("shortcuts",))) != before
    first.write_bytes(b"weights after more training")
    assert key(ModelFile(str(first))) != before
