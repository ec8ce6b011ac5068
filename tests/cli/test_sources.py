"""Every kind of source through the commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from resnet_viz import assets
from tests.cli.conftest import Run
from tests.support.engine_processes import WITHOUT_KERAS
from tests.support.model_files.configs import data, residual
from tests.support.model_files.samples import (
    bare,
    hdf5,
    nested,
    old_functional,
    old_siamese,
    sequential,
    zipped,
)

CHAIN = sequential(bare("InputLayer", "i", batch_shape=[None, 8]), bare("Dense", "d", units=3))
# By hand: kernel and bias of two 3×3 convolutions (3·3·3·4+4, 3·3·4·4+4) and a dense (4·2+2).
OLD_PARAMETERS = 112 + 148 + 10


def report(run: Run, source: str) -> dict[str, Any]:
    done = run("report", source, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("name", "config", "calls"),
    [
        ("old.h5", old_functional(), 8),
        ("siamese.hdf5", old_siamese(), 15),
        ("residual.keras", residual(), 4),
        ("chain.json", CHAIN, 2),
        ("nested.json", nested(3, calls=2), 11),
    ],
)
@pytest.mark.usefixtures("qapp")
def test_that_files_of_every_kind_are_reported_and_drawn_without_keras(
    run_here: Run, tmp_path: Path, name: str, config: dict[str, Any], calls: int
) -> None:
    path = tmp_path / name
    if path.suffix == ".json":
        path.write_bytes(data(config))
    elif path.suffix == ".keras":
        zipped(path, config)
    else:
        hdf5(path, config)
    assert report(run_here, name)["totals"]["calls"] == calls
    done = run_here("export", name, "-o", "picture.svg", "--detail", "layer")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "picture.svg").read_text().startswith("<?xml")


def test_that_keras_2_files_have_numbers(run_here: Run, tmp_path: Path) -> None:
    hdf5(tmp_path / "old.h5", old_functional())
    assert report(run_here, "old.h5")["totals"]["parameters"] == OLD_PARAMETERS


@pytest.mark.parametrize(
    ("source", "code", "part"),
    [
        ("keras:ResNet5", 2, "did you mean keras:ResNet50"),
        ("gone.h5", 1, "there is no such file"),
        ("code.py", 2, "name the function"),
    ],
)
def test_that_what_cannot_be_had_is_one_line(
    run_here: Run, source: str, code: int, part: str
) -> None:
    done = run_here("report", source)
    assert done.returncode == code
    assert part in done.stderr
    assert done.stderr.count("\n") == 1


def test_that_a_model_that_can_not_be_drawn_is_told_with_its_layers(
    run_here: Run, tmp_path: Path
) -> None:
    hdf5(tmp_path / "net.h5", {"class_name": "Net", "config": {}})
    for command in ("report", "export"):
        done = run_here(command, "net.h5", *(["-o", "net.svg"] if command == "export" else []))
        assert (done.returncode, done.stdout) == (1, "")
        first, *table = done.stderr.splitlines()
        assert first.startswith("resnet-viz: net.h5 can't be read: ")
        assert first.endswith("Its weights name 3 layers.")
        assert table == [
            "Layer   Parameters  Weights",
            "first            4  1, 3×1",
            "second           8  2, 3×2",
            "third           12  3, 3×3",
        ]
    assert not (tmp_path / "net.svg").exists()


@pytest.mark.engine
def test_that_a_model_of_keras_applications_is_built_once(
    run: Run, run_here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "keras:MobileNetV2?input=64x64x3&classes=7"
    first = report(run, source)
    # Published: 2,257,984 without its top; the top has 1,280 weights and a bias for each class.
    assert first["totals"]["parameters"] == 2_257_984 + 1_281 * 7
    monkeypatch.delattr("resnet_viz.engine_client.blocking.build_config")
    assert report(run_here, source) == first


@pytest.mark.engine
def test_that_a_function_that_is_named_is_run(run: Run, tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text(
        "import keras\nprint('hello')\n"
        "def build():\n    x = keras.Input((4,))\n"
        "    return keras.Model(x, keras.layers.Dense(3)(x), name='mine')\n"
    )
    done = run("report", "nets.py:build", "--format", "json")
    assert done.returncode == 0
    assert done.stderr == "hello\n"
    assert json.loads(done.stdout)["totals"]["parameters"] == 15


def test_that_a_function_that_fails_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "nets.py").write_text("def fails():\n    raise RuntimeError('not today')\n")
    done = run(
        code="import sys\n"
        "from resnet_viz.cli.main import main\n"
        "from resnet_viz.engine_client import blocking\n"
        f"blocking.engine_command = lambda: {WITHOUT_KERAS}\n"
        "sys.exit(main(['report', 'nets:fails']))"
    )
    assert done.returncode == 1
    where = "(nets.py, line 2)"
    assert done.stderr == f"resnet-viz: nets:fails failed: RuntimeError: not today {where}\n"


@pytest.mark.usefixtures("qapp")
def test_that_counterparts_are_reported_and_drawn_without_keras(
    run_here: Run, tmp_path: Path
) -> None:
    (tmp_path / "net.json").write_bytes(assets.read_bytes("models/cifar_resnet20.json"))
    for source, calls in (("net.json - shortcuts", 60), ("resnet34 - conv3_2 - conv4_2", 113)):
        found = report(run_here, source)
        assert found["totals"]["calls"] == calls
        assert found["source"] == source
        done = run_here("export", source, "-o", "a.svg")
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("plain34 - shortcuts", "plain34 has no addition with a shortcut"),
        ("resnet34 - conv3_9", 'no block in resnet34 named "conv3_9"; did you mean conv3_4'),
        ("resnet34 -", "nothing after a minus"),
    ],
)
def test_that_what_cannot_be_taken_away_is_one_line(run_here: Run, source: str, part: str) -> None:
    done = run_here("report", source)
    assert done.returncode == 2
    assert part in done.stderr
    assert done.stderr.count("\n") == 1
