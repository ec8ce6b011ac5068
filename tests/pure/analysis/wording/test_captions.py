"""Captions, terms and settings of calls and blocks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec import structs

from resnet_viz.analysis.keras_ops.display_kind import display_kind
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.wording.captions import block_captions, caption
from resnet_viz.analysis.wording.layer_settings import layer_settings
from resnet_viz.analysis.wording.terms import (
    block_term,
    class_term,
    op_term,
    package_of,
    shortcut_term,
)
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.types import LayerCall, TensorRef
from tests.support.graphs import architectures as nets
from tests.support.graphs.net import Net

Make = Callable[[Net, TensorRef], TensorRef]


def made(make: Make, *sizes: int) -> LayerCall:
    net = Net()
    x = make(net, net.input(*(sizes or (32, 32, 8))))
    return net.graph(x).by_id[x.call]


def layer(type_: str, **config: object) -> Make:
    return lambda net, x: net.call(type_, x, shape=net.shape(x), **config)


CALLS: dict[str, tuple[Make, str, str]] = {
    "stem": (lambda net, x: net.conv(x, 64, 7, 2), "Conv", "7×7, 64, /2"),
    "plain": (lambda net, x: net.conv(x, 64), "Conv", "3×3, 64"),
    "projection": (lambda net, x: net.conv(x, 128, 1, 2), "Conv", "1×1, 128, /2"),
    "uneven": (lambda net, x: net.conv(x, 64, (1, 7), (1, 2)), "Conv", "1×7, 64, /1×2"),
    "grouped": (lambda net, x: net.conv(x, 64, groups=4), "Conv", "3×3, 64, 4 groups"),
    "dilated": (lambda net, x: net.conv(x, 64, rate=2), "Conv", "3×3, 64, dilated 2"),
    "depthwise": (
        lambda net, x: net.depthwise(x, 3, 2),
        "DepthwiseConv",
        "3×3, /2, depthwise",
    ),
    "transposed": (lambda net, x: net.transposed(x, 8), "ConvTranspose", "2×2, 8, ×2"),
    "separable": (
        layer("SeparableConv2D", filters=8, kernel_size=[3, 3], strides=[1, 1]),
        "SeparableConv",
        "3×3, 8, separable",
    ),
    "max pool": (lambda net, x: net.max_pool(x, 3, 2), "MaxPool", "3×3, /2"),
    "average pool": (lambda net, x: net.avg_pool(x, 2), "AvgPool", "2×2, /2"),
    "global pool": (Net.gap, "AvgPool", "global → 8"),
    "norm": (Net.bn, "BatchNorm", ""),
    "layer norm": (Net.layer_norm, "LayerNorm", ""),
    "reshape": (layer("Reshape", target_shape=[16, -1]), "Reshape", "→ 16×-1"),
    "reshape of all axes": (layer("Reshape", newshape=[-1, 16, 64]), "Reshape", "→ 16×64"),
    "group norm": (layer("GroupNormalization", groups=4), "GroupNorm", "4 groups"),
    "relu": (Net.relu, "ReLU", ""),
    "relu6": (layer("ReLU", max_value=6.0), "ReLU6", ""),
    "activation": (lambda net, x: net.activation(x, "gelu"), "GELU", ""),
    "softmax": (lambda net, x: net.activation(x, "softmax"), "Softmax", ""),
    "linear": (lambda net, x: net.activation(x, "linear"), "Linear", ""),
    "padding": (lambda net, x: net.pad(x, (3, 3)), "ZeroPad", "3"),
    "uneven padding": (lambda net, x: net.pad(x, ((0, 1), (0, 1))), "ZeroPad", "0+1"),
    "channels padded": (lambda net, x: net.pad_channels(x, 64), "Pad", "+64 channels"),
    "resizing": (lambda net, x: net.upsample(x, 2), "UpSample", "×2"),
    "dropout": (lambda net, x: net.dropout(x, 0.25), "Dropout", "0.25"),
    "attention": (
        lambda net, x: net.attention(x, x, 8, 64),
        "Attention",
        "8 heads × 64",
    ),
    "embedding": (lambda net, x: net.embedding(x, 1000, 64), "Embedding", "1000 → 64"),
    "recurrent": (layer("LSTM", units=32), "LSTM", "32 units"),
    "unknown": (layer("MyLayer", size=3), "MyLayer", ""),
}


@pytest.mark.parametrize("name", CALLS)
def test_that_a_call_has_a_term_and_a_caption(name: str) -> None:
    make, word, line = CALLS[name]
    call = made(make)
    assert (op_term(call), caption(call)) == (word, line)


def test_that_dense_has_its_input_size_if_its_graph_is_known() -> None:
    net = Net()
    x = net.dense(net.input(512), 1000)
    graph = net.graph(x)
    call = graph.by_id[x.call]
    assert caption(call, graph) == "512 → 1000"
    assert caption(call) == "→ 1000"


def test_that_joins_and_inputs_have_terms() -> None:
    net = Net()
    first = net.input(8, 8, 4)
    add = net.add(first, net.conv(first, 4))
    both = net.concat(add, first)
    graph = net.graph(net.multiply(both, net.conv(add, 8)))
    words = [op_term(call) for call in graph.calls]
    assert words == ["Input", "Conv", "Add", "Concat", "Conv", "Multiply"]


def test_that_settings_leave_defaults_out() -> None:
    rows = dict(layer_settings(made(lambda net, x: net.conv(x, 64, 7, 2, activation="relu"))))
    assert rows == {
        "kernel": "7×7",
        "filters": "64",
        "stride": "2×2",
        "padding": "same",
        "activation": "ReLU",
        "bias": "yes",
    }


def test_that_settings_name_a_missing_activation() -> None:
    rows = dict(layer_settings(made(lambda net, x: net.dense(x, 5))))
    assert rows == {"units": "5", "activation": "none (linear)", "bias": "yes"}
    rows = dict(layer_settings(made(layer("Dense", units=5, use_bias=False))))
    assert rows == {"units": "5", "bias": "no"}


def test_that_settings_of_unknown_classes_are_every_plain_value() -> None:
    call = made(layer("MyLayer", size=3, rate=0.5, mode="fast", deep={"a": 1}, on=True))
    assert dict(layer_settings(call)) == {"size": "3", "rate": "0.5", "mode": "fast", "on": "yes"}


def test_that_a_block_has_captions_of_its_residual_branch_alone() -> None:
    structure = structure_of(nets.resnet(50))
    assert block_captions(structure, structure.by_id["conv3_1"]) == (
        "1×1, 128",
        "3×3, 128, /2",
        "1×1, 512",
    )
    assert block_captions(structure, structure.by_id["max pool"]) == ("3×3, /2",)
    assert block_captions(structure, structure.by_id["conv2_x"]) == ()


def test_that_a_residual_block_has_no_captions_of_its_gate() -> None:
    structure = structure_of(nets.squeeze_excite())
    first, _, gate = structure.blocks
    assert block_captions(structure, first) == ("3×3, 64", "3×3, 64")
    assert block_captions(structure, gate) == ("1×1, 8", "1×1, 128")


def test_that_an_inception_module_has_captions_of_every_branch() -> None:
    structure = structure_of(nets.inception())
    assert len(block_captions(structure, structure.blocks[0])) == 1 + 6
    assert block_captions(structure, structure.blocks[0])[0] == "4 branches"


def test_that_kinds_have_terms() -> None:
    structure = structure_of(nets.edsr(2))
    assert [shortcut_term(shortcut) for shortcut in structure.shortcuts] == [
        "identity shortcut",
        "identity shortcut",
        "long identity shortcut",
    ]
    assert block_term("bottleneck") == "bottleneck residual block"


def nested(kind: str, **config: object) -> dict[str, object]:
    settings = {"name": "inner", "trainable": True, "dtype": "float32", **config}
    return {"module": "keras.layers", "class_name": kind, "config": settings}


def around(kind: str, **config: object) -> LayerCall:
    """Call of a wrapper; its "layer" setting is the wrapped layer."""
    call = made(layer(kind))
    return structs.replace(call, config={**call.config, **config})


CELLS = [nested("LSTMCell", units=4), nested("GRUCell", units=3)]
DEEP = nested("TimeDistributed", layer=nested("Conv2D", filters=64, kernel_size=[3, 3]))
WRAPPERS: dict[str, tuple[LayerCall, str]] = {
    "dense": (around("TimeDistributed", layer=nested("Dense", units=64)), "Dense, 64"),
    "conv": (
        around("TimeDistributed", layer=nested("Conv2D", filters=8, kernel_size=[3, 3],
                                              strides=[2, 2])),
        "Conv, 3×3, 8, /2",
    ),
    "spectral": (
        around("SpectralNormalization", layer=nested("Conv2D", filters=8, kernel_size=[1, 1])),
        "Conv, 1×1, 8",
    ),
    "both ways": (around("Bidirectional", layer=nested("LSTM", units=32)), "LSTM, 32"),
    "cell": (around("RNN", cell=nested("GRUCell", units=5)), "GRUCell, 5"),
    "cells": (around("RNN", cell=nested("StackedRNNCells", cells=CELLS)),
              "LSTMCell, 4 + GRUCell, 3"),
    "deep": (around("TimeDistributed", layer=DEEP), "TimeDistributed, Conv, 3×3, 64"),
    "model": (around("TimeDistributed", layer={"module": "keras", "class_name": "Sequential",
                                              "config": {"name": "net", "layers": []}}),
              "Sequential net"),
    "own": (around("TimeDistributed", layer={"module": "mine", "class_name": "Halve",
                                            "config": {"name": "h"}}), "Halve"),
    "nothing": (around("TimeDistributed"), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", WRAPPERS)
def test_that_a_wrapper_has_the_caption_of_its_layer(name: str) -> None:
    call, text = WRAPPERS[name]
    assert caption(call) == text


def test_that_captions_of_wrappers_are_cut() -> None:
    text = caption(around("TimeDistributed", layer={**nested("Dense"), "class_name": "W" * 500}))
    assert len(text) == 48
    assert text.endswith("W…")
    many = [nested("LSTMCell", units=7)] * 40
    assert len(caption(around("RNN", cell=nested("StackedRNNCells", cells=many)))) == 48


def test_that_settings_of_a_wrapper_include_those_of_its_layer() -> None:
    wrapper = around("Bidirectional", merge_mode="sum", layer=nested("LSTM", units=32))
    assert layer_settings(wrapper) == (("wraps", "LSTM"), ("units", "32"), ("merged by", "sum"))
    run = around("RNN", return_sequences=True, cell=nested("GRUCell", units=5))
    rows = (("cell", "GRUCell"), ("units", "5"), ("whole sequence", "yes"))
    assert layer_settings(run) == rows


def custom(type_: str, module: str = "", registered: str | None = None) -> LayerCall:
    call = made(layer(type_))
    return structs.replace(call, module=module or None, registered=registered)


@pytest.mark.parametrize(
    ("call", "word", "package"),
    [
        (custom("mine>Halve"), "Halve", "mine"),  # as HDF5 files have it
        (custom("Halve", "", "mine>Halve"), "Halve", "mine"),  # as .keras files have it
        (custom("Halve", "my.layers"), "Halve", "my.layers"),
        (custom("Halve"), "Halve", ""),
        (custom("mine>Conv2D"), "Conv2D", "mine"),
        (custom("Dense", "keras.layers"), "Dense", ""),
    ],
)
def test_that_a_custom_class_is_shown_without_its_package(
    call: LayerCall, word: str, package: str
) -> None:
    assert class_term(call) == word
    assert op_term(call) == word
    assert package_of(call) == package


def test_that_a_registered_class_is_not_the_keras_class_of_that_name() -> None:
    dense = custom("mine>Dense")
    assert (op_kind(dense), display_kind(dense)) == ("custom", "custom")
    assert display_kind(custom("Dense", "", "mine>Dense")) == "custom"
