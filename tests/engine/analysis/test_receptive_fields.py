"""Receptive fields, compared with the pixels that gradients through Keras reach."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.costs.types import CallNumbers
from resnet_viz.analysis.receptive_field.propagate import receptive_fields
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.indexing.indexed_graph import index_graph
from resnet_viz.reading.read import read_config

pytestmark = pytest.mark.engine

SIZE = 72
PROBE = Path(__file__).parents[2] / "support" / "keras" / "receptive_probe.py"
NETS = (
    "residual", "inception", "dense", "dilated", "shifted", "u-net, transposed 2",
    "u-net, transposed 3", "u-net, transposed 5", "u-net, nearest", "u-net, bilinear",
    "transposed, valid", "upsampled thrice", "resized", "adaptive", "separable", "spectral",
)  # fmt: skip


@pytest.fixture(scope="module")
def probes() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(PROBE)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    assert set(found) == {*NETS, "gated"}
    return found


def numbers(probe: dict[str, Any]) -> dict[str, CallNumbers]:
    return numbers_of(structure_of(read_config(probe["config"].encode(), where="probe"))).calls


@pytest.mark.parametrize("name", NETS)
def test_that_fields_are_what_gradients_reach(probes: dict[str, Any], name: str) -> None:
    graph = read_config(probes[name]["config"].encode(), where="probe")
    indices = {call.id: index for index, call in enumerate(graph.calls)}
    fields = receptive_fields(index_graph(graph))
    compared = 0
    for layer, seen in probes[name]["layers"].items():
        field = fields[indices[layer]]
        assert (field.state, field.is_global, field.is_anchored) == ("known", False, True)
        for axis, interval in enumerate(field.intervals):
            sizes = set()
            for position, rows in seen.items():
                expected = [interval.first(int(position)), interval.last(int(position))]
                if 0 <= expected[0] <= expected[1] < SIZE:  # the image cuts off the others
                    assert rows[axis] == expected, (layer, axis, position)
                    sizes.add(expected[1] - expected[0] + 1)
            compared += len(sizes)
            assert max(sizes, default=interval.size) == interval.size
    assert compared >= 4


def test_that_global_paths_are_left_out_and_marked(probes: dict[str, Any]) -> None:
    found = numbers(probes["gated"])
    before, *_, after = probes["gated"]["layers"]
    assert (found[before].receptive_field, found[before].is_global) == ((3, 3), False)
    assert (found[after].receptive_field, found[after].is_global) == ((7, 7), True)
    for rows, columns in probes["gated"]["layers"][after].values():
        assert rows == columns == [0, 71]  # the gradient sees the whole image through the gate
