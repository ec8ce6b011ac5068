"""``resnet-viz run``: options, formats, and files that are written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import resnet_viz
from resnet_viz.engine_client import blocking
from resnet_viz.experiments.results import TrainingResult
from tests.cli.conftest import Run
from tests.support.engine_processes import fake_engine


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that answers every experiment with a training made by hand."""
    monkeypatch.setattr(blocking, "engine_command", lambda: fake_engine("good"))


@pytest.mark.usefixtures("engine")
def test_that_a_result_is_text_without_a_file(run_here: Run) -> None:
    done = run_here("run", "cifar_resnet20", "training", "--steps", "3")
    assert (done.returncode, done.stderr) == (0, "")  # no progress where there is no terminal
    assert "net - shortcuts" in done.stdout
    assert "sha256" in done.stdout


@pytest.mark.usefixtures("engine", "qapp")
@pytest.mark.parametrize("suffix", ["json", "csv", "png", "svg", "pdf"])
def test_that_a_result_is_written_in_every_format(
    run_here: Run, tmp_path: Path, suffix: str
) -> None:
    done = run_here("run", "cifar_resnet20", "training", "-o", f"result.{suffix}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    content = (tmp_path / f"result.{suffix}").read_bytes()
    start = {"json": b"{", "csv": b"source", "png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
    assert content.startswith(start[suffix])
    if suffix == "json":
        assert json.loads(content)["experiment"] == "training"


@pytest.mark.usefixtures("engine")
def test_that_a_script_gets_the_same_result(tmp_path: Path) -> None:
    seen: list[int] = []
    result = resnet_viz.run(
        "cifar_resnet20",
        "training",
        output=tmp_path / "result.json",
        on_measurement=lambda measurement: seen.append(measurement.done),
    )
    assert isinstance(result, TrainingResult)
    assert json.loads((tmp_path / "result.json").read_bytes())["runs"][0]["source"] == "net"
    assert seen == [1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("cifar_resnet20",), "EXPERIMENT"),
        (("cifar_resnet20", "gradient"), "gradients"),
        (("cifar_resnet20", "training", "--optimizer", "sdg"), "sgd"),
        (("cifar_resnet20", "landscape", "--grid", "20"), "odd"),
        (("cifar_resnet20", "training", "--steps", "-1"), "--steps"),
        (("cifar_resnet20", "training", "-o", "result.txt"), ".json, .csv, .png, .svg or .pdf"),
        (("cifar_resnet20", "training", "--save", "weights.h5"), ".keras"),
        (("cifar_resnet20", "training", "--against", "resnet3"), "resnet34"),
    ],
)
def test_that_wrong_usage_is_one_sentence(
    run_here: Run, arguments: tuple[str, ...], words: str
) -> None:
    done = run_here("run", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_that_an_engine_killed_in_the_middle_leaves_no_file(
    run_here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocking, "engine_command", lambda: fake_engine("kill_on_experiment"))
    done = run_here("run", "cifar_resnet20", "training", "-o", "result.json")
    assert done.returncode == 1
    assert "has died" in done.stderr
    assert not list(tmp_path.glob("*result*"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
@pytest.mark.usefixtures("engine")
def test_that_a_full_disk_is_one_sentence(run_here: Run, tmp_path: Path) -> None:
    (tmp_path / "result.json").symlink_to("/dev/full")
    done = run_here("run", "cifar_resnet20", "training", "-o", "result.json")
    assert done.returncode == 1
    assert "the disk is full" in done.stderr
    assert done.stderr.count("\n") == 1
