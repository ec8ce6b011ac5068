"""Data of the experiments: digits, folders of the user's pictures."""

from __future__ import annotations

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
