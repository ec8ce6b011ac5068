"""Weights from the headers of .keras and HDF5 files: certain, or left out."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from io import BytesIO
from math import prod
from pathlib import Path

import h5py
import numpy as np
import pytest

from resnet_viz.graph.types import LayerWeights
from resnet_viz.reading.limits import MAX_SIZE
from resnet_viz.reading.read import read_config, read_file
from resnet_viz.reading.weights.read_weights import read_weights
from tests.support.counted_work import at_most_calls
from tests.support.model_files.configs import (
    JSON,
    data,
    layer,
    model,
    node,
    residual,
    source,
    tensor,
)
from tests.support.model_files.samples import hdf5, nested, sequential, zipped

Sizes = tuple[int, ...]
ROUNDS = 300
MAX_CALLS = 50_000


def custom(name: str, of: str = "x", **config: object) -> JSON:
    return layer("Mine", name, node(tensor(of, [None, 8, 8, 4])), module="mine", **config)


def custom_model(**config: object) -> JSON:
    return model([source(), custom("mine", **config)])


def saved(
    groups: Mapping[str, list[Sizes]], names: Mapping[str, str] | None = None, **options: str
) -> bytes:
    """A model.weights.h5 as Keras writes it: groups of variables, with their layers' names."""
    target = BytesIO()
    with h5py.File(target, "w", **options) as file:
        for path, shapes in groups.items():
            own = file.create_group(f"layers/{path}/vars".removeprefix("layers/^/"))
            own.attrs["name"] = (names or {}).get(path, path.rpartition("/")[2])
            for number, shape in enumerate(shapes):
                own.create_dataset(str(number), data=np.zeros(shape, "float32"))
    return target.getvalue()


def weights_read(path: Path, config: JSON, weights: bytes) -> dict[str, LayerWeights]:
    return read_file(zipped(path / "m.keras", config, weights)).weights


def counts(weights: Mapping[str, LayerWeights]) -> dict[str, int]:
    return {name: sum(map(prod, layer_weights.shapes)) for name, layer_weights in weights.items()}


def test_that_a_keras_file_has_a_layers_weights_in_their_order(tmp_path: Path) -> None:
    sizes = [(3, 4, number + 1) for number in range(11)]  # "10" is the last, not the third
    found = weights_read(tmp_path, custom_model(), saved({"mine": sizes}))
    assert found == {"mine": LayerWeights(tuple(sizes))}


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_that_layers_in_a_layer_count_with_it(tmp_path: Path, libver: str) -> None:
    groups = {"mine": [(8, 5)], "mine/inner": [(5, 3), (3,)], "mine/more/dense_1": [(2,)]}
    assert counts(weights_read(tmp_path, custom_model(), saved(groups, libver=libver))) == {
        "mine": 60
    }


def test_that_a_shape_that_is_also_in_a_layer_inside_may_be_the_same_weight(tmp_path: Path) -> None:
    # As SpectralNormalization keeps the kernel of the layer that it wraps.
    groups = {"mine": [(3, 3, 4, 8), (1, 8)], "mine/layer": [(3, 3, 4, 8), (8,)]}
    assert weights_read(tmp_path, custom_model(), saved(groups)) == {}


def test_that_random_state_is_no_weight_and_an_optimisers_state_makes_it_unknown(
    tmp_path: Path,
) -> None:
    seeds = {"mine": [(4,)], "mine/seed_generator": [(2,)]}
    assert counts(weights_read(tmp_path, custom_model(), saved(seeds))) == {"mine": 4}
    trained = {"mine": [(4,)], "mine/optimizer": [(), (), (4,), (4,)]}
    assert weights_read(tmp_path, custom_model(), saved(trained)) == {}


def test_that_a_class_that_saves_itself_in_its_own_way_is_unknown(tmp_path: Path) -> None:
    target = BytesIO(saved({"mine": [(4,)]}))
    with h5py.File(target, "a") as file:
        file["layers/mine/vars/table"] = np.zeros(3)
    assert weights_read(tmp_path, custom_model(), target.getvalue()) == {}


def test_that_no_weights_are_none_only_where_nothing_can_be_elsewhere(tmp_path: Path) -> None:
    inner = {"class_name": "Dense", "config": {"name": "d", "trainable": True}}
    assert weights_read(tmp_path, custom_model(), saved({"mine": []})) == {"mine": LayerWeights(())}
    assert weights_read(tmp_path, custom_model(layer=inner), saved({"mine": []})) == {}
    assert weights_read(tmp_path, custom_model(), saved({"other": []})) == {}


def test_that_merged_lora_is_unknown(tmp_path: Path) -> None:
    assert weights_read(tmp_path, custom_model(lora_rank=2), saved({"mine": [(4, 4)]})) == {}
    assert counts(
        weights_read(tmp_path, custom_model(lora_rank=None), saved({"mine": [(4, 4)]}))
    ) == {"mine": 16}


def test_that_an_unbuilt_models_layers_are_unknown(tmp_path: Path) -> None:
    config = sequential({**custom("mine"), "inbound_nodes": []})
    assert weights_read(tmp_path, config, saved({"mine": []})) == {}


def test_that_weights_beyond_every_model_are_unknown(tmp_path: Path) -> None:
    target = BytesIO()
    with h5py.File(target, "w") as file:
        own = file.create_group("layers/mine/vars")
        own.attrs["name"] = "mine"
        own.create_dataset("0", shape=(MAX_SIZE // 4, 5), chunks=(1024, 1), dtype="float32")
    assert weights_read(tmp_path, custom_model(), target.getvalue()) == {}


def test_that_nested_models_are_followed_by_name(tmp_path: Path) -> None:
    config = nested(2, calls=2)
    graph = read_config(data(config), where="m")
    inner = sorted({call.layer for call in graph.calls if call.scope})
    scopes = sorted({scope.layer for scope in graph.scopes})
    groups: dict[str, list[Sizes]] = {}
    for number, name in enumerate([*scopes, *inner], 1):
        groups[name.replace("/", "/layers/")] = [] if name in scopes else [(number,)]
    found = weights_read(tmp_path, config, saved(groups))
    assert counts(found) == {
        name: number for number, name in enumerate([*scopes, *inner], 1) if name not in scopes
    }


def in_hdf5(path: Path, config: JSON, weights: Mapping[str, Sizes]) -> Path:
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config).encode()
        for name, shape in weights.items():
            file.create_dataset(f"model_weights/{name}", data=np.zeros(shape, "float32"))
        file.create_dataset("optimizer_weights/adam/mine_kernel", data=np.zeros(7))
    return path


def test_that_an_hdf5_file_has_all_weights_of_a_layer(tmp_path: Path) -> None:
    weights = {"mine/mine/kernel:0": (4, 5), "mine/mine/inner/bias:0": (5,), "other/w": (9,)}
    graph = read_file(in_hdf5(tmp_path / "m.h5", custom_model(), weights))
    assert counts(graph.weights) == {"mine": 25}


def nest(*inner: str) -> JSON:
    """A model with the model "net" in it, which holds the layers ``inner``."""
    layers = [source()]
    for name in inner:
        layers.append(custom(name, layers[-1]["name"]))
    return model(
        [source(), {**model(layers, name="net"), "name": "net",
                    "inbound_nodes": [node(tensor("x", [None, 8, 8, 4]))]}],
        outputs=[["net", 1, 0]],
    )  # fmt: skip


@pytest.mark.parametrize("around", ["", "net/", "m/net/"])  # where the layers were built
def test_that_a_nested_models_weights_are_assigned_by_path(tmp_path: Path, around: str) -> None:
    weights = {f"net/{around}a/kernel": (4, 5), f"net/{around}b/inner/w": (3,)}
    graph = read_file(in_hdf5(tmp_path / "m.h5", nest("a", "b", "c"), weights))
    assert counts(graph.weights) == {"net/x": 0, "net/a": 20, "net/b": 3, "net/c": 0}


def test_that_a_weight_that_fits_no_layer_leaves_a_nested_model_unknown(tmp_path: Path) -> None:
    weights = {"net/a/kernel": (4, 5), "net/renamed/w": (3,)}
    assert read_file(in_hdf5(tmp_path / "m.h5", nest("a", "b"), weights)).weights == {}


def test_that_a_name_with_a_slash_makes_its_neighbour_uncertain(tmp_path: Path) -> None:
    config = model([source(), custom("a"), custom("a/b", "a"), custom("c", "a/b")])
    weights = {"a/a/w": (4,), "a/b/a/b/w": (5,), "c/c/w": (6,)}
    assert counts(read_file(in_hdf5(tmp_path / "m.h5", config, weights)).weights) == {"c": 6}


def test_that_headers_suffice_however_large_the_weights_are(tmp_path: Path) -> None:
    path = tmp_path / "m.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(custom_model()).encode()
        # Two gigabytes that are never written: the file has a hole.
        file.create_dataset("model_weights/mine/kernel", shape=(2**29,), dtype="float32")
        file["model_weights/mine/kernel"][-1] = 1.0
    assert path.stat().st_size > 2**31
    assert read_file(path).weights == {"mine": LayerWeights(((2**29,),))}


def test_that_headers_in_a_keras_file_are_read_where_they_lie(tmp_path: Path) -> None:
    """Going back in a zip's member makes zipfile read it from its start again."""
    names = [f"layer_{number}" for number in range(40)]
    layers = [source(), *(custom(name) for name in names)]
    groups: dict[str, list[Sizes]] = {name: [(2**18,)] for name in names}
    path = zipped(tmp_path / "m.keras", model(layers), saved(groups))
    graph = read_file(path)
    before = taken()
    assert counts(read_weights(path, graph)) == dict.fromkeys(names, 2**18)
    assert taken() - before < 2**20


def taken() -> int:
    """Bytes that this process has read from files so far."""
    counters = Path("/proc/self/io")
    if not counters.exists():
        pytest.skip("this system doesn't count what is read")
    return int(counters.read_text().split()[1])


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_that_groups_in_themselves_end(tmp_path: Path, libver: str) -> None:
    target = BytesIO(saved({"mine": [(4,)], "mine/deep": [(3,)]}, libver=libver))
    with h5py.File(target, "a", libver=libver) as file:
        for number in range(4):  # walking all paths would never end
            file[f"layers/mine/deep/loop{number}"] = file["layers/mine"]
    with at_most_calls(MAX_CALLS):
        assert weights_read(tmp_path, custom_model(), target.getvalue()) == {}
    path = in_hdf5(tmp_path / "m.h5", custom_model(), {"mine/deep/w": (4,)})
    with h5py.File(path, "a", libver=libver) as file:
        for number in range(4):
            file[f"model_weights/mine/deep/loop{number}"] = file["model_weights/mine"]
    with at_most_calls(MAX_CALLS):
        assert read_file(path).weights == {}


@pytest.mark.parametrize("name", ["missing.keras", "m.json", "empty.h5"])
def test_that_files_without_weights_have_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "m.json").write_bytes(data(residual()))
    (tmp_path / "empty.h5").touch()
    assert read_weights(tmp_path / name, read_config(data(residual()), where="m")) == {}


def mutated(content: bytes, chance: random.Random) -> bytes:
    """``content`` with a few bytes changed: everywhere, or where the headers point."""
    made = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(made))
        kind = chance.randrange(4)
        if kind == 0:
            made[start] = chance.randrange(256)
        elif kind == 1:
            made[start : start + 8] = chance.choice([b"\xff" * 8, b"\0" * 8, b"\1" + b"\0" * 7])
        elif kind == 2:
            source = chance.randrange(len(made))
            made[start : start + 8] = made[source : source + 8]
        elif chance.random() < 0.1:
            del made[start:]
    return bytes(made)


GROUPS = {
    "net": [],
    "net/layers/a": [(4, 5), (5,)],
    "net/layers/b": [(3,)],
    "net/layers/b/inner": [(2, 2)],
    "net/layers/b/many/dense": [(7,)],
}


@pytest.mark.parametrize("libver", ["earliest", "latest"])
@pytest.mark.parametrize("kind", ["keras", "h5"])
def test_that_damaged_headers_are_unknown_and_never_an_error(
    tmp_path: Path, kind: str, libver: str
) -> None:
    config, path = nest("a", "b"), tmp_path / f"m.{kind}"
    graph = read_config(data(config), where="m")
    sizes = {"net/net/a/kernel": (4, 5), "net/net/a/bias": (5,), "net/net/b/inner/w": (3,)}
    if kind == "keras":
        weights = saved(GROUPS, libver=libver)
        zipped(path, config, weights)
        start = path.read_bytes().index(weights)
    else:
        in_hdf5(path, config, sizes)
        start = 0
    assert counts(read_weights(path, graph))["net/a"] == 25
    content, chance = path.read_bytes(), random.Random(f"{kind} {libver}")
    end = start + len(weights) if kind == "keras" else len(content)
    for _ in range(ROUNDS):
        whole = content[:start] + mutated(content[start:end], chance) + content[end:]
        path.write_bytes(whole)
        with at_most_calls(MAX_CALLS):
            read = read_weights(path, graph)
        assert set(read) <= {call.layer for call in graph.calls}
        assert all(0 <= count <= MAX_SIZE for count in counts(read).values())


def test_that_a_model_without_weights_beside_it_reads_as_before(tmp_path: Path) -> None:
    assert read_file(hdf5(tmp_path / "m.h5", residual())).weights == {}
    assert read_file(zipped(tmp_path / "m.keras", residual())).weights == {}
