"""Checks of graphs read from damaged or hostile files, and of the memory that reading takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from resnet_viz.graph.types import Graph

# Not ru_maxrss: it starts at the memory of the parent process.
_MEASURE = """
import sys
from resnet_viz.errors import ModelError
from resnet_viz.reading.read import read_file
try:
    for name in sys.argv[1:]:
        read_file(name)
except ModelError as error:
    print(error.message)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024)
import time
print(time.process_time())
"""


def check_graph(graph: Graph) -> None:
    """Ids are unique, calls are in topological order, and every reference leads somewhere."""
    seen: set[str] = set()
    scopes = {scope.id for scope in graph.scopes} | {""}
    for call in graph.calls:
        assert call.id not in seen
        assert call.outputs
        assert call.scope in scopes
        assert all(ref.call in seen and graph.tensor(ref) for ref in call.inputs)
        seen.add(call.id)
    ends = [*graph.inputs, *graph.outputs]
    for scope in graph.scopes:
        ends += [*scope.inputs, *scope.outputs]
    assert all(graph.tensor(ref) for ref in ends)


class Measured(NamedTuple):
    """Peak memory and CPU seconds of a process that reads a file, and its refusal."""

    peak_mib: int
    seconds: float
    refusal: str
    has_crashed: bool


def measure_reading(path: Path | None) -> Measured:
    """Measure a new process that reads ``path``, or nothing; Linux only."""
    command = [sys.executable, "-c", _MEASURE, *([] if path is None else [str(path)])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    *refusal, peak, seconds = done.stdout.splitlines() if done.returncode == 0 else ["0", "0"]
    return Measured(int(peak), float(seconds), "".join(refusal), done.returncode != 0)


def peak_mib(path: Path) -> int:
    """Peak memory of a new process that reads ``path``, in MiB; Linux only."""
    return measure_reading(path).peak_mib
