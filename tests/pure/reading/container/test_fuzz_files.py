"""Damaged files of every kind: a sound graph or a ModelError, with bounded work and memory."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resnet_viz import assets
from resnet_viz.errors import ModelError
from resnet_viz.reading.read import read_file
from tests.support.counted_work import at_most_calls
from tests.support.model_files.checks import check_graph, peak_mib
from tests.support.model_files.configs import residual
from tests.support.model_files.samples import (
    bare,
    hdf5,
    nested,
    old_functional,
    old_siamese,
    sequential,
    zipped,
)

pytestmark = pytest.mark.long

MAX_CALLS = 50_000
ROUNDS = 10_000
MOST_MIB = 500
MIB = 1024 * 1024

Make = Callable[[Path], Path]


def _json(config: object) -> Make:
    def make(folder: Path) -> Path:
        path = folder / "m.json"
        path.write_text(json.dumps(config))
        return path

    return make


def _shipped(folder: Path) -> Path:
    path = folder / "shipped.json"
    path.write_bytes(assets.read_bytes("models/tutorial_first_unit.json"))
    return path


def _keras(folder: Path) -> Path:
    weights = hdf5(folder / "w.h5", None).read_bytes()
    return zipped(folder / "m.keras", residual(), weights)


CHAIN = sequential(bare("InputLayer", "i", batch_shape=[None, 8]), bare("Dense", "d", units=3))
KINDS: dict[str, Make] = {
    "functional": _json(residual()),
    "shipped": _shipped,
    "sequential": _json(CHAIN),
    "nested": _json(nested(3, calls=2)),
    "old": _json(old_functional()),
    "old nested": _json(old_siamese()),
    "keras": _keras,
    "hdf5": lambda folder: hdf5(folder / "m.h5", old_siamese()),
    "new hdf5": lambda folder: hdf5(folder / "n.h5", residual(), libver="latest"),
}


def check(path: Path) -> None:
    message = ""
    try:
        with at_most_calls(MAX_CALLS):
            graph = read_file(path)
    except ModelError as error:
        message = error.message
    else:
        check_graph(graph)
    assert message.isprintable()
    assert len(message) < 700


@pytest.mark.parametrize("kind", KINDS)
def test_that_the_samples_are_sound(kind: str, tmp_path: Path) -> None:
    check_graph(read_file(KINDS[kind](tmp_path)))


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_that_damaged_files_never_make_it_fail(
    kind: str, tmp_path: Path, data: st.DataObject
) -> None:
    path = KINDS[kind](tmp_path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = start + data.draw(st.integers(0, 16))
        content[start:end] = data.draw(st.binary(max_size=16))
    path.write_bytes(content)
    check(path)


def mutated(content: bytes, chance: random.Random) -> bytes:
    """``content`` with a few bytes changed, put in, taken out, or its end cut off."""
    made = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(made) + 1)
        kind = chance.randrange(5)
        if kind == 0:
            made[start : start + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            made[start : start + chance.randint(1, 64)] = chance.randbytes(chance.randint(0, 64))
        elif kind == 2:
            made[start : start + 8] = chance.choice([b"\xff" * 8, b"\0" * 8, b"\1" + b"\0" * 7])
        elif kind == 3:
            source = chance.randrange(len(made) + 1)
            made[start:start] = made[source : source + chance.randint(1, 200)]
        elif start and chance.random() < 0.2:
            del made[start:]
    return bytes(made)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_that_ten_thousand_mutations_never_make_it_fail(kind: str, tmp_path: Path) -> None:
    path = KINDS[kind](tmp_path)
    content, chance = path.read_bytes(), random.Random(kind)
    for _ in range(ROUNDS):
        path.write_bytes(mutated(content, chance))
        check(path)


ITEMS = {
    "objects": b"{},",
    "small objects": b'{"":0},',
    "lists": b"[],",
    "lists of one": b"[0],",
    "texts": b'"ab",',
    "numbers": b"1000,",
    "no numbers": b"NaN,",
}


def worst_text(kind: str) -> bytes:
    """16 MiB of one kind of item, or of keys."""
    if kind == "keys":
        keys = b",".join(b'"%x":0' % n for n in range(16 * MIB // 9))
        return b'{"class_name":"Functional","config":{' + keys + b"}}"
    item = ITEMS[kind]
    return b'{"a":[' + item * (16 * MIB // len(item) - 10) + b"0]}"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
@pytest.mark.parametrize("worst", [*ITEMS, "keys"])
def test_that_memory_stays_bounded(worst: str, tmp_path: Path) -> None:
    path = tmp_path / "worst.json"
    path.write_bytes(worst_text(worst))
    assert peak_mib(path) < MOST_MIB
