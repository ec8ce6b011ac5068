"""Files that can't be drawn list their layers, from the headers of their weights."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from resnet_viz.errors import ModelError
from resnet_viz.graph.layer_tree import LayerNode, UntracedError, count_layers
from resnet_viz.reading.read import read_file
from tests.support.model_files.samples import hdf5

SUBCLASSED = {"module": None, "class_name": "Net", "config": {"trainable": True}}


def _layer(file: h5py.Group, path: str, name: str, *shapes: tuple[int, ...]) -> None:
    """As Keras 3 stores a layer: its weights numbered in ``vars``, which has its name."""
    own = file.create_group(f"{path}/vars")
    own.attrs["name"] = name
    for number, shape in enumerate(shapes):
        own.create_dataset(str(number), data=np.zeros(shape, "float32"))


def weights(path: Path) -> Path:
    """Weights of a model with a list of two blocks, a nested model, and an optimiser's state."""
    with h5py.File(path, "w") as file:
        file.create_group("vars").attrs["name"] = "net"
        _layer(file, "stem", "stem_conv", (3, 3, 3, 16), (16,))
        _layer(file, "blocks/block", "block")
        _layer(file, "blocks/block/norm", "norm", *[(16,)] * 4)
        _layer(file, "blocks/block_1", "block_1")
        _layer(file, "layers/model", "inner")
        _layer(file, "layers/model/layers/dense_10", "dense_10", (16, 2))
        _layer(file, "layers/model/layers/dense_2", "dense_2", (16, 16))
        _layer(file, "optimizer", "adam", (3, 3, 3, 16), (16,))
    return path


def saved(path: Path, *, compressed: bool = False, without: str = "") -> Path:
    kind = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", kind) as archive:
        archive.writestr("config.json", json.dumps(SUBCLASSED))
        if without != "weights":
            archive.write(weights(path.with_suffix(".tmp")), "model.weights.h5")
    return path


def refusal(path: Path) -> ModelError:
    with pytest.raises(ModelError) as caught:
        read_file(path)
    assert "\n" not in caught.value.message
    return caught.value


def outline(layers: tuple[LayerNode, ...]) -> list[object]:
    return [
        (layer.name, layer.parameters, outline(layer.layers))
        if layer.layers
        else (layer.name, layer.parameters)
        for layer in layers
    ]


def test_that_a_subclassed_models_file_shows_its_layers(tmp_path: Path) -> None:
    error = refusal(saved(tmp_path / "net.keras"))
    assert '"Net" has no layers in its configuration' in error.message
    assert "resnet_viz.trace(model)" in error.message
    assert error.message.endswith("Its weights name 7 layers.")
    assert isinstance(error, UntracedError)
    assert outline(error.layers) == [
        ("blocks", 64, [("block", 64, [("norm", 64)]), ("block_1", 0)]),
        ("inner", 288, [("dense_2", 256), ("dense_10", 32)]),
        ("stem_conv", 448),
    ]
    assert error.layers[2].weights == ((3, 3, 3, 16), (16,))
    assert error.layers[2].type is None  # the file does not say it


def test_that_weights_alone_show_their_layers(tmp_path: Path) -> None:
    error = refusal(weights(tmp_path / "net.weights.h5"))
    assert "weights only" in error.message
    assert isinstance(error, UntracedError)
    assert count_layers(error.layers) == 7


def test_that_weights_of_keras_2_show_their_layers(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "old.h5", "w") as file:
        file.attrs["keras_version"] = "2.15.0"
        file.attrs["layer_names"] = [b"dense", b"tower", b"flat"]
        file.create_group("top_level_model_weights")
        file.create_group("flat")
        file["dense/dense/kernel:0"] = np.zeros((4, 3))
        file["dense/dense/bias:0"] = np.zeros(3)
        file["tower/first/kernel:0"] = np.zeros((3, 2))
        file["tower/second/kernel:0"] = np.zeros((2, 2))
    error = refusal(tmp_path / "old.h5")
    assert isinstance(error, UntracedError)
    assert outline(error.layers) == [
        ("dense", 15),
        ("flat", 0),
        ("tower", 10, [("first", 6), ("second", 4)]),
    ]


def test_that_a_file_of_another_program_has_no_layers(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["measurements/today"] = np.zeros(3)
    error = refusal(tmp_path / "other.h5")
    assert not isinstance(error, UntracedError)
    assert "layer" not in error.message


def test_that_a_file_without_weights_says_so(tmp_path: Path) -> None:
    text = tmp_path / "net.json"
    text.write_text(json.dumps(SUBCLASSED))
    for path in (text, saved(tmp_path / "net.keras", without="weights")):
        error = refusal(path)
        assert "the file has no weights that name them" in error.message
        assert not isinstance(error, UntracedError)


def test_that_weights_that_can_not_be_read_are_the_reason(tmp_path: Path) -> None:
    error = refusal(saved(tmp_path / "net.keras", compressed=True))
    assert error.message.endswith("model.weights.h5 is compressed or encrypted.")
    whole = saved(tmp_path / "cut.keras").read_bytes()
    (tmp_path / "cut.keras").write_bytes(whole.replace(b"\x89HDF", b"\x89XDF"))
    assert "Its layers can't be listed either" in refusal(tmp_path / "cut.keras").message


def test_that_groups_in_themselves_end(tmp_path: Path) -> None:
    path = weights(tmp_path / "loop.weights.h5")
    with h5py.File(path, "a") as file:
        for name in ("one", "two", "three"):
            file[f"stem/{name}"] = file["blocks"]
            file[f"blocks/{name}"] = file["stem"]
    error = refusal(path)
    assert isinstance(error, UntracedError)
    assert count_layers(error.layers) == 7


def test_that_names_can_not_steer_a_terminal(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "net.weights.h5", "w") as file:
        _layer(file, "layers/dense", "\x1b[2Jgone\nline" + "x" * 1000, (2, 2))
    error = refusal(tmp_path / "net.weights.h5")
    assert isinstance(error, UntracedError)
    (layer,) = error.layers
    assert layer.name.isprintable()
    assert len(layer.name) <= 200
    assert "\x1b" not in error.details


def test_that_a_whole_models_file_shows_its_layers_too(tmp_path: Path) -> None:
    error = refusal(hdf5(tmp_path / "whole.h5", SUBCLASSED))
    assert '"Net" has no layers in its configuration' in error.message
    assert isinstance(error, UntracedError)
    assert outline(error.layers) == [("first", 4), ("second", 8), ("third", 12)]
