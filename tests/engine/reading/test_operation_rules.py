"""Shape inference compared with Keras, operation by operation."""

# ruff: noqa: ARG005
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.keras.input_sizes import (
    IMAGE,
    OPEN_IMAGE,
    OPEN_SEQUENCE,
    SEQUENCE,
    VECTOR,
)
from tests.support.keras.reader_comparison import check
from tests.support.model_files.inference import inferred_outputs

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras")]

Build = Callable[[Any, Any], Any]


def zeros(*shape: int) -> Any:
    import numpy as np

    return np.zeros(shape, "float32")


def gram(keras: Any, x: Any) -> Any:
    return keras.ops.matmul(x, keras.ops.transpose(x, (0, 2, 1)))


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
    "cholesky": (lambda k, x: k.ops.cholesky(gram(k, x)), SEQUENCE),
    "inverse": (lambda k, x: k.ops.inv(gram(k, x)), SEQUENCE),
    "determinant": (lambda k, x: k.ops.det(gram(k, x)), SEQUENCE),
    "eigenvalues": (lambda k, x: k.ops.eigh(gram(k, x)), SEQUENCE),
    "solve": (lambda k, x: k.ops.solve(gram(k, x), x), SEQUENCE),
    "solve_triangular": (lambda k, x: k.ops.solve_triangular(gram(k, x), x), SEQUENCE),
    "lu": (lambda k, x: k.ops.lu_factor(x), SEQUENCE),
    "qr": (lambda k, x: k.ops.qr(x), SEQUENCE),
    "qr_complete": (lambda k, x: k.ops.qr(x, mode="complete"), SEQUENCE),
    "svd": (lambda k, x: k.ops.svd(x), SEQUENCE),
    "svd_thin": (lambda k, x: k.ops.svd(x, full_matrices=False), SEQUENCE),
    "singular_values": (lambda k, x: k.ops.svd(x, compute_uv=False), SEQUENCE),
    "pseudo_inverse": (lambda k, x: k.ops.pinv(x), SEQUENCE),
    "binary_loss": (lambda k, x: k.ops.binary_crossentropy(x, k.ops.sigmoid(x)), SEQUENCE),
    "loss": (lambda k, x: k.ops.categorical_crossentropy(x, k.ops.softmax(x)), OPEN_SEQUENCE),
    "sparse_loss": (
        lambda k, x: k.ops.sparse_categorical_crossentropy(k.ops.argmax(x, -1), k.ops.softmax(x)),
        SEQUENCE,
    ),
    "hypotenuse": (lambda k, x: k.ops.hypot(x, zeros(10, 1)), SEQUENCE),
    "nan_mean": (lambda k, x: k.ops.nanmean(x, axis=1), SEQUENCE),
    "triangle": (lambda k, x: k.ops.tril(x), SEQUENCE),
    "rms": (lambda k, x: x * k.ops.rsqrt(k.ops.mean(x * x, axis=-1, keepdims=True)), SEQUENCE),
}
LEFT_TO_KERAS = {"resize", "one_hot", "take_rows", "sparse_loss"}


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
