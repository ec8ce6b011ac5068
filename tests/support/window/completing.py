"""A Keras 2 model with shapes that the reader has no rule for, and what Keras says of them."""

from __future__ import annotations

import json
from typing import Any

from resnet_viz.document import Document, make_document
from resnet_viz.graph.types import Graph
from resnet_viz.reading.read import complete_graph, read_config
from resnet_viz.sources.types import ModelFile

_OPEN = ("Discretization", {"bin_boundaries": [0.0, 1.0], "num_bins": None})
_KNOWN = ("Activation", {"activation": "relu"})  # keeps the shape, as Discretization does


def _layer(kind: str, name: str, *before: str, **config: Any) -> dict[str, Any]:
    nodes = [[[each, 0, 0, {}] for each in before]] if before else []
    config = {"name": name, "dtype": "float32", **config}
    return {"class_name": kind, "name": name, "config": config, "inbound_nodes": nodes}


def _conv(name: str, before: str, filters: int, stride: int = 1) -> dict[str, Any]:
    return _layer(
        "Conv2D", name, before, filters=filters, kernel_size=[3, 3], strides=[stride, stride],
        padding="same", data_format="channels_last", dilation_rate=[1, 1], groups=1,
    )  # fmt: skip


def _blocks(start: str, stages: int, blocks: int) -> tuple[list[dict[str, Any]], str]:
    """Stages of residual blocks, each begun by a convolution of stride 2."""
    layers, last = [], start
    for stage in range(1, stages + 1):
        width = 8 * 2**stage
        layers.append(_conv(f"down{stage}", last, width, 2))
        last = f"down{stage}"
        for block in range(1, blocks + 1):
            name = f"s{stage}b{block}"
            layers += [
                _conv(f"{name}_1", last, width),
                _conv(f"{name}_2", f"{name}_1", width),
                _layer("Add", f"{name}_add", last, f"{name}_2"),
            ]
            last = f"{name}_add"
    return layers, last


def config_of(
    middle: tuple[str, dict[str, Any]] = _OPEN, *, stages: int = 4, blocks: int = 3
) -> bytes:
    """The configuration, with ``middle`` behind the first convolution."""
    kind, settings = middle
    inner, last = _blocks("bins", stages, blocks)
    layers = [
        _layer("InputLayer", "in", batch_input_shape=[None, 64, 64, 3]),
        _conv("stem", "in", 8),
        _layer(kind, "bins", "stem", **settings),
        *inner,
        _layer("GlobalAveragePooling2D", "pool", last, data_format="channels_last"),
        _layer("Dense", "fc", "pool", units=10),
    ]
    config = {
        "name": "net", "layers": layers,
        "input_layers": [["in", 0, 0]], "output_layers": [["fc", 0, 0]],
    }  # fmt: skip
    made = {"class_name": "Functional", "config": config, "keras_version": "2.15.0"}
    return json.dumps(made).encode()


def completed_document(path: str, before: Graph, **shape: int) -> Document:
    """The document of ``before`` once Keras has said every shape."""
    full = read_config(config_of(_KNOWN, **shape), where="net")
    graph = complete_graph(before, {call.id: call.outputs for call in full.calls})
    return make_document(ModelFile(path), "net", graph)
