"""Pictures coloured by the result of an experiment, on the command line and in scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

import resnet_viz
from resnet_viz.experiments.results import Result, encode_result
from tests.cli.conftest import Run
from tests.support.experiment_results import (
    deletion_result,
    gradients_result,
    landscape_result,
    training_result,
)

EXPORT = ("export", "resnet18", "-o", "a.svg", "--result", "result.json")


def write(folder: Path, result: Result) -> None:
    (folder / "result.json").write_bytes(encode_result(result))


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("result", "arguments", "texts"),
    [
        (gradients_result(), (), ("Relative gradient per block", "untrained, seed 0, CPU")),
        (
            gradients_result(),
            ("--color-by", "output-gradient", "--detail", "layer"),
            ("Gradient at each block", "gradients on digits"),
        ),
        (training_result(steps=9), (), ("in training", "after 9 steps")),
        (deletion_result(), (), ("Loss without each block", "deletion on digits")),
    ],
    ids=["main quantity", "named quantity", "last column of training", "deletion"],
)
def test_that_a_picture_is_coloured_by_a_result(
    run_here: Run, tmp_path: Path, result: Result, arguments: tuple[str, ...], texts: tuple[str]
) -> None:
    write(tmp_path, result)
    done = run_here(*EXPORT, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    drawn = (tmp_path / "a.svg").read_text()
    for text in texts:
        assert text in drawn


@pytest.mark.parametrize(
    ("content", "arguments", "code", "words"),
    [
        (b"{}", (), 1, "is no result of an experiment"),
        (None, (), 1, "There is no file"),
        (encode_result(landscape_result()), (), 2, "has no number"),
        (encode_result(gradients_result()), ("--color-by", "change"), 2, "colour by gradient or"),
    ],
    ids=["no result", "no file", "no number", "another quantity"],
)
def test_that_a_result_that_colours_nothing_is_one_sentence(
    run_here: Run,
    tmp_path: Path,
    content: bytes | None,
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    if content is not None:
        (tmp_path / "result.json").write_bytes(content)
    done = run_here(*EXPORT, *arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "a.svg").exists()


def test_that_a_quantity_without_a_result_is_one_sentence(run_here: Run) -> None:
    done = run_here("export", "resnet18", "-o", "a.svg", "--color-by", "gradient")
    assert done.returncode == 2
    assert "--result FILE.json" in done.stderr


@pytest.mark.usefixtures("qapp")
def test_that_a_script_colours_by_what_run_returns(tmp_path: Path) -> None:
    resnet_viz.export("resnet18", tmp_path / "a.svg", result=gradients_result())
    assert "Relative gradient per block" in (tmp_path / "a.svg").read_text()
    with pytest.raises(resnet_viz.AppError, match=r"resnet_viz\.run returns"):
        resnet_viz.export("resnet18", tmp_path / "b.svg", result=3)  # type: ignore[arg-type]
