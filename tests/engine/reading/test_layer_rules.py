"""Shape inference compared with Keras, layer by layer."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.structure.detect import structure_of
from tests.support.keras.input_sizes import (
    FILM,
    IMAGE,
    OPEN_IMAGE,
    OPEN_SEQUENCE,
    SEQUENCE,
    VECTOR,
    VOLUME,
)
from tests.support.keras.reader_comparison import check
from tests.support.model_files.inference import inferred_outputs

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras")]

Layer = tuple[str, dict[str, Any], tuple[int | None, ...]]

LAYERS: list[Layer] = [
    ("Dense", {"units": 3}, SEQUENCE),
    ("EinsumDense", {"equation": "ab,bc->ac", "output_shape": 7}, VECTOR),
    ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": (None, 7)}, OPEN_SEQUENCE),
    ("EinsumDense", {"equation": "...x,xy->...y", "output_shape": 7}, SEQUENCE),
    ("EinsumDense", {"equation": "abc,cde->abde", "output_shape": (None, 2, 3)}, SEQUENCE),
    ("EinsumDense", {"equation": "ab...,bc->ac...", "output_shape": 3}, SEQUENCE),
    ("Embedding", {"input_dim": 9, "output_dim": 5}, (7,)),
    ("ReversibleEmbedding", {"input_dim": 9, "output_dim": 5}, (7,)),
    ("Conv1D", {"filters": 5, "kernel_size": 3, "strides": 2, "padding": "causal"}, SEQUENCE),
    ("Conv1D", {"filters": 5, "kernel_size": 3, "dilation_rate": 2}, OPEN_SEQUENCE),
    ("Conv2D", {"filters": 6, "kernel_size": (3, 2), "strides": (2, 1), "groups": 2}, IMAGE),
    ("Conv2D", {"filters": 5, "kernel_size": 3, "padding": "same", "strides": 2}, OPEN_IMAGE),
    ("Conv2D", {"filters": 8, "kernel_size": 3, "dilation_rate": 2}, IMAGE),
    ("Conv3D", {"filters": 5, "kernel_size": 2, "strides": 3}, VOLUME),
    ("Conv3D", {"filters": 5, "kernel_size": (1, 2, 3), "strides": (1, 2, 2)}, VOLUME),
    ("DepthwiseConv1D", {"kernel_size": 3, "depth_multiplier": 2}, SEQUENCE),
    ("DepthwiseConv2D", {"kernel_size": 3, "padding": "same", "strides": 2}, IMAGE),
    ("DepthwiseConv2D", {"kernel_size": 3, "strides": 2, "depth_multiplier": 3}, IMAGE),
    ("SeparableConv1D", {"filters": 5, "kernel_size": 3}, SEQUENCE),
    ("SeparableConv2D", {"filters": 5, "kernel_size": 3, "padding": "same"}, IMAGE),
    ("Conv1DTranspose", {"filters": 5, "kernel_size": 3, "strides": 2}, SEQUENCE),
    ("Conv2DTranspose", {"filters": 5, "kernel_size": 3, "strides": 2, "padding": "same"}, IMAGE),
    ("Conv2DTranspose", {"filters": 5, "kernel_size": 4, "strides": 3, "output_padding": 1}, IMAGE),
    ("Conv2DTranspose", {"filters": 5, "kernel_size": 1, "strides": 3}, IMAGE),
    ("Conv2DTranspose", {"filters": 8, "kernel_size": 3, "strides": 2, "padding": "same",
                         "output_padding": 1}, IMAGE),
    ("Conv3DTranspose", {"filters": 5, "kernel_size": 2, "strides": 2}, VOLUME),
    ("MaxPooling1D", {"pool_size": 3}, SEQUENCE),
    ("MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, OPEN_IMAGE),
    ("MaxPooling3D", {"pool_size": 2}, VOLUME),
    ("AveragePooling1D", {"pool_size": 2, "strides": 1}, SEQUENCE),
    ("AveragePooling2D", {"pool_size": (2, 3)}, IMAGE),
    ("AveragePooling3D", {"pool_size": 2, "padding": "same"}, VOLUME),
    ("GlobalMaxPooling1D", {}, SEQUENCE),
    ("GlobalAveragePooling1D", {"keepdims": True}, SEQUENCE),
    ("GlobalAveragePooling2D", {}, OPEN_IMAGE),
    ("GlobalMaxPooling2D", {"keepdims": True}, IMAGE),
    ("GlobalAveragePooling3D", {}, VOLUME),
    ("GlobalMaxPooling3D", {}, VOLUME),
    ("AdaptiveAveragePooling1D", {"output_size": 3}, SEQUENCE),
    ("AdaptiveAveragePooling2D", {"output_size": 3}, IMAGE),
    ("AdaptiveMaxPooling2D", {"output_size": (2, 4)}, IMAGE),
    ("AdaptiveMaxPooling3D", {"output_size": 2}, VOLUME),
    ("ZeroPadding1D", {"padding": (1, 2)}, SEQUENCE),
    ("ZeroPadding2D", {"padding": ((1, 2), (0, 3))}, OPEN_IMAGE),
    ("ZeroPadding3D", {"padding": 2}, VOLUME),
    ("Cropping1D", {"cropping": 2}, SEQUENCE),
    ("Cropping2D", {"cropping": ((1, 2), (0, 3))}, IMAGE),
    ("Cropping3D", {"cropping": 1}, VOLUME),
    ("UpSampling1D", {"size": 3}, OPEN_SEQUENCE),
    ("UpSampling2D", {"size": (2, 3)}, IMAGE),
    ("UpSampling3D", {"size": 2}, VOLUME),
    ("Flatten", {}, OPEN_IMAGE),
    ("Flatten", {"dtype": "mixed_bfloat16"}, IMAGE),
    ("Reshape", {"target_shape": (6, -1, 4)}, IMAGE),
    ("Reshape", {"target_shape": (-1, 2)}, OPEN_SEQUENCE),
    ("Permute", {"dims": (3, 1, 2)}, OPEN_IMAGE),
    ("RepeatVector", {"n": 4}, VECTOR),
    *[(name, {"units": 5}, SEQUENCE) for name in ("LSTM", "GRU", "SimpleRNN")],
    *[
        (name, {"units": 5, "return_sequences": True, "return_state": True}, OPEN_SEQUENCE)
        for name in ("LSTM", "GRU", "SimpleRNN")
    ],
    ("ConvLSTM1D", {"filters": 3, "kernel_size": 2}, (5, 8, 4)),
    ("ConvLSTM2D", {"filters": 3, "kernel_size": 3, "return_sequences": True}, FILM),
    ("ConvLSTM2D", {"filters": 3, "kernel_size": 3, "padding": "same", "return_state": True}, FILM),
    *[
        (name, {}, IMAGE)
        for name in (
            "BatchNormalization", "LayerNormalization", "UnitNormalization", "RMSNormalization",
            "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "Identity", "Masking",
            "ActivityRegularization",
        )
    ],
    ("GroupNormalization", {"groups": 2, "dtype": "mixed_float16"}, IMAGE),
    ("Activation", {"activation": "gelu"}, IMAGE),
    ("Dropout", {"rate": 0.3}, OPEN_IMAGE),
    ("SpatialDropout1D", {"rate": 0.3}, SEQUENCE),
    ("SpatialDropout2D", {"rate": 0.3}, IMAGE),
    ("SpatialDropout3D", {"rate": 0.3}, VOLUME),
    ("GaussianNoise", {"stddev": 0.3}, IMAGE),
    ("GaussianDropout", {"rate": 0.3}, IMAGE),
    ("AlphaDropout", {"rate": 0.3}, IMAGE),
    ("Rescaling", {"scale": 0.3}, IMAGE),
    ("Normalization", {"mean": 0.1, "variance": 2.0}, IMAGE),
    ("Resizing", {"height": 5, "width": 6}, OPEN_IMAGE),
    ("CenterCrop", {"height": 5, "width": 6}, IMAGE),
    ("MelSpectrogram", {"sequence_stride": 8, "fft_length": 32, "num_mel_bins": 5}, (100,)),
    ("MelSpectrogram", {"fft_length": 32, "num_mel_bins": 5}, (None,)),
    ("STFTSpectrogram", {"window": None, "frame_length": 16}, (100, 2)),
    ("STFTSpectrogram", {"window": None, "frame_length": 16, "frame_step": 5, "mode": "stft",
                         "padding": "same", "expand_dims": True}, (100, 2)),
    ("CategoryEncoding", {"num_tokens": 7}, (5,)),
    ("CategoryEncoding", {"num_tokens": 7, "output_mode": "one_hot"}, (5,)),
    ("CategoryEncoding", {"num_tokens": 7, "output_mode": "one_hot"}, (5, 1)),
    ("RandomCrop", {"height": 5, "width": 6}, IMAGE),
    ("RandomFlip", {}, IMAGE),
    ("RandomRotation", {"factor": 0.1}, IMAGE),
    ("RandomZoom", {"height_factor": 0.1}, IMAGE),
    ("RandomTranslation", {"height_factor": 0.1, "width_factor": 0.1}, IMAGE),
    ("RandomContrast", {"factor": 0.1}, IMAGE),
    ("RandomBrightness", {"factor": 0.1}, IMAGE),
]  # fmt: skip


def names(layers: list[Layer]) -> list[str]:
    return [f"{name}-{number}" for number, (name, _config, _shape) in enumerate(layers)]


@pytest.mark.parametrize(("name", "config", "shape"), LAYERS, ids=names(LAYERS))
def test_that_the_rule_of_a_layer_is_keras_own(
    name: str, config: dict[str, Any], shape: tuple[int | None, ...]
) -> None:
    import keras

    with keras.StatelessScope(initialize_variables=False):
        x = keras.Input(shape)
        outputs = getattr(keras.layers, name)(name="it", **config)(x)
        graph = check(keras.Model(x, outputs))
    # Unknown would be honest, but these are the layers whose rule is certain.
    assert all(None not in (tensor.shape, tensor.dtype) for tensor in inferred_outputs(graph)["it"])


@pytest.mark.parametrize(
    ("name", "config", "dtype"),
    [
        ("Discretization", {"bin_boundaries": [0.0, 1.0]}, "float32"),
        ("Discretization", {"num_bins": 3, "output_mode": "one_hot"}, "float32"),
        ("Hashing", {"num_bins": 3}, "int64"),
        ("Hashing", {"num_bins": 3, "output_mode": "multi_hot"}, "int64"),
        ("IntegerLookup", {"vocabulary": [3, 4]}, "int64"),
        ("IntegerLookup", {"vocabulary": [3, 4], "output_mode": "one_hot"}, "int64"),
        ("StringLookup", {"vocabulary": ["a", "b"]}, "string"),
        ("TextVectorization", {"vocabulary": ["a"], "output_sequence_length": 4}, "string"),
    ],
)
def test_that_the_rule_of_a_look_up_is_keras_own(
    name: str, config: dict[str, Any], dtype: str
) -> None:
    import keras

    sizes = (1,) if name == "TextVectorization" else (5,)
    x = keras.Input(sizes, dtype=dtype)
    graph = check(keras.Model(x, getattr(keras.layers, name)(name="it", **config)(x)))
    is_known = config.get("output_mode", "int") == "int" or name == "Hashing"
    assert (inferred_outputs(graph)["it"][0].shape is not None) == is_known


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("MaxPooling2D", {"pool_size": 2}),
        ("GlobalAveragePooling2D", {"keepdims": True}),
        ("ZeroPadding2D", {"padding": 1}),
        ("UpSampling2D", {"size": 2}),
        ("DepthwiseConv2D", {"kernel_size": 3}),
        ("Conv2D", {"filters": 5, "kernel_size": 3, "padding": "same"}),
        ("Conv2DTranspose", {"filters": 5, "kernel_size": 3, "strides": 2}),
        ("Flatten", {}),
    ],
)
def test_that_channels_may_come_first(name: str, config: dict[str, Any]) -> None:
    import keras

    with keras.StatelessScope(initialize_variables=False):
        x = keras.Input((4, 12, 9))
        layer = getattr(keras.layers, name)(name="it", data_format="channels_first", **config)
        graph = check(keras.Model(x, layer(x)))
    assert inferred_outputs(graph)["it"][0].shape is not None


def joined(keras: Any, name: str, *shapes: tuple[int | None, ...], **config: Any) -> Any:
    inputs = [keras.Input(shape) for shape in shapes]
    return keras.Model(inputs, getattr(keras.layers, name)(name="it", **config)(inputs))


@pytest.mark.parametrize(
    ("name", "shapes", "config"),
    [
        ("Add", (IMAGE, IMAGE), {}),
        ("Add", (IMAGE, (1, 9, 4), (4,)), {}),
        ("Multiply", (IMAGE, (1, 1, 4)), {}),
        ("Subtract", (OPEN_IMAGE, OPEN_IMAGE), {}),
        ("Average", (SEQUENCE, SEQUENCE), {}),
        ("Maximum", (OPEN_SEQUENCE, SEQUENCE), {}),
        ("Minimum", (VECTOR, VECTOR), {}),
        ("Concatenate", (IMAGE, (12, 9, 3)), {}),
        ("Concatenate", (SEQUENCE, OPEN_SEQUENCE), {"axis": 1}),
        ("Dot", (VECTOR, VECTOR), {"axes": 1}),
        ("Dot", ((3, 6), (4, 6)), {"axes": 2}),
        ("Dot", ((3, 6), (6, 4)), {"axes": (2, 1)}),
        ("Dot", ((3, 6), (4, 6)), {"axes": -1}),
        ("Attention", (SEQUENCE, (7, 6)), {}),
        ("AdditiveAttention", (SEQUENCE, (7, 6)), {}),
    ],
)
def test_that_the_rule_of_a_join_is_keras_own(
    name: str, shapes: tuple[tuple[int | None, ...], ...], config: dict[str, Any]
) -> None:
    import keras

    with keras.StatelessScope(initialize_variables=False):
        graph = check(joined(keras, name, *shapes, **config))
    assert inferred_outputs(graph)["it"][0].shape is not None


Build = Callable[[Any, Any], Any]


def cells(build: Build, **config: Any) -> Build:
    return lambda k, x: k.layers.RNN(build(k.layers, None), name="it", **config)(x)


RECURRENT: dict[str, tuple[Build, bool]] = {
    "lstm": (cells(lambda k, _: k.LSTMCell(5)), True),
    "gru": (cells(lambda k, _: k.GRUCell(5), return_sequences=True), True),
    "simple": (cells(lambda k, _: k.SimpleRNNCell(5), return_state=True), True),
    "all of it": (
        cells(lambda k, _: k.LSTMCell(5), return_sequences=True, return_state=True),
        True,
    ),
    "a list": (cells(lambda k, _: [k.LSTMCell(5), k.GRUCell(3)], return_state=True), True),
    "stacked": (
        cells(
            lambda k, _: k.StackedRNNCells([k.SimpleRNNCell(4), k.LSTMCell(3)]),
            return_sequences=True,
            return_state=True,
        ),
        True,
    ),
    "both directions": (
        lambda k, x: k.layers.Bidirectional(k.layers.RNN(k.layers.GRUCell(3)), name="it")(x),
        True,
    ),
    "user's cell": (cells(lambda k, _: own_cell(k)(5)), False),
}


def own_cell(layers: Any) -> Any:
    class LSTMCell(layers.SimpleRNNCell):  # type: ignore[misc, name-defined]
        pass

    return LSTMCell


@pytest.mark.parametrize("sizes", [SEQUENCE, OPEN_SEQUENCE])
@pytest.mark.parametrize("name", RECURRENT)
def test_that_a_run_over_cells_is_keras_own(name: str, sizes: tuple[int | None, ...]) -> None:
    import keras

    build, is_known = RECURRENT[name]
    x = keras.Input(sizes)
    model = keras.Model(x, build(keras, x))
    graph = check(model)
    known = [tensor.shape is not None for tensor in inferred_outputs(graph)["it"]]
    assert all(known) == is_known
    numbers = numbers_of(structure_of(graph)).calls["it"]
    weights = model.get_layer("it").count_params()
    assert numbers.parameters == (weights if is_known else None)
    if is_known and sizes == SEQUENCE:
        assert numbers.macs == sizes[0] * products(model.get_layer("it"))


def products(layer: Any) -> int:
    """Multiplications with weights in a step: each weight of a kernel once."""
    return sum(math.prod(weight.shape) for weight in layer.weights if "kernel" in weight.name)


WRAPPED: dict[str, tuple[Build, tuple[int | None, ...]]] = {
    "td_dense": (lambda k, x: k.layers.TimeDistributed(k.layers.Dense(3), name="it")(x), SEQUENCE),
    "td_conv": (
        lambda k, x: k.layers.TimeDistributed(k.layers.Conv2D(3, 3), name="it")(x), FILM,
    ),
    "bi_concat": (
        lambda k, x: k.layers.Bidirectional(k.layers.LSTM(3), name="it")(x), SEQUENCE,
    ),
    "bi_sum": (
        lambda k, x: k.layers.Bidirectional(
            k.layers.GRU(3, return_sequences=True), merge_mode="sum", name="it")(x),
        OPEN_SEQUENCE,
    ),
    "bi_states": (
        lambda k, x: k.layers.Bidirectional(k.layers.LSTM(3, return_state=True), name="it")(x),
        SEQUENCE,
    ),
    "bi_apart": (
        lambda k, x: k.layers.Bidirectional(k.layers.GRU(3), merge_mode=None, name="it")(x),
        SEQUENCE,
    ),
    "spectral": (
        lambda k, x: k.layers.SpectralNormalization(k.layers.Conv2D(3, 3), name="it")(x), IMAGE,
    ),
    "mha": (lambda k, x: k.layers.MultiHeadAttention(2, 3, name="it")(x, x), SEQUENCE),
    "mha_out": (
        lambda k, x: k.layers.MultiHeadAttention(2, 3, output_shape=5, name="it")(x, value=x),
        OPEN_SEQUENCE,
    ),
    "mha_scores": (
        lambda k, x: k.layers.MultiHeadAttention(2, 3, name="it")(
            x, x, return_attention_scores=True)[0],
        SEQUENCE,
    ),
    "gqa": (lambda k, x: k.layers.GroupQueryAttention(3, 4, 2, name="it")(x, x), SEQUENCE),
}  # fmt: skip


@pytest.mark.parametrize("name", WRAPPED)
def test_that_the_rule_of_wrappers_and_attention_is_keras_own(name: str) -> None:
    import keras

    build, shape = WRAPPED[name]
    with keras.StatelessScope(initialize_variables=False):
        x = keras.Input(shape)
        graph = check(keras.Model(x, build(keras, x)))
    assert inferred_outputs(graph)["it"][0].shape is not None


def test_that_whole_numbers_keep_their_type_where_keras_keeps_it() -> None:
    import keras

    for make in (
        keras.layers.Reshape((2, 3)),
        lambda x: keras.layers.Concatenate()([x, x]),
        keras.layers.Embedding(9, 2),
        keras.layers.Flatten(),
        keras.layers.Identity(),
        lambda x: x + x,
        lambda x: x * 2,
        lambda x: keras.layers.Add()([x, x]),
        keras.layers.RepeatVector(3),
        keras.layers.Dropout(0.5),
        keras.layers.Activation("relu"),
        keras.layers.Masking(),
    ):
        keras.utils.clear_session(free_memory=False)
        x = keras.Input((6,), dtype="int32")
        check(keras.Model(x, make(x)))


@pytest.mark.parametrize("policy", ["mixed_float16", "bfloat16", "float64"])
def test_that_types_follow_the_policy(policy: str) -> None:
    import keras

    x = keras.Input(IMAGE)
    y = keras.layers.Conv2D(3, 3, dtype=policy)(x)
    y = keras.layers.BatchNormalization(dtype=policy)(y)
    y = keras.layers.GlobalAveragePooling2D(dtype=policy)(keras.ops.relu(y))
    check(keras.Model(x, keras.layers.Dense(2, dtype="float32")(y)))
