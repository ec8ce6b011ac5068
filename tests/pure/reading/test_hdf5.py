"""HDF5 files: read without libhdf5, against what libhdf5 (h5py) has written."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from resnet_viz.errors import ModelError
from resnet_viz.reading.failure import Unreadable
from resnet_viz.reading.hdf5_tree import Hdf5
from resnet_viz.reading.read import content_of, read_config, read_file
from resnet_viz.reading.weights import parameter_shapes
from tests.pure.reading.configs import data, residual
from tests.pure.reading.samples import hdf5, old_functional, zipped


def refusal(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        read_file(path)
    assert "\n" not in caught.value.message
    return caught.value.message


@pytest.mark.parametrize("libver", ["earliest", "v108", "v110", "latest"])
@pytest.mark.parametrize("track_order", [False, True])
def test_that_a_whole_model_reads_like_its_config(
    tmp_path: Path, libver: str, track_order: bool
) -> None:
    path = hdf5(tmp_path / "m.h5", old_functional(), libver=libver, track_order=track_order)
    assert content_of(path) == json.dumps(old_functional()).encode()
    assert read_file(path) == read_config(data(old_functional()), where="m")
    assert parameter_shapes(path) == {
        f"{name}{folder}": [(number,), (3, number)]
        for number, name in enumerate(("first", "second", "third"), 1)
        for folder in ("", f"/{name}")
    }


@pytest.mark.parametrize("libver", ["earliest", "v108", "latest"])
def test_that_groups_and_attributes_are_as_libhdf5_has_them(tmp_path: Path, libver: str) -> None:
    long = "ä☃" * 50_000
    with h5py.File(tmp_path / "x.h5", "w", libver=libver) as file:
        file.attrs["long"] = long
        file.attrs["fixed"] = np.bytes_("abc")
        file.attrs["number"] = 3
        for n in range(5):
            file.create_dataset(f"a/b{n}/c", data=np.zeros((3, n + 1)))
        for n in range(400 if libver == "earliest" else 3):  # a B-tree of several levels
            file.create_group(f"many/g{n}")
    with (tmp_path / "x.h5").open("rb") as raw:
        tree = Hdf5(raw)
        top = tree.children(tree.root)
        assert set(top) == {"a", "many"}
        assert len(tree.children(top["many"])) == (400 if libver == "earliest" else 3)
        inner = tree.children(tree.children(top["a"])["b2"])
        assert tree.shape(inner["c"]) == (3, 3)
        assert tree.shape(top["a"]) is None
        assert tree.text(tree.root, "long") == long.encode()
        assert tree.text(tree.root, "fixed") == b"abc"
        assert tree.text(tree.root, "none") is None
        with pytest.raises(Unreadable, match="no text"):
            tree.text(tree.root, "number")


def test_that_links_elsewhere_are_as_if_they_were_not_there(tmp_path: Path) -> None:
    secret = tmp_path / "secret.h5"
    hdf5(secret, old_functional())
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_group("soft")["link"] = h5py.SoftLink("/real")
        file.create_group("away")["link"] = h5py.ExternalLink(str(secret), "/model_weights")
        file.create_dataset("real", data=np.zeros(4))
    with (tmp_path / "x.h5").open("rb") as raw:
        tree = Hdf5(raw)
        top = tree.children(tree.root)
        assert tree.children(top["soft"]) == {}
        assert tree.children(top["away"]) == {}
        assert tree.shape(top["real"]) == (4,)


def test_that_a_model_behind_a_link_is_not_followed(tmp_path: Path) -> None:
    hdf5(tmp_path / "secret.h5", old_functional())
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file["model_config"] = h5py.ExternalLink("secret.h5", "/")
    assert "weights only" in refusal(tmp_path / "m.h5")


def test_that_weights_alone_are_no_model(tmp_path: Path) -> None:
    path = hdf5(tmp_path / "m.weights.h5", None)
    assert "weights only" in refusal(path)
    assert "model.save()" in refusal(path)


def test_that_a_config_of_a_wrong_type_is_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["model_config"] = [1, 2, 3]
    assert "no text" in refusal(tmp_path / "m.h5")


def test_that_every_cut_of_a_file_is_told_as_one(tmp_path: Path) -> None:
    whole = hdf5(tmp_path / "m.h5", residual()).read_bytes()
    for end in range(9, len(whole), 61):
        (tmp_path / "cut.h5").write_bytes(whole[:end])
        assert "HDF5" in refusal(tmp_path / "cut.h5") or "cut short" in refusal(tmp_path / "cut.h5")


def test_that_a_file_that_is_not_all_there_says_how_much_is(tmp_path: Path) -> None:
    whole = hdf5(tmp_path / "m.h5", residual()).read_bytes()
    (tmp_path / "cut.h5").write_bytes(whole[:-5])
    message = refusal(tmp_path / "cut.h5")
    assert f"{len(whole) - 5:,} bytes are there, and {len(whole):,} should be" in message


def test_that_a_group_in_itself_ends(tmp_path: Path) -> None:
    path = hdf5(tmp_path / "m.h5", residual())
    with h5py.File(path, "a") as file:
        file["model_weights/first/loop"] = file["model_weights/first"]
    assert parameter_shapes(path) is None or parameter_shapes(path)


def test_that_weights_in_a_keras_file_are_read_in_place(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "w.h5", "w") as file:
        for folder, name, sizes in (("dense", "first", (3, 4)), ("dense_1", "second", (4, 5))):
            own = file.create_group(f"layers/{folder}/vars")
            own.attrs["name"] = name
            for number in range(11):
                own.create_dataset(str(number), data=np.zeros((*sizes, number + 1), "float32"))
    path = zipped(tmp_path / "m.keras", residual(), (tmp_path / "w.h5").read_bytes())
    found = parameter_shapes(path)
    assert found is not None
    assert found["first"] == [(3, 4, n + 1) for n in range(11)]  # "10" is the last
    assert found["second"][0] == (4, 5, 1)


def test_that_headers_suffice_however_large_the_weights_are(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(residual()).encode()
        # Two gigabytes that are never written: the file has a hole.
        file.create_dataset("model_weights/big/kernel", shape=(2**29,), dtype="float32")
        file["model_weights/big/kernel"][-1] = 1.0
    assert (tmp_path / "m.h5").stat().st_size > 2**31
    assert len(read_file(tmp_path / "m.h5").calls) == 4
    assert parameter_shapes(tmp_path / "m.h5") == {"big": [(2**29,)]}


def test_that_headers_in_a_keras_file_are_read_where_they_lie(tmp_path: Path) -> None:
    """Going back in a zip's member makes zipfile read it from its start again."""
    with h5py.File(tmp_path / "w.h5", "w") as file:
        for number in range(40):
            own = file.create_group(f"layers/dense_{number}/vars")
            own.attrs["name"] = f"layer_{number}"
            own.create_dataset("0", data=np.zeros((2**18,), "float32"))
    path = zipped(tmp_path / "m.keras", residual(), (tmp_path / "w.h5").read_bytes())
    before = taken()
    found = parameter_shapes(path)
    assert taken() - before < 2**20
    assert found == {f"layer_{number}": [(2**18,)] for number in range(40)}


def taken() -> int:
    """Bytes that this process has read from files so far."""
    counts = Path("/proc/self/io")
    if not counts.exists():
        pytest.skip("this system doesn't count what is read")
    return int(counts.read_text().split()[1])


@pytest.mark.parametrize("name", ["missing.keras", "m.json", "empty.h5"])
def test_that_files_without_weights_have_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "m.json").write_bytes(data(residual()))
    (tmp_path / "empty.h5").touch()
    assert parameter_shapes(tmp_path / name) is None
