"""A large model's file from the start of the process to its report.

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

from resnet_viz.services.engine_once import build_config
from resnet_viz.sources import Application
from tests.pure.reading.samples import zipped

pytestmark = pytest.mark.engine

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
