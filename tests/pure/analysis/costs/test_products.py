"""MACs of operations with constants, by sums written out here (Keras runs no conv_transpose)."""

from __future__ import annotations

from typing import Any

import pytest

from resnet_viz.analysis.costs.macs import mac_terms
from resnet_viz.analysis.costs.other_ops import other_op_terms
from resnet_viz.analysis.keras_ops.terms import total
from resnet_viz.graph.types import LayerCall, Shape, Tensor, TensorRef

OPS = "keras.src.ops.numpy"
IMAGE = (None, 8, 6, 4)


def macs(kind: str, config: dict[str, Any], constant: Any, before: Shape, after: Shape) -> Any:
    arguments = {"1": {"class_name": "__constant__", "config": {"shape": constant}}}
    outputs = (Tensor(after, "float32"),)
    call = LayerCall("it", "it", 0, kind, OPS, config, arguments, (TensorRef("x"),), outputs)
    terms = mac_terms(call, (before,))
    return None if terms is None else total(terms)


@pytest.mark.parametrize(
    ("kind", "config", "constant", "after", "expected"),
    [
        ("ConvTranspose", {"strides": 2}, [3, 3, 5, 4], (None, 17, 13, 5), 9 * 5 * 4 * 48),
        ("Conv", {"strides": 2}, [2, 2, 4, 7], (None, 4, 3, 7), 4 * 4 * 7 * 12),
        ("Einsum", {"subscripts": "...c,cd->...d"}, [4, 5], (None, 8, 6, 5), 48 * 4 * 5),
        ("Einsum", {"subscripts": "bhwc,cd"}, [4, 5], (None, 8, 6, 5), 48 * 4 * 5),
        ("Tensordot", {"axes": [[3, 1], [0, 1]]}, [4, 8, 5], (None, 6, 5), 6 * 5 * 4 * 8),
        ("Tensordot", {"axes": 2}, [6, 4, 5], (None, 8, 5), 8 * 5 * 6 * 4),
        ("Tensordot", {"axes": 10**15}, [6, 4, 5], (None, 8, 5), None),
        ("Tensordot", {"axes": [["x"], None]}, [6, 4, 5], (None, 8, 5), None),
        ("Dot", {}, [4, 5], (None, 8, 6, 5), 48 * 4 * 5),
        ("Matmul", {}, [4], (None, 8, 6), 48 * 4),
        ("Matmul", {}, "odd", (None, 8, 6), None),
        ("Einsum", {"subscripts": "bhwc,bd->hwcd"}, [4, 5], (8, 6, 4, 5), None),
    ],
)
def test_that_a_product_with_a_constant_is_counted(
    kind: str, config: dict[str, Any], constant: Any, after: Shape, expected: int | None
) -> None:
    assert macs(kind, config, constant, IMAGE, after) == expected


def test_that_a_mel_spectrogram_multiplies_its_frames_with_the_filters() -> None:
    config = {"fft_length": 32, "sequence_stride": 8, "num_mel_bins": 5, "power_to_db": True}
    outputs = (Tensor((None, 5, 13), "float32"),)
    x = (TensorRef("x"),)
    call = LayerCall("it", "it", 0, "MelSpectrogram", "keras.layers", config, {}, x, outputs)
    frames = 1 + 100 // 8  # centred on steps 0, 8, … 96
    assert total(mac_terms(call, ((None, 100),)) or ()) == frames * (16 + 1) * 5
    # window; 5·16·log₂ 32 of the transform; magnitude; decibels
    ops = frames * (32 + 5 * 16 * 5 + 5 * 17 + 6 * 5)
    assert total(other_op_terms(call, ((None, 100),)) or ()) == ops
