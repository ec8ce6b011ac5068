"""Shape inference compared with Keras, layer by layer and operation by operation."""

# ruff: noqa: ARG005
from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.structure.detect import structure_of
from tests.support.keras.reader_comparison import check
from tests.support.model_files.inference import inferred_outputs

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras")]

VECTOR, SEQUENCE, IMAGE, VOLUME = (6,), (10, 6), (12, 9, 4), (6, 7, 8, 4)
OPEN_SEQUENCE, OPEN_IMAGE = (None, 6), (None, 9, 4)
FILM = (5, 12, 9, 4)
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


def zeros(*shape: int) -> Any:
    import numpy as np

    return np.zeros(shape, "float32")


OPERATIONS: dict[str, tuple[Build, tuple[int | None, ...]]] = {
    "add_number": (lambda k, x: x + 2.0, IMAGE),
    "subtract_from": (lambda k, x: 1.0 - x, IMAGE),
    "times_itself": (lambda k, x: x * x, OPEN_IMAGE),
    "broadcast": (lambda k, x: x + k.ops.mean(x, axis=-1, keepdims=True), IMAGE),
    "divide_number": (lambda k, x: 2.0 / x, IMAGE),
    "divide": (lambda k, x: x / k.ops.sum(x, axis=(1, 2), keepdims=True), IMAGE),
    "power": (lambda k, x: x**2, IMAGE),
    "matmul": (lambda k, x: k.ops.matmul(x, k.ops.transpose(x, (0, 2, 1))), SEQUENCE),
    "einsum": (lambda k, x: k.ops.einsum("bqd,bkd->bqk", x, x), OPEN_SEQUENCE),
    "mean_all": (lambda k, x: k.ops.mean(x), IMAGE),
    "max": (lambda k, x: k.ops.max(x, axis=[1, -1]), IMAGE),
    "argmax": (lambda k, x: k.ops.argmax(x, axis=-1), IMAGE),
    "squeeze": (lambda k, x: k.ops.squeeze(k.ops.expand_dims(x, 1), 1), IMAGE),
    "expand": (lambda k, x: k.ops.expand_dims(x, (1, -1)), SEQUENCE),
    "stack": (lambda k, x: k.ops.stack([x, x, x], axis=1), SEQUENCE),
    "concatenate": (lambda k, x: k.ops.concatenate([x, x], axis=1), OPEN_SEQUENCE),
    "split": (lambda k, x: k.ops.split(x, 3, axis=-1), SEQUENCE),
    "split_at": (lambda k, x: k.ops.split(x, [1, 4], axis=-1), SEQUENCE),
    "swapaxes": (lambda k, x: k.ops.swapaxes(x, 1, -1), IMAGE),
    "moveaxis": (lambda k, x: k.ops.moveaxis(x, (1, 3), (3, 2)), IMAGE),
    "transpose": (lambda k, x: k.ops.transpose(x, (0, 3, 1, 2)), OPEN_IMAGE),
    "reshape": (lambda k, x: k.ops.reshape(x, (-1, 6)), SEQUENCE),
    "reshape_4": (lambda k, x: k.ops.reshape(x, (-1, 12, 36)), IMAGE),
    "pad": (lambda k, x: k.ops.pad(x, [[0, 0], [1, 2], [0, 0], [0, 3]]), OPEN_IMAGE),
    "tile": (lambda k, x: k.ops.tile(x, [1, 2, 3]), SEQUENCE),
    "repeat": (lambda k, x: k.ops.repeat(x, 3, axis=1), SEQUENCE),
    "slice": (lambda k, x: x[:, 1:-1, ::2, 0], IMAGE),
    "newaxis": (lambda k, x: x[:, None, 2:], SEQUENCE),
    "last": (lambda k, x: x[:, -1], OPEN_SEQUENCE),
    "resize": (lambda k, x: k.ops.image.resize(x, (5, 6)), OPEN_IMAGE),
    "resize_last": (
        lambda k, x: k.ops.image.resize(x, (5, 6), data_format="channels_last"),
        OPEN_IMAGE,
    ),
    "relu": (lambda k, x: k.ops.relu(x), OPEN_IMAGE),
    "softmax": (lambda k, x: k.ops.softmax(x, axis=1), IMAGE),
    "gelu": (lambda k, x: k.ops.gelu(x), IMAGE),
    "clip": (lambda k, x: k.ops.clip(x, 0.0, 6.0), IMAGE),
    "sqrt": (lambda k, x: k.ops.sqrt(k.ops.absolute(x)), IMAGE),
    "cast": (lambda k, x: k.ops.cast(x, "float16"), IMAGE),
    "flip": (lambda k, x: k.ops.flip(x, axis=1), IMAGE),
    "maximum": (lambda k, x: k.ops.maximum(x, 0.5), IMAGE),
    "cumsum": (lambda k, x: k.ops.cumsum(x, axis=1), SEQUENCE),
    "where": (lambda k, x: k.ops.where(x > 0.0, x, 0.0), IMAGE),
    "norm": (lambda k, x: k.ops.norm(x, axis=-1), IMAGE),
    "one_hot": (lambda k, x: k.ops.one_hot(k.ops.argmax(x, axis=-1), 7), SEQUENCE),
    "top_k": (lambda k, x: k.ops.top_k(x, 2), SEQUENCE),
    "matmul_kernel": (lambda k, x: k.ops.matmul(x, zeros(6, 3)), SEQUENCE),
    "matmul_kernel_left": (lambda k, x: k.ops.matmul(zeros(5, 10), x), SEQUENCE),
    "matmul_vector": (lambda k, x: k.ops.matmul(x, zeros(6)), OPEN_SEQUENCE),
    "matmul_row": (lambda k, x: k.ops.matmul(zeros(10), x), SEQUENCE),
    "einsum_kernel": (lambda k, x: k.ops.einsum("btd,dhe->bthe", x, zeros(6, 2, 3)), OPEN_SEQUENCE),
    "einsum_dots": (lambda k, x: k.ops.einsum("...c,cd->...d", x, zeros(4, 5)), IMAGE),
    "einsum_without_arrow": (lambda k, x: k.ops.einsum("bhwc,cd", x, zeros(4, 5)), IMAGE),
    "einsum_broadcast": (lambda k, x: k.ops.einsum("...i,...i->...", x, zeros(9, 4)), IMAGE),
    "einsum_alone": (lambda k, x: k.ops.einsum("bhwc->bchw", x), IMAGE),
    "einsum_three": (
        lambda k, x: k.ops.einsum("bi,ij,jk->bk", x, zeros(6, 2), zeros(2, 3)),
        VECTOR,
    ),
    "tensordot": (lambda k, x: k.ops.tensordot(x, zeros(4, 5), axes=1), IMAGE),
    "tensordot_pair": (
        lambda k, x: k.ops.tensordot(x, zeros(4, 9, 5), axes=[[3, 2], [0, 1]]),
        OPEN_IMAGE,
    ),
    "dot": (lambda k, x: k.ops.dot(x, zeros(3, 6, 2)), SEQUENCE),
    "dot_vector": (lambda k, x: k.ops.dot(x, zeros(6)), SEQUENCE),
    "conv": (lambda k, x: k.ops.conv(x, zeros(3, 3, 4, 5), (2, 1), "same"), OPEN_IMAGE),
    "conv_dilated": (lambda k, x: k.ops.conv(x, zeros(3, 2, 4, 6), dilation_rate=2), IMAGE),
    "conv_first": (
        lambda k, x: k.ops.conv(x, zeros(3, 3, 12, 5), data_format="channels_first"),
        IMAGE,
    ),
    "conv_steps": (lambda k, x: k.ops.conv(x, zeros(3, 6, 5), strides=2), SEQUENCE),
    "depthwise": (lambda k, x: k.ops.depthwise_conv(x, zeros(3, 3, 4, 2)), IMAGE),
    "separable": (
        lambda k, x: k.ops.separable_conv(x, zeros(3, 3, 4, 2), zeros(1, 1, 8, 5)),
        IMAGE,
    ),
    "conv_transpose": (lambda k, x: k.ops.conv_transpose(x, zeros(3, 3, 5, 4), 2, "same"), IMAGE),
    "attention": (
        lambda k, x: k.ops.dot_product_attention(x, zeros(2, 7, 9, 4), zeros(2, 7, 9, 4)),
        IMAGE,
    ),
    "add_constant": (lambda k, x: x + zeros(9, 1), IMAGE),
    "concatenate_constant": (lambda k, x: k.ops.concatenate([x, zeros(2, 12, 9, 3)], -1), IMAGE),
    "ellipsis": (lambda k, x: x[..., 0], OPEN_IMAGE),
    "ellipsis_between": (lambda k, x: x[:, ..., None, 1:3], OPEN_IMAGE),
    "ellipsis_of_nothing": (lambda k, x: x[:, 1, ..., ::2], SEQUENCE),
    "strided": (lambda k, x: x[:, 1::2, -1:0:-3], IMAGE),
    "var": (lambda k, x: k.ops.var(x, axis=(1, 2), keepdims=True), IMAGE),
    "std": (lambda k, x: k.ops.std(x, axis=-1), IMAGE),
    "moments": (lambda k, x: k.ops.moments(x, axes=[1, 2]), IMAGE),
    "logsumexp": (lambda k, x: k.ops.logsumexp(x, axis=-1), IMAGE),
    "sort": (lambda k, x: k.ops.sort(x, axis=-1), IMAGE),
    "argsort": (lambda k, x: k.ops.argsort(x, axis=-1), IMAGE),
    "max_pool": (lambda k, x: k.ops.max_pool(x, 3, 2, "same"), OPEN_IMAGE),
    "average_pool": (lambda k, x: k.ops.average_pool(x, (2, 3)), IMAGE),
    "average_pool_first": (
        lambda k, x: k.ops.average_pool(x, 2, data_format="channels_first"),
        IMAGE,
    ),
    "take": (lambda k, x: k.ops.take(x, [[0, 2], [1, 1]], axis=1), IMAGE),
    "take_one": (lambda k, x: k.ops.take(x, 2, axis=-1), IMAGE),
    "take_by": (lambda k, x: k.ops.take(x, k.ops.argmax(x, axis=-1), axis=1), SEQUENCE),
    "take_rows": (lambda k, x: k.ops.take(zeros(30, 5), k.ops.cast(x, "int32"), axis=0), SEQUENCE),
    "take_along": (
        lambda k, x: k.ops.take_along_axis(x, k.ops.argsort(x, axis=1)[:, :3], axis=1),
        SEQUENCE,
    ),
    "patches": (lambda k, x: k.ops.image.extract_patches(x, 3), IMAGE),
    "patches_same": (
        lambda k, x: k.ops.image.extract_patches(x, (3, 2), 2, padding="same"),
        OPEN_IMAGE,
    ),
    "stft": (lambda k, x: k.ops.stft(x, 4, 2, 8), (32,)),
    "stft_open": (lambda k, x: k.ops.stft(x, 4, 3, 4, center=False), (None,)),
    "broadcast_to": (lambda k, x: k.ops.broadcast_to(x, (2, 10, 6)), SEQUENCE),
    "unstack": (lambda k, x: k.ops.unstack(x, axis=1), SEQUENCE),
    "compare": (lambda k, x: k.ops.greater_equal(x, zeros(10, 1)), SEQUENCE),
    "batch_norm": (
        lambda k, x: k.ops.batch_normalization(x, zeros(4), zeros(4), axis=-1),
        IMAGE,
    ),
    "rms": (lambda k, x: x * k.ops.rsqrt(k.ops.mean(x * x, axis=-1, keepdims=True)), SEQUENCE),
}
LEFT_TO_KERAS = {"resize", "one_hot", "take_rows"}


@pytest.mark.filterwarnings("ignore:NotImplemented:DeprecationWarning")  # of Keras's tensordot
@pytest.mark.parametrize("name", OPERATIONS)
def test_that_the_rule_of_an_operation_is_keras_own(name: str) -> None:
    import keras

    build, shape = OPERATIONS[name]
    x = keras.Input(shape)
    graph = check(keras.Model(x, build(keras, x)))
    if name not in LEFT_TO_KERAS:
        last = inferred_outputs(graph)[graph.outputs[0].call]
        assert all(None not in (tensor.shape, tensor.dtype) for tensor in last)


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
        keras.utils.clear_session()
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
