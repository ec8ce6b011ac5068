"""Reports and exports of graphs far above real models: processor time, time and peak memory.

python -m pytest tests/bench/test_large_graphs.py --benchmark-enable --benchmark-only -s

Budgets on two idle cores: 15 s and 1.5 GiB, for layers of tangled graphs 20 s. Processor time
(Graphviz's is in it) is printed too, as a busy machine stretches the other.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from resnet_viz.graph.types import Graph
from tests.support.graphs import tangled
from tests.support.model_files.functional_config import functional_config

_GRAPHS: Final[dict[str, Callable[[], Graph]]] = {
    "chain of 70,000": lambda: tangled.chain(70_000),
    "residual net of 70,000": lambda: tangled.residual_net(70_000),
    "5,000 nested additions": lambda: tangled.nested_additions(5_000),
    "ladder of 20,000": lambda: tangled.ladder(20_000),
    "fan-out of 5,000": lambda: tangled.fan_out(5_000),
    "3,000 branches": lambda: tangled.fan(3_000),
    "grid 100×100": lambda: tangled.grid(100, 100),
    "complete graph of 100": lambda: tangled.complete(100),
    "complete graph of 300": lambda: tangled.complete(300),
    "500 nested additions": lambda: tangled.nested_additions(500),
}
_LARGE: Final = tuple(_GRAPHS)[:6]
_CASES: Final = [
    *((name, "report") for name in _LARGE),
    *((name, detail) for name in _LARGE for detail in ("block", "layer")),
    *((name, "layer") for name in tuple(_GRAPHS)[6:]),
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The configurations of the graphs."""
    folder = tmp_path_factory.mktemp("graphs")
    made: dict[str, Path] = {}
    for number, (name, build) in enumerate(_GRAPHS.items()):
        made[name] = folder / f"{number}.json"
        made[name].write_bytes(functional_config(build()))
    return made


@pytest.mark.parametrize(("name", "task"), _CASES, ids=[" · ".join(case) for case in _CASES])
def test_command_on_a_large_graph(
    benchmark: BenchmarkFixture, tmp_path: Path, files: dict[str, Path], name: str, task: str
) -> None:
    target = tmp_path / ("report.txt" if task == "report" else "picture.svg")
    words = ["report"] if task == "report" else ["export", "--detail", task]
    command = [sys.executable, "-m", "resnet_viz", *words, str(files[name]), "-o", str(target)]
    done = benchmark.pedantic(_run, args=(command,), rounds=1)
    seconds, kilobytes = map(float, done.stdout.splitlines()[-1].split())
    amounts = f"{seconds:.1f} s of processor time, {kilobytes / 1024:,.0f} MiB"
    sys.stdout.write(f"\n{name} · {task}: {amounts} {done.stderr.strip()}\n")
    assert done.returncode == 0
    assert target.stat().st_size


_MEASURED: Final = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime, used.ru_maxrss)
sys.exit(code)
"""
"""A small process between: a child's peak memory begins with what its parent had."""


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    small = [sys.executable, "-S", "-c", _MEASURED, *command]
    return subprocess.run(small, capture_output=True, text=True, check=False)
