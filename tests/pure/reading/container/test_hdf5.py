"""HDF5 files: read without libhdf5, against what libhdf5 (h5py) has written."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest
from msgspec import structs

from resnet_viz.errors import ModelError
from resnet_viz.reading.config_bytes import read_config_bytes
from resnet_viz.reading.container.hdf5_tree import Hdf5Tree
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.read import read_config, read_file
from tests.support.model_files.configs import data, residual
from tests.support.model_files.samples import hdf5, old_functional


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
    assert read_config_bytes(path) == json.dumps(old_functional()).encode()
    graph = read_file(path)
    assert structs.replace(graph, weights={}) == read_config(data(old_functional()), where="m")


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
        tree = Hdf5Tree(raw)
        top = tree.children(tree.root)
        assert set(top) == {"a", "many"}
        assert len(tree.children(top["many"])) == (400 if libver == "earliest" else 3)
        inner = tree.children(tree.children(top["a"])["b2"])
        assert tree.shape(inner["c"]) == (3, 3)
        assert tree.shape(top["a"]) is None
        assert tree.text(tree.root, "long") == long.encode()
        assert tree.text(tree.root, "fixed") == b"abc"
        assert tree.text(tree.root, "none") is None
        with pytest.raises(Unreadable, match="not a text"):
            tree.text(tree.root, "number")


def test_that_links_elsewhere_are_ignored(tmp_path: Path) -> None:
    secret = tmp_path / "secret.h5"
    hdf5(secret, old_functional())
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_group("soft")["link"] = h5py.SoftLink("/real")
        file.create_group("away")["link"] = h5py.ExternalLink(str(secret), "/model_weights")
        file.create_dataset("real", data=np.zeros(4))
    with (tmp_path / "x.h5").open("rb") as raw:
        tree = Hdf5Tree(raw)
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
    assert "not a text" in refusal(tmp_path / "m.h5")


def test_that_every_truncated_file_is_refused_as_one(tmp_path: Path) -> None:
    whole = hdf5(tmp_path / "m.h5", residual()).read_bytes()
    for end in range(9, len(whole), 61):
        (tmp_path / "cut.h5").write_bytes(whole[:end])
        assert "HDF5" in refusal(tmp_path / "cut.h5") or "cut short" in refusal(tmp_path / "cut.h5")


def test_that_a_truncated_files_error_has_both_sizes(tmp_path: Path) -> None:
    whole = hdf5(tmp_path / "m.h5", residual()).read_bytes()
    (tmp_path / "cut.h5").write_bytes(whole[:-5])
    message = refusal(tmp_path / "cut.h5")
    assert f"it has {len(whole) - 5:,} of {len(whole):,} bytes" in message
