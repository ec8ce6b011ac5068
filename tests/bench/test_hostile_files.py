"""Hostile files: time and memory of reading each, beside an idle process with the reader."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.support.model_files.checks import measure_reading
from tests.support.model_files.hostile import HOSTILE


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
@pytest.mark.parametrize("case", HOSTILE)
def test_that_a_hostile_file_costs_little_more_than_an_idle_process(
    benchmark: BenchmarkFixture, case: str, tmp_path: Path
) -> None:
    path, idle = HOSTILE[case](tmp_path), measure_reading(None)
    measured = benchmark.pedantic(measure_reading, (path,), rounds=1)
    benchmark.extra_info["MiB above idle"] = measured.peak_mib - idle.peak_mib
    benchmark.extra_info["time by idle"] = round(measured.seconds / idle.seconds, 1)
    assert measured.peak_mib - idle.peak_mib < 300
    assert measured.seconds < 10 * idle.seconds
