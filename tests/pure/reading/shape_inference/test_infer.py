"""Shape inference compared with the formulas of the layers' definitions."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_viz.graph.types import Shape, Tensor
from resnet_viz.reading.shape_inference.infer import (
    LAYERS,
    OPERATIONS,
    compute_dtype,
    infer_outputs,
)

MODULE = "keras.layers"
OPS = "keras.src.ops.numpy"


def shape_of(kind: str, config: dict[str, Any], *shapes: Shape | None, module: str = MODULE) -> Any:
    inputs = [Tensor(shape, "float32") for shape in shapes]
    return infer_outputs(kind, module, config, {}, inputs)[0].shape


def window(kernel: int, stride: int, padding: str, **more: Any) -> dict[str, Any]:
    sizes = {"kernel_size": [kernel] * 2, "pool_size": [kernel] * 2, "strides": [stride] * 2}
    return {**sizes, "padding": padding, "filters": 5, "dilation_rate": [1, 1], **more}


@given(st.integers(1, 300), st.integers(1, 9), st.integers(1, 4))
def test_that_same_gives_the_ceiling_and_valid_counts_the_positions(
    size: int, kernel: int, stride: int
) -> None:
    given_shape = (None, size, size, 3)
    positions = len(range(0, size - kernel + 1, stride))
    for kind, channels in (("Conv2D", 5), ("MaxPooling2D", 3)):
        same = shape_of(kind, window(kernel, stride, "same"), given_shape)
        assert same == (None, math.ceil(size / stride), math.ceil(size / stride), channels)
        valid = shape_of(kind, window(kernel, stride, "valid"), given_shape)
        assert valid == ((None, positions, positions, channels) if positions else None)


def test_that_channels_first_keeps_channels_first() -> None:
    config = window(3, 2, "same", data_format="channels_first")
    assert shape_of("Conv2D", config, (None, 3, 9, 7)) == (None, 5, 5, 4)
    assert shape_of("GlobalAveragePooling2D", config, (None, 3, 9, 7)) == (None, 3)


def test_that_open_sizes_stay_open() -> None:
    assert shape_of("Conv2D", window(3, 2, "same"), (None, None, 8, 3)) == (None, None, 4, 5)
    assert shape_of("Flatten", {}, (None, None, 3)) == (None, None)
    assert shape_of("Reshape", {"target_shape": [-1, 3]}, (None, None, 3)) == (None, None, 3)


@pytest.mark.parametrize(
    ("kind", "config", "shape", "expected"),
    [
        ("Dense", {"units": 7}, (None, 4, 5), (None, 4, 7)),
        ("Flatten", {}, (None, 4, 5, 2), (None, 40)),
        ("Flatten", {}, (None,), (None, 1)),
        ("Reshape", {"target_shape": [2, -1]}, (None, 4, 5), (None, 2, 10)),
        ("Reshape", {"target_shape": [3, -1]}, (None, 4, 5), None),
        ("ZeroPadding2D", {"padding": [[1, 2], [3, 4]]}, (None, 5, 6, 1), (None, 8, 13, 1)),
        ("Cropping1D", {"cropping": [1, 2]}, (None, 8, 3), (None, 5, 3)),
        ("UpSampling2D", {"size": [2, 3]}, (None, 4, 5, 6), (None, 8, 15, 6)),
        ("BatchNormalization", {}, (None, 4, 5), (None, 4, 5)),
        ("Embedding", {"output_dim": 8}, (None, 4), (None, 4, 8)),
        ("Permute", {"dims": [3, 1, 2]}, (None, 4, 5, 6), (None, 6, 4, 5)),
        ("DepthwiseConv2D", window(3, 1, "same", depth_multiplier=2), (2, 4, 5, 6), (2, 4, 5, 12)),
        ("Conv2DTranspose", window(3, 2, "same"), (None, 4, 4, 6), (None, 8, 8, 5)),
        ("Conv2DTranspose", window(3, 2, "valid"), (None, 4, 4, 6), (None, 9, 9, 5)),
    ],
)
def test_that_each_layer_follows_its_definition(
    kind: str, config: dict[str, Any], shape: Shape, expected: Shape | None
) -> None:
    assert shape_of(kind, config, shape) == expected


@pytest.mark.parametrize("axes", [[], [1], [1, 1, 1], None, "x"])
def test_that_dot_products_with_odd_axes_are_unknown(axes: Any) -> None:
    assert shape_of("Dot", {"axes": axes}, (None, 3, 6), (None, 3, 6)) is None


@pytest.mark.parametrize("module", [3, ["keras"], {}, None, "mine"])
@pytest.mark.parametrize(("kind", "key"), [("TimeDistributed", "layer"), ("RNN", "cell")])
def test_that_a_wrapped_layer_of_another_module_is_unknown(
    kind: str, key: str, module: object
) -> None:
    wrapped = {"module": module, "class_name": "Dense", "config": {"units": 3}}
    assert shape_of(kind, {key: wrapped}, (None, 5, 4)) is None


def test_that_merging_broadcasts_and_concatenating_adds_up() -> None:
    assert shape_of("Add", {}, (None, 8, 8, 4), (None, 1, 1, 4)) == (None, 8, 8, 4)
    assert shape_of("Multiply", {}, (None, 8, 8, 4), (None, 4)) == (None, 8, 8, 4)
    assert shape_of("Add", {}, (None, 8, 8, 4), (None, 8, 8, 5)) is None
    assert shape_of("Concatenate", {"axis": -1}, (None, 8, 4), (None, 8, 5)) == (None, 8, 9)
    assert shape_of("Concatenate", {"axis": 1}, (None, None, 4), (None, 8, 4)) == (None, None, 4)


def test_that_an_operation_with_a_number_keeps_the_shape_and_with_an_array_is_unknown() -> None:
    inputs = [Tensor((None, 4), "float16")]
    assert infer_outputs("Add", OPS, {}, {"1": 2.0}, inputs) == (Tensor((None, 4), "float16"),)
    array = {"1": {"class_name": "__numpy__"}}
    assert infer_outputs("Add", OPS, {}, array, inputs)[0].shape is None


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("float32", "float32"),
        ("mixed_bfloat16", "bfloat16"),
        ({"class_name": "DTypePolicy", "config": {"name": "mixed_float16"}}, "float16"),
        ({"class_name": "QuantizedDTypePolicy",
          "config": {"mode": "int8", "source_name": "mixed_float16"}}, "float16"),
        ("int8_from_float32", "float32"),
        ({"class_name": "DTypePolicyMap", "config": {"default_policy": {
            "class_name": "DTypePolicy", "config": {"name": "float16"}}}}, "float16"),
        (None, None),
        (3, None),
        ({"config": 3}, None),
        ({"config": {}}, None),
    ],
)  # fmt: skip
def test_that_the_dtype_is_what_the_policy_computes_in(policy: Any, expected: str | None) -> None:
    assert compute_dtype(policy) == expected


def test_that_rearranging_keeps_integers_and_casts_floats() -> None:
    def dtype(kind: str, given_type: str) -> str | None:
        config = {"dtype": "mixed_float16", "target_shape": [4]}
        return infer_outputs(kind, MODULE, config, {}, [Tensor((None, 4), given_type)])[0].dtype

    assert dtype("Reshape", "int32") == "int32"
    assert dtype("Reshape", "float32") == "float16"


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False)
    | st.sampled_from(["same", "valid", "channels_first", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("k"), inner, max_size=1),
    max_leaves=6,
)
KEYS = ("filters", "units", "kernel_size", "strides", "padding", "pool_size", "dilation_rate",
        "data_format", "axis", "size", "target_shape", "newshape", "pad_width", "dims", "axes",
        "cropping", "height", "width", "n", "output_dim", "depth_multiplier", "dtype",
        "output_padding", "keepdims")  # fmt: skip
SIZES = st.none() | st.integers(1, 20)
SHAPES = st.none() | st.lists(SIZES, max_size=5).map(tuple)


@given(
    st.sampled_from(sorted({*LAYERS, *OPERATIONS})),
    st.sampled_from([MODULE, OPS]),
    st.dictionaries(st.sampled_from(KEYS), JUNK, max_size=6),
    st.lists(SHAPES, max_size=3),
)
def test_that_no_configuration_makes_a_rule_fail_or_give_an_impossible_size(
    kind: str, module: str, config: dict[str, Any], shapes: list[Shape | None]
) -> None:
    tensors = [Tensor(shape, "float32") for shape in shapes]
    outputs = infer_outputs(kind, module, config, {}, tensors)
    assert outputs
    for size in outputs[0].shape or ():
        assert size is None or 0 < size <= 2**40
