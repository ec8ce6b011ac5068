"""Small but realistic models: Keras 2 functional, Sequential, nested; zip and HDF5 files."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

from tests.support.model_files.configs import JSON, layer, model, node, source, tensor


def old_layer(kind: str, name: str, *nodes: Any, **config: Any) -> JSON:
    """A layer as Keras 2 writes it: no module, nodes as lists."""
    return {
        "class_name": kind,
        "config": {"name": name, "trainable": True, "dtype": "float32", **config},
        "name": name,
        "inbound_nodes": list(nodes),
    }


def old_input(name: str, *sizes: int | None) -> JSON:
    config = {"batch_input_shape": [None, *sizes], "dtype": "float32", "sparse": False,
              "ragged": False, "name": name}  # fmt: skip
    return {"class_name": "InputLayer", "config": config, "name": name, "inbound_nodes": []}


def old_model(layers: list[JSON], inputs: Any, outputs: Any, name: str = "old") -> JSON:
    config = {"name": name, "trainable": True, "layers": layers, "input_layers": inputs,
              "output_layers": outputs}  # fmt: skip
    return {"class_name": "Functional", "config": config, "keras_version": "2.15.0",
            "backend": "tensorflow"}  # fmt: skip


def conv(name: str, of: str, **config: Any) -> JSON:
    settings = {"filters": 4, "kernel_size": [3, 3], "strides": [1, 1], "padding": "same",
                "data_format": "channels_last", "dilation_rate": [1, 1], "groups": 1}  # fmt: skip
    return old_layer("Conv2D", name, [[of, 0, 0, {}]], **{**settings, **config})


def old_functional() -> JSON:
    """A residual block, TensorFlow functions and a dense layer, as tf.keras 2.15 saves them."""
    multiply = old_layer(
        "TFOpLambda",
        "tf.math.multiply",
        ["add", 0, 0, {"y": 2.0, "name": None}],
        function="math.multiply",
    )
    plus = old_layer(
        "TFOpLambda",
        "tf.__operators__.add",
        ["tf.math.multiply", 0, 0, {"y": ["c1", 0, 0], "name": None}],
        function="__operators__.add",
    )
    return old_model(
        [
            old_input("x", 8, 8, 3),
            conv("c1", "x"),
            conv("c2", "c1"),
            old_layer("Add", "add", [["c1", 0, 0, {}], ["c2", 0, 0, {}]]),
            multiply,
            plus,
            old_layer("GlobalAveragePooling2D", "gap", [["tf.__operators__.add", 0, 0, {}]],
                      data_format="channels_last", keepdims=False),
            old_layer("Dense", "fc", [["gap", 0, 0, {}]], units=2),
        ],
        [["x", 0, 0]],
        [["fc", 0, 0]],
    )  # fmt: skip


def old_residual() -> JSON:
    """A Keras 2 model that Keras 3 can load too: no TensorFlow functions."""
    layers = [
        old_input("x", 8, 8, 3),
        conv("c1", "x"),
        conv("c2", "c1"),
        old_layer("Add", "add", [["c1", 0, 0, {}], ["c2", 0, 0, {}]]),
        old_layer("Dense", "fc", [["add", 0, 0, {}]], units=2),
    ]
    return old_model(layers, [["x", 0, 0]], [["fc", 0, 0]])


def old_siamese() -> JSON:
    """Two calls of a model around a Sequential; Keras 2 counts their calls from 1."""
    chain = {
        "name": "enc",
        "layers": [
            old_input("enc_input", 16),
            old_layer("Dense", "a", units=8),
            old_layer("Dense", "b", units=4),
        ],
    }
    tower = old_model(
        [
            old_input("inside", 16),
            {"class_name": "Sequential", "config": chain, "name": "enc",
             "inbound_nodes": [[["inside", 0, 0, {}]]]},
            old_layer("Dense", "d", [["enc", 1, 0, {}]], units=4),
            old_layer("Dense", "more", [["d", 0, 0, {}]], units=2),
        ],
        [["inside", 0, 0]],
        [["d", 0, 0], ["more", 0, 0]],
        name="tower",
    )["config"]  # fmt: skip
    nodes = [[["x", 0, 0, {}]], [["y", 0, 0, {}]]]
    return old_model(
        [
            old_input("x", 16),
            old_input("y", 16),
            {"class_name": "Functional", "config": tower, "name": "tower", "inbound_nodes": nodes},
            old_layer("Add", "total", [["tower", 1, 0, {}], ["tower", 2, 0, {}]]),
        ],
        [["x", 0, 0], ["y", 0, 0]],
        [["total", 0, 0], ["tower", 1, 1]],
        name="siamese",
    )


def sequential(*layers: JSON, module: str | None = "keras", **config: Any) -> JSON:
    made: JSON = {"class_name": "Sequential", "config": {"name": "chain", "layers": list(layers)}}
    made["config"].update(config)
    return {"module": module, **made} if module else made


def bare(kind: str, name: str, **config: Any) -> JSON:
    """A layer in a Sequential model: it has no calls."""
    made = layer(kind, name, trainable=True, **config)
    del made["inbound_nodes"], made["name"]
    return made


def nested(depth: int, calls: int = 1) -> JSON:
    """Functional models nested ``depth`` deep, each called ``calls`` times in sequence."""
    shape = [None, 4]
    inner: JSON | None = None
    for _ in range(depth):
        layers = [source(shape=(None, 4))]
        if inner is None:
            layers.append(layer("ReLU", "r", node(tensor("x", shape))))
            layers[-1]["config"]["trainable"] = True
            end = ["r", 0, 0]
        else:
            origins = ["x"] + ["m"] * (calls - 1)
            nodes = [node(tensor(of, shape, max(0, n - 1))) for n, of in enumerate(origins)]
            layers.append({**inner, "name": "m", "inbound_nodes": nodes})
            end = ["m", calls, 0]  # counted from 1 in output_layers
        inner = model(layers, ["x", 0, 0], [end], name="m")
    assert inner is not None
    return inner


def zipped(path: Path, config: JSON, weights: bytes = b"") -> Path:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("metadata.json", '{"keras_version": "3.15.1"}')
        file.writestr("config.json", json.dumps(config))
        if weights:
            file.writestr("model.weights.h5", weights)
    return path


def hdf5(path: Path, config: JSON | None, **options: Any) -> Path:
    """A whole model as Keras saves it: attributes, and a dataset for every layer in a group."""
    import h5py
    import numpy as np

    with h5py.File(path, "w", **options) as file:
        if config is not None:
            file.attrs["model_config"] = json.dumps(config).encode()
        file.attrs["keras_version"] = b"3.15.1"
        group = file.create_group("model_weights")
        for number, name in enumerate(("first", "second", "third")):
            kernel = np.zeros((3, number + 1), "float32")
            group.create_dataset(f"{name}/{name}/kernel", data=kernel)
            group.create_dataset(f"{name}/{name}/bias", data=kernel[0])
    return path
