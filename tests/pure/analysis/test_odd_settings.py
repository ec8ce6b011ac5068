"""Settings that no Keras would write: refused in a sentence, or analysed; never a fault."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from resnet_viz.analysis.keras_ops.display_kind import display_kind
from resnet_viz.analysis.wording.captions import caption
from resnet_viz.analysis.wording.layer_settings import layer_settings
from resnet_viz.analysis.wording.terms import op_term
from resnet_viz.document import make_document
from resnet_viz.errors import ModelError
from resnet_viz.reading.read import read_config
from resnet_viz.reports.json_report import report
from resnet_viz.sources.types import ModelFile
from tests.support.model_files.configs import JSON, data, layer, model, node, source, tensor

SHAPE = [None, 8, 8, 4]
ODD: tuple[Any, ...] = ("abc", None, {}, [], -3, [1, "x"], 1e300, True, [[]])
KEYS: dict[str, tuple[str, ...]] = {
    "AdaptiveAveragePooling2D": ("output_size",),
    "BatchNormalization": ("axis", "scale", "center"),
    "Conv2D": ("kernel_size", "filters", "strides", "groups", "use_bias", "dilation_rate"),
    "ConvLSTM2D": ("filters", "kernel_size", "strides"),
    "Dense": ("units", "use_bias"),
    "Dropout": ("rate",),
    "EinsumDense": ("equation", "output_shape", "bias_axes"),
    "Embedding": ("input_dim", "output_dim"),
    "GlobalAveragePooling2D": ("data_format",),
    "GroupNormalization": ("groups", "axis", "scale"),
    "LSTM": ("units", "use_bias", "return_state"),
    "LSTMCell": ("units",),
    "MaxPooling2D": ("pool_size", "strides"),
    "MultiHeadAttention": ("num_heads", "key_dim", "value_dim"),
    "PReLU": ("shared_axes",),
    "Reshape": ("target_shape",),
    "StackedRNNCells": ("cells",),
    "UpSampling2D": ("size",),
    "ZeroPadding2D": ("padding",),
}
WRAPPERS = {"TimeDistributed": "layer", "Bidirectional": "layer", "SpectralNormalization": "layer",
            "RNN": "cell"}  # fmt: skip


def check(made: JSON) -> None:
    try:
        graph = read_config(data(model([source(), made])), where="odd.json")
    except ModelError:
        return
    assert report(make_document(ModelFile("odd.json"), "odd", graph))
    for call in graph.calls:
        assert op_term(call) or caption(call, graph)
        layer_settings(call)
        display_kind(call)


@pytest.mark.parametrize("kind", KEYS)
def test_that_odd_settings_are_refused_or_analysed(kind: str) -> None:
    for key, value in product(KEYS[kind], ODD):
        check(layer(kind, "it", node(tensor("x", SHAPE)), **{key: value}))


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("kind", KEYS)
def test_that_odd_settings_in_a_wrapper_are_refused_or_analysed(kind: str, wrapper: str) -> None:
    for key, value in product(KEYS[kind], ODD):
        config = {"name": "in", "trainable": True, "dtype": "float32", key: value}
        inner = {"module": "keras.layers", "class_name": kind, "config": config}
        check(layer(wrapper, "it", node(tensor("x", SHAPE)), **{WRAPPERS[wrapper]: inner}))


@pytest.mark.parametrize("shape", [(None, 8), (None, 8, 4), (None, 2, 8, 8, 4)], ids=len)
@pytest.mark.parametrize("config", [{"padding": [[1, 1], [2, 0]]}, {"padding": 1}], ids=str)
def test_that_padding_of_another_rank_is_analysed_or_refused(
    shape: tuple[int | None, ...], config: JSON
) -> None:
    made = layer("ZeroPadding2D", "pad", node(tensor("x", list(shape))), **config)
    content = data(model([source(shape=shape), made]))
    try:
        graph = read_config(content, where="odd.json")
    except ModelError:
        return
    assert report(make_document(ModelFile("odd.json"), "odd", graph))


@pytest.mark.parametrize("kind", ["SeparableConv1D", "Conv2D", "Dense"])
def test_that_a_layer_that_takes_a_tensor_and_its_activation_is_analysed(kind: str) -> None:
    layers = [
        source(),
        layer("ReLU", "a", node(tensor("x", SHAPE))),
        layer("ReLU", "b", node(tensor("a", SHAPE))),
        layer(kind, "c", node([tensor("b", SHAPE), tensor("a", SHAPE)]), filters=4, kernel_size=3,
              units=4),
    ]  # fmt: skip
    graph = read_config(data(model(layers)), where="odd.json")
    assert report(make_document(ModelFile("odd.json"), "odd", graph))
