"""Data of the experiments: digits, folders of the user's pictures."""

from __future__ import annotations

import io
import os
import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from resnet_viz.errors import ModelError

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras")]


def test_that_every_digit_comes_once_before_any_comes_again() -> None:
    from resnet_viz.engine.experiments.data.pictures import open_pictures

    data = open_pictures("digits", folder="", shape=(32, 32, 3), seed=5)
    assert (len(data.train), len(data.held_out)) == (1_500, 297)
    assert not set(data.train) & set(data.held_out)
    steps = np.concatenate([data.step_indices(step, 100) for step in range(15)])
    assert set(steps) == set(data.train)
    pictures, labels = data.batch(data.step_indices(14, 32), (32, 32, 3))
    assert pictures.shape == (32, 32, 32, 3)
    assert labels.shape == (32,)
    assert np.array_equal(pictures[..., 0], pictures[..., 2])
    other = open_pictures("digits", folder="", shape=(32, 32, 3), seed=6)
    assert other.summary.sha256 == data.summary.sha256
    assert not np.array_equal(other.held_out, data.held_out)


def test_that_unreadable_pictures_are_named_and_left_out(tmp_path: Path) -> None:
    from resnet_viz.engine.experiments.data.pictures import open_pictures

    for label, grey in (("cat", 0), ("dog", 255)):
        (tmp_path / "pets" / label).mkdir(parents=True)
        for number in range(4):
            picture = Image.new("RGB", (20, 10), (grey, grey, grey))
            picture.save(tmp_path / "pets" / label / f"{number}.{('png', 'jpg')[number % 2]}")
    (tmp_path / "pets" / "cat" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n nothing more")
    huge = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (200_000).to_bytes(4, "big") * 2
    (tmp_path / "pets" / "dog" / "huge.png").write_bytes(huge)
    (tmp_path / "pets" / "dog" / "notes.txt").write_text("not a picture")
    data = open_pictures("pets", folder=str(tmp_path), shape=(16, 16, 3), seed=0)
    assert data.classes == ("cat", "dog")
    assert len(data.train) + len(data.held_out) == 8
    (note,) = data.summary.notes
    assert "cat/broken.png" in note
    assert "dog/huge.png" in note


@pytest.mark.parametrize("name", ["gone", "empty"])
def test_that_a_folder_without_pictures_is_refused(tmp_path: Path, name: str) -> None:
    from resnet_viz.engine.experiments.data.pictures import open_pictures

    (tmp_path / "empty" / "one").mkdir(parents=True)
    with pytest.raises(ModelError, match="sub-folder"):
        open_pictures(name, folder=str(tmp_path), shape=(8, 8, 1), seed=0)


BATCHES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")


def batch_bytes(first: int) -> bytes:
    """A batch as the Python version of CIFAR-10 has it, of three pictures in rows of one colour."""
    rows = np.zeros((3, 3, 32, 32), np.uint8)
    rows[:, 0] = first  # red
    return pickle.dumps({b"data": rows.reshape(3, -1), b"labels": [first, 1, 2]}, protocol=2)


def put_cifar10(datasets: Path, *, packed: bool) -> None:
    contents = {name: batch_bytes(number) for number, name in enumerate(BATCHES)}
    datasets.mkdir(parents=True)
    if not packed:
        (datasets / "cifar-10-batches-py").mkdir()
        for name, content in contents.items():
            (datasets / "cifar-10-batches-py" / name).write_bytes(content)
        return
    with tarfile.open(datasets / "cifar-10-batches-py.tar.gz", "w:gz") as archive:
        for name, content in contents.items():
            entry = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


@pytest.fixture
def datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return tmp_path / "datasets"


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "archive"])
def test_that_cifar10_is_read_where_keras_keeps_it(datasets: Path, packed: bool) -> None:
    from resnet_viz.engine.experiments.data.cifar10 import read_cifar10
    from resnet_viz.engine.experiments.data.pictures import open_pictures

    put_cifar10(datasets, packed=packed)
    pictures, labels = read_cifar10()
    assert pictures.shape == (18, 32, 32, 3)
    assert list(labels[::3]) == [0, 1, 2, 3, 4, 5]
    assert (pictures[3, :, :, 0] == 1).all()  # the second batch's red
    assert (pictures[3, :, :, 1:] == 0).all()
    data = open_pictures("cifar10", folder="", shape=(32, 32, 3), seed=0)
    assert len(data.train) + len(data.held_out) == 18
    assert data.classes[3] == "cat"


def test_that_without_cifar10_the_sentence_says_where_it_would_be(datasets: Path) -> None:
    from resnet_viz.engine.experiments.data.pictures import open_pictures

    with pytest.raises(ModelError, match="not on this machine") as caught:
        open_pictures("cifar10", folder="", shape=(32, 32, 3), seed=0)
    assert str(datasets) in str(caught.value)


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch harmed",)


@pytest.mark.parametrize(
    "content",
    [b"", b"no pickle", pickle.dumps(Evil()), pickle.dumps({b"data": [1], b"labels": [1]}),
     pickle.dumps({b"data": [[0] * 3072], b"labels": [10]})],
    ids=["empty", "no pickle", "code", "wrong shape", "wrong label"],
)  # fmt: skip
def test_that_a_damaged_cifar10_is_one_sentence_and_runs_nothing(
    datasets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    from resnet_viz.engine.experiments.data.pictures import open_pictures

    monkeypatch.chdir(tmp_path)
    put_cifar10(datasets, packed=False)
    (datasets / "cifar-10-batches-py" / "data_batch_4").write_bytes(content)
    with pytest.raises(ModelError, match="damaged"):
        open_pictures("cifar10", folder="", shape=(32, 32, 3), seed=0)
    assert not (tmp_path / "harmed").exists()
