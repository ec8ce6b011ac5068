"""HDF5 headers that a few bytes make endless: unknown weights or an error, with little work."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from resnet_viz.errors import ModelError
from resnet_viz.graph.layer_tree import UntracedError
from resnet_viz.graph.types import LayerWeights
from resnet_viz.reading.read import read_file
from tests.support.counted_work import at_most_calls
from tests.support.model_files.checks import peak_mib
from tests.support.model_files.configs import JSON, data, layer, model, node, source, tensor
from tests.support.model_files.hdf5_bytes import Hdf5Bytes, in_heap, link, message, named
from tests.support.model_files.samples import zipped

pytestmark = pytest.mark.long

MIB = 1024 * 1024
MOST_MIB = 200
MAX_ENTRIES = 20_000  # in place of a million, so that small files reach it
MAX_CALLS = 500_000
SHAPE = [None, 8, 8, 4]
UNDRAWN = {"module": None, "class_name": "Net", "config": {"trainable": True}}


def mine(name: str, of: str = "x") -> JSON:
    return layer("Mine", name, node(tensor(of, SHAPE)), module="mine")


def well_formed() -> bytes:
    made = Hdf5Bytes()
    return made.weights(made.group([("mine", made.layer(b"mine", made.dataset(4, 5)))]))


def shared_headers(count: int) -> bytes:
    """Layers whose headers all continue in one block of as many messages."""
    made = Hdf5Bytes()
    rest = made.more(message(0x55, b"") * count)
    items = [made.item(rest, named(b"layer %d" % number)) for number in range(count)]
    return made.weights(made.group((f"l{number}", item) for number, item in enumerate(items)))


def endless_names(count: int) -> bytes:
    """Layers whose names all lie in one heap of 8 MiB, each of another length."""
    made = Hdf5Bytes()
    heap = made.heap(b"x" * 8 * MIB)
    layers = []
    for number in range(count):
        own = made.item(in_heap("name", 8 * MIB - number, heap))
        layers.append((f"l{number}", made.item(link("vars", own))))
    return made.weights(made.group(layers))


def overlapping_nodes(count: int) -> bytes:
    """26 overlapping lists of 15 times ``count`` links each."""
    made = Hdf5Bytes()
    links = 15 * count
    names = bytes(8) + b"".join(b"n%06d\0" % number for number in range(links + 100))
    heap_body = struct.pack("<QQQ", len(names), 2**64 - 1, made.add(names))
    heap = made.add(b"HEAP\0\0\0\0" + heap_body)
    entries = b"".join(
        struct.pack("<QQ", 8 + 8 * number, 48)
        + bytes(8)
        + b"SNOD\1\0"
        + struct.pack("<H", links)
        + bytes(8)
        for number in range(links + 100)
    )
    start = made.add(entries) + 24
    return made.weights(made.indexed(heap, [start + 40 * number for number in range(26)]))


@pytest.mark.parametrize("config", [None, UNDRAWN], ids=["drawn", "undrawn"])
@pytest.mark.parametrize("make", [shared_headers, endless_names, overlapping_nodes])
def test_that_a_few_bytes_ask_for_no_endless_work(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[int], bytes],
    config: JSON | None,
) -> None:
    monkeypatch.setattr("resnet_viz.reading.container.hdf5_blocks.MAX_ENTRIES", MAX_ENTRIES)
    path = zipped(tmp_path / "m.keras", config or model([source(), mine("mine")]), make(400))
    with at_most_calls(MAX_CALLS):
        message = refusal(path)
    assert ("can't be listed either" in message) == (config is not None)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
@pytest.mark.parametrize("make", [shared_headers, endless_names])
def test_that_a_few_bytes_take_no_memory(tmp_path: Path, make: Callable[[int], bytes]) -> None:
    path = zipped(tmp_path / "m.keras", model([source(), mine("mine")]), make(4_000))
    assert peak_mib(path) < MOST_MIB


def refusal(path: Path) -> str:
    """Why the file can't be read; empty if it can, without any weights."""
    try:
        assert read_file(path).weights == {}
    except ModelError as error:
        return error.message
    return ""


def test_that_files_made_here_are_like_those_of_keras(tmp_path: Path) -> None:
    path = zipped(tmp_path / "m.keras", model([source(), mine("mine")]), well_formed())
    assert read_file(path).weights == {"mine": LayerWeights(((4, 5),))}


def test_that_absurd_sizes_are_no_layers_numbers(tmp_path: Path) -> None:
    made = Hdf5Bytes()
    layers = made.group([("mine", made.layer(b"mine", made.dataset(*[2**64 - 2] * 64)))])
    path = zipped(tmp_path / "m.keras", UNDRAWN, made.weights(layers))
    with pytest.raises(ModelError) as caught:
        read_file(path)
    assert not isinstance(caught.value, UntracedError)
    assert "Its layers can't be listed either" in caught.value.message
    assert len(caught.value.message) < 700


def test_that_layers_of_one_name_in_many_models_are_no_puzzle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of 600 weights could belong to each of 600 layers: 1,080,000 comparisons."""
    monkeypatch.setattr("resnet_viz.reading.weights.hdf5_names.MAX_COMPARISONS", 10_000)
    inner, before = [], "x"
    for number in range(600):
        name = f"s{number}"
        part = model([source(), mine("a")], name=name)
        inner.append({**part, "name": name, "inbound_nodes": [node(tensor(before, SHAPE))]})
        before = name
    net = model([source(), *inner], outputs=[[before, 1, 0]], name="net")
    call = {**net, "name": "net", "inbound_nodes": [node(tensor("x", SHAPE))]}
    config = data(model([source(), call], outputs=[["net", 1, 0]]))
    made = Hdf5Bytes()
    weight = made.dataset(4, 5)
    paths = [(f"r{number}", made.item(link("w", weight))) for number in range(600)]
    net_group = made.item(link("a", made.group(paths)))
    root = made.item(
        in_heap("model_config", len(config), made.heap(config)),
        link("model_weights", made.item(link("net", net_group))),
    )
    path = tmp_path / "m.h5"
    path.write_bytes(made.whole(root))
    with at_most_calls(MAX_CALLS):
        graph = read_file(path)
    assert len(graph.scopes) == 601
    assert all(weights.shapes == () for weights in graph.weights.values())
