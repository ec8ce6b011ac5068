"""Large models' files from the start of the process to their reports.

python -m pytest tests/bench/test_report.py --benchmark-only -s
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from resnet_viz.engine_client.blocking import build_config
from resnet_viz.sources.types import Application
from tests.support.model_files.configs import data, layer, model, node, source, tensor
from tests.support.model_files.samples import zipped

pytestmark = pytest.mark.engine

BLOCKS = 10_000
SHAPE = [None, 32, 32, 16]
NAME = "EfficientNetV2L"
LAYERS = 1_031
PARAMETERS = 119_027_848  # published; Keras counts the normalisation of its input too
SAVE = f"""
import sys
import keras
keras.applications.{NAME}(weights=None).save(sys.argv[1])
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """The model's configuration alone, in a zip, and as Keras saves it with 480 MB of weights."""
    folder = tmp_path_factory.mktemp("models")
    config = build_config(Application(NAME))
    (folder / "m.json").write_bytes(config)
    zipped(folder / "m.keras", msgspec.json.decode(config))
    weighted = folder / "weights.keras"
    subprocess.run([sys.executable, "-c", SAVE, str(weighted)], check=True, capture_output=True)
    assert weighted.stat().st_size > 4 * PARAMETERS
    yield {"json": folder / "m.json", "keras": folder / "m.keras", "weights": weighted}
    weighted.unlink()  # pytest would keep it for a while


@pytest.mark.parametrize("kind", ["json", "keras", "weights"])
def test_report_of_a_large_model(
    benchmark: BenchmarkFixture, files: dict[str, Path], kind: str
) -> None:
    """Budget: 0.8 s for the whole process, whatever the file holds beside the configuration."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "resnet_viz", "report", str(files[kind]), "--format", "json"]

    def report() -> bytes:
        done = subprocess.run(command, capture_output=True, check=True, env=environment)
        return done.stdout

    totals = msgspec.json.decode(benchmark.pedantic(report, rounds=5, warmup_rounds=1))["totals"]
    assert (totals["layers"], totals["parameters"]) == (LAYERS, PARAMETERS)


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    """A residual net of 10,000 blocks, 70,001 calls."""
    layers, before = [source(shape=tuple(SHAPE))], "x"
    for number in range(BLOCKS):
        entry = before
        for kind, settings in (*HALF, *HALF[:2]):
            name = f"{kind}_{len(layers)}"
            layers.append(layer(kind, name, node(tensor(before, SHAPE)), **settings))
            before = name
        ends = [tensor(before, SHAPE), tensor(entry, SHAPE)]
        layers.append(layer("Add", f"add_{number}", node(ends)))
        before = f"end_{number}"
        layers.append(layer("ReLU", before, node(tensor(f"add_{number}", SHAPE))))
    path = tmp_path / "deep.json"
    path.write_bytes(data(model(layers)))
    return path


HALF: tuple[tuple[str, dict[str, object]], ...] = (
    ("Conv2D", {"filters": 16, "kernel_size": [3, 3], "strides": [1, 1], "padding": "same",
                "use_bias": False, "activation": "linear"}),
    ("BatchNormalization", {"axis": -1, "center": True, "scale": True}),
    ("ReLU", {}),
)  # fmt: skip


def test_report_of_ten_thousand_blocks(benchmark: BenchmarkFixture, deep: Path) -> None:
    """Budget: 12 s for the whole process."""
    target = deep.with_name("report.json")
    command = [sys.executable, "-m", "resnet_viz", "report", str(deep), "--format", "json"]
    benchmark.pedantic(subprocess.run, ([*command, "-o", str(target)],), {"check": True})
    found = msgspec.json.decode(target.read_bytes())
    assert (found["totals"]["calls"], len(found["shortcuts"])) == (7 * BLOCKS + 1, BLOCKS)
    assert found["totals"]["parameters"] == BLOCKS * 2 * (9 * 16 * 16 + 4 * 16)
